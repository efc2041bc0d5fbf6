//! Runs the scheduled functions.

use std::sync::Arc;
use std::time::Duration;

use parvis_edge::{Cx, Function, Trigger};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Feed, pause};
use crate::invoke::invoke;

/// The first run comes soon: after a crash the sweepers have something to do.
const FIRST: Duration = Duration::from_secs(5);

/// Runs every so many minutes until it is time to stop.
pub(super) async fn run(feed: Arc<Feed>, function: Function, minutes: u32, mut stopped: watch::Receiver<bool>) {
    let mut wait = FIRST;
    while pause(&mut stopped, wait).await {
        if let Err(error) = run_now(&function, &feed.cx).await {
            tracing::warn!(function = function.id, error, "a schedule failed; it runs again next time");
        }
        wait = Duration::from_secs(u64::from(minutes) * 60);
    }
}

/// Runs a command's function with its payload.
///
/// # Errors
/// Not a command, or what the function says.
pub(crate) async fn obey(function: &Function, cx: &Cx, order: Value) -> Result<Value, String> {
    if !matches!(function.trigger, Trigger::Command) {
        return Err(format!("{} is not a command", function.id));
    }
    invoke(function, cx, order, None).await.map_err(|broken| broken.to_string())
}

/// One run, now.
///
/// # Errors
/// Not a schedule, or what the function says.
pub(crate) async fn run_now(function: &Function, cx: &Cx) -> Result<Value, String> {
    if !matches!(function.trigger, Trigger::Schedule { .. }) {
        return Err(format!("{} is not run by a schedule", function.id));
    }
    let event = json!({
        "version": "0",
        "id": uuid::Uuid::new_v4().to_string(),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "time": format!("{:.0}", cx.now()),
        "detail": {},
    });
    invoke(function, cx, event, None).await.map_err(|broken| broken.to_string())
}
