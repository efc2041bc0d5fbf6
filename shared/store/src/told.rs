//! What an account was told: those of its notices that came to an end it should know of, newest first.
//!
//! The ledger's key begins with the event, so an account's notices lie in as many partitions as there are events. Those that
//! are done and worth showing are in the author index too, under the time at which they ended: one write unit more for each,
//! when it ends, and no call more (docs/decisions/0030-sessions-of-the-web.md).

use std::collections::BTreeSet;

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, Event, Report, ReportId};

use crate::cursor;
use crate::error::StoreError;
use crate::events::event_key;
use crate::grant::Index;
use crate::item::from_attributes;
use crate::key::{IndexKey, Key, sortable};
use crate::notices::KEPT;
use crate::{Commune, DropReason, Notice, NoticeState};

/// A notice that ended, and what it was about.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The ledger's item.
    pub notice: Notice,
    /// When it ended.
    pub at: Timestamp,
    /// Why it was not sent, if it was not.
    pub failed: Option<DropReason>,
    /// The report as it is now.
    pub report: Report,
    /// The entry of its history.
    pub event: Event,
}

/// When a notice ended in a way that its recipient should know of, and why if it was not sent. What was dropped because
/// nobody wanted it any more, or because it was planned anew another way, is no news to anybody.
fn ended(notice: &Notice) -> Option<(Timestamp, Option<DropReason>)> {
    match notice.state {
        NoticeState::Sent { at, .. } => Some((at, None)),
        NoticeState::Dropped { at, reason } => match reason {
            DropReason::RecipientGone | DropReason::SmsBudget | DropReason::GaveUp => Some((at, Some(reason))),
            DropReason::AccountGone
            | DropReason::Unfollowed
            | DropReason::NotVisible
            | DropReason::Over
            | DropReason::ChannelChanged
            | DropReason::Training => None,
        },
        NoticeState::Planned | NoticeState::Sending { .. } => None,
    }
}

/// The place of a notice among those that its account was told; none, if it was not.
pub(crate) fn told_key(commune: &CommuneId, notice: &Notice) -> Option<IndexKey> {
    let (at, _) = ended(notice)?;
    let (account, _) = (notice.key.account?, notice.subject.entry()?);
    let sort = format!("{}#{}", sortable(at), notice.key);
    Some(IndexKey::new(Index::Author, commune, &["told", &account.to_string()], sort))
}

impl Commune {
    /// One page of what an account was told within the last 90 days, newest first: at most `limit`, fewer where reports are
    /// gone, and the cursor of the next page. Grants: `QUERY_AUTHOR`, `BATCH_GET`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn told(
        &self,
        account: AccountId,
        limit: u32,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<(Vec<Told>, Option<String>), StoreError> {
        let seal = &self.store().seal;
        let query = format!("{} told {account}", self.id());
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let table = self.table();
        let range = table.index(Index::Author, &["told", &account.to_string()]).newest_first();
        let page = table.page(&range, limit, start).await?;
        let notices: Vec<Notice> = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        // DynamoDB removes late.
        let kept = |notice: &Notice| notice.created.duration_until(now) <= KEPT;
        let notices: Vec<Notice> = notices.into_iter().filter(kept).collect();
        let entries: BTreeSet<(ReportId, u32)> = notices.iter().filter_map(|n| n.subject.entry()).collect();
        let reports: BTreeSet<ReportId> = entries.iter().map(|(report, _)| *report).collect();
        let reports = self.reports(&Vec::from_iter(reports)).await?;
        let keys: Vec<Key> =
            entries.into_iter().map(|(report, version)| event_key(self.id(), report, version)).collect();
        let events: Vec<Event> = table.get_many(&keys).await?;
        let about = |notice: Notice| {
            let (at, failed) = ended(&notice)?;
            let (report, _) = notice.subject.entry()?;
            let report = reports.iter().find(|found| found.id == report)?.clone();
            let event = events.iter().find(|event| event.id == notice.key.event)?.clone();
            Some(Told { notice, at, failed, report, event })
        };
        let told = notices.into_iter().filter_map(about).collect();
        Ok((told, page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?))
    }
}

#[cfg(test)]
mod tests {
    use parvis_domain::{Channel, EventId};

    use super::*;
    use crate::NoticeKey;

    #[test]
    fn what_came_and_what_failed_is_told_and_what_nobody_wanted_is_not() {
        let commune: CommuneId = "jouques".parse().expect("a slug");
        let at: Timestamp = "2026-11-21T18:00:00Z".parse().expect("a time");
        let account = AccountId::new(at);
        let key = NoticeKey { event: EventId::new(at), account: Some(account), channel: Channel::Email, device: None };
        let planned = Notice::new(key, (ReportId::new(at), 2), at);
        let told = |state| told_key(&commune, &Notice { state, ..planned.clone() }).map(|key| key.pk);
        let account = Some(format!("C#jouques#told#{account}"));
        assert_eq!(told(NoticeState::Planned), None);
        assert_eq!(told(NoticeState::Sending { lease_until: at }), None);
        assert_eq!(told(NoticeState::Sent { at, message: "1".to_owned() }), account);
        for reason in [DropReason::RecipientGone, DropReason::SmsBudget, DropReason::GaveUp] {
            assert_eq!(told(NoticeState::Dropped { at, reason }), account, "{reason:?}");
        }
        use DropReason::{AccountGone, ChannelChanged, NotVisible, Over, Training, Unfollowed};
        for reason in [AccountGone, ChannelChanged, NotVisible, Over, Training, Unfollowed] {
            assert_eq!(told(NoticeState::Dropped { at, reason }), None, "{reason:?}");
        }
    }
}
