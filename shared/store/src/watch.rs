//! Holds every AWS call against the grants of the function that makes it.
//!
//! On AWS the role does this; here an SDK interceptor does the same on one machine, so that a missing grant fails in the
//! first test that needs it and not in production. What was used is remembered, so that a grant too many shows too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::operation as ddb;
use aws_sdk_dynamodb::types::TransactWriteItem;
use aws_sdk_sns::operation::publish::PublishInput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{BeforeSerializationInterceptorContextRef, Input};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use crate::grant::{Grant, Index, Resource};
use crate::names::Names;

tokio::task_local! {
    static ALLOWED: Arc<Allowed>;
}

/// The grants of the function that is running.
#[derive(Debug)]
pub struct Allowed {
    /// The function's id, for the message.
    pub function: String,
    /// Its grants.
    pub grants: Vec<Grant>,
}

/// `(function, grant)` pairs that were really used in this process.
static USED: Mutex<BTreeSet<(String, Grant)>> = Mutex::new(BTreeSet::new());

/// Runs `work` as the function that `allowed` describes.
pub async fn allowing<F: Future>(allowed: Arc<Allowed>, work: F) -> F::Output {
    ALLOWED.scope(allowed, work).await
}

/// Every `(function, grant)` pair used since the process started.
pub fn used() -> BTreeSet<(String, Grant)> {
    USED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The interceptor; one for all clients.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) names: Arc<Names>,
}

#[dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "grants"
    }

    /// The first hook of a client's interceptor that knows the operation: `read_before_execution` runs before the
    /// operation's configuration is there.
    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(allowed) = ALLOWED.try_with(Arc::clone) else { return Ok(()) };
        let metadata = cfg.load::<Metadata>().ok_or("an AWS call without a name: the grants watch cannot judge it")?;
        for needed in self.needed(metadata.service(), metadata.name(), context.input()) {
            let (action, resource) = needed?;
            let Some(grant) = allowed.grants.iter().find(|g| g.action == action && g.resource == resource) else {
                let function = &allowed.function;
                return Err(
                    format!("{function} has no grant for {action} on {resource:?}: add it to its GRANTS").into()
                );
            };
            let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
            if !used.iter().any(|(f, g)| *f == allowed.function && g == grant) {
                used.insert((allowed.function.clone(), *grant));
            }
        }
        Ok(())
    }
}

type Needed = Result<(String, Resource), BoxError>;

impl Watch {
    /// The IAM actions one SDK call needs, and on what (AWS Service Authorization Reference).
    fn needed(&self, service: &str, operation: &str, input: &Input) -> Vec<Needed> {
        match service {
            "DynamoDB" => dynamodb(operation, input),
            "S3" => self.s3(operation, input),
            "SQS" => vec![self.sqs(operation, input)],
            "SNS" => vec![sns(operation, input)],
            "KMS" => vec![Ok((format!("kms:{operation}"), Resource::TokenKey))],
            "SESv2" => vec![Ok((format!("ses:{operation}"), Resource::Mail))],
            other => vec![Err(format!("{other} {operation}: no grant describes this service").into())],
        }
    }

    fn s3(&self, operation: &str, input: &Input) -> Vec<Needed> {
        use aws_sdk_s3::operation as s3;
        if let Some(copy) = input.downcast_ref::<s3::copy_object::CopyObjectInput>() {
            let from = copy.copy_source().and_then(|source| source.split('/').next());
            let read = self.bucket(operation, from).map(|from| ("s3:GetObject".to_owned(), from));
            let written = self.bucket(operation, copy.bucket()).map(|to| ("s3:PutObject".to_owned(), to));
            return vec![read, written];
        }
        let bucket = match operation {
            "PutObject" => input.downcast_ref::<s3::put_object::PutObjectInput>().and_then(|i| i.bucket()),
            "GetObject" => input.downcast_ref::<s3::get_object::GetObjectInput>().and_then(|i| i.bucket()),
            "DeleteObject" => input.downcast_ref::<s3::delete_object::DeleteObjectInput>().and_then(|i| i.bucket()),
            "HeadObject" => input.downcast_ref::<s3::head_object::HeadObjectInput>().and_then(|i| i.bucket()),
            "HeadBucket" => input.downcast_ref::<s3::head_bucket::HeadBucketInput>().and_then(|i| i.bucket()),
            _ => None,
        };
        let resource = match self.bucket(operation, bucket) {
            Ok(resource) => resource,
            Err(unknown) => return vec![Err(unknown)],
        };
        let actions = match operation {
            "HeadBucket" => vec!["s3:ListBucket".to_owned()],
            // Without s3:ListBucket an absent object would answer 403 and not 404.
            "HeadObject" => vec!["s3:GetObject".to_owned(), "s3:ListBucket".to_owned()],
            other => vec![format!("s3:{other}")],
        };
        actions.into_iter().map(|action| Ok((action, resource))).collect()
    }

    fn bucket(&self, operation: &str, name: Option<&str>) -> Result<Resource, BoxError> {
        match name {
            Some(b) if b == self.names.incoming => Ok(Resource::Incoming),
            Some(b) if b == self.names.photos => Ok(Resource::Photos),
            Some(b) if b == self.names.exports => Ok(Resource::Exports),
            _ => Err(format!("S3 {operation} on {name:?}: no grant describes it").into()),
        }
    }

    fn sqs(&self, operation: &str, input: &Input) -> Needed {
        use aws_sdk_sqs::operation as sqs;
        let url = match operation {
            "SendMessage" => input.downcast_ref::<sqs::send_message::SendMessageInput>().and_then(|i| i.queue_url()),
            "SendMessageBatch" => {
                input.downcast_ref::<sqs::send_message_batch::SendMessageBatchInput>().and_then(|i| i.queue_url())
            }
            "GetQueueAttributes" => {
                input.downcast_ref::<sqs::get_queue_attributes::GetQueueAttributesInput>().and_then(|i| i.queue_url())
            }
            _ => None,
        };
        let resource = match url {
            Some(u) if u == self.names.notice_queue => Resource::NoticeQueue,
            Some(u) if u == self.names.photo_queue => Resource::PhotoQueue,
            _ => return Err(format!("SQS {operation} on {url:?}: no grant describes it").into()),
        };
        // SendMessageBatch is allowed by sqs:SendMessage.
        Ok((format!("sqs:{}", operation.trim_end_matches("Batch")), resource))
    }
}

fn sns(operation: &str, input: &Input) -> Needed {
    let publish = input.downcast_ref::<PublishInput>();
    let resource = match operation {
        "CreateTopic" | "DeleteTopic" | "Subscribe" => Resource::AlertTopics,
        "Unsubscribe" => Resource::Subscriptions,
        _ if publish.is_some_and(|i| i.topic_arn().is_some()) => Resource::AlertTopics,
        _ if publish.is_some_and(|i| i.phone_number().is_some()) => Resource::Sms,
        _ => Resource::Push,
    };
    Ok((format!("sns:{operation}"), resource))
}

fn dynamodb(operation: &str, input: &Input) -> Vec<Needed> {
    let on_table = |action: &str| Ok((format!("dynamodb:{action}"), Resource::Table));
    match operation {
        "Query" => {
            let index = input.downcast_ref::<ddb::query::QueryInput>().and_then(|i| i.index_name());
            let resource = match index {
                None => Resource::Table,
                Some(name) => match Index::ALL.into_iter().find(|i| i.name() == name) {
                    Some(index) => Resource::Index(index),
                    None => return vec![Err(format!("index {name} is not declared").into())],
                },
            };
            vec![Ok(("dynamodb:Query".to_owned(), resource))]
        }
        "TransactWriteItems" => {
            let items = input
                .downcast_ref::<ddb::transact_write_items::TransactWriteItemsInput>()
                .map(|i| i.transact_items())
                .unwrap_or_default();
            items.iter().map(|item| on_table(transacted(item))).collect()
        }
        other => vec![on_table(other)],
    }
}

fn transacted(item: &TransactWriteItem) -> &'static str {
    if item.put().is_some() {
        "PutItem"
    } else if item.update().is_some() {
        "UpdateItem"
    } else if item.delete().is_some() {
        "DeleteItem"
    } else {
        "ConditionCheckItem"
    }
}

/// Notes that the running function relies on a grant although this time a cache answered.
pub fn relied_on(grant: Grant) {
    let _ = ALLOWED.try_with(|allowed| {
        if allowed.grants.contains(&grant) {
            USED.lock().unwrap_or_else(PoisonError::into_inner).insert((allowed.function.clone(), grant));
        }
    });
}
