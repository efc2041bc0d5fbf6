//! The mails that tell administrators of the budget: each an item that is claimed, sent, marked.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Role};
use serde::{Deserialize, Serialize};

use super::{KEPT, sms_month};
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;
use crate::{Account, Commune, StaffMember};

/// A mail about the budget that was begun and not marked may be sent by somebody else after so long.
const MAIL_LEASE: SignedDuration = SignedDuration::from_mins(2);

/// That an administrator is told that a share of the budget is used: once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BudgetMail {
    month: String,
    percent: u32,
    account: AccountId,
    /// While it is not sent: when somebody else may send it.
    lease_until: Option<Timestamp>,
    begun: Timestamp,
    version: u32,
}

impl Item for BudgetMail {
    const TYPE: &'static str = "sms_mail";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement {
            expires: Some(self.begun.saturating_add(KEPT).unwrap_or(Timestamp::MAX)),
            version: Some(self.version),
            ..Placement::at(mail_key(commune, &self.month, self.percent, self.account))
        }
    }
}

/// What comes of wanting to send such a mail.
#[derive(Debug)]
pub enum BudgetMailClaim {
    /// It is yours to send.
    Held(BudgetMail),
    /// Somebody else is at it.
    Busy,
    /// It is sent.
    Done,
}

fn mail_key(commune: &CommuneId, month: &str, percent: u32, account: AccountId) -> Key {
    Key::new(commune, &["sms", month], format!("told#{percent:03}#{account}"))
}

impl Commune {
    /// Who is told of the budget: the commune's administrators of this moment. Grants: `QUERY`, `BATCH_GET`.
    pub async fn administrators(&self) -> Result<Vec<Account>, StoreError> {
        let staff: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
        let administrators = staff.iter().filter(|member| member.role == Role::Administrator);
        self.accounts(&administrators.map(|member| member.account).collect::<Vec<_>>()).await
    }

    /// Takes the mail about a share of this month's budget to one administrator, if nobody has it. Grants: `GET`, `PUT`.
    pub async fn claim_budget_mail(
        &self,
        percent: u32,
        account: AccountId,
        now: Timestamp,
    ) -> Result<BudgetMailClaim, StoreError> {
        let month = sms_month(now);
        let found: Option<BudgetMail> = self.table().get(&mail_key(self.id(), &month, percent, account)).await?;
        let (version, condition) = match found {
            None => (1, Condition::Absent),
            Some(BudgetMail { lease_until: None, .. }) => return Ok(BudgetMailClaim::Done),
            Some(BudgetMail { lease_until: Some(until), .. }) if until > now => return Ok(BudgetMailClaim::Busy),
            Some(BudgetMail { version, .. }) => (version + 1, Condition::Version(version)),
        };
        let lease_until = Some(now.saturating_add(MAIL_LEASE).unwrap_or(Timestamp::MAX));
        let mail = BudgetMail { month, percent, account, lease_until, begun: now, version };
        match self.table().put(&mail, condition).await {
            Ok(()) => Ok(BudgetMailClaim::Held(mail)),
            Err(StoreError::Conflict { .. }) => Ok(BudgetMailClaim::Busy),
            Err(error) => Err(error),
        }
    }

    /// Ends a mail that was claimed: it is out. Grant: `PUT`.
    pub async fn mark_budget_mail(&self, mail: BudgetMail) -> Result<(), StoreError> {
        let was = mail.version;
        let sent = BudgetMail { lease_until: None, version: was + 1, ..mail };
        match self.table().put(&sent, Condition::Version(was)).await {
            // By ourselves: the answer was lost, and the second try found what the first had written.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Gives a mail back that was certainly not sent. Grant: `DELETE`.
    pub async fn release_budget_mail(&self, mail: &BudgetMail) -> Result<(), StoreError> {
        self.table().delete(&mail_key(self.id(), &mail.month, mail.percent, mail.account)).await
    }
}
