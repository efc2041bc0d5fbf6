//! `POST /v1/{commune}/launch/interest`: somebody wants to be told when the commune opens to everybody.

use parvis_domain::{Channel, Contact, Phase};
use parvis_edge::{
    Accepted, Class, Code, CodeSent, Cx, Endpoint, Grant, Json, Preferred, Problem, ResidentOrGuest, Route, check_code,
    post, redemption_problem, send_code,
};
use parvis_store::{Account, Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Notes who wants to be told. A guest gives a contact, and then the code that was sent there; an account is told where it
/// wants to be written to.
pub struct CreateInterest;

/// Who wants to be told. Empty for who is signed in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInterest {
    /// A guest's mobile number or e-mail address.
    contact: Option<Contact>,
    /// The six digits that were sent there; left out, they are sent.
    code: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InterestView {
    /// Whether they will be told. If not, a code is on its way that has to come back.
    noted: bool,
    /// The code on its way.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<CodeSent>,
}

impl Endpoint for CreateInterest {
    const ROUTE: Route = post("/v1/{commune}/launch/interest");
    const SUMMARY: &'static str = "Ask to be told when the commune opens to everybody";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::QUERY, Grant::PUT, Grant::UPDATE, Grant::DELETE, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    const LIMIT: Class = Class::Code;
    type Caller = ResidentOrGuest;
    type Input = (Preferred, Json<NewInterest>);
    type Output = Accepted<InterestView>;

    async fn run(
        cx: &Cx,
        ResidentOrGuest { commune, account }: ResidentOrGuest,
        (Preferred(language), Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let now = cx.now();
        if commune.launch.phase() == Phase::Live {
            let detail = format!("{} is open to everybody already", commune.settings.name);
            return Err(Problem::new(Code::OpenAlready, detail));
        }
        let noted = Accepted(InterestView { noted: true, code: None });
        if let Some(account) = account {
            let gone = || Problem::new(Code::Unauthenticated, "the account no longer exists; sign in again");
            let account = commune.account(account.id).await?.ok_or_else(gone)?;
            let contact = told_at(&account).ok_or_else(|| {
                let detail = "the account takes neither text messages nor mails; switch one of them on first";
                Problem::field("contact", "no_channel", detail)
            })?;
            let transaction = commune.table().transaction();
            commune.with_interest(transaction, &contact, account.language, now).commit().await?;
            return Ok(noted);
        }
        let missing = || Problem::field("contact", "contact_required", "give a phone number or an e-mail address");
        let contact = new.contact.ok_or_else(missing)?;
        let Some(code) = new.code else {
            let code = send_code(cx, &commune, &contact, Purpose::Interest, language).await?;
            return Ok(Accepted(InterestView { noted: false, code: Some(code) }));
        };
        let verified = check_code(&commune, &contact, Purpose::Interest, &code, now).await?;
        let transaction = verified.redeemed_in(commune.table().transaction());
        let transaction = commune.with_interest(transaction, &contact, commune.settings.spoken(language), now);
        transaction.commit().await.map_err(redemption_problem)?;
        Ok(noted)
    }
}

/// Where an account is told: where it wants to be written to, the phone before the mailbox; else at a contact it has. Who wants
/// to hear nothing hears nothing, and no phone that answered STOP.
fn told_at(account: &Account) -> Option<Contact> {
    if account.channels.is_empty() {
        return None;
    }
    let wants = |channel: Channel| account.channels.contains(&channel);
    let phone = account.phone_for_sms().cloned().map(Contact::Phone);
    let reached: Vec<Contact> = phone.into_iter().chain(account.email.clone().map(Contact::Email)).collect();
    let wanted = reached.iter().find(|contact| wants(contact.channel()));
    wanted.or_else(|| reached.first()).cloned()
}
