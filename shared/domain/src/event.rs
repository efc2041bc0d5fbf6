//! The history of a report: one entry per change, never edited.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AccountId, CloseReason, EventId, Note, PhotoId, ReportId, Status};

/// Who did something, as the commune's own records hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Who sent the report.
    Reporter(AccountId),
    /// Another resident.
    Resident(AccountId),
    /// An agent of the commune.
    Staff {
        /// Their account.
        account: AccountId,
        /// Their name, for colleagues only.
        name: String,
    },
    /// A resident whose account was erased.
    FormerResident,
    /// The platform itself: a deadline passed.
    System,
}

impl Actor {
    /// The account that acted and therefore gets no notice of it.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Actor::Reporter(account) | Actor::Resident(account) | Actor::Staff { account, .. } => Some(*account),
            Actor::FormerResident | Actor::System => None,
        }
    }
}

/// One entry of a report's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Newer events sort later.
    pub id: EventId,
    /// The report it happened to.
    pub report: ReportId,
    /// The report's version after it.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// What happened.
    pub what: What,
    /// Words for residents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_note: Option<Note>,
    /// Words for colleagues; never reach a resident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal_note: Option<Note>,
    /// The report's status after it.
    pub status: Status,
    /// Photos that came with it.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
    /// Whether another resident who wrote it was an ambassador then and wanted it to say so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ambassador: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    /// The report reached the commune.
    Received,
    /// It went from one status to another.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
        /// The date, when scheduled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scheduled_for: Option<Date>,
        /// The reason, when closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        close_reason: Option<CloseReason>,
        /// The original, when closed as a duplicate.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duplicate_of: Option<ReportId>,
    },
    /// Somebody wrote something for everybody who may see the report.
    Commented,
    /// Somebody wrote something for colleagues.
    InternalNote,
    /// Its reporter took it back.
    Withdrawn,
}

/// An entry as residents see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublicEvent {
    /// The same id as the entry's.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// By whom, without a name.
    pub actor: PublicActor,
    /// What happened.
    pub what: What,
    /// Words for residents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// The report's status after it.
    pub status: Status,
    /// Photos that came with it.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
}

/// Who did something, as residents see it: no account, no agent's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PublicActor {
    /// Who sent the report.
    Reporter,
    /// Another resident.
    Resident {
        /// Whether they wrote it as an ambassador of the commune and wanted it to say so; absent if not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        ambassador: bool,
    },
    /// A resident whose account was erased.
    FormerResident,
    /// The commune.
    Staff {
        /// The name of the service that treats the report.
        service: String,
    },
    /// The platform.
    System,
}

impl Event {
    /// Whether residents must not even learn that it happened.
    pub fn is_internal(&self) -> bool {
        self.what == What::InternalNote
    }

    /// Whether this resident did it. What somebody did as staff is the commune's.
    pub fn is_by_resident(&self, account: AccountId) -> bool {
        matches!(self.actor, Actor::Reporter(by) | Actor::Resident(by) if by == account)
    }

    /// The same entry by nobody in particular, if a resident made it; what staff did stays the commune's.
    #[must_use]
    pub fn without_resident(self) -> Event {
        match self.actor {
            Actor::Reporter(_) | Actor::Resident(_) => {
                Event { actor: Actor::FormerResident, ambassador: false, ..self }
            }
            _ => self,
        }
    }

    /// What residents see of it, signed with the name of the commune's service; nothing, if it is internal.
    pub fn for_public(&self, service_name: &str) -> Option<PublicEvent> {
        if self.is_internal() {
            return None;
        }
        let actor = match &self.actor {
            Actor::Reporter(_) => PublicActor::Reporter,
            Actor::Resident(_) => PublicActor::Resident { ambassador: self.ambassador },
            Actor::FormerResident => PublicActor::FormerResident,
            Actor::Staff { .. } => PublicActor::Staff { service: service_name.to_owned() },
            Actor::System => PublicActor::System,
        };
        Some(PublicEvent {
            id: self.id,
            at: self.at,
            actor,
            what: self.what.clone(),
            note: self.public_note.clone(),
            status: self.status,
            photos: self.photos.clone(),
        })
    }
}
