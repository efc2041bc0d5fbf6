//! Days as French administrations count them: calendar or working days, in Paris, without public holidays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// By when something is meant to be done, counted from the day after it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// How many days, at most 730.
    #[schemars(range(max = 730))]
    pub days: u16,
    /// Which days count.
    pub calendar: DayCount,
}

/// Which days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Every day.
    Calendar,
    /// Monday to Friday but for public holidays (jours ouvrés).
    Working,
}
