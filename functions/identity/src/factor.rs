//! Why a second factor is not taken, as a problem.

use parvis_edge::{Code, Problem};
use parvis_store::FactorRefused;

/// The problem to answer.
pub(crate) fn refused(refused: FactorRefused) -> Problem {
    let detail = refused.to_string();
    match refused {
        FactorRefused::NotEnrolled => Problem::new(Code::FactorMissing, detail),
        FactorRefused::Enrolled => Problem::new(Code::FactorRegistered, detail),
        FactorRefused::Wrong { .. } | FactorRefused::Used => Problem::new(Code::CodeRefused, detail),
        FactorRefused::Locked { seconds } => Problem::new(Code::TooManyRequests, detail).retry_after(seconds),
        FactorRefused::NoSession => Problem::new(Code::Unauthenticated, detail),
        FactorRefused::Store(error) => error.into(),
    }
}
