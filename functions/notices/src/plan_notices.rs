//! An event of a report becomes notices: one per follower and channel, in the ledger first, then on the queue.
//!
//! What 10,000 followers cost: 40 pages of followers, 120 batch reads of accounts, one write per notice, 120 or more queue
//! calls and 39 writes of how far it got; 32 accounts at a time, so seconds.
//! What fails is tried again a few times; then, or when time runs out, the stream delivers the record again. Every try goes on
//! at the page where the one before stopped, and the ledger refuses what it has.

use std::time::{Duration, Instant};

use futures::StreamExt;
use parvis_domain::{AccountId, Event};
use parvis_edge::{Change, Cx, Failure, Grant, StreamFilter, StreamWorker};
use parvis_store::item::{Item as _, from_attributes};
use parvis_store::{Account, Commune, Follower, NoticeJob, StoreError};

use crate::planning::{News, plan};

/// Followers read at a time.
const PAGE: u32 = 250;
/// Accounts worked on side by side.
const WIDTH: usize = 32;
/// Between tries within one run: the stream delivers a record ten times and no more, and a table that fails for a moment must not
/// cost one of them.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(1)];
/// How long one event may keep the stream waiting; the rest of its followers come with the next delivery of the record.
const BUDGET: Duration = Duration::from_secs(60);

/// See the module.
pub struct PlanNotices;

impl StreamWorker for PlanNotices {
    const FILTERS: &'static [StreamFilter] = &[StreamFilter::of(&["INSERT"], &[Event::TYPE])];
    const SUMMARY: &'static str = "Plan one notice per follower and channel for every new event of a report";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::PUT, Grant::SEND_NOTICE];
    const TIMEOUT_S: u32 = 300;

    async fn run(cx: &Cx, change: Change) -> Result<(), Failure> {
        let Some(item) = change.new else { return Ok(()) };
        let event: Event = from_attributes(item)?;
        if event.is_internal() {
            return Ok(());
        }
        let commune = match cx.store.commune(&change.commune).await {
            Ok(commune) => commune,
            // The commune left the platform: thirty days ago it could be written for the last time.
            Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let until = Instant::now() + BUDGET;
        let mut pauses = PAUSES.into_iter();
        loop {
            match plan_event(cx, &commune, &event, until).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    return Err(Failure(format!("event {} has more followers than one run plans; goes on", event.id)));
                }
                // No later try reads what this one could not.
                Err(error @ StoreError::Defect(_)) => return Err(error.into()),
                Err(error) => match pauses.next().filter(|_| Instant::now() < until) {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(error.into()),
                },
            }
        }
    }
}

/// Plans page by page, from where an earlier try stopped; whether it came to the end.
async fn plan_event(cx: &Cx, commune: &Commune, event: &Event, until: Instant) -> Result<bool, StoreError> {
    let (mut followers, mut next) = commune.followers(event.report, PAGE, None).await?;
    if next.is_some()
        && let Some(done) = commune.planned_so_far(event.id).await?
    {
        (followers, next) = commune.followers(event.report, PAGE, Some(done)).await?;
    }
    loop {
        plan_page(cx, commune, event, &followers).await?;
        let Some(from) = next else { return Ok(true) };
        commune.keep_planned_so_far(event.id, &from, cx.now()).await?;
        if Instant::now() > until {
            return Ok(false);
        }
        (followers, next) = commune.followers(event.report, PAGE, Some(from)).await?;
    }
}

/// Plans for one page of followers. One that fails does not keep the others waiting: they are planned and queued, then
/// the failure is told.
async fn plan_page(cx: &Cx, commune: &Commune, event: &Event, followers: &[Follower]) -> Result<(), StoreError> {
    let accounts = recipients(commune, event, followers).await?;
    let planned = futures::stream::iter(accounts).map(|account| plan_account(cx, commune, event, account));
    let planned: Vec<Result<Vec<NoticeJob>, StoreError>> = planned.buffer_unordered(WIDTH).collect().await;
    let (mut jobs, mut failed) = (Vec::new(), None);
    for result in planned {
        match result {
            Ok(more) => jobs.extend(more),
            Err(error) => failed = Some(error),
        }
    }
    let queued = cx.store.queue_notices(&jobs).await;
    tracing::info!(commune = %commune.id(), event = %event.id, planned = jobs.len(), queued, "planned notices");
    failed.map_or(Ok(()), Err)
}

/// The accounts to tell: who followed when it happened, without who did it.
async fn recipients(commune: &Commune, event: &Event, followers: &[Follower]) -> Result<Vec<Account>, StoreError> {
    let ids: Vec<AccountId> = followers
        .iter()
        // A record that comes late or again must not tell old news to who follows only since then.
        .filter(|follower| follower.hears_of(event))
        .map(|follower| follower.account)
        .filter(|account| Some(*account) != event.actor.account())
        .collect();
    commune.accounts(&ids).await
}

async fn plan_account(
    cx: &Cx,
    commune: &Commune,
    event: &Event,
    account: Account,
) -> Result<Vec<NoticeJob>, StoreError> {
    plan(commune, News::from(event), &account, &[], cx.now()).await
}
