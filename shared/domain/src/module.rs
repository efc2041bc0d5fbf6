//! The modules that a commune picks.
//!
//! A module is for beginning something: sending a report, opening the map. What was begun stays whole when its module is
//! switched off later: a report is read, answered and followed to its end, and whoever spoke up hears back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that a commune switches on or off. Those that are not built yet cannot be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// Residents send reports; which kinds is a setting of its own.
    Reports,
    /// Everybody sees published reports on a map.
    Map,
    /// Everybody is warned of dangers.
    Alerts,
}

impl Module {
    /// Every module, which is also what a commune has that never chose.
    pub const ALL: [Module; 3] = [Module::Reports, Module::Map, Module::Alerts];

    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Module::Reports => "reports",
            Module::Map => "map",
            Module::Alerts => "alerts",
        }
    }
}
