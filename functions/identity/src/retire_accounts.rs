//! Schedule: accounts that nobody uses are announced their end twice, thirty and seven days before, and erased
//! (docs/decisions/0027-retention.md). Whoever signs in, or whose app refreshes its session, keeps it.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Language, months_after, sms, texts, today};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::from_attributes;
use parvis_store::key::DueTask;
use parvis_store::{ABOUT_ACCOUNT, Account, Commune, FarewellClaim, StoreError};

/// Items read at a time.
const PAGE: u32 = 100;
/// Nothing is begun later in a run; the next one goes on.
const BUDGET: Duration = Duration::from_secs(240);
/// How long before the end it is announced, each time.
const BEFORE: [SignedDuration; 2] = [SignedDuration::from_hours(30 * 24), SignedDuration::from_hours(7 * 24)];
/// An announcement counts for an end that comes within this time. An older one told of another end: the commune keeps
/// accounts longer since, or was suspended.
const COUNTS_FOR: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Who cannot be told now is tried again after this time.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// See the module.
pub struct RetireAccounts;

impl ScheduledWorker for RetireAccounts {
    const EVERY_MINUTES: u32 = 60;
    const SUMMARY: &'static str = "Announce the end of accounts that nobody uses, twice, and begin their erasure";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::CHECK,
        Grant::PUBLISH_SMS,
        Grant::SEND_EMAIL,
    ];

    /// How many announcements went out and erasures began. One that fails does not keep the others waiting.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let (until, what) = (Instant::now() + BUDGET, "an account that nobody uses");
        each_due_in_communes(cx, DueTask::UnusedAccount, PAGE, until, what, |commune, item| async move {
            age(cx, &commune, from_attributes(item)?).await.map(usize::from)
        })
        .await
    }
}

/// Whether something was done.
async fn age(cx: &Cx, commune: &Commune, account: Account) -> Result<bool, StoreError> {
    let now = cx.now();
    let end = months_after(account.last_used(), commune.settings.retention.unused_accounts_months);
    // Nobody could keep an account while the commune was suspended.
    let end = commune.standing.resumed.map_or(end, |resumed| end.max(later(resumed, BEFORE[1])));
    let counts_from = end.saturating_sub(COUNTS_FOR).unwrap_or(Timestamp::MIN);
    let from = end.saturating_sub(BEFORE[0]).unwrap_or(Timestamp::MIN);
    // While a commune is suspended nobody's time runs out; who works for it is taken off its staff first.
    let spared = commune.standing.is_read_only() || commune.staff_member(account.id).await?.is_some();
    if spared || from > now {
        let at = if spared { later(now, AGAIN) } else { from };
        commune.look_at_account(&account, at, now).await?;
        return Ok(false);
    }
    let Some(first) = commune.farewell_at(&account, 1, counts_from).await? else {
        return announce(cx, commune, &account, 1, counts_from, end.max(later(now, BEFORE[0]))).await;
    };
    // What was announced late ends late.
    let end = end.max(later(first, BEFORE[0]));
    let Some(second) = commune.farewell_at(&account, 2, counts_from).await? else {
        let at = end.saturating_sub(BEFORE[1]).unwrap_or(Timestamp::MIN);
        if at > now {
            commune.look_at_account(&account, at, now).await?;
            return Ok(false);
        }
        return announce(cx, commune, &account, 2, counts_from, end.max(later(now, BEFORE[1]))).await;
    };
    let end = end.max(later(second, BEFORE[1]));
    if end > now {
        commune.look_at_account(&account, end, now).await?;
        return Ok(false);
    }
    commune.erase_unused(&account, now).await
}

/// Announces the end; whether it is out.
async fn announce(
    cx: &Cx,
    commune: &Commune,
    account: &Account,
    number: u8,
    counts_from: Timestamp,
    end: Timestamp,
) -> Result<bool, StoreError> {
    let now = cx.now();
    let held = match commune.claim_farewell(account, number, counts_from, now).await? {
        FarewellClaim::Held(held) => held,
        FarewellClaim::Busy | FarewellClaim::Sent => return Ok(false),
    };
    match tell(cx, commune, account, end).await {
        Ok(true) => commune.mark_farewell(held, now).await.map(|()| true),
        Ok(false) => {
            commune.release_farewell(&held).await?;
            commune.look_at_account(account, later(now, AGAIN), now).await?;
            Ok(false)
        }
        // It may be out: the claim stays, and who comes after its lease sends it (again).
        Err(StoreError::InDoubt { service, detail }) => {
            tracing::warn!(commune = %commune.id(), service, detail, "nobody knows whether an announcement is out");
            Ok(false)
        }
        Err(error) => {
            commune.release_farewell(&held).await?;
            Err(error)
        }
    }
}

/// Tells the owner by e-mail, or by SMS where there is no address or its mailbox is gone. False when the month's text
/// messages are used up: nobody's account ends unannounced, so it waits. An owner whom no contact reaches any more cannot be
/// told.
async fn tell(cx: &Cx, commune: &Commune, account: &Account, end: Timestamp) -> Result<bool, StoreError> {
    let link = format!("{}/{}/me", commune.store().names.public_url, commune.id());
    if let Some(email) = &account.email {
        let words = texts::account_ends(Language::Fr, &commune.settings.name, today(end), &link);
        match commune.send_mail(email, &words.subject, &words.body, ABOUT_ACCOUNT).await {
            Err(StoreError::Gone(why)) => tracing::warn!(commune = %commune.id(), why, "a mailbox is gone"),
            sent => return sent.map(|_| true),
        }
    }
    let Some(phone) = account.phone_for_sms() else { return Ok(true) };
    let now = cx.now();
    let text = texts::account_ends_sms(Language::Fr, &commune.settings.name, today(end), &link);
    let parts = u32::try_from(sms::parts(&text)).unwrap_or(u32::MAX);
    if !commune.charge_announcement(parts, cx.sms_budget(commune), now).await? {
        return Ok(false);
    }
    let unsent = match commune.send_sms(phone, &text, ABOUT_ACCOUNT).await {
        Ok(_) => return Ok(true),
        Err(error @ StoreError::InDoubt { .. }) => return Err(error),
        Err(unsent) => unsent,
    };
    commune.uncharge(parts, now).await?;
    match unsent {
        StoreError::Gone(_) => Ok(true),
        StoreError::Stopped(why) => {
            tracing::warn!(commune = %commune.id(), why, "a phone stopped text messages");
            commune.stop_sms(account.id, phone, now).await.map(|()| true)
        }
        error => Err(error),
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
