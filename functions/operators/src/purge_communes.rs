//! Schedule: removes everything of communes whose day to leave has come.
//!
//! First the commune's own item goes: from then on it does not exist, and nothing new is written for it once processes forget
//! it, within ten seconds. Then the table is walked through, in slices, as often as a walk finds something; so what was written
//! in those seconds goes with the next run's walk. A run that breaks off or runs out of time is gone on with by the next.

use std::time::{Duration, Instant};

use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due};
use parvis_store::item::{Attributes, from_attributes};
use parvis_store::key::DueTask;
use parvis_store::{AuditActor, StoreError, Subscription};

/// Communes read at a time.
const PAGE: u32 = 10;
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
        Grant::UNSUBSCRIBE,
        Grant::DELETE_TOPIC,
        Grant::DELETE_EXPORT,
    ];
    const TIMEOUT_S: u32 = 900;

    /// Answers of how many communes nothing is left. One that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due(cx, DueTask::Commune, PAGE, until, "a commune that leaves", |item| async move {
            purge(cx, item, until).await.map(usize::from)
        })
        .await
    }
}

/// Whether nothing is left of the commune.
async fn purge(cx: &Cx, item: Attributes, until: Instant) -> Result<bool, StoreError> {
    let entry: Subscription = from_attributes(item)?;
    Ok(cx.store.close(&entry.id, cx.now()).await? && walked(cx, &entry, until).await?)
}

/// Walks through the table for one commune; whether a whole walk found nothing of it any more.
async fn walked(cx: &Cx, entry: &Subscription, until: Instant) -> Result<bool, StoreError> {
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
