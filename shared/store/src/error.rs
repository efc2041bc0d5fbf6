//! What can go wrong below the rules. No HTTP here: `parvis_edge` decides the status.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// An engine's answer, as far as a caller can act on it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing under that key, or not for this commune.
    #[error("not found")]
    NotFound,
    /// Somebody wrote first: the version or the condition no longer holds. `item` counts the transaction's items from 0.
    #[error("item {item} was changed by somebody else")]
    Conflict {
        /// Which item of the transaction, from 0.
        item: usize,
    },
    /// A cursor that was not made here, or not for this query.
    #[error("the cursor does not belong to this query")]
    Cursor,
    /// The engine is out of reach or too busy; the same call may go through later.
    #[error("{service} is not available: {detail}")]
    Unavailable {
        /// Which engine.
        service: &'static str,
        /// Its own words.
        detail: String,
    },
    /// A message may be out or not: SNS or SES was reached and its answer was not.
    #[error("{service} may have sent it: {detail}")]
    InDoubt {
        /// SNS or SES.
        service: &'static str,
        /// What happened instead of an answer.
        detail: String,
    },
    /// The other side refuses this recipient for good: a disabled push endpoint, an address on a suppression list.
    #[error("the recipient is gone: {0}")]
    Gone(String),
    /// SNS knows no endpoint of that name (any more), which says nothing about the device.
    #[error("no such endpoint: {0}")]
    NoEndpoint(String),
    /// The phone is on the list of those that answered STOP.
    #[error("the phone stopped text messages: {0}")]
    Stopped(String),
    /// Stored data that this version cannot read, or a call that the engine calls wrong. A defect.
    #[error("{0}")]
    Defect(String),
}

impl StoreError {
    /// Reads an SDK error. Time-outs, throttling and 5xx may pass, everything else is a defect of ours.
    pub(crate) fn from_sdk<E, R>(service: &'static str, error: SdkError<E, R>) -> StoreError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or_default().to_owned();
        let passing = match &error {
            SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
            SdkError::ServiceError(_) => PASSING.iter().any(|p| code.contains(p)),
            _ => false,
        };
        let detail = match error.message() {
            Some(message) => format!("{code}: {message}"),
            None => chain(&error),
        };
        if passing {
            StoreError::Unavailable { service, detail }
        } else {
            StoreError::Defect(format!("{service}: {detail}"))
        }
    }
}

/// Parts of the error codes that mean "later".
const PASSING: [&str; 10] = [
    "Throttl",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "TooManyRequests",
    "InternalServerError",
    "InternalFailure",
    "InternalError",
    "ServiceUnavailable",
    "TransactionInProgress",
    "TransactionConflict",
];

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
