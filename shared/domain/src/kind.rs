//! What a report is about, which picks its fields and the steps that make sense for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a resident sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is broken or dirty in public space; has a category and a place.
    Problem,
    /// A suggestion.
    Idea,
    /// A question to a service or an elected member.
    Question,
    /// A view on something.
    Opinion,
    /// Thanks for something well done.
    Praise,
    /// Something seen, such as an animal or a plant; has a place.
    Observation,
}

impl Kind {
    /// Every kind, in the order in which residents are offered them.
    pub const ALL: [Kind; 6] =
        [Kind::Problem, Kind::Idea, Kind::Question, Kind::Opinion, Kind::Praise, Kind::Observation];

    /// As on the wire and in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Problem => "problem",
            Kind::Idea => "idea",
            Kind::Question => "question",
            Kind::Opinion => "opinion",
            Kind::Praise => "praise",
            Kind::Observation => "observation",
        }
    }

    /// Whether a report of this kind makes no sense without a place.
    pub fn needs_place(self) -> bool {
        matches!(self, Kind::Problem | Kind::Observation)
    }

    /// Whether a report of this kind makes no sense without a category.
    pub fn needs_category(self) -> bool {
        self == Kind::Problem
    }
}
