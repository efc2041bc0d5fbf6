//! Schedule: tells those who asked that their commune is open to everybody, each once.

use std::time::{Duration, Instant};

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Contact, EmailAddress, sms, texts};
use parvis_edge::{Cx, Failure, GIVEN_UP, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::from_attributes;
use parvis_store::key::DueTask;
use parvis_store::{ABOUT_LAUNCH, Announcement, Commune, Interest, StoreError};

/// Communes, and entries of one, read at a time.
const PAGE: u32 = 100;
/// Entries told side by side.
const WIDTH: usize = 8;
/// Nobody is told later in a run; each takes ten seconds at most.
const BUDGET: Duration = Duration::from_secs(200);
/// Somebody is given up who was tried more often than [`GIVE_UP_AFTER`] and longer than this after the commune went live. Both,
/// as with notices: a platform that stood still for a week has tried nothing yet.
const GIVE_UP_AGE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// With the longest wait of an hour between two tries, three days have room for about seventy.
const GIVE_UP_AFTER: u32 = 12;
/// A message of which nobody knows whether it is out is not sent more often: it may have arrived each time.
const MOST_DOUBTS: u32 = 3;

/// See the module.
pub struct AnnounceLaunches;

impl ScheduledWorker for AnnounceLaunches {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Tells those who asked that their commune is open to everybody";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::PUBLISH_SMS,
        Grant::SEND_EMAIL,
    ];
    const TIMEOUT_S: u32 = 300;

    /// How many were told. A commune that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_in_communes(cx, DueTask::Announcement, PAGE, until, "a launch", |commune, item| async move {
            match announced(cx, &commune, from_attributes(item)?, until).await {
                // Another run wrote at the same moment.
                Err(StoreError::Conflict { .. }) => Ok(0),
                told => told,
            }
        })
        .await
    }
}

async fn announced(
    cx: &Cx,
    commune: &Commune,
    announcement: Announcement,
    until: Instant,
) -> Result<usize, StoreError> {
    if !commune.announces(&announcement).await? {
        return Ok(0);
    }
    let (began, live) = (cx.now(), announcement.live);
    let (mut told, mut next, mut start) = (0, None, None);
    let mut again = |at: Timestamp| next = Some(next.map_or(at, |next: Timestamp| next.min(at)));
    loop {
        let (page, rest) = commune.interests(PAGE, start).await?;
        let all = page.into_iter().map(|interest| tell(cx, commune, interest, live, until));
        let all: Vec<Result<Option<Timestamp>, StoreError>> =
            futures::stream::iter(all).buffer_unordered(WIDTH).collect().await;
        for one in all {
            match one {
                Ok(None) => told += 1,
                Ok(Some(at)) => again(at),
                Err(error) => {
                    tracing::warn!(commune = %commune.id(), %error, "somebody was not told of the launch yet");
                    again(began);
                }
            }
        }
        start = rest;
        if start.is_none() || Instant::now() > until {
            if start.is_some() {
                again(began);
            }
            break;
        }
    }
    commune.walked(&announcement, began, next).await?;
    Ok(told)
}

/// Tells one; when it has to be looked at again, unless it is done with.
async fn tell(
    cx: &Cx,
    commune: &Commune,
    found: Interest,
    live: Timestamp,
    until: Instant,
) -> Result<Option<Timestamp>, StoreError> {
    let now = cx.now();
    if Instant::now() > until {
        return Ok(Some(now));
    }
    if let Some(waits) = found.waits_until(now) {
        return Ok(Some(waits));
    }
    // Somebody else has it.
    let Some(held) = commune.claim_interest(found, now).await? else { return Ok(Some(now)) };
    if held.tries > GIVE_UP_AFTER && live.duration_until(now) > GIVE_UP_AGE {
        tracing::error!(commune = %commune.id(), tries = held.tries, "{GIVEN_UP}");
        return commune.end_interest(&held).await.map(|()| None);
    }
    match send(cx, commune, &held, now).await {
        // A phone or a mailbox that is gone cannot be told.
        Ok(true) | Err(StoreError::Gone(_) | StoreError::Stopped(_)) => {
            commune.end_interest(&held).await.map(|()| None)
        }
        Ok(false) => commune.put_off_interest(held, now).await.map(Some),
        Err(error @ StoreError::InDoubt { .. }) => {
            tracing::warn!(commune = %commune.id(), %error, "nobody knows whether somebody was told of the launch");
            if held.doubts + 1 >= MOST_DOUBTS {
                return commune.end_interest(&held).await.map(|()| None);
            }
            commune.doubt_interest(held, now).await.map(Some)
        }
        Err(error) => {
            tracing::warn!(commune = %commune.id(), %error, "somebody was not told of the launch yet");
            commune.release_interest(held, now).await.map(Some)
        }
    }
}

/// Whether the message is out: not where the month's text messages are used up and the account has no mailbox. Where a phone
/// takes nothing any more, the mailbox beside it is told too.
async fn send(cx: &Cx, commune: &Commune, held: &Interest, now: Timestamp) -> Result<bool, StoreError> {
    let language = commune.settings.spoken(held.language);
    let link = format!("{}/{}", commune.store().names.public_url, commune.id());
    let words = texts::launch_open(language, &commune.settings.name, &link);
    let mail = async |to: &EmailAddress| {
        commune.send_mail(to, &words.email_subject, &words.email_body, ABOUT_LAUNCH).await.map(|_| true)
    };
    let phone = match &held.contact {
        Contact::Phone(phone) => phone,
        Contact::Email(email) => return mail(email).await,
    };
    let parts = u32::try_from(sms::parts(&words.sms)).unwrap_or(u32::MAX);
    let mut refused = None;
    if commune.charge_announcement(parts, cx.sms_budget(commune), now).await? {
        match commune.send_sms(phone, &words.sms, ABOUT_LAUNCH).await {
            Ok(_) => return Ok(true),
            // It may be out, so it stays counted.
            Err(error @ StoreError::InDoubt { .. }) => return Err(error),
            Err(error) => {
                commune.uncharge(parts, now).await?;
                if !matches!(error, StoreError::Gone(_) | StoreError::Stopped(_)) {
                    return Err(error);
                }
                refused = Some(error);
            }
        }
    }
    let account = commune.account_of(&held.contact).await?;
    if let (Some(StoreError::Stopped(_)), Some(account)) = (&refused, &account) {
        commune.stop_sms(account.id, phone, now).await?;
    }
    let mailbox = account.filter(|account| !account.channels.is_empty()).and_then(|account| account.email);
    match (mailbox, refused) {
        (Some(email), _) => mail(&email).await,
        (None, Some(refused)) => Err(refused),
        (None, None) => Ok(false),
    }
}
