//! A commune as operators see it.

use jiff::Timestamp;
use parvis_domain::{CommuneId, InseeCode};
use parvis_store::{Plan, Subscription};
use schemars::JsonSchema;
use serde::Serialize;

/// A commune that subscribed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SubscriptionView {
    /// As in paths; taken for good.
    id: CommuneId,
    /// Its name.
    name: String,
    /// In the national register.
    insee: InseeCode,
    /// The département's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    department: Option<String>,
    /// Residents, when it subscribed.
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<u32>,
    /// When it subscribed.
    subscribed: Timestamp,
    /// What can be done there.
    state: State,
    /// Since when it is so, or has its plan.
    since: Timestamp,
    /// Why it is suspended or leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When everything of it is removed, while it is leaving.
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves: Option<Timestamp>,
    /// What it pays for.
    plan: Plan,
}

/// What can be done in a commune.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Everything.
    Active,
    /// It can be read and not written.
    Suspended,
    /// The same, until it is removed.
    Leaving,
    /// Nothing is left of it.
    Removed,
}

impl From<Subscription> for SubscriptionView {
    fn from(entry: Subscription) -> SubscriptionView {
        let state = match &entry.standing {
            _ if entry.removed.is_some() => State::Removed,
            standing if standing.leaves.is_some() => State::Leaving,
            standing if standing.suspended.is_some() => State::Suspended,
            _ => State::Active,
        };
        SubscriptionView {
            id: entry.id,
            name: entry.name,
            insee: entry.insee,
            department: entry.department,
            population: entry.population,
            subscribed: entry.subscribed,
            state,
            since: entry.since,
            reason: entry.standing.reason,
            leaves: entry.standing.leaves,
            plan: entry.standing.plan,
        }
    }
}
