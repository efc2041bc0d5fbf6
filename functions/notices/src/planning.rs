//! Writes an account's notices of one event into the ledger. The planner does it for every follower, the deliverer when a
//! channel turned out to be gone.

use jiff::Timestamp;
use parvis_domain::{Channel, Event, EventId, ReportId};
use parvis_store::{Account, Commune, Notice, NoticeJob, NoticeKey, StoreError};

use crate::channels::{Target, channels_for};

/// The event to tell about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject {
    pub(crate) event: EventId,
    pub(crate) report: ReportId,
    /// The event's place in the report's history.
    pub(crate) report_version: u32,
}

impl From<&Event> for Subject {
    fn from(event: &Event) -> Subject {
        Subject { event: event.id, report: event.report, report_version: event.version }
    }
}

impl From<&Notice> for Subject {
    fn from(notice: &Notice) -> Subject {
        Subject { event: notice.key.event, report: notice.report, report_version: notice.report_version }
    }
}

/// Plans what the account is to be told over now, without the channels that are `gone`; answers the jobs for those notices that
/// the ledger did not have. What stands in for a channel that is gone is marked so: the account may not have chosen it.
pub(crate) async fn plan(
    commune: &Commune,
    subject: Subject,
    account: &Account,
    gone: &[Channel],
    now: Timestamp,
) -> Result<Vec<NoticeJob>, StoreError> {
    let mut jobs = Vec::new();
    for Target { channel, device } in channels_for(account, gone) {
        let key = NoticeKey { event: subject.event, account: account.id, channel, device };
        let notice = Notice::new(key, subject.report, subject.report_version, now);
        let notice = Notice { fallback: !gone.is_empty(), ..notice };
        if commune.plan_notice(&notice).await? {
            jobs.push(NoticeJob::of(commune.id(), &notice));
        }
    }
    Ok(jobs)
}
