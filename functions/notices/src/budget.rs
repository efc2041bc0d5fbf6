//! Text messages cost the commune money. Within the month's budget they go out; beyond it, another channel stands in, and
//! only who has none is still written to: whoever speaks up hears back, budget or not. Administrators are told when half,
//! four fifths and all of it are used.

use jiff::SignedDuration;
use parvis_domain::{Channel, Language, texts, today};
use parvis_edge::Cx;
use parvis_store::{ABOUT_STAFF, Account, BudgetMailClaim, Charged, Commune, Notice, NoticeState, StoreError};

use crate::deliver_notice::plan_again;

/// A text message that the budget has no room for waits so long for another channel to have told the same; then it goes
/// out after all.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// Shares of the budget, in percent, that administrators are told of.
const TOLD_AT: [u32; 3] = [50, 80, 100];

/// What becomes of a notice by SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It is counted and may go out.
    Send,
    /// Another channel has told it.
    Elsewhere,
    /// Another channel is at it.
    Later,
    /// Another deliverer has it.
    Taken,
}

/// Counts a claimed notice of so many parts against the budget. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`, `SEND_NOTICE`.
pub(crate) async fn pay(
    cx: &Cx,
    commune: &Commune,
    held: &mut Notice,
    account: &Account,
    parts: u32,
) -> Result<Way, StoreError> {
    match commune.charge_sms(held, parts, Some(cx.sms_budget(commune)), cx.now()).await? {
        Charged::Counted => return Ok(Way::Send),
        Charged::Taken => return Ok(Way::Taken),
        Charged::Spent => {}
    }
    plan_again(cx, commune, held, account, Some(Channel::Sms)).await?;
    let others = commune.notices_of(held.key.event, account.id).await?;
    let others: Vec<&Notice> = others.iter().filter(|other| other.key != held.key).collect();
    if others.iter().any(|other| matches!(other.state, NoticeState::Sent { .. })) {
        return Ok(Way::Elsewhere);
    }
    let waited = held.created.duration_until(cx.now()) >= PATIENCE;
    if !waited && others.iter().any(|other| !other.is_done()) {
        return Ok(Way::Later);
    }
    match commune.charge_sms(held, parts, None, cx.now()).await? {
        Charged::Counted => {
            tracing::info!(commune = %commune.id(), notice = %held.key, "a text message beyond the month's budget");
            Ok(Way::Send)
        }
        Charged::Spent | Charged::Taken => Ok(Way::Taken),
    }
}

/// Tells the administrators what they have not been told of the budget, each once per month and share. Looked at after each
/// job for a text message; one that fails makes its job come again. Grants: `GET`, `BATCH_GET`, `QUERY`, `PUT`, `UPDATE`,
/// `DELETE`, `SEND_EMAIL`.
pub(crate) async fn tell_administrators(cx: &Cx, commune: &Commune) -> Result<(), StoreError> {
    let now = cx.now();
    let budget = cx.sms_budget(commune);
    if budget == 0 {
        // A plan without text messages: there is nothing to use up.
        return Ok(());
    }
    let used = commune.sms_used(now).await?;
    let reached = |percent: u32| u64::from(used.parts) * 100 >= u64::from(budget) * u64::from(percent);
    let new: Vec<u32> = TOLD_AT.into_iter().filter(|percent| *percent > used.told && reached(*percent)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let administrators = commune.administrators().await?;
    for percent in new {
        let mut all = true;
        for account in &administrators {
            all &= tell(cx, commune, account, percent, used.parts).await?;
        }
        if all {
            commune.keep_budget_told(percent, now).await?;
        }
    }
    Ok(())
}

/// Whether this administrator is told. One without an address is told at the console.
async fn tell(cx: &Cx, commune: &Commune, account: &Account, percent: u32, used: u32) -> Result<bool, StoreError> {
    let Some(email) = &account.email else { return Ok(true) };
    let mail = match commune.claim_budget_mail(percent, account.id, cx.now()).await? {
        BudgetMailClaim::Held(mail) => mail,
        BudgetMailClaim::Busy => return Ok(false),
        BudgetMailClaim::Done => return Ok(true),
    };
    let (name, budget) = (&commune.settings.name, cx.sms_budget(commune));
    let words = texts::sms_budget_email(Language::Fr, name, percent, used, budget, today(cx.now()));
    match commune.send_mail(email, &words.subject, &words.body, ABOUT_STAFF).await {
        // A mailbox that is gone cannot be told.
        Ok(_) | Err(StoreError::Gone(_)) => commune.mark_budget_mail(mail).await.map(|()| true),
        // It may be out: the claim stays, and who comes after its lease sends it (again).
        Err(StoreError::InDoubt { service, detail }) => {
            tracing::warn!(commune = %commune.id(), service, detail, "nobody knows whether the mail about the budget is out");
            Ok(false)
        }
        Err(error) => {
            commune.release_budget_mail(&mail).await?;
            Err(error)
        }
    }
}
