//! What the rules refuse, as a problem.

use parvis_domain::{Refused, Report};
use parvis_edge::{Code, Problem};

/// The problem to answer when `report` does not take a step.
pub(crate) fn problem(refused: Refused, report: &Report) -> Problem {
    match refused {
        Refused::NotAllowed { from, .. } => {
            let possible: Vec<&str> = from.possible(report.kind).into_iter().map(|s| s.as_str()).collect();
            let possible = match possible.as_slice() {
                [] => "nothing".to_owned(),
                some => some.join(", "),
            };
            Problem::new(Code::Conflict, format!("{refused}; possible from here: {possible}"))
        }
        Refused::Invalid(all) => all.into(),
        Refused::NotYours => Problem::new(Code::Forbidden, refused.to_string()),
        Refused::TooLate { .. } => Problem::new(Code::Conflict, refused.to_string()),
    }
}
