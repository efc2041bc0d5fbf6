//! `POST /v1/operator/communes`: a commune becomes a customer, with settings that work from the first day.

use parvis_domain::{AccountId, Boundary, CommuneId, Contact, EmailAddress, InseeCode, Language, texts};
use parvis_edge::{Code, Created, Cx, Endpoint, Grant, IdempotencyKey, Json, Operator, Problem, Route, post};
use parvis_store::{
    ABOUT_STAFF, Account, Commune, NewCommune, NotSubscribed, Plan, Role, StaffMember, Subscription, SubscriptionKey,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::view::SubscriptionView;
use crate::{defaults, national, set_plan};

/// Makes a commune.
pub struct SubscribeCommune;

/// What only the operator knows; the national list has the rest.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// Its code in the national register, of a commune of today.
    insee: InseeCode,
    /// Its id in paths; made of its name unless given. It can never be changed or taken again.
    #[serde(default)]
    slug: Option<CommuneId>,
    /// GeoJSON, longitude first, at most 10,000 positions: what is inside belongs to the commune.
    boundary: Boundary,
    /// What it pays for.
    #[serde(default)]
    plan: Plan,
    /// Its first administrator.
    #[serde(default)]
    administrator: Option<Administrator>,
}

/// Who invites everybody else.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// 1 to 100 characters, seen by staff.
    name: String,
    /// Where codes go; a mail says that the commune is open.
    email: EmailAddress,
}

/// A commune that subscribed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Subscribed {
    /// The commune.
    #[serde(flatten)]
    commune: SubscriptionView,
    /// The first administrator's account, if one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator: Option<AccountId>,
    /// Whether the administrator was told by mail; absent when nobody was to be told, or was told before.
    #[serde(skip_serializing_if = "Option::is_none")]
    administrator_told: Option<bool>,
}

impl Endpoint for SubscribeCommune {
    const ROUTE: Route = post("/v1/operator/communes");
    const SUMMARY: &'static str = "Subscribe a commune";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::SEND_EMAIL];
    const TIMEOUT_S: u32 = 25;
    // A boundary of 10,000 positions is checked and simplified.
    const MEMORY_MB: u32 = 512;
    type Caller = Operator;
    type Input = (IdempotencyKey, Json<NewSubscription>);
    type Output = Created<Subscribed>;

    async fn run(
        cx: &Cx,
        operator: Operator,
        (IdempotencyKey(key), Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let key = key.map(|key| digested(cx, &operator, &key, &new)).transpose()?;
        if let Some(answer) = answered_before(cx, key.as_ref()).await? {
            return Ok(Created(answer));
        }
        let listed = national::find(&new.insee).ok_or_else(|| {
            let detail = format!("{} is no commune of today in the national list", new.insee);
            Problem::field("insee", "insee_unknown", detail)
        })?;
        set_plan::check(&new.plan)
            .map_err(|wrong| Problem::from(wrong.into_iter().map(|w| w.at("plan")).collect::<Vec<_>>()))?;
        new.boundary.check_commune().map_err(|wrong| Problem::from(wrong.at("boundary")))?;
        let ids = match &new.slug {
            Some(id) if id.is_reserved() => {
                let detail = format!("{id} is an address of the platform; choose another");
                return Err(Problem::field("slug", "reserved", detail));
            }
            Some(id) => vec![id.clone()],
            None => defaults::ids(&listed, &new.insee),
        };
        let administrator = new.administrator.as_ref().map(|named| administrator(cx, named)).transpose()?;
        for id in ids {
            let settings = defaults::settings(id.clone(), &new.insee, &listed, &new.boundary)?;
            let commune = NewCommune {
                settings,
                plan: new.plan.clone(),
                department: listed.department.to_owned(),
                population: listed.population,
                administrator: administrator.clone(),
                key: key.clone().map(|(id_of_key, content)| SubscriptionKey {
                    id: id_of_key,
                    content,
                    commune: id,
                    used: cx.now(),
                    administrator: administrator.as_ref().map(|(account, _)| account.id),
                }),
            };
            let taken = match cx.store.subscribe(&commune, operator.actor(), "subscribe_commune", cx.now()).await {
                Ok((commune, entry)) => return Ok(Created(subscribed(&commune, entry, administrator).await)),
                Err(NotSubscribed::Store(error)) => return Err(error.into()),
                Err(taken) => taken,
            };
            // Perhaps by the same request, at the same moment.
            if let Some(answer) = answered_before(cx, key.as_ref()).await? {
                return Ok(Created(answer));
            }
            if matches!(taken, NotSubscribed::InseeTaken) {
                let detail = format!("{} ({}) is a customer already", listed.name, new.insee);
                return Err(Problem::new(Code::CustomerAlready, detail));
            }
        }
        Err(Problem::new(Code::IdTaken, "the id is taken, now or once; give another as slug"))
    }
}

/// Digests of the key, for this operator, and of what was sent.
fn digested(cx: &Cx, operator: &Operator, key: &str, new: &NewSubscription) -> Result<(String, String), Problem> {
    let content = serde_json::to_string(new).map_err(|e| Problem::new(Code::Internal, e.to_string()))?;
    let id = cx.store.seal.digest("idempotency", &format!("operator\n{}\n{key}", operator.member.account));
    Ok((id, cx.store.seal.digest("idempotent content", &content)))
}

/// What the key was answered with before.
async fn answered_before(cx: &Cx, key: Option<&(String, String)>) -> Result<Option<Subscribed>, Problem> {
    let Some((id, content)) = key else { return Ok(None) };
    let Some(used) = cx.store.subscription_under(id, cx.now()).await? else { return Ok(None) };
    if used.content != *content {
        let detail = "this Idempotency-Key was used for another commune; use a new one";
        return Err(Problem::new(Code::IdempotencyReuse, detail));
    }
    let entry = cx.store.subscription(&used.commune).await?;
    Ok(entry.map(|entry| Subscribed {
        commune: entry.into(),
        administrator: used.administrator,
        administrator_told: None,
    }))
}

fn administrator(cx: &Cx, Administrator { name, email }: &Administrator) -> Result<(Account, StaffMember), Problem> {
    let length = name.trim().chars().count();
    if !(1..=100).contains(&length) || name.chars().any(char::is_control) {
        let detail = format!("the name has {length} characters; 1 to 100 visible ones");
        return Err(Problem::field("administrator.name", "malformed_name", detail));
    }
    let account = Account::new(&Contact::Email(email.clone()), Language::Fr, cx.now());
    let member = StaffMember::new(account.id, Role::Administrator, name.trim(), Vec::new());
    Ok((account, member))
}

/// Tells the administrator. The commune is there whether or not the mail goes out: a code opens it all the same.
async fn subscribed(
    commune: &Commune,
    entry: Subscription,
    administrator: Option<(Account, StaffMember)>,
) -> Subscribed {
    let mut told = None;
    if let Some(email) = administrator.as_ref().and_then(|(account, _)| account.email.as_ref()) {
        let link = format!("{}/{}", commune.store().names.public_url, commune.id());
        let mail = texts::first_administrator(Language::Fr, &commune.settings.name, &link);
        let sent = commune.send_mail(email, &mail.subject, &mail.body, ABOUT_STAFF).await;
        if let Err(error) = &sent {
            tracing::warn!(%error, commune = %commune.id(), "the first administrator was not told");
        }
        told = Some(sent.is_ok());
    }
    Subscribed {
        commune: entry.into(),
        administrator: administrator.map(|(account, _)| account.id),
        administrator_told: told,
    }
}
