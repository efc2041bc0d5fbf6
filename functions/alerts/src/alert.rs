//! Alerts as they are read, and who among the staff may send them.

use jiff::Timestamp;
use parvis_domain::{Alert, AlertCategory, AlertId, Channel, EventId, Headline, Note, Severity};
use parvis_edge::{Code, Problem, SignedIn, Staff};
use parvis_store::{Commune, NoticeKey, NoticeState, Role, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which alert.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AlertPath {
    /// The alert.
    pub(crate) alert: AlertId,
}

/// An alert.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AlertView {
    /// Its id.
    id: AlertId,
    /// What kind of danger.
    category: AlertCategory,
    /// How bad it may get.
    severity: Severity,
    /// What happens, in one line.
    headline: Headline,
    /// What is known.
    description: Note,
    /// What people should do.
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<Note>,
    /// When it was sent.
    sent: Timestamp,
    /// Until when it is in force, unless it is ended before.
    expires: Timestamp,
    /// Whether it is in force now.
    in_force: bool,
    /// The all-clear; absent unless it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<EndView>,
    /// For staff, where one alert is read: what became of its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
}

/// An all-clear.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndView {
    /// When it was given.
    at: Timestamp,
    /// Words that go with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    /// For staff, where one alert is read: what became of its message.
    #[serde(skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
}

/// What became of the message to everybody's app.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub(crate) struct Told {
    /// Whether it is out.
    state: ToldState,
    /// When that was decided; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
}

/// Whether a message is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToldState {
    /// It goes out as soon as it can.
    Waiting,
    /// It is with the push services.
    Sent,
    /// It was not sent, and will not be: the commune trains, or the alert was over first.
    NotSent,
    /// It will not be sent again, and nobody knows whether it went out: the push services did not answer.
    Unsure,
}

impl AlertView {
    /// As anybody reads it.
    pub(crate) fn of(alert: Alert, now: Timestamp) -> AlertView {
        AlertView {
            in_force: alert.is_in_force(now),
            id: alert.id,
            category: alert.category,
            severity: alert.severity,
            headline: alert.headline,
            description: alert.description,
            instruction: alert.instruction,
            sent: alert.sent,
            expires: alert.expires,
            ended: alert.ended.map(|end| EndView { at: end.at, note: end.note, told: None }),
            told: None,
        }
    }

    /// As staff read it. Grant: `GET`.
    pub(crate) async fn for_staff(commune: &Commune, alert: Alert, now: Timestamp) -> Result<AlertView, StoreError> {
        let sent = told(commune, alert.event).await?;
        let end_told = match &alert.ended {
            Some(end) => told(commune, end.event).await?,
            None => None,
        };
        let view = AlertView::of(alert, now);
        Ok(AlertView { told: sent, ended: view.ended.map(|end| EndView { told: end_told, ..end }), ..view })
    }
}

/// What the ledger says; nothing of what it has forgotten after 90 days.
async fn told(commune: &Commune, event: EventId) -> Result<Option<Told>, StoreError> {
    let notice = commune.notice(&NoticeKey::to_everybody(event, Channel::Push)).await?;
    Ok(notice.map(|notice| match notice.state {
        NoticeState::Planned | NoticeState::Sending { .. } => Told { state: ToldState::Waiting, at: None },
        NoticeState::Sent { at, .. } => Told { state: ToldState::Sent, at: Some(at) },
        NoticeState::Dropped { at, .. } if notice.doubts > 0 => Told { state: ToldState::Unsure, at: Some(at) },
        NoticeState::Dropped { at, .. } => Told { state: ToldState::NotSent, at: Some(at) },
    }))
}

/// Whether the caller is staff now, with their second factor passed. Grant: `GET`.
pub(crate) async fn is_staff(commune: &Commune, account: Option<&SignedIn>) -> Result<bool, StoreError> {
    match account.filter(|account| account.role_in_force() != Role::Resident) {
        Some(account) => Ok(commune.staff_member(account.id).await?.is_some()),
        None => Ok(false),
    }
}

/// Lets administrators and elected members pass: to warn the population is the mayor's (CGCT, L. 2212-2).
pub(crate) fn may_alert(caller: &Staff) -> Result<(), Problem> {
    match caller.member.role {
        Role::Administrator | Role::ElectedMember => Ok(()),
        _ => Err(Problem::new(Code::Forbidden, "this is for the commune's administrators and elected members")),
    }
}
