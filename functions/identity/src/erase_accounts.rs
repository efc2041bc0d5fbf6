//! Takes the name of erased accounts off everything that stays, slice by slice.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::from_attributes;
use parvis_store::key::DueTask;
use parvis_store::{Commune, Erasure, StoreError};

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
        Grant::CHECK,
        Grant::DELETE_ENDPOINT,
        Grant::UNSUBSCRIBE,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many slices had something to do. An erasure that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_in_communes(cx, DueTask::Erasure, PAGE, until, "an erasure", |commune, item| async move {
            erase(cx, &commune, &from_attributes(item)?, until).await
        })
        .await
    }
}

async fn erase(cx: &Cx, commune: &Commune, erasure: &Erasure, until: Instant) -> Result<usize, StoreError> {
    let mut slices = 0;
    while Instant::now() < until {
        if commune.erase_slice(erasure.account, cx.now()).await? == 0 {
            commune.end_erasure(erasure, cx.now()).await?;
            break;
        }
        slices += 1;
    }
    Ok(slices)
}
