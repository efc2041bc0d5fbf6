//! Takes the name of erased accounts off everything that stays, slice by slice.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{Attributes, commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{Erasure, StoreError, watch};

/// Erasures read at a time.
const PAGE: u32 = 25;
/// No slice is begun later in a run; one takes seconds.
const BUDGET: Duration = Duration::from_secs(200);

/// See the module.
pub struct EraseAccounts;

impl ScheduledWorker for EraseAccounts {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Take the name of erased accounts off reports, comments, photos and notices";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::QUERY_AUTHOR,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::DELETE_ENDPOINT,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many slices had something to do. An erasure that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        let (mut slices, mut failed) = (0, 0);
        for shard in 0..DUE_SHARDS {
            let mut start = None;
            while Instant::now() < until {
                let page = cx.store.due(DueTask::Erasure, shard, cx.now(), PAGE, start).await?;
                for item in page.items {
                    match erase(cx, item, until).await {
                        Ok(done) => slices += done,
                        Err(error) => {
                            tracing::error!(%error, "an erasure did not go on");
                            failed += 1;
                        }
                    }
                }
                start = page.next;
                if start.is_none() {
                    break;
                }
            }
        }
        if failed > 0 { Err(Failure(format!("{failed} erasures did not go on"))) } else { Ok(slices) }
    }
}

async fn erase(cx: &Cx, item: Attributes, until: Instant) -> Result<usize, StoreError> {
    let commune = commune_of(&item).ok_or_else(|| StoreError::Defect("an erasure without its commune".to_owned()))?;
    let erasure: Erasure = from_attributes(item)?;
    watch::relied_on(Grant::GET);
    let commune = match cx.store.commune(&commune).await {
        Ok(commune) => commune,
        // It left the platform; what is left of it goes with it.
        Err(StoreError::NotFound) => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut slices = 0;
    while Instant::now() < until {
        if commune.erase_slice(erasure.account, cx.now()).await? == 0 {
            commune.end_erasure(&erasure, cx.now()).await?;
            break;
        }
        slices += 1;
    }
    Ok(slices)
}
