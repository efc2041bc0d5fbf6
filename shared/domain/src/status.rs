//! The state of a report, and the one table of which state may follow which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Kind;

/// The state of a report. Visibility and assignment are fields, never statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The guest's contact is not verified yet; never published.
    Unconfirmed,
    /// With the commune.
    Received,
    /// Somebody is looking into it.
    UnderReview,
    /// Somebody is working on it.
    InProgress,
    /// Has a date.
    Scheduled,
    /// The commune asked the reporter for more; ends by itself after 5 days.
    AwaitingReporter,
    /// With a third party: département, operator.
    Forwarded,
    /// Done.
    Resolved,
    /// Ended without being done, for a reason.
    Closed,
    /// The reporter is not content; staff decide.
    ReopenRequested,
    /// Open again.
    Reopened,
    /// Never confirmed in time; never published.
    Expired,
}

/// Open or closed, for counters and for software that knows no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusGroup {
    /// The commune still has something to do.
    Open,
    /// It has not.
    Closed,
}

impl Status {
    /// Every status, in the order of the table.
    pub const ALL: [Status; 12] = [
        Status::Unconfirmed,
        Status::Received,
        Status::UnderReview,
        Status::InProgress,
        Status::Scheduled,
        Status::AwaitingReporter,
        Status::Forwarded,
        Status::Resolved,
        Status::Closed,
        Status::ReopenRequested,
        Status::Reopened,
        Status::Expired,
    ];

    /// As on the wire and in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unconfirmed => "unconfirmed",
            Status::Received => "received",
            Status::UnderReview => "under_review",
            Status::InProgress => "in_progress",
            Status::Scheduled => "scheduled",
            Status::AwaitingReporter => "awaiting_reporter",
            Status::Forwarded => "forwarded",
            Status::Resolved => "resolved",
            Status::Closed => "closed",
            Status::ReopenRequested => "reopen_requested",
            Status::Reopened => "reopened",
            Status::Expired => "expired",
        }
    }

    /// Whether a report of this kind may go from this status to `to`: the table below, less what the kind rules out.
    ///
    /// | kind | never becomes |
    /// |---|---|
    /// | `problem`, `idea`, `observation` | — |
    /// | `question`, `opinion` | `scheduled`: an answer has no date of works |
    /// | `praise` | `scheduled`, `in_progress`, `awaiting_reporter`, `forwarded`: it is answered, nothing is done about it |
    pub fn may_become(self, kind: Kind, to: Status) -> bool {
        self.followers().contains(&to) && !ruled_out(kind).contains(&to)
    }

    /// Every status a report of this kind may go to from here, in the order of the table.
    pub fn possible(self, kind: Kind) -> Vec<Status> {
        Self::ALL.into_iter().filter(|to| self.may_become(kind, *to)).collect()
    }

    /// The table of transitions, before the kind is looked at.
    fn followers(self) -> &'static [Status] {
        use Status::*;
        match self {
            Unconfirmed => &[Received, Expired],
            Received | Reopened => &[UnderReview, InProgress, Scheduled, AwaitingReporter, Forwarded, Resolved, Closed],
            UnderReview => &[InProgress, Received, Scheduled, AwaitingReporter, Forwarded, Resolved, Closed],
            InProgress => &[UnderReview, Received, Scheduled, AwaitingReporter, Forwarded, Resolved, Closed],
            Scheduled => &[InProgress, Received, AwaitingReporter, Resolved, Closed],
            AwaitingReporter => &[UnderReview, Closed],
            Forwarded => &[UnderReview, Resolved, Closed],
            Resolved => &[ReopenRequested, Status::Reopened],
            ReopenRequested => &[Status::Reopened, Resolved, Closed],
            Closed => &[Status::Reopened],
            Expired => &[],
        }
    }

    /// Whether the commune still has something to do. An unconfirmed report is not with the commune yet.
    pub fn is_open(self) -> bool {
        self.group() == StatusGroup::Open
    }

    /// Open or closed; what is not published at all counts as closed.
    pub fn group(self) -> StatusGroup {
        match self {
            Status::Resolved | Status::Closed | Status::Unconfirmed | Status::Expired => StatusGroup::Closed,
            _ => StatusGroup::Open,
        }
    }

    /// Whether the commune has it: anything but unconfirmed and expired, which nobody but their sender may see.
    pub fn is_with_commune(self) -> bool {
        !matches!(self, Status::Unconfirmed | Status::Expired)
    }
}

fn ruled_out(kind: Kind) -> &'static [Status] {
    match kind {
        Kind::Problem | Kind::Idea | Kind::Observation => &[],
        Kind::Question | Kind::Opinion => &[Status::Scheduled],
        Kind::Praise => &[Status::Scheduled, Status::InProgress, Status::AwaitingReporter, Status::Forwarded],
    }
}

/// Why a report was closed without being resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The commune will not act.
    NoAction,
    /// Not the commune's to solve.
    NotResponsible,
    /// Reported before; demands the original or a public note.
    Duplicate,
    /// Not a report: test, insult, nonsense.
    Invalid,
    /// Taken back by its reporter.
    Withdrawn,
}

/// Who may see a report that is with the commune.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Waits for staff to publish it.
    Pending,
    /// Everybody.
    #[default]
    Public,
    /// Its reporter and staff.
    Private,
    /// Staff only: taken down.
    Hidden,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The product's table as a matrix: one row per status it starts from, columns in the same order.
    /// `x` for every kind, `w` where something is worked on (not praise), `d` where a date makes sense
    /// (problem, idea, observation), `.` never.
    const MATRIX: &str = "
                          u r u i s a f r c r r e
        unconfirmed       . x . . . . . . . . . x
        received          . . x w d w w x x . . .
        under_review      . x . w d w w x x . . .
        in_progress       . x x . d w w x x . . .
        scheduled         . x . w . w . x x . . .
        awaiting_reporter . . x . . . . . x . . .
        forwarded         . . x . . . . x x . . .
        resolved          . . . . . . . . . x x .
        closed            . . . . . . . . . . x .
        reopen_requested  . . . . . . . x x . x .
        reopened          . . x w d w w x x . . .
        expired           . . . . . . . . . . . .";

    #[test]
    fn every_pair_of_statuses_is_as_the_table_says_for_every_kind() {
        let rows: Vec<Vec<&str>> = MATRIX.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows.len(), 12);
        // `closed` and `expired` of the matrix are found by name, not by place.
        for row in rows {
            let from = Status::ALL.into_iter().find(|s| s.as_str() == row[0]).unwrap();
            assert_eq!(row.len(), 13, "{from:?}");
            for (to, cell) in Status::ALL.into_iter().zip(&row[1..]) {
                for kind in Kind::ALL {
                    let expected = match *cell {
                        "x" => true,
                        "w" => kind != Kind::Praise,
                        "d" => matches!(kind, Kind::Problem | Kind::Idea | Kind::Observation),
                        _ => false,
                    };
                    assert_eq!(from.may_become(kind, to), expected, "{kind:?}: {from:?} -> {to:?}");
                }
            }
        }
    }

    #[test]
    fn no_kind_can_get_stuck_before_an_end() {
        for kind in Kind::ALL {
            for from in Status::ALL.into_iter().filter(|s| s.is_open()) {
                assert!(from.may_become(kind, Status::Closed), "{kind:?} {from:?}");
            }
        }
    }

    #[test]
    fn statuses_are_on_the_wire_as_in_keys() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }

    #[test]
    fn unconfirmed_and_expired_are_never_open_nor_with_the_commune() {
        for status in [Status::Unconfirmed, Status::Expired] {
            assert!(!status.is_open() && !status.is_with_commune());
        }
        let open: Vec<_> = Status::ALL.into_iter().filter(|s| s.is_open()).map(Status::as_str).collect();
        assert_eq!(
            open,
            [
                "received",
                "under_review",
                "in_progress",
                "scheduled",
                "awaiting_reporter",
                "forwarded",
                "reopen_requested",
                "reopened"
            ]
        );
    }
}
