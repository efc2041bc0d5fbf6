//! Command: counts a commune's reports again, for its map and its figures, from the reports themselves.

use parvis_domain::CommuneId;
use parvis_edge::{CommandWorker, Cx, Failure, Grant};
use serde::Deserialize;

/// Makes the counters of one commune from scratch.
pub struct RebuildCounters;

/// `{"commune": "aubignac-sur-arre"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rebuild {
    commune: CommuneId,
}

impl CommandWorker for RebuildCounters {
    const SUMMARY: &'static str = "Counts a commune's reports again, for its map and its figures";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::QUERY, Grant::QUERY_RECENCY, Grant::PUT, Grant::UPDATE, Grant::CHECK, Grant::DELETE];
    type Order = Rebuild;

    async fn run(cx: &Cx, order: Rebuild) -> Result<usize, Failure> {
        Ok(cx.store.commune(&order.commune).await?.rebuild_counters().await?)
    }
}
