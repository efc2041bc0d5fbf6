//! How far the pumps have come, so that a test can wait until nothing is under way and look at the result.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use parvis_edge::Queue;
use tokio::sync::watch;

/// How many messages that were dealt with are remembered.
const REMEMBERED: usize = 10_000;

/// Where each stream and queue stands.
#[derive(Debug)]
pub(crate) struct Progress {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct State {
    /// By function: every change from before this time is dealt with.
    streams: HashMap<String, Timestamp>,
    /// Every message that was visible at this time has been received.
    queues: HashMap<Queue, Timestamp>,
    /// Bodies of the messages that are received and not done; those that wait for another try, too.
    open: HashMap<String, String>,
    /// Bodies of the messages that are done, and since when.
    done: VecDeque<(Timestamp, String)>,
    /// Bodies of the messages that became dead letters in this process.
    dead: Vec<String>,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress { state: Mutex::default(), changed: watch::Sender::new(()) }
    }
}

impl Progress {
    pub(super) fn stream_done(&self, function: &str, through: Timestamp) {
        self.lock().streams.insert(function.to_owned(), through);
        self.changed.send_replace(());
    }

    pub(super) fn queue_received(
        &self,
        queue: Queue,
        through: Timestamp,
        messages: impl Iterator<Item = (String, String)>,
    ) {
        let mut state = self.lock();
        state.open.extend(messages);
        state.queues.insert(queue, through);
        drop(state);
        self.changed.send_replace(());
    }

    pub(super) fn queue_done<'m>(&self, ids: impl Iterator<Item = &'m str>) {
        let now = Timestamp::now();
        let mut state = self.lock();
        for id in ids {
            if let Some(body) = state.open.remove(id) {
                state.done.push_back((now, body));
            }
        }
        let excess = state.done.len().saturating_sub(REMEMBERED);
        state.done.drain(..excess);
        drop(state);
        self.changed.send_replace(());
    }

    /// A message had its last try.
    pub(super) fn queue_dead(&self, id: &str) {
        let mut state = self.lock();
        if let Some(body) = state.open.remove(id) {
            state.dead.push(body);
        }
        drop(state);
        self.changed.send_replace(());
    }

    /// Messages that became dead letters in this process and mention `what`.
    pub(crate) fn dead(&self, what: &str) -> Vec<String> {
        self.lock().dead.iter().filter(|body| body.contains(what)).cloned().collect()
    }

    /// Waits until every change and every message that mentions `what`, and everything that follows from them, is dealt
    /// with.
    ///
    /// # Errors
    /// What is still under way after `limit`.
    pub(crate) async fn settled(
        &self,
        what: &str,
        streams: &[String],
        queues: &[Queue],
        limit: Duration,
    ) -> Result<(), String> {
        let passes = async {
            loop {
                // Changes lead to messages and messages to changes: a pass in which no message was dealt with ends it.
                let began = Timestamp::now();
                self.until(|state| streams.iter().all(|s| state.streams.get(s).is_some_and(|at| *at > began))).await;
                let read = Timestamp::now();
                self.until(|state| {
                    let received = queues.iter().all(|q| state.queues.get(q).is_some_and(|at| *at > read));
                    received && !state.open.values().any(|body| body.contains(what))
                })
                .await;
                let quiet =
                    !self.lock().done.iter().rev().take_while(|(at, _)| *at >= began).any(|(_, b)| b.contains(what));
                if quiet {
                    return;
                }
            }
        };
        tokio::time::timeout(limit, passes).await.map_err(|_| {
            let state = self.lock();
            let open: Vec<&String> = state.open.values().filter(|body| body.contains(what)).collect();
            format!(
                "{what} is not settled after {} s; messages under way: {open:?}; streams read through {:?}",
                limit.as_secs(),
                state.streams
            )
        })
    }

    async fn until(&self, holds: impl Fn(&State) -> bool) {
        let mut changed = self.changed.subscribe();
        while !holds(&self.lock()) {
            // The sender lives as long as `self`.
            let _ = changed.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
