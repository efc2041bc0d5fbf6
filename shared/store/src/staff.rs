//! Who works for a commune.

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, Contact, Role, ServiceId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::audit::Act;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::Key;
use crate::second_factor::factor_key;
use crate::sessions::SignedOut;
use crate::table::{Condition, step_aside};

/// How often a change is tried again when the administrator who stays changed at the same moment.
const TRIES: u32 = 5;

/// A membership. Removing the item removes the rights at once, also of tokens already issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffMember {
    /// The account.
    pub account: AccountId,
    /// Its role; one for which [`Role::is_staff`] holds.
    pub role: Role,
    /// Name, seen by other staff only.
    pub name: String,
    /// The services that an agent or a manager acts for.
    pub services: Vec<ServiceId>,
    /// 1 more with every change.
    #[serde(default)]
    pub version: u32,
}

impl StaffMember {
    /// A new membership.
    pub fn new(account: AccountId, role: Role, name: &str, services: Vec<ServiceId>) -> StaffMember {
        StaffMember { account, role, name: name.to_owned(), services, version: 1 }
    }
}

impl Item for StaffMember {
    const TYPE: &'static str = "staff";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(staff_key(commune, self.account)) }
    }
}

pub(crate) fn staff_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["staff"], account.to_string())
}

/// Why a membership stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// Nobody else administers the commune.
    #[error("this is the commune's only administrator; make somebody else an administrator first")]
    LastAdministrator,
    /// Nobody else operates the platform.
    #[error("this is the platform's only operator; make somebody else one first")]
    LastOperator,
    /// Somebody changed or removed it since it was read.
    #[error("somebody else changed this member at the same moment")]
    Changed,
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Commune {
    /// The membership of an account, if it has one.
    pub async fn staff_member(&self, account: AccountId) -> Result<Option<StaffMember>, StoreError> {
        self.table().get(&staff_key(self.id(), account)).await
    }

    /// Whether a code that is sent to the contact may open a session: always in a commune that has left its draft; before
    /// that, and among the operators, only for who works there already or is invited to. Grant: `GET`.
    pub async fn may_enter(&self, contact: &Contact, now: Timestamp) -> Result<bool, StoreError> {
        if !self.id().is_operators() && !self.launch.is_for_staff_alone() {
            return Ok(true);
        }
        if let Some(account) = self.account_of(contact).await?
            && self.staff_member(account.id).await?.is_some()
        {
            return Ok(true);
        }
        self.has_invited_to_staff(contact, now).await
    }

    /// Makes a membership where it is known to be right (a new commune's first administrator, demo data).
    pub async fn put_staff_member(&self, member: &StaffMember) -> Result<(), StoreError> {
        self.table().put(member, Condition::Any).await
    }

    /// One page of the staff, and where to go on. Grant: `QUERY`.
    pub async fn staff(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<StaffMember>, Option<Attributes>), StoreError> {
        let page = self.table().page(&self.table().range(&["staff"]), limit, start).await?;
        let members = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((members, page.next))
    }

    /// Writes a membership as `new`, or removes it, where it is still as `old`, together with the entry that says who did
    /// it. Removing it closes the account's sessions and takes its second factor away. The transaction holds an administrator
    /// (or operator) who stays, so that the last one cannot go, also not when two remove each other at the same moment.
    /// Grants: `GET`, `QUERY`, `CHECK`, `PUT`, `DELETE`.
    pub async fn change_staff(
        &self,
        act: &Act,
        old: &StaffMember,
        new: Option<&StaffMember>,
        now: Timestamp,
    ) -> Result<(), NotChanged> {
        let stays_so = new.is_some_and(|new| new.role == old.role);
        let guarded = matches!(old.role, Role::Administrator | Role::Operator) && !stays_so;
        let (key, was) = (staff_key(self.id(), old.account), Condition::Version(old.version));
        let factor = factor_key(self.id(), old.account);
        for tries in 1..=TRIES {
            let stays = if guarded { Some(self.another_like(old).await?) } else { None };
            let written = self
                .commit_act(act, now, |transaction| {
                    let transaction = match new {
                        Some(new) => transaction.put(new, was.clone()),
                        None => transaction
                            .delete(&key, was.clone())
                            .delete(&factor, Condition::Any)
                            .put(&SignedOut { account: old.account, at: now }, Condition::Any),
                    };
                    match &stays {
                        Some(other) => {
                            let key = staff_key(self.id(), other.account);
                            transaction.check(&key, Condition::Version(other.version))
                        }
                        None => transaction,
                    }
                })
                .await;
            match written {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict { item: 0 }) => return Err(NotChanged::Changed),
                // Who was to stay changed: look who stays now.
                Err(StoreError::Conflict { .. }) => step_aside(tries).await,
                Err(error) => return Err(error.into()),
            }
        }
        let detail = format!("who stays changed {TRIES} times meanwhile");
        Err(StoreError::Unavailable { service: "DynamoDB", detail }.into())
    }

    /// Somebody else of the same role.
    async fn another_like(&self, member: &StaffMember) -> Result<StaffMember, NotChanged> {
        let all: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
        let other = all.into_iter().find(|other| other.account != member.account && other.role == member.role);
        other.ok_or(match member.role {
            Role::Operator => NotChanged::LastOperator,
            _ => NotChanged::LastAdministrator,
        })
    }
}
