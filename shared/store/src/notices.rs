//! The ledger of notices: one item per message to one recipient over one channel about one event. The ledger is the truth;
//! the queue only wakes the deliverer up. A recipient is an account (one of its devices, for push) or, of an alert, everybody whose
//! app listens to the commune's topic: that is one notice, too.
//!
//! ```text
//! planned --claim--> sending --mark_sent--> sent
//!    ^                  |  \--drop--> dropped (reason)
//!    '---- give_back ---'   (or the lease runs out, then the next claim takes it and counts a doubt)
//! ```
//! One that was dropped because its account took another channel is planned again when the account takes it back.
//! While it is planned or sending, a notice is in the due index, at the time at which the sweeper queues it again.
//! Every step is one conditional write on the version, so of two deliverers one goes on.

mod steps;
mod sweep;

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, AlertId, Channel, CommuneId, DeviceId, Event, EventId, ReportId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::{DueTask, IndexKey, Key};
use crate::sending::SEND_LIMIT;
use crate::sms_budget::SmsCharge;
use crate::table::{Condition, Table};
use crate::told::told_key;

/// How long a message may wait in the queue before the sweeper thinks it lost.
const FIRST_WAIT: SignedDuration = SignedDuration::from_mins(2);
/// The first wait after a try that failed. Longer than the queue hides a message (6 x 30 s), so that the queue's own
/// redelivery comes first and the sweeper only follows where that has ended.
const RETRY_WAIT: SignedDuration = SignedDuration::from_mins(4);
/// No wait is longer.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How long the ledger answers "was that sent?"; then DynamoDB's TTL removes the item.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How late DynamoDB's TTL may be.
const REMOVED_LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What makes a notice one: it is sent at most once per event, recipient, channel and (for push) device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NoticeKey {
    /// What it tells about.
    pub event: EventId,
    /// To whom; none, if it goes to everybody at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// Over what.
    pub channel: Channel,
    /// The device of a push notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
}

/// `<event>/<account>/<channel>`, and `/<device>` for push: what a message carries to say which notice it is. To everybody it is
/// `<event>/everybody/<channel>`.
impl fmt::Display for NoticeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.event, self.recipient(), self.channel.as_str())?;
        self.device.map_or(Ok(()), |device| write!(f, "/{device}"))
    }
}

impl NoticeKey {
    /// To everybody at once, over the topic of a channel.
    pub fn to_everybody(event: EventId, channel: Channel) -> NoticeKey {
        NoticeKey { event, account: None, channel, device: None }
    }

    /// The account, or `everybody`: no id of an account is this word.
    pub fn recipient(&self) -> String {
        self.account.map_or_else(|| "everybody".to_owned(), |account| account.to_string())
    }

    /// As logs have it: with so much of the account's id (its last eight digits, which are random) that the notice is found
    /// while the account is there. Logs stay when the account is erased.
    pub fn in_logs(&self) -> String {
        let Some(account) = self.account else { return self.to_string() };
        let account = account.to_string();
        let end = account.get(account.len().saturating_sub(8)..).unwrap_or_default();
        format!("{}/…{end}/{}", self.event, self.channel.as_str())
    }
}

/// One notice. It holds no text and no address: those are read when it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What makes it one.
    pub key: NoticeKey,
    /// What the event happened to.
    #[serde(flatten)]
    pub subject: Subject,
    /// Where it stands.
    pub state: NoticeState,
    /// When it was planned.
    pub created: Timestamp,
    /// When the sweeper looks at it next, while it is not sent.
    pub due: Timestamp,
    /// How often a deliverer took it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// How often the sweeper queued it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub swept: u32,
    /// How many tries ended without a word: their deliverer died, or never learnt whether SNS or SES had taken the message.
    /// No more than so many copies can be out beside the one that is meant.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub doubts: u32,
    /// Whether it stands in for a channel that turned out to be gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fallback: bool,
    /// What a text message was counted as in the commune's budget, before it was first sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged: Option<Box<SmsCharge>>,
    /// What the last failed try said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Counts the writes.
    pub version: u32,
}

/// What a notice tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Subject {
    /// An entry of a report's history.
    Report {
        /// The report.
        report: ReportId,
        /// The entry's place in it.
        report_version: u32,
    },
    /// An alert, or its all-clear.
    Alert {
        /// The alert.
        alert: AlertId,
    },
}

/// A report, and the entry's place in its history.
impl From<(ReportId, u32)> for Subject {
    fn from((report, report_version): (ReportId, u32)) -> Subject {
        Subject::Report { report, report_version }
    }
}

impl Subject {
    /// The report and the entry's place in its history, if it is about one.
    pub fn entry(&self) -> Option<(ReportId, u32)> {
        match *self {
            Subject::Report { report, report_version } => Some((report, report_version)),
            Subject::Alert { .. } => None,
        }
    }
}

/// Where a notice stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum NoticeState {
    /// Waits for a deliverer.
    Planned,
    /// A deliverer has it until then; nobody else touches it.
    Sending {
        /// When anybody may take it over.
        lease_until: Timestamp,
    },
    /// Out.
    Sent {
        /// When.
        at: Timestamp,
        /// The id that SNS or SES gave.
        message: String,
    },
    /// Will not be sent, unless it is planned again.
    Dropped {
        /// When that was decided.
        at: Timestamp,
        /// Why.
        reason: DropReason,
    },
}

/// Why a notice is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropReason {
    /// The account no longer exists.
    AccountGone,
    /// The account no longer follows the report.
    Unfollowed,
    /// The report, the alert or the event no longer exists, or this account may not see it any more.
    NotVisible,
    /// The alert was over before it could go out.
    Over,
    /// The account takes other channels now; those were planned instead.
    ChannelChanged,
    /// The other side refuses this device, phone or address for good; the next channel was planned instead.
    RecipientGone,
    /// The month's text messages are used up, and another channel told the same.
    SmsBudget,
    /// Tried for days without success.
    GaveUp,
    /// The commune is before its launch: residents are told of nothing.
    Training,
}

/// What a deliverer gets for a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// It is yours until the lease ends.
    Held(Notice),
    /// Another deliverer has it, or nobody knows what became of its last try: the sweeper queues it when it is due.
    Busy,
    /// It is sent, dropped or forgotten.
    Done,
}

impl Notice {
    /// The name of [`NoticeState::Sent`].
    pub const SENT: &'static str = "sent";

    /// A notice to plan.
    pub fn new(key: NoticeKey, subject: impl Into<Subject>, now: Timestamp) -> Notice {
        Notice {
            key,
            subject: subject.into(),
            state: NoticeState::Planned,
            created: now,
            due: after(now, FIRST_WAIT),
            attempts: 0,
            swept: 0,
            doubts: 0,
            fallback: false,
            charged: None,
            error: None,
            version: 1,
        }
    }

    /// Whether who has it may still send it: SNS or SES has to answer while the lease holds, because afterwards somebody
    /// else may send it too. A machine that slept in between finds out here.
    pub fn may_be_sent(&self, now: Timestamp) -> bool {
        let limit = SignedDuration::try_from(SEND_LIMIT).unwrap_or(SignedDuration::MAX);
        matches!(self.state, NoticeState::Sending { lease_until } if after(now, limit) <= lease_until)
    }

    /// Whether it is sent or dropped.
    pub fn is_done(&self) -> bool {
        matches!(self.state, NoticeState::Sent { .. } | NoticeState::Dropped { .. })
    }

    /// How long it waits after a try that failed. What goes to everybody is one message, and too late tomorrow: it never waits longer.
    fn retry_wait(&self) -> SignedDuration {
        match self.key.account {
            None => RETRY_WAIT,
            Some(_) => doubled(RETRY_WAIT, self.attempts.saturating_sub(1)),
        }
    }

    /// How much longer than a lease it waits for its next try: as many tries as ended without a word may have arrived, so each
    /// further one comes twice as late, up to an hour; of what goes to everybody no later than after [`RETRY_WAIT`].
    fn waits_longer(&self, lease: SignedDuration) -> SignedDuration {
        let longer = doubled(lease, self.doubts) - lease;
        if self.key.account.is_none() { longer.min(RETRY_WAIT) } else { longer }
    }
}

impl Item for Notice {
    const TYPE: &'static str = "notice";

    fn placement(&self, commune: &CommuneId) -> Placement {
        // A notice that is done leaves the due index: the sweeper never reads it again, and whom it told may.
        let index = match self.is_done() {
            false => Some(IndexKey::due(DueTask::Notice, self.due, commune, &self.key.to_string())),
            true => told_key(commune, self),
        };
        Placement {
            key: notice_key(commune, &self.key),
            index: index.into_iter().collect(),
            expires: Some(after(self.created, KEPT)),
            version: Some(self.version),
        }
    }
}

pub(crate) fn notice_key(commune: &CommuneId, key: &NoticeKey) -> Key {
    let sort = match key.device {
        None => key.channel.as_str().to_owned(),
        Some(device) => format!("{}#{device}", key.channel.as_str()),
    };
    Key::new(commune, &["notice", &key.event.to_string(), &key.recipient()], sort)
}

impl Commune {
    /// Writes a notice into the ledger unless it is there; says whether it was new. A replay plans nothing twice.
    pub async fn plan_notice(&self, notice: &Notice) -> Result<bool, StoreError> {
        match self.table().put(notice, Condition::Absent).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads one notice.
    pub async fn notice(&self, key: &NoticeKey) -> Result<Option<Notice>, StoreError> {
        self.table().get(&notice_key(self.id(), key)).await
    }

    /// Takes an account that is being erased out of the ledger, as far as a report is concerned. A deliverer that has one of
    /// these notices finds nothing to mark, and nothing to send again.
    pub(crate) async fn forget_notices(
        &self,
        report: ReportId,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let table = self.table();
        let history = table.range(&["report", &report.to_string()]).starting("report#e#");
        for event in table.all::<Event>(&history).await? {
            // Of what is older, the ledger holds nothing; DynamoDB removes within a few days.
            if event.at.duration_until(now) > KEPT + REMOVED_LATE {
                continue;
            }
            let range = table.range(&["notice", &event.id.to_string(), &account.to_string()]);
            for notice in table.all::<Notice>(&range).await? {
                table.delete(&notice_key(self.id(), &notice.key)).await?;
            }
        }
        Ok(())
    }

    /// The notices of one account about one event, over all channels. Grant: `QUERY`.
    pub async fn notices_of(&self, event: EventId, account: AccountId) -> Result<Vec<Notice>, StoreError> {
        let table = self.table();
        table.all(&table.range(&["notice", &event.to_string(), &account.to_string()])).await
    }
}

/// Writes the next version of a notice, if the one it was made from is still the last.
async fn advance(table: &Table<'_>, next: Notice) -> Result<Notice, StoreError> {
    let (next, condition) = advanced(next);
    table.put(&next, condition).await?;
    Ok(next)
}

/// The next version of a notice, and that the one it was made from is still the last.
pub(crate) fn advanced(next: Notice) -> (Notice, Condition) {
    let was = next.version;
    (Notice { version: was + 1, ..next }, Condition::Version(was))
}

/// `first`, twice that, four times that, …, at most [`LONGEST_WAIT`].
pub(crate) fn doubled(first: SignedDuration, times: u32) -> SignedDuration {
    let factor = 1i32.checked_shl(times.min(30)).unwrap_or(i32::MAX);
    first.checked_mul(factor).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

/// Most notices have none of what is counted, and a ledger is written and read by the thousands.
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// jiff's times end in the year 9999; nothing planned here comes near.
fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::Index;
    use crate::item::from_attributes;

    fn notice(device: Option<DeviceId>) -> Notice {
        let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
        let key =
            NoticeKey { event: EventId::new(now), account: Some(AccountId::new(now)), channel: Channel::Push, device };
        Notice::new(key, (ReportId::new(now), 2), now)
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes = |times| doubled(FIRST_WAIT, times).as_mins();
        assert_eq!([0, 1, 4, 5, 40].map(minutes), [2, 4, 32, 60, 60]);
    }

    #[test]
    fn what_goes_to_everybody_is_tried_every_few_minutes_however_often_it_failed() {
        let waits = |key: NoticeKey| {
            let planned = Notice::new(key, (ReportId::new(Timestamp::UNIX_EPOCH), 2), Timestamp::UNIX_EPOCH);
            [1, 2, 5, 30].map(|attempts| Notice { attempts, ..planned.clone() }.retry_wait().as_mins())
        };
        let one = notice(None).key;
        assert_eq!(waits(NoticeKey::to_everybody(one.event, one.channel)), [4, 4, 4, 4]);
        assert_eq!(waits(one.clone()), [4, 8, 60, 60]);
        let lease = SignedDuration::from_mins(1);
        let doubted = |key: NoticeKey| {
            let planned = Notice::new(key, (ReportId::new(Timestamp::UNIX_EPOCH), 2), Timestamp::UNIX_EPOCH);
            [0, 1, 4, 9].map(|doubts| Notice { doubts, ..planned.clone() }.waits_longer(lease).as_mins())
        };
        assert_eq!(doubted(NoticeKey::to_everybody(one.event, one.channel)), [0, 1, 4, 4]);
        assert_eq!(doubted(one), [0, 1, 15, 59]);
    }

    #[test]
    fn what_is_nought_is_not_written_and_was_once() {
        let planned = notice(None);
        let written = serde_json::to_value(&planned).unwrap();
        let names = ["attempts", "swept", "doubts", "fallback"];
        assert!(names.iter().all(|name| written.get(name).is_none()), "{written}");
        assert_eq!(serde_json::from_value::<Notice>(written.clone()).unwrap(), planned);
        // As items of an earlier version have it.
        let mut earlier = written;
        for (name, value) in names.into_iter().zip([0.into(), 0.into(), 0.into(), serde_json::Value::from(false)]) {
            earlier[name] = value;
        }
        assert_eq!(serde_json::from_value::<Notice>(earlier).unwrap(), planned);
        let tried = Notice { attempts: 1, swept: 2, doubts: 3, fallback: true, ..planned };
        let written = serde_json::to_value(&tried).unwrap();
        assert_eq!(serde_json::from_value::<Notice>(written).unwrap(), tried);
    }

    #[test]
    fn in_logs_a_notice_has_no_account() {
        let key = notice(None).key;
        assert!(!key.in_logs().contains(&key.recipient()) && key.in_logs().contains(&key.event.to_string()));
    }

    #[test]
    fn the_stream_knows_a_notice_that_is_sent_by_its_state() {
        let commune: CommuneId = "jouques".parse().unwrap();
        let planned = notice(None);
        let state = NoticeState::Sent { at: planned.created, message: "1".to_owned() };
        let state_of = |notice: &Notice| {
            let item = crate::item::to_attributes(&commune, notice).unwrap();
            crate::item::state_of(&item).map(str::to_owned)
        };
        assert_eq!(state_of(&planned).as_deref(), Some("planned"));
        assert_eq!(state_of(&Notice { state, ..planned }).as_deref(), Some(Notice::SENT));
    }

    #[test]
    fn two_devices_of_one_account_are_two_notices() {
        let now = Timestamp::UNIX_EPOCH;
        let commune: CommuneId = "jouques".parse().unwrap();
        let a = notice(Some(DeviceId::new(now)));
        let b = Notice { key: NoticeKey { device: Some(DeviceId::new(now)), ..a.key.clone() }, ..a.clone() };
        assert_ne!(notice_key(&commune, &a.key), notice_key(&commune, &b.key));
        assert_eq!(a.key.to_string().split('/').count(), 4);
    }

    #[test]
    fn who_has_no_time_left_before_the_lease_ends_may_not_send() {
        let planned = notice(None);
        let lease_until = planned.created + SignedDuration::from_secs(60);
        let held = Notice { state: NoticeState::Sending { lease_until }, ..planned.clone() };
        let after = |seconds| planned.created + SignedDuration::from_secs(seconds);
        assert!(held.may_be_sent(after(0)) && held.may_be_sent(after(50)));
        assert!(!held.may_be_sent(after(51)), "SNS may take ten seconds");
        assert!(!planned.may_be_sent(after(0)), "nobody has it");
    }

    #[test]
    fn only_what_is_not_sent_yet_is_due() {
        let commune: CommuneId = "jouques".parse().unwrap();
        let planned = notice(None);
        assert_eq!(planned.placement(&commune).index.len(), 1);
        let at = planned.created;
        for state in
            [NoticeState::Sent { at, message: "1".to_owned() }, NoticeState::Dropped { at, reason: DropReason::GaveUp }]
        {
            let index = Notice { state, ..planned.clone() }.placement(&commune).index;
            assert!(index.iter().all(|key| key.index == Index::Author), "{index:?}");
        }
    }

    #[test]
    fn a_notice_reads_back_as_it_was_written_in_every_state() {
        let commune: CommuneId = "jouques".parse().unwrap();
        let at = Timestamp::UNIX_EPOCH;
        for state in [
            NoticeState::Planned,
            NoticeState::Sending { lease_until: at },
            NoticeState::Sent { at, message: "1".to_owned() },
            NoticeState::Dropped { at, reason: DropReason::RecipientGone },
        ] {
            let notice = Notice { state, ..notice(Some(DeviceId::new(at))) };
            let item = crate::item::to_attributes(&commune, &notice).unwrap();
            assert_eq!(from_attributes::<Notice>(item).unwrap(), notice);
        }
    }
}
