//! The functions of the `communes` domain: what a commune tells everybody about itself.

pub mod get_commune;

use parvis_edge::{Function, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![endpoint::<get_commune::GetCommune>()]
}
