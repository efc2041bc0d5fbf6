//! What schedules have in common: they look at whatever is due for a task, in all communes, one thing after the other, and one
//! that fails keeps none of the others waiting.

use std::time::Instant;

use parvis_store::item::{Attributes, commune_of};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{Commune, Export, StoreError, watch};

use crate::cx::Cx;
use crate::function::Failure;

/// Does `one` with each item that is due for `task` now, `page` read at a time, the longest due of a shard first; nothing is begun
/// after `until`. `one` answers how much it did. What it fails at is logged, stays due and is met again by the next run, which
/// begins with another shard: what has no time today is not always the same. `what` is one of them in words. Grant: `QUERY_DUE`.
///
/// # Errors
/// At the end, when some failed.
pub async fn each_due<F, Fut>(
    cx: &Cx,
    task: DueTask,
    page: u32,
    until: Instant,
    what: &'static str,
    one: F,
) -> Result<usize, Failure>
where
    F: Fn(Attributes) -> Fut + Send,
    Fut: Future<Output = Result<usize, StoreError>> + Send,
{
    let mut tally = Tally::default();
    let first = u8::try_from(cx.now().as_second().rem_euclid(i64::from(DUE_SHARDS))).unwrap_or_default();
    'shards: for shard in (0..DUE_SHARDS).map(|n| (first + n) % DUE_SHARDS) {
        let mut start = None;
        loop {
            let found = cx.store.due(task, shard, cx.now(), page, start).await?;
            for item in found.items {
                if Instant::now() > until {
                    break 'shards;
                }
                tally.add(what, one(item).await);
            }
            start = found.next;
            if start.is_none() {
                break;
            }
        }
    }
    tally.told(what)
}

/// The same with the commune that each item is of. Grants: `QUERY_DUE`, `GET`.
///
/// # Errors
/// At the end, when some failed.
pub async fn each_due_in_communes<F, Fut>(
    cx: &Cx,
    task: DueTask,
    page: u32,
    until: Instant,
    what: &'static str,
    one: F,
) -> Result<usize, Failure>
where
    F: Fn(Commune, Attributes) -> Fut + Send + Sync,
    Fut: Future<Output = Result<usize, StoreError>> + Send,
{
    let one = &one;
    each_due(cx, task, page, until, what, |item| async move {
        let id = commune_of(&item).ok_or_else(|| StoreError::Defect(format!("{what} without its commune")))?;
        match opened(cx, &id).await? {
            Some(commune) => one(commune, item).await,
            None => Ok(0),
        }
    })
    .await
}

/// Does `one` with each export that is due for `task`, the longest due of all first. Grants: `QUERY_DUE`, `GET`.
///
/// # Errors
/// At the end, when some failed.
pub async fn each_due_export<F, Fut>(cx: &Cx, task: DueTask, most: u32, one: F) -> Result<usize, Failure>
where
    F: Fn(Commune, Export) -> Fut + Send,
    Fut: Future<Output = Result<usize, StoreError>> + Send,
{
    let (what, mut tally) = ("an export", Tally::default());
    for (id, export) in cx.store.due_exports(task, cx.now(), most).await? {
        let done = match opened(cx, &id).await {
            Ok(Some(commune)) => one(commune, export).await,
            Ok(None) => Ok(0),
            Err(error) => Err(error),
        };
        tally.add(what, done);
    }
    tally.told(what)
}

/// A commune; nothing when it left the platform: what is left of it goes with it.
async fn opened(cx: &Cx, id: &parvis_domain::CommuneId) -> Result<Option<Commune>, StoreError> {
    watch::relied_on(crate::Grant::GET);
    match cx.store.commune(id).await {
        Ok(commune) => Ok(Some(commune)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    done: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, what: &'static str, one: Result<usize, StoreError>) {
        match one {
            Ok(more) => self.done += more,
            Err(error) => {
                tracing::error!(%error, what, "not dealt with; it stays due");
                self.failed += 1;
            }
        }
    }

    fn told(self, what: &'static str) -> Result<usize, Failure> {
        match self.failed {
            0 => Ok(self.done),
            failed => Err(Failure(format!("{what}: {failed} not dealt with; {} done", self.done))),
        }
    }
}
