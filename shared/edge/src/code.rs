//! Sending a code to a contact and checking it, for every endpoint that verifies one.

use jiff::Timestamp;
use parvis_domain::limit::{Empty, Limit};
use parvis_domain::{Channel, Contact, Language, listed, sms, texts};
use parvis_store::{
    ABOUT_CODE, CODE_LIFETIME, Code as Digits, CodeRefused, Commune, NoCode, Purpose, RESEND_AFTER, StoreError,
    Verified,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::cx::Cx;
use crate::limits;
use crate::problem::{Code, Problem};

/// Codes by SMS that a commune sends to all its people together: 500 on the day it starts, 720 a day after that, some 50 euros.
/// Whoever has enough networks gets no further.
const CODES_BY_SMS: Limit = Limit::new(500, 120_000);
/// And all communes of the platform together: whoever has enough networks and tries commune after commune costs 6,000 euros a
/// day, at most.
const CODES_BY_SMS_IN_ALL: Limit = Limit::new(20_000, 1_000);
/// Codes by e-mail, which cost next to nothing; too many to people who did not ask would cost the platform its good name.
const CODES_BY_MAIL: Limit = Limit::new(2_000, 20_000);

/// A code that is on its way. The same whether or not the contact is known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CodeSent {
    /// Where to, as far as its owner recognises it.
    pub sent_to: String,
    /// Seconds for which the code is good.
    pub expires_in: i64,
    /// Seconds until another one may be asked for.
    pub resend_after: i64,
    /// Where a phone is confirmed: what redeeming the code agrees to. Show it where the code is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_consent: Option<String>,
}

/// Makes a code for a contact and sends it. Grants: `GET`, `QUERY`, `PUT`, `UPDATE`, `PUBLISH_SMS`, `SEND_EMAIL`.
///
/// # Errors
/// 403 when the contact is banned; 429 with `Retry-After` when it was sent one less than a minute ago, or ten since
/// yesterday, or the commune has sent as many as it may; 503 when it could not be sent.
pub async fn send_code(
    cx: &Cx,
    commune: &Commune,
    contact: &Contact,
    purpose: Purpose,
    language: Language,
) -> Result<CodeSent, Problem> {
    // In the language that the account will keep it in.
    let sms_consent = agrees(contact, &purpose).then(|| texts::sms_consent(language));
    let language = commune.settings.spoken(language);
    let now = cx.now();
    // Who is banned may still sign in, to read and to have their account erased; a new account they do not get.
    if matches!(purpose, Purpose::Report(_)) {
        not_banned(commune, contact, now).await?;
    }
    if agrees(contact, &purpose) || purpose == Purpose::Interest {
        reachable(commune, contact)?;
    }
    // Who waits for the launch does not come in by it.
    let enters = purpose != Purpose::Interest;
    let way_out = (!enters).then(|| way_out(commune, contact, language));
    let code = commune.begin_challenge(contact, purpose, now).await.map_err(|no_code| match no_code {
        NoCode::TooSoon { seconds } => {
            let detail = format!("a code was sent to {} already; the next one in {seconds} seconds", contact.masked());
            Problem::new(Code::TooManyRequests, detail).retry_after(seconds)
        }
        NoCode::Store(error) => error.into(),
    })?;
    let text = text(commune, &code, language);
    // After the contact's own limit: who asks again and again for one contact must not use up what is there for all.
    may_go_out(cx, commune, contact.channel(), sms::parts(&text), now).await?;
    let sent = match contact {
        // Nobody learns who operates the platform, or works for a commune that has not opened.
        _ if enters && !commune.may_enter(contact, now).await? => Ok(String::new()),
        Contact::Phone(phone) => {
            may_go_out_at_all(cx, now).await?;
            commune.send_sms(phone, &text, ABOUT_CODE).await
        }
        Contact::Email(email) => {
            let body = way_out.map_or_else(|| text.clone(), |way_out| format!("{text}\n\n{way_out}"));
            commune.send_mail(email, &subject(commune, language), &body, ABOUT_CODE).await
        }
    };
    match sent {
        Ok(_) => {}
        // The contact opted out. Its owner knows; anybody else who asks must not learn it from another answer.
        Err(StoreError::Gone(detail) | StoreError::Stopped(detail)) => tracing::warn!(detail, "a code was not sent"),
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
        sms_consent,
    })
}

/// Whether the commune sends codes there: to numbers of the countries that it allows, and to every mailbox.
///
/// # Errors
/// 422 at `contact`.
pub fn reachable(commune: &Commune, contact: &Contact) -> Result<(), Problem> {
    let Contact::Phone(phone) = contact else { return Ok(()) };
    let allowed = &commune.settings.sms_countries;
    if phone.country().is_some_and(|country| allowed.contains(&country)) {
        return Ok(());
    }
    let (name, to) = (&commune.settings.name, if allowed.is_empty() { "nowhere".to_owned() } else { listed(allowed) });
    let detail = format!(
        "{} is not of a country to which {name} sends text messages ({to}); give an e-mail address",
        phone.masked()
    );
    Err(Problem::field("contact", "country_not_allowed", detail))
}

/// Whether redeeming the code agrees to text messages: where it is how an account comes to a number.
fn agrees(contact: &Contact, purpose: &Purpose) -> bool {
    contact.channel() == Channel::Sms
        && match purpose {
            Purpose::Session | Purpose::Report(_) => true,
            Purpose::Contact { new, .. } => new.key() == contact.key(),
            Purpose::Interest | Purpose::Erasure(_) => false,
        }
}

/// Whoever asks need not be the contact's owner, so the reason stays out.
async fn not_banned(commune: &Commune, contact: &Contact, now: Timestamp) -> Result<(), Problem> {
    match commune.ban_of_contact(contact, now).await? {
        Some(ban) => Err(limits::refused(commune, &ban, false)),
        None => Ok(()),
    }
}

/// Refuses a banned contact a new account. Its owner has shown to be it by a code, and learns why. Grant: `GET`.
///
/// # Errors
/// 403 until when, and why.
pub async fn newcomer_not_banned(commune: &Commune, contact: &Contact, now: Timestamp) -> Result<(), Problem> {
    match commune.ban_of_contact(contact, now).await? {
        Some(ban) => Err(limits::refused(commune, &ban, true)),
        None => Ok(()),
    }
}

/// Whether the commune may send one more code over that channel. What cannot be counted goes out, as with all limits
/// (docs/decisions/0014-limits.md).
async fn may_go_out(cx: &Cx, commune: &Commune, channel: Channel, parts: usize, now: Timestamp) -> Result<(), Problem> {
    let (whose, limit) = match channel {
        Channel::Sms => ("sms", CODES_BY_SMS),
        Channel::Push | Channel::Email => ("email", CODES_BY_MAIL),
    };
    let uncounted = |error| tracing::warn!(commune = %commune.id(), %error, "a code was not counted");
    let taken = commune.take_token("codes", whose, limit.widened(cx.roominess()), now).await;
    if let Err(Empty { wait }) = taken.map_err(uncounted).unwrap_or(Ok(())) {
        let Limit { burst, .. } = limit;
        let detail = format!(
            "{} sends at most {burst} codes by {whose} at once and one more every {} s; try again in {wait} s, or with \
             another contact",
            commune.settings.name,
            limit.pause()
        );
        // The code is made and the contact has to wait for its next one.
        return Err(Problem::new(Code::TooManyRequests, detail).retry_after(wait.max(60)));
    }
    if channel != Channel::Sms {
        return Ok(());
    }
    let (parts, budget) = (u32::try_from(parts).unwrap_or(u32::MAX), cx.sms_budget(commune));
    if commune.charge_code(parts, budget, now).await.map_err(uncounted).unwrap_or(true) {
        return Ok(());
    }
    let detail = format!(
        "the text messages of {} are used up for this month ({budget}, and half as many again for codes); give an e-mail \
         address instead",
        commune.settings.name
    );
    Err(Problem::new(Code::TooManyRequests, detail).retry_after(86_400))
}

/// Whether the platform may send one more code by SMS. Asked last, of what is about to be sent: codes that a commune refuses
/// or does not send must not use up what is there for all.
async fn may_go_out_at_all(cx: &Cx, now: Timestamp) -> Result<(), Problem> {
    let (all, limit) = (cx.store.operators()?, CODES_BY_SMS_IN_ALL.widened(cx.roominess()));
    match all.take_token("codes", "sms of all communes", limit, now).await {
        Ok(Err(Empty { wait })) => {
            tracing::error!("the text messages with codes of all communes together have reached their limit");
            let detail = "too many people ask for codes by SMS just now; give an e-mail address, or try again later";
            Err(Problem::new(Code::TooManyRequests, detail).retry_after(wait.max(60)))
        }
        Ok(Ok(())) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "a code was not counted");
            Ok(())
        }
    }
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
    // A code that was sent before the ban signs in, to read; it does not bring a report in.
    if matches!(purpose, Purpose::Report(_)) {
        not_banned(commune, contact, now).await?;
    }
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

/// The link takes nobody off the list by being opened, which mail scanners do: what is behind its `#` has to be sent.
fn way_out(commune: &Commune, contact: &Contact, language: Language) -> String {
    let (site, token) = (&commune.store().names.public_url, commune.interest_token(contact));
    let link = format!("{site}/{}/launch/interest#{token}", commune.id());
    texts::launch_way_out(language, &commune.settings.name, &link)
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
