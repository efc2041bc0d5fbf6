//! Schedule: removes everything of communes whose day to leave has come.
//!
//! First the commune's own item goes: from then on it does not exist, and nothing new is written for it once processes forget
//! it, within ten seconds. Then the table is walked through, in slices, as often as a walk finds something; so what was written
//! in those seconds goes with the next run's walk. A run that breaks off or runs out of time is gone on with by the next.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::from_attributes;
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{AuditActor, Subscription};

/// Communes looked at in one run and shard.
const BATCH: u32 = 10;
/// How long a run walks; it has a minute left to end in order.
const BUDGET: Duration = Duration::from_secs(14 * 60);

/// See the module.
pub struct PurgeCommunes;

impl ScheduledWorker for PurgeCommunes {
    const EVERY_MINUTES: u32 = 60;
    const SUMMARY: &'static str = "Removes everything of communes that left thirty days ago";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::SCAN,
        Grant::GET,
        Grant::PUT,
        Grant::DELETE,
        Grant::DELETE_INCOMING,
        Grant::DELETE_PHOTO,
        Grant::DELETE_ENDPOINT,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 900;

    /// Answers of how many communes nothing is left.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let (until, mut done) = (Instant::now() + BUDGET, 0);
        for shard in 0..DUE_SHARDS {
            for item in cx.store.due(DueTask::Commune, shard, cx.now(), BATCH, None).await?.items {
                let entry: Subscription = from_attributes(item)?;
                if cx.store.close(&entry.id, cx.now()).await? && walked(cx, &entry, until).await? {
                    done += 1;
                }
                if Instant::now() > until {
                    return Ok(done);
                }
            }
        }
        Ok(done)
    }
}

/// Walks through the table for one commune; whether a whole walk found nothing of it any more.
async fn walked(cx: &Cx, entry: &Subscription, until: Instant) -> Result<bool, Failure> {
    let mut purge = entry.purge.clone().unwrap_or_default();
    loop {
        purge = cx.store.purge_slice(&entry.id, purge).await?;
        match (&purge.after, purge.found) {
            (None, 0) => {
                let by = AuditActor::System { function: "purge_communes".to_owned() };
                cx.store.purged(entry, by, cx.now()).await?;
                return Ok(true);
            }
            (None, found) => {
                tracing::info!(commune = %entry.id, found, "removed what was left; looked at again in the next run");
                cx.store.keep_purge(entry, Default::default()).await?;
                return Ok(false);
            }
            (Some(_), _) if Instant::now() > until => {
                cx.store.keep_purge(entry, purge).await?;
                return Ok(false);
            }
            (Some(_), _) => {}
        }
    }
}
