//! How a commune launches, step by step: its phases, which may follow which, and whom a pilot takes reports from.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CategoryId, Invalid, NewReport, Note, Position, Settings, ZoneId};

/// How far a commune has launched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It is being set up: only its staff is let in, and nobody reports.
    Draft,
    /// Staff and whoever they invite try everything; no notice leaves to residents, and all of it is wiped at the end.
    Training,
    /// Some residents report, as [`Pilot`] says; everybody reads.
    Pilot,
    /// Everybody reports.
    #[default]
    Live,
    /// Everybody reads, nobody sends a new report.
    Paused,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Phase; 5] = [Phase::Draft, Phase::Training, Phase::Pilot, Phase::Live, Phase::Paused];

    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Training => "training",
            Phase::Pilot => "pilot",
            Phase::Live => "live",
            Phase::Paused => "paused",
        }
    }

    /// The phases that an administrator may choose after this one. None leads back to before the first resident reported:
    /// what is wiped at the end of a training is never theirs. Training ends by its wipe alone, which leads to `draft`.
    pub const fn next(self) -> &'static [Phase] {
        match self {
            Phase::Draft => &[Phase::Training, Phase::Pilot, Phase::Live],
            Phase::Training => &[],
            Phase::Pilot => &[Phase::Live, Phase::Paused],
            Phase::Live => &[Phase::Paused],
            Phase::Paused => &[Phase::Pilot, Phase::Live],
        }
    }

    /// Whether residents are not there yet.
    pub const fn is_before_residents(self) -> bool {
        matches!(self, Phase::Draft | Phase::Training)
    }
}

/// What an administrator decides about the launch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Launch {
    /// How far it is.
    pub phase: Phase,
    /// When everybody may report, as residents are told. The phase does not change by itself on that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch_on: Option<Date>,
    /// Whom the pilot takes reports from.
    #[serde(default)]
    pub pilot: Pilot,
    /// The commune's own words to whoever wants to report and cannot, yet or for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Note>,
}

/// Whom a pilot takes reports from, and about what: all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pilot {
    /// Only places in one of these zones; empty for the whole commune. A report without a place is in none.
    #[serde(default)]
    pub zones: Vec<ZoneId>,
    /// Only accounts that redeemed an invite code, or were there before the pilot began.
    #[serde(default)]
    pub invite_only: bool,
    /// Only these categories; empty for whatever there is. A report without a category is in none.
    #[serde(default)]
    pub categories: Vec<CategoryId>,
}

/// Why a report is not taken in this phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Nobody may report yet.
    NotYet,
    /// The pilot does not reach its place.
    Place,
    /// The pilot does not take its category.
    Category,
    /// The pilot takes reports of invited accounts.
    Invited,
    /// Nobody may report for now.
    Paused,
}

/// Whoever sends a report, as far as a pilot asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Staff: not bound by the mix of a pilot.
    Staff,
    /// An account that was invited, or was there before.
    Invited,
    /// Anybody else.
    Other,
}

impl Launch {
    /// Whether all that it names is there, and a pilot is one.
    ///
    /// # Errors
    /// Every rule that is broken.
    pub fn check(&self, settings: &Settings) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let Pilot { zones, invite_only, categories } = &self.pilot;
        let known = |id: &ZoneId| settings.zone(id).is_some_and(|zone| !zone.archived);
        wrong.extend(listed(zones, "pilot.zones", "zone", &settings.name, known));
        let known = |id: &CategoryId| settings.category(id).is_some_and(|category| !category.archived);
        wrong.extend(listed(categories, "pilot.categories", "category", &settings.name, known));
        if self.phase == Phase::Pilot && zones.is_empty() && categories.is_empty() && !invite_only {
            let detail = "a pilot needs zones, invite_only or categories; without any it would be live";
            wrong.push(Invalid::new("pilot", "pilot_without_limits", detail));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Why a new report is not taken now, if it is not.
    pub fn refuses(&self, settings: &Settings, new: &NewReport, sender: Sender) -> Option<NotTaken> {
        self.refuses_at(settings, new.category.as_ref(), new.place.as_ref().map(|place| &place.position), sender)
    }

    /// The same of a report as far as it decides on that.
    pub fn refuses_at(
        &self,
        settings: &Settings,
        category: Option<&CategoryId>,
        place: Option<&Position>,
        sender: Sender,
    ) -> Option<NotTaken> {
        match self.phase {
            Phase::Live => None,
            Phase::Training if sender != Sender::Other => None,
            Phase::Draft | Phase::Training => Some(NotTaken::NotYet),
            Phase::Paused => Some(NotTaken::Paused),
            Phase::Pilot if sender == Sender::Staff => None,
            Phase::Pilot => self.pilot.refuses(settings, category, place, sender),
        }
    }
}

impl Pilot {
    fn refuses(
        &self,
        settings: &Settings,
        category: Option<&CategoryId>,
        place: Option<&Position>,
        sender: Sender,
    ) -> Option<NotTaken> {
        if self.invite_only && sender != Sender::Invited {
            return Some(NotTaken::Invited);
        }
        if !self.categories.is_empty() && !category.is_some_and(|id| self.categories.contains(id)) {
            return Some(NotTaken::Category);
        }
        if self.zones.is_empty() {
            return None;
        }
        let inside = match place {
            None => false,
            // That it is outside the commune is said by the rule that says by how much.
            Some(place) if !settings.boundary.contains(place) => true,
            Some(place) => {
                let zones = self.zones.iter().filter_map(|id| settings.zone(id));
                zones.into_iter().any(|zone| !zone.archived && zone.boundary.contains(place))
            }
        };
        (!inside).then_some(NotTaken::Place)
    }
}

/// What is wrong with a list of ids of things that the commune has.
fn listed<Id: Ord + std::fmt::Display>(
    ids: &[Id],
    field: &str,
    what: &str,
    commune: &str,
    known: impl Fn(&Id) -> bool,
) -> Vec<Invalid> {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let field = format!("{field}.{at}");
        if !known(id) {
            wrong.push(Invalid::new(field, "unknown", format!("{commune} has no {what} {id} in use")));
        } else if !seen.insert(id) {
            wrong.push(Invalid::new(field, "twice", format!("the {what} {id} is there twice")));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phase_leads_back_to_before_residents_reported_and_none_but_the_wipe_out_of_training() {
        for phase in Phase::ALL {
            assert!(!phase.next().contains(&phase), "{phase:?} follows on itself without a change of phase");
            if !phase.is_before_residents() {
                assert!(!phase.next().iter().any(|next| next.is_before_residents()), "{phase:?} leads back");
            }
        }
        assert_eq!(Phase::Training.next(), []);
        assert_eq!(Phase::Draft.next(), [Phase::Training, Phase::Pilot, Phase::Live]);
        assert_eq!(Phase::Live.next(), [Phase::Paused]);
    }

    #[test]
    fn what_says_nothing_of_a_phase_is_live() {
        assert_eq!(Launch::default().phase, Phase::Live);
        let names: Vec<String> = Phase::ALL.iter().map(|p| serde_json::to_string(p).unwrap()).collect();
        assert_eq!(names, Phase::ALL.map(|p| format!("\"{}\"", p.as_str())));
    }
}
