//! Danger alerts: what a commune tells everybody at once. Names and values are those of the Common Alerting Protocol 1.2
//! (OASIS), so that an alert can be handed on as one.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AlertId, EventId, Headline, Invalid, Note};

/// How long an alert is in force unless its sender says otherwise.
const DEFAULT_LIFE: SignedDuration = SignedDuration::from_hours(24);
/// An alert that holds longer is no alert any more, and is sent again.
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What kind of danger (CAP `category`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertCategory {
    /// Flood, landslide, earthquake.
    Geo,
    /// Storm, heat, snow.
    Met,
    /// General emergency and public safety.
    Safety,
    /// Law enforcement, terrorism.
    Security,
    /// Rescue and recovery.
    Rescue,
    /// Fire suppression and rescue.
    Fire,
    /// Medical and public health: drinking water, an epidemic.
    Health,
    /// Pollution and other environmental.
    Env,
    /// Public and private transportation.
    Transport,
    /// Utilities, telecommunication and other infrastructure: a power cut.
    Infra,
    /// Chemical, biological, radiological, nuclear or explosive.
    Cbrne,
    /// Anything else.
    Other,
}

/// How bad it may get (CAP `severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Extraordinary threat to life or property.
    Extreme,
    /// Significant threat to life or property.
    Severe,
    /// Possible threat to life or property.
    Moderate,
    /// Minimal threat to life or property.
    Minor,
    /// Nobody knows yet.
    Unknown,
}

/// An alert to send.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAlert {
    /// What kind of danger.
    pub category: AlertCategory,
    /// How bad it may get.
    pub severity: Severity,
    /// What happens, and where, in one line: the first that anybody reads.
    pub headline: Headline,
    /// What is known.
    pub description: Note,
    /// What people should do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Note>,
    /// Until when it is in force: at most 7 days from now, 24 hours from now unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// An alert as it was sent. It is never edited: what was wrong is ended, and said anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Newer alerts sort later.
    pub id: AlertId,
    /// That it was sent.
    pub event: EventId,
    /// When.
    pub sent: Timestamp,
    /// What kind of danger.
    pub category: AlertCategory,
    /// How bad it may get.
    pub severity: Severity,
    /// What happens, in one line.
    pub headline: Headline,
    /// What is known.
    pub description: Note,
    /// What people should do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Note>,
    /// Until when it is in force.
    pub expires: Timestamp,
    /// That it was ended before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<AlertEnd>,
}

/// The all-clear (CAP `msgType` `Cancel`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertEnd {
    /// That it was ended.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// Words that go with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// Why an alert cannot be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEnded {
    /// Somebody ended it.
    Already(Timestamp),
    /// It is over by itself.
    Expired(Timestamp),
}

impl Alert {
    /// An alert that is sent now.
    ///
    /// # Errors
    /// `expires`, when it is past or too far away.
    pub fn send(new: NewAlert, now: Timestamp) -> Result<Alert, Invalid> {
        let expires = match new.expires {
            None => now.saturating_add(DEFAULT_LIFE).unwrap_or(Timestamp::MAX),
            Some(expires) if expires > now && now.duration_until(expires) <= LONGEST_LIFE => expires,
            Some(expires) => {
                let detail = format!("expires is {expires}; it must be after {now:.0} and at most 7 days from now");
                return Err(Invalid::new("expires", "out_of_range", detail));
            }
        };
        Ok(Alert {
            id: AlertId::new(now),
            event: EventId::new(now),
            sent: now,
            category: new.category,
            severity: new.severity,
            headline: new.headline,
            description: new.description,
            instruction: new.instruction,
            expires,
            ended: None,
        })
    }

    /// The same alert with its all-clear.
    ///
    /// # Errors
    /// Why it is over already.
    pub fn end(&self, note: Option<Note>, now: Timestamp) -> Result<(Alert, AlertEnd), NotEnded> {
        if let Some(ended) = &self.ended {
            return Err(NotEnded::Already(ended.at));
        }
        if self.expires <= now {
            return Err(NotEnded::Expired(self.expires));
        }
        let end = AlertEnd { event: EventId::new(now), at: now, note };
        Ok((Alert { ended: Some(end.clone()), ..self.clone() }, end))
    }

    /// Whether it is young enough to be in force still.
    pub fn may_be_in_force(&self, now: Timestamp) -> bool {
        self.sent.duration_until(now) <= LONGEST_LIFE
    }

    /// Whether it holds.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn flood(expires: Option<&str>) -> NewAlert {
        NewAlert {
            category: AlertCategory::Geo,
            severity: Severity::Severe,
            headline: "Crue de la Durance au gué des Lices".parse().expect("a headline"),
            description: "L’eau monte de 20 cm par heure.".parse().expect("a text"),
            instruction: None,
            expires: expires.map(at),
        }
    }

    #[test]
    fn an_alert_is_in_force_for_a_day_unless_its_sender_says_otherwise() {
        let now = at("2026-11-23T18:00:00Z");
        assert_eq!(Alert::send(flood(None), now).expect("sent").expires, at("2026-11-24T18:00:00Z"));
        let short = Alert::send(flood(Some("2026-11-23T20:00:00Z")), now).expect("sent");
        assert!(short.is_in_force(at("2026-11-23T19:59:59Z")) && !short.is_in_force(at("2026-11-23T20:00:00Z")));
        assert!(Alert::send(flood(Some("2026-11-30T18:00:00Z")), now).is_ok());
        for wrong in ["2026-11-23T18:00:00Z", "2026-11-22T18:00:00Z", "2026-11-30T18:00:01Z"] {
            let refused = Alert::send(flood(Some(wrong)), now).expect_err(wrong);
            assert_eq!((refused.field.as_str(), refused.code), ("expires", "out_of_range"));
            assert!(refused.detail.contains(wrong), "{}", refused.detail);
        }
    }

    #[test]
    fn an_alert_is_ended_once_and_not_after_its_time() {
        let sent = Alert::send(flood(None), at("2026-11-23T18:00:00Z")).expect("sent");
        let now = at("2026-11-23T19:00:00Z");
        let (ended, end) = sent.end(None, now).expect("ended");
        assert!(sent.is_in_force(now) && !ended.is_in_force(now));
        assert_eq!(ended.ended, Some(end.clone()));
        assert_ne!(end.event, sent.event);
        assert_eq!(ended.end(None, now), Err(NotEnded::Already(now)));
        assert_eq!(sent.end(None, sent.expires), Err(NotEnded::Expired(sent.expires)));
    }
}
