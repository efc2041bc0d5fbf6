//! Queues again what should be out by now and is not: the ledger is the truth, and no lost message costs a notice.

use std::time::{Duration, Instant};

use futures::StreamExt;
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::key::DUE_SHARDS;
use parvis_store::{NoticeJob, StoreError};

/// Notices read at a time.
const PAGE: u32 = 100;
/// Most notices that one run queues per shard (there are 8): what is more comes a minute later, the oldest first.
const PER_SHARD: usize = 1_000;
/// Notices of one shard that are written side by side.
const WIDTH: usize = 8;
/// A run ends before the next one starts.
const BUDGET: Duration = Duration::from_secs(45);

/// See the module.
pub struct SweepUnsent;

impl ScheduledWorker for SweepUnsent {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Queue notices again that are due and not sent";
    const GRANTS: &'static [Grant] = &[Grant::QUERY_DUE, Grant::PUT, Grant::SEND_NOTICE];
    const TIMEOUT_S: u32 = 60;

    /// How many were queued.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        let shards = futures::future::join_all((0..DUE_SHARDS).map(|shard| sweep(cx, shard, until))).await;
        // A shard that fails keeps its notices due; the others are done.
        let mut queued = 0;
        for shard in shards {
            queued += shard?;
        }
        Ok(queued)
    }
}

async fn sweep(cx: &Cx, shard: u8, until: Instant) -> Result<usize, StoreError> {
    let (mut queued, mut start) = (0, None);
    loop {
        let (due, next) = cx.store.due_notices(shard, cx.now(), PAGE, start).await?;
        let taken = futures::stream::iter(due).map(|(commune, notice)| async move {
            let job = NoticeJob::of(&commune, &notice);
            match cx.store.postpone_notice(&commune, notice, cx.now()).await {
                Ok(true) => Some(job),
                Ok(false) => None,
                Err(error) => {
                    tracing::warn!(%commune, notice = %job.notice.in_logs(), %error, "still due");
                    None
                }
            }
        });
        let jobs: Vec<NoticeJob> = taken.buffer_unordered(WIDTH).filter_map(|job| async { job }).collect().await;
        queued += cx.store.queue_notices(&jobs).await;
        if next.is_none() || queued >= PER_SHARD || Instant::now() > until {
            return Ok(queued);
        }
        start = next;
    }
}
