//! Whether the engines answer, and what waits in the queues.

use aws_sdk_sqs::types::QueueAttributeName;

use crate::Store;
use crate::error::StoreError;

impl Store {
    /// Whether the table answers. Grant: `DESCRIBE_TABLE`.
    pub async fn reach_table(&self) -> Result<(), StoreError> {
        let asked = self.clients().dynamodb().describe_table().table_name(&self.names.table).send().await;
        asked.map(drop).map_err(|e| StoreError::from_sdk("DynamoDB", e))
    }

    /// Whether the bucket of finished pictures answers. Grant: `HEAD_PHOTOS`.
    pub async fn reach_photos(&self) -> Result<(), StoreError> {
        let asked = self.clients().s3().head_bucket().bucket(&self.names.photos).send().await;
        asked.map(drop).map_err(|e| StoreError::from_sdk("S3", e))
    }

    /// How many notices wait to be delivered. Grant: `NOTICE_DEPTH`.
    pub async fn notice_depth(&self) -> Result<u64, StoreError> {
        self.depth(&self.names.notice_queue).await
    }

    /// How many photos wait to be worked on. Grant: `PHOTO_DEPTH`.
    pub async fn photo_depth(&self) -> Result<u64, StoreError> {
        self.depth(&self.names.photo_queue).await
    }

    /// Messages that wait, with those that a worker holds just now (approximate, as SQS counts).
    async fn depth(&self, queue: &str) -> Result<u64, StoreError> {
        let counters = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let asked = self.clients().sqs().get_queue_attributes().queue_url(queue);
        let asked = asked.set_attribute_names(Some(counters.to_vec())).send().await;
        let found = asked.map_err(|e| StoreError::from_sdk("SQS", e))?.attributes.unwrap_or_default();
        Ok(counters.iter().filter_map(|counter| found.get(counter)?.parse::<u64>().ok()).sum())
    }
}
