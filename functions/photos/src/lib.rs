

use parvis_edge::Function;

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![]
}
