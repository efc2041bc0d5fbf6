//! Notices go out, each of them claimed, looked at once more, worded, sent, marked.
//!
//! SNS and SES take part in no transaction and know no message that they got twice. So there is a window, from the moment
//! at which one of them takes the message to the mark in the ledger. Whoever ends inside it leaves a try without a word:
//!
//! - the deliverer dies, or the table is out of reach for longer than the mark is tried (some 5 s);
//! - the answer is lost or takes longer than `SEND_LIMIT` (10 s): [`StoreError::InDoubt`]. Nothing is tried again then.
//!
//! The claim stays until its lease ends; then the sweeper has it sent (again): a lost notice is worse than a double one.
//! Each such try is one of the ledger's `doubts`, and no more copies can be out than one and the doubts; on a device the
//! second push replaces the first. Everything else counts as known: an answered refusal, a service that was not reached and a
//! deliverer that has no time left before its lease ends (a machine that slept) did not send. Of a refusal with a 5xx no
//! service promises that (docs/decisions/0010-a-try-without-a-word.md).

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use parvis_domain::{Actor, Channel, Event, Language, Note, Report, What, sms, texts};
use parvis_edge::{Cx, Failure, GIVEN_UP, Grant, Queue, QueueWorker};
use parvis_store::{
    About, Account, Claim, Commune, Delivery, Device, DropReason, Entry, Notice, NoticeJob, NoticeState, StoreError,
    Viewer,
};

use crate::broadcast::broadcast;
use crate::budget::{Way, pay, tell_administrators};
use crate::channels::{Target, channels_for};
use crate::planning::{News, plan};
use crate::recipient::Recipient;

/// No notice is begun later in a message.
const BUDGET: Duration = Duration::from_secs(12);
/// And none is sent later: there is time to send it (10 s) and to mark it (5 s) before the function's limit.
const LATEST: Duration = Duration::from_secs(14);
/// What was read about a notice is not older when it is sent: who unfollows, or loses a phone, is asked for again.
const FRESH: Duration = Duration::from_secs(2);
/// How long a claim holds: twice the function's time limit, so that who has it is dead when it ends.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// A notice is given up when it is older than this and was tried more often than [`GIVE_UP_AFTER`]. Both, because a
/// platform that stood still for a week has tried nothing yet.
const GIVE_UP_AGE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// With the longest wait of an hour between two tries, three days have room for about seventy.
const GIVE_UP_AFTER: u32 = 12;

/// See the module.
pub struct DeliverNotice;

impl QueueWorker for DeliverNotice {
    const QUEUE: Queue = Queue::Notices;
    const SUMMARY: &'static str = "Send one notice by push, SMS or e-mail, and mark it sent";
    const GRANTS: &'static [Grant] = &[
        Grant::GET,
        Grant::BATCH_GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::CHECK,
        Grant::DELETE,
        Grant::CREATE_ENDPOINT,
        Grant::SET_ENDPOINT,
        Grant::DELETE_ENDPOINT,
        Grant::CREATE_TOPIC,
        Grant::SUBSCRIBE,
        Grant::UNSUBSCRIBE,
        Grant::PUBLISH_TOPIC,
        Grant::PUBLISH_PUSH,
        Grant::PUBLISH_SMS,
        Grant::SEND_EMAIL,
        Grant::SEND_NOTICE,
    ];
    const TIMEOUT_S: u32 = 30;
    type Job = Vec<NoticeJob>;

    /// One commune's after the other's; one that fails does not keep those behind it waiting. The message comes again for
    /// it, and those that are done say so.
    async fn run(cx: &Cx, jobs: Vec<NoticeJob>) -> Result<(), Failure> {
        let began = Instant::now();
        let mut failed = Ok(());
        for jobs in jobs.chunk_by(|one, next| one.commune == next.commune) {
            if let Err(failure) = deliver_all(cx, jobs, began).await {
                failed = Err(failure);
            }
        }
        failed
    }
}

/// Delivers the notices of one commune, one after the other.
async fn deliver_all(cx: &Cx, mut jobs: &[NoticeJob], began: Instant) -> Result<(), Failure> {
    let Some(NoticeJob { commune, .. }) = jobs.first() else { return Ok(()) };
    let commune = match cx.store.commune(commune).await {
        Ok(commune) => commune,
        // The commune left the platform, and the ledger with it.
        Err(StoreError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut failed = Ok(());
    while !jobs.is_empty() {
        // Read with the notices and not after each claim: one call for all, instead of one for each.
        let all = commune.deliveries(jobs).await?;
        let read = Instant::now();
        for known in all {
            let [job, behind @ ..] = jobs else { break };
            if began.elapsed() > BUDGET {
                return Err(Failure(format!("no time left for notice {} and those behind it", job.notice.in_logs())));
            }
            if read.elapsed() > FRESH {
                break;
            }
            jobs = behind;
            let delivered = match known {
                Ok(known) => deliver(cx, &commune, job, known, began + LATEST).await,
                Err(unreadable) => Err(unreadable.into()),
            };
            if delivered.is_err() {
                failed = delivered;
            }
        }
    }
    failed
}

async fn deliver(cx: &Cx, commune: &Commune, job: &NoticeJob, known: Delivery, until: Instant) -> Result<(), Failure> {
    let delivered = deliver_in(cx, commune, job, known, until).await;
    // Each such mail may take as long as a notice; whoever delivers next tells them otherwise.
    if job.notice.channel == Channel::Sms && Instant::now() < until {
        tell_administrators(cx, commune).await?;
    }
    delivered
}

async fn deliver_in(
    cx: &Cx,
    commune: &Commune,
    job: &NoticeJob,
    known: Delivery,
    until: Instant,
) -> Result<(), Failure> {
    let Some(found) = known.notice.clone() else {
        tracing::warn!(commune = %job.commune, notice = %job.notice.in_logs(), "a job for a notice that is not in the ledger");
        return Ok(());
    };
    let mut held = match commune.claim_notice(found, cx.now(), LEASE).await? {
        Claim::Held(held) => held,
        Claim::Busy | Claim::Done => return Ok(()),
    };
    if held.attempts > GIVE_UP_AFTER && held.created.duration_until(cx.now()) > GIVE_UP_AGE {
        let error = held.error.clone();
        tracing::error!(commune = %job.commune, notice = %job.notice.in_logs(), attempts = held.attempts, error, "{GIVEN_UP}");
        return Ok(commune.drop_notice(held, cx.now(), DropReason::GaveUp).await?);
    }
    let attempted = match known.about {
        About::Entry(entry) => attempt(cx, commune, &mut held, *entry, until).await,
        About::Alert(alert) => broadcast(cx, commune, &held, alert, until).await,
    };
    match attempted {
        Ok(End::Sent(message)) => Ok(commune.mark_sent(held, cx.now(), message).await?),
        Ok(End::Dropped(reason)) => {
            tracing::info!(commune = %job.commune, notice = %job.notice.in_logs(), ?reason, "dropped a notice");
            Ok(commune.drop_notice(held, cx.now(), reason).await?)
        }
        Ok(End::Waits) => {
            let why = "the month's text messages are used up; another channel is at it".to_owned();
            Ok(commune.give_back(held, cx.now(), why).await?)
        }
        Ok(End::Taken) => Ok(()),
        Err(error @ StoreError::InDoubt { .. }) => {
            // The claim stays, and with it the message's job is done: the sweeper comes when the lease has ended.
            tracing::warn!(commune = %job.commune, notice = %job.notice.in_logs(), %error, "nobody knows whether it was sent");
            Ok(())
        }
        Err(error) => {
            let what = error.to_string();
            commune.give_back(held, cx.now(), what.clone()).await?;
            Err(Failure(format!("notice {}: {what}", job.notice.in_logs())))
        }
    }
}

pub(crate) enum End {
    /// Under this id.
    Sent(String),
    Dropped(DropReason),
    /// For another channel to tell the same; the sweeper queues it again.
    Waits,
    /// By another deliverer.
    Taken,
}

async fn attempt(
    cx: &Cx,
    commune: &Commune,
    notice: &mut Notice,
    known: Entry,
    until: Instant,
) -> Result<End, StoreError> {
    let Some(account) = known.account else { return Ok(End::Dropped(DropReason::AccountGone)) };
    if known.follower.is_none() {
        return Ok(End::Dropped(DropReason::Unfollowed));
    }
    let (Some(report), Some(event)) = (known.report, known.event) else {
        return Ok(End::Dropped(DropReason::NotVisible));
    };
    if !may_see(commune, &account, &report).await? {
        return Ok(End::Dropped(DropReason::NotVisible));
    }
    // In a training everything is planned and written down, and nothing leaves to residents.
    if commune.is_before_residents().await? && commune.staff_member(account.id).await?.is_none() {
        return Ok(End::Dropped(DropReason::Training));
    }
    let Some(recipient) = Recipient::of(notice, &account, known.device.as_ref()) else {
        // Read anew: what it was told over may have gone between the reading of the account and that of the device.
        if let Some(account) = commune.account(account.id).await? {
            plan_again(cx, commune, notice, &account, None).await?;
        }
        return Ok(End::Dropped(DropReason::ChannelChanged));
    };
    let Some(text) = worded(commune, commune.settings.spoken(recipient.language(&account)), &report, &event) else {
        return Ok(End::Dropped(DropReason::NotVisible));
    };
    if let Recipient::Phone(_) = recipient {
        let parts = u32::try_from(sms::parts(&text.sms)).unwrap_or(u32::MAX);
        match pay(cx, commune, notice, &account, parts).await? {
            Way::Send => {}
            Way::Elsewhere => return Ok(End::Dropped(DropReason::SmsBudget)),
            Way::Later => return Ok(End::Waits),
            Way::Taken => return Ok(End::Taken),
        }
    }
    in_time(cx, notice, until)?;
    let sent = match recipient.send(commune, &text, notice, report.id, cx.now()).await {
        Err(StoreError::NoEndpoint(why)) if let Recipient::Device(device) = &recipient => {
            tracing::warn!(commune = %commune.id(), notice = %notice.key.in_logs(), why, "an endpoint is gone");
            make_endpoint_again(commune, &account, device).await
        }
        sent => sent,
    };
    match sent {
        Ok(message) => Ok(End::Sent(message)),
        Err(StoreError::Stopped(why)) => {
            tracing::warn!(commune = %commune.id(), notice = %notice.key.in_logs(), why, "a phone stopped text messages");
            if let Recipient::Phone(phone) = recipient {
                commune.stop_sms(account.id, phone, cx.now()).await?;
            }
            let account = commune.account(account.id).await?.unwrap_or(account);
            if account.phone_for_sms().is_some() {
                // Another number by now: the next try goes there.
                return Err(StoreError::Conflict { item: 0 });
            }
            plan_again(cx, commune, notice, &account, Some(Channel::Sms)).await?;
            Ok(End::Dropped(DropReason::RecipientGone))
        }
        Err(StoreError::Gone(why)) => {
            tracing::warn!(commune = %commune.id(), notice = %notice.key.in_logs(), why, "a recipient is gone");
            let gone = match recipient {
                Recipient::Device(lost) => {
                    commune.remove_lost_device(lost).await?;
                    None
                }
                Recipient::Phone(_) | Recipient::Mailbox(_) => Some(notice.key.channel),
            };
            // Read now: of two devices that are gone at the same moment, the later one must see that none is left.
            let Some(account) = commune.account(account.id).await? else {
                return Ok(End::Dropped(DropReason::AccountGone));
            };
            if recipient.is_replaced(notice, &account) {
                // The app registered it again, or there is another address: the next try goes there.
                return Err(StoreError::Conflict { item: 0 });
            }
            plan_again(cx, commune, notice, &account, gone).await?;
            Ok(End::Dropped(DropReason::RecipientGone))
        }
        Err(error) => Err(error),
    }
}

/// Nothing is sent that could not be marked before somebody else may send it, too.
pub(crate) fn in_time(cx: &Cx, notice: &Notice, until: Instant) -> Result<(), StoreError> {
    if Instant::now() <= until && notice.may_be_sent(cx.now()) {
        return Ok(());
    }
    Err(StoreError::Unavailable { service: "deliver_notice", detail: "no time is left to send and mark it".to_owned() })
}

/// The token may be good: in another commune the same app was signed out, which removes what SNS has one of. Not when the device
/// was signed out here meanwhile, or is somebody else's: nobody gets it back. The next try looks who has it.
async fn make_endpoint_again(commune: &Commune, account: &Account, device: &Device) -> Result<String, StoreError> {
    if commune.device(account.id, device.id).await?.as_ref() == Some(device) {
        let (platform, token) = (device.platform, &device.token);
        commune.put_device(account.id, platform, token, device.language, device.seen).await?;
    }
    Err(StoreError::Conflict { item: 0 })
}

/// Plans what the account is told over now, without a channel that is `gone`.
///
/// # Errors
/// [`StoreError::Conflict`] when that is the notice itself.
pub(crate) async fn plan_again(
    cx: &Cx,
    commune: &Commune,
    notice: &mut Notice,
    account: &Account,
    gone: Option<Channel>,
) -> Result<(), StoreError> {
    // Also what turned out to be gone at another notice about the same: planned again it would be in the ledger already, as
    // dropped, and nobody would be told.
    let others = commune.notices_of(notice.key.event, account.id).await?;
    let dead = |other: &&Notice| {
        matches!(other.state, NoticeState::Dropped { reason: DropReason::RecipientGone, .. })
            && other.key.device.is_none()
    };
    let gone: Vec<Channel> = others.iter().filter(dead).map(|other| other.key.channel).chain(gone).collect();
    let mut jobs = plan(commune, News::from(&*notice), account, &gone, cx.now()).await?;
    let mut is_wanted = false;
    for Target { channel, device } in channels_for(account, &gone) {
        let mut wanted = others.iter().filter(|other| (other.key.channel, other.key.device) == (channel, device));
        let Some(other) = wanted.next() else { continue };
        if other.key == notice.key {
            is_wanted = true;
        } else if commune.take_up(other, !gone.is_empty(), cx.now()).await? {
            jobs.push(NoticeJob::of(commune.id(), other));
        }
    }
    cx.store.queue_notices(&jobs).await;
    if !is_wanted {
        return Ok(());
    }
    // Switched off and on again between two looks, or nothing else is left by now: the next try goes out.
    notice.fallback |= !gone.is_empty();
    Err(StoreError::Conflict { item: 0 })
}

/// Whether the account may still read the report: an agent may have taken it down since.
async fn may_see(commune: &Commune, account: &Account, report: &Report) -> Result<bool, StoreError> {
    if Viewer::Resident(account.id).may_see(report) {
        return Ok(true);
    }
    let is_staff = commune.staff_member(account.id).await?.is_some();
    Ok(is_staff && Viewer::Staff(account.id).may_see(report))
}

/// The words; none for an event that residents must not learn of.
fn worded(commune: &Commune, language: Language, report: &Report, event: &Event) -> Option<texts::NoticeText> {
    let site = format!("{}/{}", commune.store().names.public_url, commune.id());
    let scheduled_for = match &event.what {
        What::StatusChanged { scheduled_for, .. } => *scheduled_for,
        _ => None,
    };
    let facts = texts::NoticeFacts {
        commune_name: &commune.settings.name,
        status: event.status,
        cause: texts::NoticeCause::of(&event.what)?,
        // A passer-by's words are read at the report: in a message they would pass for the commune's own.
        note: event.public_note.as_ref().filter(|_| !is_passer_by(&event.actor)).map(Note::as_str),
        scheduled_for,
        excerpt: report.description.as_str(),
        link: &format!("{site}/reports/{}", report.id),
        unsubscribe_link: &format!("{site}/me#channels"),
    };
    Some(texts::notice(language, &facts))
}

/// A former resident may have been one, and nobody knows any more.
fn is_passer_by(actor: &Actor) -> bool {
    matches!(actor, Actor::Resident(_) | Actor::FormerResident)
}
