//! Schedule: removes what trainings made, slice by slice, in communes that ordered it; then they are in draft.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::from_attributes;
use parvis_store::key::DueTask;
use parvis_store::{Commune, StoreError, Wipe};

/// Trainings read at a time.
const PAGE: u32 = 10;
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
        Grant::UNSUBSCRIBE,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many trainings ended. One that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_in_communes(cx, DueTask::Wipe, PAGE, until, "a training that ends", |commune, item| async move {
            match wiped(cx, &commune, from_attributes(item)?, until).await {
                // Another run, or an administrator, wrote at the same moment; it is due still.
                Err(StoreError::Conflict { .. }) => Ok(0),
                ended => ended.map(usize::from),
            }
        })
        .await
    }
}

/// One walk, or as much of it as there is time for; whether the training has ended.
async fn wiped(cx: &Cx, commune: &Commune, mut wipe: Wipe, until: Instant) -> Result<bool, StoreError> {
    while Instant::now() < until {
        match commune.wipe_slice(wipe, cx.now()).await? {
            None => return Ok(true),
            Some(next) if next.goes_on() => wipe = next,
            Some(_) => return Ok(false),
        }
    }
    Ok(false)
}
