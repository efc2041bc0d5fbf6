//! The report: what a resident sent, and what has become of it.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    AccountId, Answers, CategoryId, CloseReason, Contact, Description, EventId, Kind, Language, PhotoId, Place,
    ReportId, ServiceId, Status, Visibility, ZoneId,
};

/// How many photos a report or a change may carry.
pub const MAX_PHOTOS: usize = 6;

/// One report of one commune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Made when it was sent; newer reports sort later.
    pub id: ReportId,
    /// 1 at creation, 1 more with every change; two writers that race are told apart by it.
    pub version: u32,
    /// What it is.
    pub kind: Kind,
    /// What it is about; a problem always has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// Who treats it.
    pub service: ServiceId,
    /// The part of the commune its place is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// Where it stands.
    pub status: Status,
    /// Why it is closed; only while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_reason: Option<CloseReason>,
    /// Who may see it once it is with the commune.
    pub visibility: Visibility,
    /// What the resident wrote.
    pub description: Description,
    /// To the questions of its category.
    #[serde(default)]
    pub answers: Answers,
    /// Where; a problem and an observation always have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// As sent.
    #[serde(default)]
    pub photos: Vec<PhotoId>,
    /// Of the solved problem.
    #[serde(default)]
    pub after_photos: Vec<PhotoId>,
    /// Its first follower; nobody, if the commune allows reports without a contact or while it is unconfirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<AccountId>,
    /// Where the code went; only while unconfirmed, then forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_contact: Option<Contact>,
    /// Of the sender.
    #[serde(default)]
    pub language: Language,
    /// When it was sent.
    pub created: Timestamp,
    /// When it last changed.
    pub updated: Timestamp,
    /// By when the commune means to have solved it; frozen at creation, moved only by pauses for the reporter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Date>,
    /// For when works are planned; only while scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Date>,
    /// Since when the reporter is asked for more; only while awaiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaiting_since: Option<Timestamp>,
    /// When it was resolved; while resolved or asked to be reopened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// The report that told it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ReportId>,
    /// How many reports are duplicates of this one.
    #[serde(default)]
    pub duplicates: u32,
    /// How many accounts follow it.
    #[serde(default)]
    pub followers: u32,
    /// When it was made anonymous for its age: who sent it and its pictures are gone, and contacts from its texts. Not once it
    /// was changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous: Option<Timestamp>,
    /// The newest entry of its history; none while unconfirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<EventId>,
}

/// What a resident or guest sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// What it is; the commune switches kinds on and off.
    pub kind: Kind,
    /// What it is about; required for a problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// In the resident's words.
    pub description: Description,
    /// To the questions of the category.
    #[serde(default)]
    pub answers: Answers,
    /// Where; required for a problem and an observation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Uploaded before; at most 6.
    #[serde(default)]
    #[schemars(length(max = 6))]
    pub photos: Vec<PhotoRef>,
    /// A guest's; ignored when the sender is signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// In which the sender wants to be told.
    #[serde(default)]
    pub language: Language,
}

/// A photo that was uploaded, with the proof that it is the sender's where the sender has no account yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoRef {
    /// The photo.
    pub id: PhotoId,
    /// What the upload answered to a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
}
