//! The operators' register: which communes there are and were. Its entries belong to the operators' tenant, change in the
//! same transaction as the commune, and stay when a commune is gone, so that no other can take its id.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Contact, EmailAddress, InseeCode, Language, Settings};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{Act, AuditActor};
use crate::commune::StoredSettings;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::{DueTask, IndexKey, Key};
use crate::launch::LaunchState;
use crate::purge::Purge;
use crate::settings::SettingsVersion;
use crate::standing::{Plan, Standing};
use crate::table::{Condition, Table};
use crate::{Account, Commune, NotChanged, Role, StaffMember, Store};

/// How long an `Idempotency-Key` is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the register says of a commune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: CommuneId,
    /// Its name.
    pub name: String,
    /// In the national register.
    pub insee: InseeCode,
    /// The département's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Residents, when it subscribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u32>,
    /// When it subscribed.
    pub subscribed: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// Since when it stands there.
    pub since: Timestamp,
    /// How far its removal got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge: Option<Purge>,
    /// When everything of it had been removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Timestamp>,
}

impl Subscription {
    /// The entry of a commune that has none yet.
    pub fn of(settings: &Settings, now: Timestamp) -> Subscription {
        Subscription {
            id: settings.id.clone(),
            name: settings.name.clone(),
            insee: settings.insee.clone(),
            department: None,
            population: None,
            subscribed: now,
            standing: Standing::default(),
            since: now,
            purge: None,
            removed: None,
        }
    }

    /// The tenant that entries belong to.
    pub(crate) fn tenant() -> CommuneId {
        CommuneId::operators()
    }

    fn key(id: &CommuneId) -> Key {
        Key::new(&Subscription::tenant(), &["communes"], id.as_str())
    }
}

impl Item for Subscription {
    const TYPE: &'static str = "subscription";

    fn placement(&self, _: &CommuneId) -> Placement {
        let leaves = self.standing.leaves.filter(|_| self.removed.is_none());
        let due = leaves.map(|at| IndexKey::due(DueTask::Commune, at, &Subscription::tenant(), self.id.as_str()));
        Placement { index: due.into_iter().collect(), ..Placement::at(Subscription::key(&self.id)) }
    }
}

/// Which commune has an INSEE code: no two can, because this item can exist once.
#[derive(Debug, Serialize, Deserialize)]
struct InseeOwner {
    insee: InseeCode,
    commune: CommuneId,
}

impl Item for InseeOwner {
    const TYPE: &'static str = "insee";

    fn placement(&self, _: &CommuneId) -> Placement {
        Placement::at(insee_key(&self.insee))
    }
}

pub(crate) fn insee_key(insee: &InseeCode) -> Key {
    Key::new(&Subscription::tenant(), &["insee", insee.as_str()], "insee")
}

/// An `Idempotency-Key` that subscribed a commune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionKey {
    /// Digest of the key and of who used it.
    pub id: String,
    /// Digest of what was sent.
    pub content: String,
    /// What it made.
    pub commune: CommuneId,
    /// When.
    pub used: Timestamp,
    /// The first administrator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<AccountId>,
}

impl Item for SubscriptionKey {
    const TYPE: &'static str = "subscription_key";

    fn placement(&self, _: &CommuneId) -> Placement {
        let expires = self.used.checked_add(REMEMBERED).unwrap_or(Timestamp::MAX);
        Placement { expires: Some(expires), ..Placement::at(subscription_key(&self.id)) }
    }
}

fn subscription_key(id: &str) -> Key {
    Key::new(&Subscription::tenant(), &["idem", id], "idem")
}

/// A commune to be.
#[derive(Debug)]
pub struct NewCommune {
    /// Its settings, checked.
    pub settings: Settings,
    /// What it pays for.
    pub plan: Plan,
    /// Its département's code.
    pub department: String,
    /// Its residents.
    pub population: Option<u32>,
    /// Its first administrator.
    pub administrator: Option<(Account, StaffMember)>,
    /// The key it was asked for under.
    pub key: Option<SubscriptionKey>,
}

/// Why a commune cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NotSubscribed {
    /// The id was taken once, which is for good.
    #[error("the id is taken")]
    IdTaken,
    /// The commune is a customer already.
    #[error("the INSEE code is taken")]
    InseeTaken,
    /// The same key was used at the same moment.
    #[error("the idempotency key was used")]
    KeyUsed,
    /// An engine.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Makes a commune, in draft: settings, register, first administrator and audit entry, in one transaction. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// What is taken already.
    pub async fn subscribe(
        &self,
        new: &NewCommune,
        by: AuditActor,
        what: &'static str,
        now: Timestamp,
    ) -> Result<(Commune, Subscription), NotSubscribed> {
        let id = new.settings.id.clone();
        let json = serde_json::to_string(&new.settings).map_err(|e| StoreError::Defect(e.to_string()))?;
        let standing = Standing { plan: new.plan.clone(), ..Standing::default() };
        let entry = Subscription {
            department: Some(new.department.clone()),
            population: new.population,
            standing: standing.clone(),
            ..Subscription::of(&new.settings, now)
        };
        let launch = LaunchState::draft(now);
        let stored = StoredSettings {
            json,
            id: id.clone(),
            standing: standing.clone(),
            launch: launch.clone(),
            version: 1,
            edition: 1,
        };
        let version = SettingsVersion::without_author(&stored);
        let insee = InseeOwner { insee: new.settings.insee.clone(), commune: id.clone() };
        let commune = self.opened(Arc::new(new.settings.clone()), standing, launch);
        let tenant = Subscription::tenant();
        let after = json!({ "insee": new.settings.insee, "plan": new.plan });
        let act = Act { by, what, about: id.to_string(), before: json!(null), after };
        let written = commune.commit_act(&act, now, |writes| {
            let writes = writes.put_for(&tenant, &entry, Condition::Absent).put(&stored, Condition::Absent).put_for(
                &tenant,
                &insee,
                Condition::Absent,
            );
            let writes = match &new.key {
                Some(key) => writes.put_for(&tenant, key, Condition::Absent),
                None => writes,
            };
            let writes = match &new.administrator {
                Some((account, member)) => commune.with_account(writes, account).put(member, Condition::Absent),
                None => writes,
            };
            writes.put(&version, Condition::Any)
        });
        let written = written.await;
        self.forget_settings(&id);
        match written {
            Ok(()) => Ok((commune, entry)),
            Err(StoreError::Conflict { item: 0 | 1 }) => Err(NotSubscribed::IdTaken),
            Err(StoreError::Conflict { item: 2 }) => Err(NotSubscribed::InseeTaken),
            Err(StoreError::Conflict { item: 3 }) if new.key.is_some() => Err(NotSubscribed::KeyUsed),
            Err(other) => Err(other.into()),
        }
    }

    /// Makes somebody an operator; one who is there already gets the name. Grants: `GET`, `PUT`.
    pub async fn make_operator(
        &self,
        name: &str,
        email: EmailAddress,
        by: AuditActor,
        now: Timestamp,
    ) -> Result<AccountId, StoreError> {
        let operators = self.operators()?;
        let contact = Contact::Email(email);
        let known = operators.account_of(&contact).await?;
        let account = known.clone().unwrap_or_else(|| Account::new(&contact, Language::Fr, now));
        let before = operators.staff_member(account.id).await?.map_or(0, |member| member.version);
        let member = StaffMember::new(account.id, Role::Operator, name, Vec::new());
        let member = StaffMember { version: before + 1, ..member };
        let about = account.id.to_string();
        let act = Act { by, what: "create_operator", about, before: json!(null), after: json!({ "name": name }) };
        operators
            .commit_act(&act, now, |writes| {
                let writes = writes.put(&member, Condition::Any);
                if known.is_some() { writes } else { operators.with_account(writes, &account) }
            })
            .await?;
        Ok(account.id)
    }

    /// Takes somebody off the operators, with the next request, whatever token comes with it. Their sessions are closed and
    /// their second factor is gone. Grants: `GET`, `QUERY`, `CHECK`, `PUT`, `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when nobody of that address is an operator; [`NotChanged::LastOperator`].
    pub async fn remove_operator(&self, email: EmailAddress, by: AuditActor, now: Timestamp) -> Result<(), NotChanged> {
        let operators = self.operators()?;
        let account = operators.account_of(&Contact::Email(email)).await?.ok_or(StoreError::NotFound)?;
        let member = operators.staff_member(account.id).await?.ok_or(StoreError::NotFound)?;
        let (about, before) = (member.account.to_string(), json!({ "name": member.name }));
        let act = Act { by, what: "remove_operator", about, before, after: json!(null) };
        operators.change_staff(&act, &member, None, now).await
    }

    /// What the register says of a commune. Grant: `GET`.
    pub async fn subscription(&self, id: &CommuneId) -> Result<Option<Subscription>, StoreError> {
        self.register().get(&Subscription::key(id)).await
    }

    /// One page of the register, by id, and where the next page begins. Grant: `QUERY`.
    pub async fn subscriptions(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Subscription>, Option<Attributes>), StoreError> {
        let page = self.register().page(&self.register().range(&["communes"]), limit, start).await?;
        let entries = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((entries, page.next))
    }

    /// The use of an `Idempotency-Key`, if it was used within a week. Grant: `GET`.
    pub async fn subscription_under(&self, id: &str, now: Timestamp) -> Result<Option<SubscriptionKey>, StoreError> {
        let used: Option<SubscriptionKey> = self.register().get(&subscription_key(id)).await?;
        Ok(used.filter(|used| used.used.checked_add(REMEMBERED).is_ok_and(|ends| ends > now)))
    }

    fn register(&self) -> Table<'_> {
        // Made once: a table borrows the id of its commune.
        static OPERATORS: std::sync::LazyLock<CommuneId> = std::sync::LazyLock::new(CommuneId::operators);
        Table { store: self, commune: &OPERATORS }
    }
}
