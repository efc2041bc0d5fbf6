//! What exists: every function of every domain, in one list.

use parvis_edge::Function;

/// Every function there is, in the order of their ids.
pub fn functions() -> Vec<Function> {
    let mut all = [
        parvis_platform::functions(),
        parvis_alerts::functions(),
        parvis_communes::functions(),
        parvis_identity::functions(),
        parvis_photos::functions(),
        parvis_reports::functions(),
        parvis_notices::functions(),
        parvis_operators::functions(),
        parvis_kit::functions(),
    ]
    .concat();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}
