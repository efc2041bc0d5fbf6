//! Sending a code to a contact and checking it, for every endpoint that verifies one.

use jiff::Timestamp;
use parvis_domain::{Contact, Language};
use parvis_store::{
    ABOUT_CODE, CODE_LIFETIME, Code as Digits, CodeRefused, Commune, NoCode, Purpose, RESEND_AFTER, StoreError,
    Verified,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::{Code, Problem};

/// A code that is on its way. The same whether or not the contact is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CodeSent {
    /// Where to, as far as its owner recognises it.
    pub sent_to: String,
    /// Seconds for which the code is good.
    pub expires_in: i64,
    /// Seconds until another one may be asked for.
    pub resend_after: i64,
}

/// Makes a code for a contact and sends it. Grants: `GET`, `PUT`, `PUBLISH_SMS`, `SEND_EMAIL`.
///
/// # Errors
/// 429 with `Retry-After` when the contact was sent one less than a minute ago, or ten since yesterday; 503 when it could
/// not be sent.
pub async fn send_code(
    commune: &Commune,
    contact: &Contact,
    purpose: Purpose,
    language: Language,
    now: Timestamp,
) -> Result<CodeSent, Problem> {
    let language = commune.settings.spoken(language);
    let code = commune.begin_challenge(contact, purpose, now).await.map_err(|no_code| match no_code {
        NoCode::TooSoon { seconds } => {
            let detail = format!("a code was sent to {} already; the next one in {seconds} seconds", contact.masked());
            Problem::new(Code::TooManyRequests, detail).retry_after(seconds)
        }
        NoCode::Store(error) => error.into(),
    })?;
    let sent = match contact {
        // Nobody learns who operates the platform.
        _ if !commune.may_enter(contact).await? => Ok(String::new()),
        Contact::Phone(phone) => commune.send_sms(phone, &text(commune, &code, language), ABOUT_CODE).await,
        Contact::Email(email) => {
            let subject = subject(commune, language);
            commune.send_mail(email, &subject, &text(commune, &code, language), ABOUT_CODE).await
        }
    };
    match sent {
        Ok(_) => {}
        // The contact opted out. Its owner knows; anybody else who asks must not learn it from another answer.
        Err(StoreError::Gone(detail)) => tracing::warn!(detail, "a code was not sent"),
        // Who waits for it finds out, and may ask for another one in a minute.
        Err(StoreError::InDoubt { service, detail }) => {
            tracing::warn!(service, detail, "a code may not have been sent")
        }
        Err(StoreError::Unavailable { service, detail }) => {
            tracing::warn!(service, detail, "a code was not sent");
            // The code is made and the contact has to wait for its next one.
            let seconds = u32::try_from(RESEND_AFTER.as_secs()).unwrap_or(60);
            let detail = "the code could not be sent just now; ask for a new one in a minute";
            return Err(Problem::new(Code::Unavailable, detail).retry_after(seconds));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(CodeSent {
        sent_to: contact.masked(),
        expires_in: CODE_LIFETIME.as_secs(),
        resend_after: RESEND_AFTER.as_secs(),
    })
}

/// Tries a code; one that is right is redeemed by the transaction that [`Verified::redeemed_in`] extends. Spaces in it do
/// not matter. Grants: `GET`, `UPDATE`.
///
/// # Errors
/// 422 at `code` when it is not six digits; 422 `code_refused` when it is wrong, expired, used or tried too often.
pub async fn check_code(
    commune: &Commune,
    contact: &Contact,
    purpose: Purpose,
    code: &str,
    now: Timestamp,
) -> Result<Verified, Problem> {
    let digits = six_digits(code)?;
    commune.check_challenge(contact, purpose, &digits, now).await.map_err(|refused| match refused {
        CodeRefused::Store(error) => error.into(),
        other => Problem::new(Code::CodeRefused, other.to_string()),
    })
}

/// What to answer when the transaction that redeems a code failed: a conflict at item 0 is the code's.
pub fn redemption_problem(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict { item: 0 } => Problem::new(Code::CodeRefused, CodeRefused::None.to_string()),
        other => other.into(),
    }
}

fn six_digits(code: &str) -> Result<String, Problem> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(digits);
    }
    // Not the value: a code with a slip is still nearly the code, and answers end in logs.
    let detail = format!("the code has {} characters; it is six digits", digits.chars().count());
    Err(Problem::field("code", "not_a_code", detail))
}

fn subject(commune: &Commune, language: Language) -> String {
    let name = &commune.settings.name;
    match language {
        Language::Fr => format!("{name} : votre code"),
        Language::En => format!("{name}: your code"),
    }
}

/// The digits first: they are what a phone shows of a message on its lock screen and offers to fill in.
fn text(commune: &Commune, code: &Digits, language: Language) -> String {
    let (code, name) = (code.as_str(), &commune.settings.name);
    match language {
        Language::Fr => format!("{code} : votre code pour {name}. Valable 10 minutes. Ne le donnez à personne."),
        Language::En => format!("{code}: your code for {name}. Good for 10 minutes. Give it to nobody."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_with_spaces_and_is_six_digits() {
        assert_eq!(six_digits(" 012 345\u{a0}").as_deref(), Ok("012345"));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"] {
            let problem = six_digits(wrong).expect_err(wrong);
            assert_eq!((problem.code, problem.errors[0].field.as_str()), (Code::Invalid, "code"));
        }
    }

    #[test]
    fn a_conflict_at_the_code_is_a_refused_code_and_any_other_is_not() {
        assert_eq!(redemption_problem(StoreError::Conflict { item: 0 }).code, Code::CodeRefused);
        assert_eq!(redemption_problem(StoreError::Conflict { item: 2 }).code, Code::Conflict);
    }
}
