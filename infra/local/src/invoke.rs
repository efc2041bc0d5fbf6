//! What the Lambda service does around a function: a time limit, and a crash that stays inside.

use std::time::Duration;

use parvis_edge::{Cx, Function};
use serde_json::Value;

/// How an invocation ends without a result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Broken {
    /// The function says so.
    #[error("failed: {0}")]
    Failed(String),
    /// The function panicked.
    #[error("panicked: {0}")]
    Panicked(String),
    /// The function was cut off.
    #[error("took longer than {} s", .0.as_secs())]
    TimedOut(Duration),
}

/// Runs `function` on `event` for at most its own time limit and `limit`. Who waits may go away: the function ends what
/// it began, as on Lambda.
pub(crate) async fn invoke(
    function: &Function,
    cx: &Cx,
    event: Value,
    limit: Option<Duration>,
) -> Result<Value, Broken> {
    // Whole events, with what people wrote: for recording tests/events on a machine of one's own, never on by itself.
    tracing::trace!(function = function.id, %event, "event");
    let own = Duration::from_secs(function.timeout_s.into());
    let limit = limit.map_or(own, |limit| limit.min(own));
    let (function, cx) = (function.clone(), cx.clone());
    let running = tokio::spawn(async move {
        // Inside the task, so that the limit holds when nobody waits any more.
        tokio::time::timeout(limit, function.invoke(&cx, event)).await
    });
    match running.await {
        Ok(Ok(Ok(value))) => Ok(value),
        Ok(Ok(Err(failure))) => Err(Broken::Failed(failure.to_string())),
        Ok(Err(_)) => Err(Broken::TimedOut(limit)),
        Err(ended) => Err(Broken::Panicked(match ended.try_into_panic() {
            Ok(panic) => what_was_said(&*panic),
            Err(cancelled) => cancelled.to_string(),
        })),
    }
}

fn what_was_said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "without a word".to_owned())
}
