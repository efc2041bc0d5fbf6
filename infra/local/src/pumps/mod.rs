//! The pumps bring changes, messages and the time to the functions, as Lambda's event sources do: in batches, with
//! partial failures, retries and dead letters.

mod checkpoint;
mod dead;
mod progress;
mod queue;
mod record;
mod schedule;
mod stream;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parvis_edge::{Cx, Function, Trigger};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::engines::Engines;
pub use dead::{DeadLetters, QueueDepth};
pub(crate) use dead::{buried, depths, letters, redrive};
pub(crate) use progress::Progress;
pub(crate) use schedule::{obey, run_now};

/// A batch that runs is waited for so long at the end; what is cut off comes again after the next start.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// What the pumps work with.
#[derive(Debug)]
pub(crate) struct Feed {
    pub(crate) cx: Cx,
    pub(crate) functions: Vec<Function>,
    /// The data directory: checkpoints and dead letters of the stream.
    pub(crate) data: PathBuf,
    /// Endpoint of the table's stream, past the tap: faults are for the functions' own calls.
    pub(crate) streams_url: String,
    /// Pause between two looks at a stream where nothing happens.
    pub(crate) pace: Duration,
    pub(crate) progress: Progress,
}

/// The running pumps.
#[derive(Debug)]
pub(crate) struct Pumps {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Feed {
    pub(crate) fn new(cx: Cx, functions: Vec<Function>, data: PathBuf, engines: &Engines, pace: Duration) -> Feed {
        Feed { cx, functions, data, streams_url: engines.direct_dynamodb_url(), pace, progress: Progress::default() }
    }
}

impl Pumps {
    /// One task per function that something other than HTTP calls (the time only if `schedules` is set), and one for the
    /// stream.
    pub(crate) fn start(feed: &Arc<Feed>, schedules: bool) -> Pumps {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut streamed = Vec::new();
        for function in &feed.functions {
            let (feed, function, stopped) = (Arc::clone(feed), function.clone(), stopped.clone());
            match function.trigger {
                Trigger::Http(_) | Trigger::Command => {}
                Trigger::Stream(filters) => streamed.push((function, filters)),
                Trigger::Queue(queue) => {
                    tasks.spawn(queue::run(feed, function, queue, stopped));
                }
                Trigger::Schedule { .. } if !schedules => {}
                Trigger::Schedule { every_minutes } => {
                    tasks.spawn(schedule::run(feed, function, every_minutes, stopped));
                }
            }
        }
        tasks.spawn(stream::run(Arc::clone(feed), streamed, stopped));
        Pumps { tasks, stop }
    }

    /// Lets running batches finish.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_LIMIT, all).await.is_err() {
            tracing::warn!("a worker does not end and is cut off; its work comes again at the next start");
        }
    }
}

/// Sleeps, or returns false at once when it is time to stop.
async fn pause(stopped: &mut watch::Receiver<bool>, how_long: Duration) -> bool {
    // An error means that the sender is gone, which is a stop too.
    tokio::time::timeout(how_long, stopped.wait_for(|stop| *stop)).await.is_err()
}

/// Grows from `first` by doubling with each try after the first, up to `last`.
fn backoff(first: Duration, last: Duration, tries: u32) -> Duration {
    first.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(last)
}
