//! How a message is handed to SNS or SES, neither of which knows a message that it got twice: at most once per try, and
//! a try whose end nobody learns says so.

use std::error::Error;
use std::io;
use std::time::Duration;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};
use aws_smithy_types::timeout::TimeoutConfig;

use crate::error::StoreError;

/// How long SNS or SES may take for one message, the SDK's own tries included. The SDK has no limit of its own; both
/// answer in well under a second, so what takes longer is lost.
pub const SEND_LIMIT: Duration = Duration::from_secs(10);

pub(crate) fn limits() -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(SEND_LIMIT).build()
}

/// Lets the SDK try again only where the service answered that it did not take the message (throttled, failed) or was
/// never reached. After anything else the message may be out.
#[derive(Debug)]
pub(crate) struct OnlyIfRefused;

impl ClassifyRetry for OnlyIfRefused {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let refused = match error.as_connector_error() {
            Some(error) => was_not_reached(error),
            None => error.is_operation_error(),
        };
        // No opinion: the SDK's own classifiers, which ran before, have theirs.
        if refused { RetryAction::NoActionIndicated } else { RetryAction::RetryForbidden }
    }

    fn name(&self) -> &'static str {
        "only if refused"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// What a message that was not accepted comes to.
pub(crate) fn unsent<E, R>(service: &'static str, error: SdkError<E, R>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let in_doubt = match &error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => !failure.as_connector_error().is_some_and(|e| was_not_reached(e)),
        _ => false,
    };
    match StoreError::from_sdk(service, error) {
        StoreError::Unavailable { service, detail } if in_doubt => StoreError::InDoubt { service, detail },
        other => other,
    }
}

/// Nobody listened. Any other failure of a connection may have come after the request.
fn was_not_reached(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            return true;
        }
        cause = error.source();
    }
    false
}
