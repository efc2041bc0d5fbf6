//! The functions of the `identity` domain.

use parvis_edge::Function;

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![]
}
