//! Puts jobs on a queue. A queue only wakes a worker up: what has to be done is in the table, and a schedule queues again
//! what nobody was woken up for. So a job that could not be queued is counted and never an error.

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::StreamExt;
use parvis_domain::CommuneId;
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::notices::{Notice, NoticeKey, Subject};

/// Most messages of one SendMessageBatch call (SQS quota).
const BATCH: usize = 10;
/// How many calls run side by side.
const CALLS: usize = 32;
/// Most notices of one message. They are delivered one after the other, so a message has to stay short.
const PER_MESSAGE: usize = 10;

/// One thing that a message of the notice queue (a list of these) asks for: deliver this one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeJob {
    /// Whose.
    pub commune: CommuneId,
    /// Which.
    pub notice: NoticeKey,
    /// What it tells about, so that one read finds all there is to know.
    #[serde(flatten)]
    pub subject: Subject,
}

impl NoticeJob {
    /// The job for a notice of `commune`.
    pub fn of(commune: &CommuneId, notice: &Notice) -> NoticeJob {
        NoticeJob { commune: commune.clone(), notice: notice.key.clone(), subject: notice.subject }
    }
}

impl Store {
    /// Queues deliveries; returns how many of them the queue took, and logs what it did not take.
    ///
    /// Up to ten go out side by side, a message for each. What is more shares messages: ten thousand followers are a
    /// thousand messages, and the price of a queue is per message.
    pub async fn queue_notices(&self, jobs: &[NoticeJob]) -> usize {
        let each = jobs.len().div_ceil(BATCH).clamp(1, PER_MESSAGE);
        // A loop and not a `map`: the compiler cannot prove a closure over borrowed jobs to be `Send`.
        let mut calls = Vec::with_capacity(jobs.len().div_ceil(each * BATCH));
        for batch in jobs.chunks(each * BATCH) {
            calls.push(self.queue_batch(batch.chunks(each).collect()));
        }
        let mut taken = 0;
        let mut answers = futures::stream::iter(calls).buffer_unordered(CALLS);
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(count) => taken += count,
                Err(error) => tracing::warn!(%error, "notices not queued; the sweeper will"),
            }
        }
        taken
    }

    /// One call; returns how many notices are in the messages that it took.
    async fn queue_batch(&self, messages: Vec<&[NoticeJob]>) -> Result<usize, StoreError> {
        let mut entries = Vec::with_capacity(messages.len());
        for (i, jobs) in messages.iter().enumerate() {
            let body = serde_json::to_string(jobs).map_err(|e| StoreError::Defect(e.to_string()))?;
            let entry = SendMessageBatchRequestEntry::builder().id(i.to_string()).message_body(body).build();
            entries.push(entry.map_err(|e| StoreError::Defect(e.to_string()))?);
        }
        let queue = &self.names.notice_queue;
        let call = self.clients.sqs().send_message_batch().queue_url(queue).set_entries(Some(entries));
        let answer = call.send().await.map_err(|e| StoreError::from_sdk("SQS", e))?;
        let mut taken = messages.iter().map(|jobs| jobs.len()).sum();
        for refused in answer.failed() {
            tracing::warn!(code = refused.code(), message = refused.message(), "not queued; the sweeper will");
            let jobs = refused.id().parse().ok().and_then(|i: usize| messages.get(i));
            taken -= jobs.map_or(0, |jobs| jobs.len());
        }
        Ok(taken)
    }
}
