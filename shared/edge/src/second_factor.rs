//! What is said and done about a second factor outside the endpoints of the factor itself: who has not passed it is told how
//! to, and one that was lost is reset in the same way by an administrator and by an operator.

use jiff::Timestamp;
use parvis_domain::{AccountId, texts};
use parvis_store::{ABOUT_STAFF, Act, AuditActor, Commune, StaffMember, StoreError};
use serde_json::Value;

use crate::problem::{Code, Problem};

/// The problem that says to pass the second factor, and how.
pub async fn second_factor_required(commune: &Commune, account: AccountId) -> Result<Problem, StoreError> {
    let (code, detail) = if commune.has_second_factor(account).await? {
        ("code", "enter a code of your authenticator app: POST sessions/second-factor")
    } else {
        ("enrol", "register an authenticator app first: POST me/totp")
    };
    Ok(Problem { code: Code::SecondFactorRequired, ..Problem::field("second_factor", code, detail) })
}

/// Takes a member's second factor away, closes their sessions and tells them by mail whom it was done by. Doing it twice does
/// no harm. Grants: `GET`, `PUT`, `DELETE`, `SEND_EMAIL`.
///
/// # Errors
/// 503 when it is reset and the mail may not have been sent.
pub async fn reset_second_factor(
    commune: &Commune,
    by: AuditActor,
    by_name: &str,
    what: &'static str,
    member: &StaffMember,
    now: Timestamp,
) -> Result<(), Problem> {
    let act = Act { by, what, about: member.account.to_string(), before: Value::Null, after: Value::Null };
    commune.reset_second_factor(&act, member.account, now).await?;
    let account = commune.account(member.account).await?;
    let Some((language, Some(email))) = account.map(|account| (account.language, account.email)) else {
        return Ok(());
    };
    let mail = texts::second_factor_reset(language, &commune.settings.name, &member.name, by_name);
    match commune.send_mail(&email, &mail.subject, &mail.body, ABOUT_STAFF).await {
        Ok(_) | Err(StoreError::Gone(_)) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "the owner of a second factor was not told that it was reset");
            let detail = "the second factor is reset, and the mail to its owner may not have been sent; try again";
            Err(Problem::new(Code::Unavailable, detail).retry_after(5))
        }
    }
}
