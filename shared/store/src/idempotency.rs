//! What was sent under an `Idempotency-Key`, so that sending it again does nothing again.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, AlertId, CommuneId, Contact, ReportId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;

/// How long a key is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A key that was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Idempotency {
    /// Digest of the key and of who used it; neither is kept.
    pub id: String,
    /// Digest of what was sent.
    pub content: String,
    /// What it made.
    #[serde(flatten)]
    pub made: Made,
    /// When.
    pub used: Timestamp,
    /// When an earlier use under the same key was, if that is long enough ago to be overwritten.
    pub replaces: Option<Timestamp>,
}

/// What was made, or written on, under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// A report.
    Report(ReportId),
    /// An alert.
    Alert(AlertId),
}

impl Item for Idempotency {
    const TYPE: &'static str = "idem";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement {
            expires: Some(self.expires()),
            version: Some(version(self.used)),
            ..Placement::at(key(commune, &self.id))
        }
    }
}

fn key(commune: &CommuneId, id: &str) -> Key {
    Key::new(commune, &["idem", id], "idem")
}

/// Tells two uses of a key apart.
fn version(used: Timestamp) -> u32 {
    u32::try_from(used.as_second()).unwrap_or_default()
}

impl Idempotency {
    /// Whether it is remembered no longer; DynamoDB removes late.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires() <= now
    }

    fn expires(&self) -> Timestamp {
        self.used.checked_add(REMEMBERED).unwrap_or(Timestamp::MAX)
    }

    /// What must hold for it to be written: nobody used the key, or only the use that it replaces.
    pub(crate) fn condition(&self) -> Condition {
        self.replaces.map_or(Condition::Absent, |used| Condition::Version(version(used)))
    }
}

impl Commune {
    /// The use of a key, if there is one: read it before anything is made. A key belongs to the account, the contact or,
    /// without either, to all guests of the commune: two people who choose the same key do not meet.
    pub async fn idempotency(&self, id: &str) -> Result<Option<Idempotency>, StoreError> {
        self.table().get(&key(self.id(), id)).await
    }

    /// The id under which a use of `key` is kept.
    pub fn idempotency_id(&self, account: Option<AccountId>, contact: Option<&Contact>, key: &str) -> String {
        let who = match (account, contact) {
            (Some(account), _) => format!("account:{account}"),
            (None, Some(contact)) => contact.key(),
            (None, None) => "guest".to_owned(),
        };
        self.store().seal.digest("idempotency", &format!("{}\n{who}\n{key}", self.id()))
    }

    /// The digest by which the same content is recognised.
    pub fn idempotency_content(&self, content: &str) -> String {
        self.store().seal.digest("idempotent content", content)
    }
}
