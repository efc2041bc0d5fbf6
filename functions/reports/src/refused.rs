//! What the rules refuse, as a problem.

use parvis_domain::{Refused, Report};
use parvis_edge::{Code, Problem};

/// The problem to answer when `report` does not take a step.
pub(crate) fn problem(refused: Refused, report: &Report) -> Problem {
    match refused {
        Refused::NotAllowed { from, to } => {
            let possible: Vec<&str> = from.possible(report.kind).into_iter().map(|s| s.as_str()).collect();
            let possible = match possible.as_slice() {
                [] => "nothing".to_owned(),
                some => some.join(", "),
            };
            let (from, to) = (from.as_str(), to.as_str());
            let detail = format!("a report that is {from} cannot become {to}; possible from here: {possible}");
            Problem::new(Code::StepRefused, detail)
        }
        Refused::Invalid(all) => all.into(),
        Refused::NotYours => Problem::new(Code::Forbidden, refused.to_string()),
        Refused::TooLate { .. } => Problem::new(Code::TooLate, refused.to_string()),
    }
}
