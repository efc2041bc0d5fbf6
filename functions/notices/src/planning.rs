//! Writes an account's notices of one event into the ledger. The planner does it for every follower, the deliverer when a
//! channel turned out to be gone.

use jiff::Timestamp;
use parvis_domain::{Channel, Event, EventId};
use parvis_store::{Account, Commune, Notice, NoticeJob, NoticeKey, StoreError, Subject};

use crate::channels::{Target, channels_for};

/// The event to tell about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct News {
    pub(crate) event: EventId,
    /// What it happened to.
    pub(crate) subject: Subject,
}

impl From<&Event> for News {
    fn from(event: &Event) -> News {
        News { event: event.id, subject: (event.report, event.version).into() }
    }
}

impl From<&Notice> for News {
    fn from(notice: &Notice) -> News {
        News { event: notice.key.event, subject: notice.subject }
    }
}

/// Plans what the account is to be told over now, without the channels that are `gone`; answers the jobs for those notices that
/// the ledger did not have. What stands in for a channel that is gone is marked so: the account may not have chosen it.
pub(crate) async fn plan(
    commune: &Commune,
    news: News,
    account: &Account,
    gone: &[Channel],
    now: Timestamp,
) -> Result<Vec<NoticeJob>, StoreError> {
    let mut jobs = Vec::new();
    for Target { channel, device } in channels_for(account, gone) {
        let key = NoticeKey { event: news.event, account: Some(account.id), channel, device };
        let notice = Notice::new(key, news.subject, now);
        let notice = Notice { fallback: !gone.is_empty(), ..notice };
        if commune.plan_notice(&notice).await? {
            jobs.push(NoticeJob::of(commune.id(), &notice));
        }
    }
    Ok(jobs)
}
