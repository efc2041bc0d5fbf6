//! Where a commune stands with the platform: what operators decide, and its administrators cannot change.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::commune::StoredSettings;
use crate::error::StoreError;
use crate::register::Subscription;
use crate::table::Condition;

/// Where a commune stands. It is read with the settings, and so at most ten seconds old.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// While there is a time, everything can be read and nothing written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended: Option<Timestamp>,
    /// Why it is suspended or leaves, in the operators' words; they are shown to who wants to write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When everything of it is removed. Until then it is as if suspended, and can come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<Timestamp>,
    /// When it last came back from being suspended or leaving: whoever was to answer meanwhile has their whole time from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Timestamp>,
    /// What it pays for.
    #[serde(default)]
    pub plan: Plan,
}

/// What a commune pays for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// As in the contract: 1 to 40 characters.
    pub name: String,
    /// The most members of staff.
    pub staff_seats: u32,
    /// The most SMS in a calendar month.
    pub sms_a_month: u32,
    /// The most bytes of finished pictures.
    pub photo_bytes: u64,
}

impl Default for Plan {
    /// What a commune of 2,000 residents needs.
    fn default() -> Plan {
        Plan { name: "essentiel".to_owned(), staff_seats: 20, sms_a_month: 2_000, photo_bytes: 20_000_000_000 }
    }
}

impl Standing {
    /// Whether nothing may be written.
    pub fn is_read_only(&self) -> bool {
        self.suspended.is_some() || self.leaves.is_some()
    }
}

impl Commune {
    /// Changes where the commune stands, by the newest that is stored: `change` sees it and may refuse. Written with its
    /// audit entry and what the operators' register says of it. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// What `change` refuses; [`StoreError::Conflict`] when somebody wrote the settings at the same moment.
    pub async fn decide<E: From<StoreError>>(
        &self,
        by: AuditActor,
        what: &'static str,
        now: Timestamp,
        change: impl Fn(&mut Standing) -> Result<(), E>,
    ) -> Result<Standing, E> {
        let stored = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
        let mut standing = stored.standing.clone();
        change(&mut standing)?;
        let act =
            Act { by, what, about: self.id().to_string(), before: json!(stored.standing), after: json!(standing) };
        let known = self.store().subscription(self.id()).await?;
        let entry = match known {
            Some(known) => known,
            None => Subscription::of(&self.settings, now),
        };
        let entry = Subscription { standing: standing.clone(), since: now, ..entry };
        let condition = Condition::Version(stored.version);
        let stored = StoredSettings { standing: standing.clone(), version: stored.version + 1, ..stored };
        let operators = Subscription::tenant();
        let written = self
            .commit_act(&act, now, |writes| {
                writes.put(&stored, condition.clone()).put_for(&operators, &entry, Condition::Any)
            })
            .await;
        self.store().forget_settings(self.id());
        written?;
        Ok(standing)
    }
}
