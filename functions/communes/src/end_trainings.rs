//! Schedule: removes what trainings made, slice by slice, in communes that ordered it; then they are in draft.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{Attributes, commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{StoreError, Wipe, watch};

/// Trainings looked at in one run and shard.
const BATCH: u32 = 10;
/// No slice is begun later in a run; one takes seconds.
const BUDGET: Duration = Duration::from_secs(200);

/// See the module.
pub struct EndTrainings;

impl ScheduledWorker for EndTrainings {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Removes what was made in trainings that ended";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::SCAN,
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::DELETE,
        Grant::DELETE_INCOMING,
        Grant::DELETE_PHOTO,
        Grant::DELETE_ENDPOINT,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many trainings ended. One that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        let (mut done, mut failed) = (0, 0);
        for shard in 0..DUE_SHARDS {
            for item in cx.store.due(DueTask::Wipe, shard, cx.now(), BATCH, None).await?.items {
                match wiped(cx, item, until).await {
                    Ok(ended) => done += usize::from(ended),
                    // Another run, or an administrator, wrote at the same moment; it is due still.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => {
                        tracing::error!(%error, "a training was not wiped any further");
                        failed += 1;
                    }
                }
            }
        }
        if failed > 0 { Err(Failure(format!("{failed} trainings were not wiped any further"))) } else { Ok(done) }
    }
}

/// One walk, or as much of it as there is time for; whether the training has ended.
async fn wiped(cx: &Cx, item: Attributes, until: Instant) -> Result<bool, StoreError> {
    let commune = commune_of(&item).ok_or_else(|| StoreError::Defect("a wipe without its commune".to_owned()))?;
    let mut wipe: Wipe = from_attributes(item)?;
    watch::relied_on(Grant::GET);
    let commune = match cx.store.commune(&commune).await {
        Ok(commune) => commune,
        // It left the platform; what is left of it goes with it.
        Err(StoreError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
    while Instant::now() < until {
        match commune.wipe_slice(wipe, cx.now()).await? {
            None => return Ok(true),
            Some(next) if next.goes_on() => wipe = next,
            Some(_) => return Ok(false),
        }
    }
    Ok(false)
}
