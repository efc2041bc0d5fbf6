//! Schedule: reports whose time is over. One that nobody confirmed within a day expires and its contact is forgotten; one
//! whose reporter did not answer within five days goes back under review.

use std::time::{Duration, Instant};

use parvis_domain::{Report, Status};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::from_attributes;
use parvis_store::key::DueTask;
use parvis_store::{Commune, StoreError};

/// Items read at a time.
const PAGE: u32 = 100;
/// Nothing is begun later in a run; the next one goes on.
const BUDGET: Duration = Duration::from_secs(240);

/// Ends what waited too long.
pub struct ExpireUnconfirmed;

impl ScheduledWorker for ExpireUnconfirmed {
    const EVERY_MINUTES: u32 = 5;
    const SUMMARY: &'static str = "Expires unconfirmed reports after a day and ends waiting for reporters after five";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY_DUE, Grant::PUT, Grant::UPDATE];

    /// One report that fails does not keep the others from being dealt with; the next run meets it again.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_in_communes(
            cx,
            DueTask::Report,
            PAGE,
            until,
            "a report whose time is over",
            |commune, item| async move { end(cx, &commune, from_attributes(item)?).await.map(usize::from) },
        )
        .await
    }
}

/// Returns whether it was still to be done.
async fn end(cx: &Cx, commune: &Commune, old: Report) -> Result<bool, StoreError> {
    // Nobody can confirm or answer while the commune is suspended, so nobody's time runs out.
    if commune.standing.is_read_only() {
        return Ok(false);
    }
    let (unconfirmed, resumed) = (old.status == Status::Unconfirmed, commune.standing.resumed);
    let ended = if unconfirmed { old.expire(resumed, cx.now()) } else { old.awaiting_timeout(resumed, cx.now()) };
    // The index may be a moment behind: a report that is not due any more refuses.
    let Ok((new, event)) = ended else { return Ok(false) };
    let written = if unconfirmed {
        commune.expire_report(&old, &new, &event).await
    } else {
        commune.change_report(&old, &new, &event, &[], None, None).await
    };
    match written {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict { item: 0 }) => Ok(false),
        Err(other) => Err(other),
    }
}
