//! Puts jobs on a queue. A queue only wakes a worker up: what has to be done is in the table, and a schedule queues again
//! what nobody was woken up for. So a job that could not be queued is counted and never an error.

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::StreamExt;
use parvis_domain::{CommuneId, ReportId};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::notices::{Notice, NoticeKey};

/// Most messages of one SendMessageBatch call (SQS quota).
const BATCH: usize = 10;
/// How many calls run side by side.
const CALLS: usize = 32;

/// A message of the notice queue: deliver this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeJob {
    /// Whose.
    pub commune: CommuneId,
    /// Which.
    pub notice: NoticeKey,
    /// The report of its event, so that one read finds all there is to know.
    pub report: ReportId,
    /// The event's place in the report's history.
    pub report_version: u32,
}

impl NoticeJob {
    /// The job for a notice of `commune`.
    pub fn of(commune: &CommuneId, notice: &Notice) -> NoticeJob {
        NoticeJob {
            commune: commune.clone(),
            notice: notice.key.clone(),
            report: notice.report,
            report_version: notice.report_version,
        }
    }
}

impl Store {
    /// Queues deliveries; returns how many of them the queue took.
    pub async fn queue_notices(&self, jobs: &[NoticeJob]) -> usize {
        self.queue_jobs(&self.names.notice_queue, jobs).await
    }

    /// Puts `jobs` on the queue at `url`, ten to a call; returns how many it took. What it did not take is logged.
    pub(crate) async fn queue_jobs<T: Serialize + Sync>(&self, url: &str, jobs: &[T]) -> usize {
        // A loop and not a `map`: the compiler cannot prove a closure over borrowed jobs to be `Send`.
        let mut calls = Vec::with_capacity(jobs.len().div_ceil(BATCH));
        for batch in jobs.chunks(BATCH) {
            calls.push(self.queue_batch(url, batch));
        }
        let mut taken = 0;
        let mut answers = futures::stream::iter(calls).buffer_unordered(CALLS);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(count) => taken += count,
                Err(error) => tracing::warn!(%error, "jobs not queued; the sweeper will"),
            }
        }
        taken
    }

    async fn queue_batch<T: Serialize + Sync>(&self, url: &str, jobs: &[T]) -> Result<usize, StoreError> {
        let mut entries = Vec::with_capacity(jobs.len());
        for (i, job) in jobs.iter().enumerate() {
            let body = serde_json::to_string(job).map_err(|e| StoreError::Defect(e.to_string()))?;
            let entry = SendMessageBatchRequestEntry::builder().id(i.to_string()).message_body(body).build();
            entries.push(entry.map_err(|e| StoreError::Defect(e.to_string()))?);
        }
        let call = self.clients.sqs().send_message_batch().queue_url(url).set_entries(Some(entries));
        let answer = call.send().await.map_err(|e| StoreError::from_sdk("SQS", e))?;
        for refused in answer.failed() {
            tracing::warn!(code = refused.code(), message = refused.message(), "not queued; the sweeper will");
        }
        Ok(answer.successful().len())
    }
}
