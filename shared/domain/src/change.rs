//! What may be done to a report after it was sent, and what refuses it.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CloseReason, Invalid, Note, PhotoRef, ReportId, Status};

/// A change of status, as it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The new status.
    pub to: Status,
    /// Words for residents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Words for colleagues; staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal_note: Option<Note>,
    /// Required for `scheduled`, today in Paris or later; nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Date>,
    /// Required for `closed`; nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_reason: Option<CloseReason>,
    /// The original, for `closed` as `duplicate`, which demands it or a note; nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<ReportId>,
    /// At most 6; with `resolved` they are the photos of afterwards.
    #[serde(default)]
    #[schemars(length(max = 6))]
    pub photos: Vec<PhotoRef>,
}

/// A comment, as it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// What to say.
    pub text: Note,
    /// For colleagues only; staff only.
    #[serde(default)]
    pub internal: bool,
    /// At most 6.
    #[serde(default)]
    #[schemars(length(max = 6))]
    pub photos: Vec<PhotoRef>,
}

/// Why nothing was changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    /// The table does not know this step, or not from here, or not for this kind, or its time has not come.
    #[error("a report that is {} cannot become {}", from.as_str(), to.as_str())]
    NotAllowed {
        /// Where the report stands.
        from: Status,
        /// Where it should have gone.
        to: Status,
    },
    /// The step exists and what came with it does not fit.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Invalid>),
    /// The step exists and is not this actor's to take.
    #[error(
        "this step is not yours to take: staff treat reports, and only its reporter may withdraw one or ask to reopen it"
    )]
    NotYours,
    /// The step was this actor's to take until the deadline.
    #[error("this was possible until {deadline}")]
    TooLate {
        /// The last moment at which it was possible.
        deadline: Timestamp,
    },
}
