//! Schedule: reports whose time is over. One that nobody confirmed within a day expires and its contact is forgotten; one
//! whose reporter did not answer within five days goes back under review.

use parvis_domain::{Report, Status};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{Attributes, commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{StoreError, watch};

/// Items read at a time.
const PAGE: u32 = 100;

/// Ends what waited too long.
pub struct ExpireUnconfirmed;

impl ScheduledWorker for ExpireUnconfirmed {
    const EVERY_MINUTES: u32 = 5;
    const SUMMARY: &'static str = "Expires unconfirmed reports after a day and ends waiting for reporters after five";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY_DUE, Grant::PUT, Grant::UPDATE];

    /// One report that fails does not keep the others from being dealt with; the next run meets it again.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let (mut done, mut failed) = (0, 0);
        for shard in 0..DUE_SHARDS {
            let mut start = None;
            loop {
                let page = cx.store.due(DueTask::Report, shard, cx.now(), PAGE, start).await?;
                for item in page.items {
                    match end(cx, item).await {
                        Ok(true) => done += 1,
                        Ok(false) => {}
                        Err(error) => {
                            tracing::error!(%error, "a report that is due was not dealt with");
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
        if failed > 0 { Err(Failure(format!("{failed} reports were not dealt with, {done} were"))) } else { Ok(done) }
    }
}

/// Returns whether it was still to be done.
async fn end(cx: &Cx, item: Attributes) -> Result<bool, StoreError> {
    let commune = commune_of(&item).ok_or_else(|| StoreError::Defect("an item without its commune".to_owned()))?;
    let old: Report = from_attributes(item)?;
    watch::relied_on(Grant::GET);
    let commune = match cx.store.commune(&commune).await {
        Ok(commune) => commune,
        // It left the platform; what is left of it goes with it.
        Err(StoreError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
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
        commune.change_report(&old, &new, &event, &[], None).await
    };
    match written {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict { item: 0 }) => Ok(false),
        Err(other) => Err(other),
    }
}
