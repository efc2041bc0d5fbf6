//! Ambassadors as administrators see them.

use jiff::Timestamp;
use parvis_domain::{AccountId, ZoneId};
use parvis_store::Ambassador;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A resident who sees how their zones take to it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AmbassadorView {
    /// The account.
    account: AccountId,
    /// What they see.
    zones: Vec<ZoneId>,
    /// Since when, or when their zones changed.
    since: Timestamp,
}

impl From<Ambassador> for AmbassadorView {
    fn from(ambassador: Ambassador) -> AmbassadorView {
        let Ambassador { account, zones, since, .. } = ambassador;
        AmbassadorView { account, zones, since }
    }
}

/// Which account.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AmbassadorPath {
    /// The account's id.
    pub(crate) account: AccountId,
}
