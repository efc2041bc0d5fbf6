//! Codes that verify a contact: six digits, ten minutes, five tries, one live per contact, redeemed once.

use std::fmt;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Contact, ReportId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::accounts::contact_digest;
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::seal::random_hex;
use crate::table::{Condition, Transaction, unless_held};

/// How long a code is good.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How often a code may be tried; the last right try still counts as right.
const CODE_TRIES: u32 = 5;
/// How long a contact waits for its next code.
pub const RESEND_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// How many codes a contact may get in [`CODES_WINDOW`] without redeeming one. With five tries each, a guesser's chance is
/// 1 in 20,000 a day and not 1 in 140; and nobody's phone rings all night.
const MAX_CODES: u32 = 10;
/// See [`MAX_CODES`].
const CODES_WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Purpose of the digests of codes.
const CODE: &str = "code";

/// What redeeming a code does. A code is good for the purpose it was sent for and no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signs in.
    Session,
    /// Confirms a guest's report (and signs in).
    Report(ReportId),
    /// Puts the contact on the list of who is told when the commune opens.
    Interest,
    /// Erases the account.
    Erasure(AccountId),
    /// Gives an account a contact; one code goes there, one to a contact that it has.
    Contact {
        /// The account.
        account: AccountId,
        /// What it gets.
        new: Contact,
    },
}

/// What digests are made of; never logged.
impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::Session => f.write_str("session"),
            Purpose::Report(report) => write!(f, "report:{report}"),
            Purpose::Interest => f.write_str("interest"),
            Purpose::Erasure(account) => write!(f, "erasure:{account}"),
            Purpose::Contact { account, new } => write!(f, "contact:{account}:{}", new.key()),
        }
    }
}

/// Six digits in clear, on their way to a contact; never stored, never logged.
pub struct Code(String);

impl Code {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Six random digits, each number equally likely.
    fn random() -> Result<Code, StoreError> {
        loop {
            let random = u32::from_str_radix(&random_hex(4)?, 16).map_err(|e| StoreError::Defect(e.to_string()))?;
            // The numbers above the last whole million would make some codes likelier than others.
            if random < u32::MAX / 1_000_000 * 1_000_000 {
                return Ok(Code(format!("{:06}", random % 1_000_000)));
            }
        }
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(••••••)")
    }
}

/// Why there is no code yet.
#[derive(Debug, thiserror::Error)]
pub enum NoCode {
    /// The contact was sent one just now, or too many today.
    #[error("the contact may have its next code in {seconds} seconds")]
    TooSoon {
        /// Seconds until the next one.
        seconds: u32,
    },
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a code is not taken.
#[derive(Debug, thiserror::Error)]
pub enum CodeRefused {
    /// No code is live for this contact: none was sent, or it was redeemed.
    #[error("there is no code for this contact, or it was used already; ask for a new one")]
    None,
    /// Its time is over.
    #[error("the code has expired after 10 minutes; ask for a new one")]
    Expired,
    /// Tried too often.
    #[error("the code was tried 5 times; ask for a new one")]
    TriedTooOften,
    /// Other digits, or a code sent for something else.
    #[error("the code is wrong; tries left: {left}")]
    Wrong {
        /// How often it may still be tried.
        left: u32,
    },
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A right code, still to be redeemed.
#[derive(Debug)]
#[must_use = "a code is redeemed by the transaction that Verified::redeemed_in extends"]
pub struct Verified {
    key: Key,
    version: u32,
}

impl Verified {
    /// `transaction` with the removal of the code, which holds for one transaction only: put it first, then a conflict at
    /// item 0 says that the code was redeemed a moment ago. Grant: `DELETE`.
    #[must_use]
    pub fn redeemed_in(self, transaction: Transaction<'_>) -> Transaction<'_> {
        transaction.delete(&self.key, Condition::Version(self.version))
    }

    /// Whether it is the live code of the contact with this digest.
    pub(crate) fn is_of(&self, commune: &CommuneId, digest: &str) -> bool {
        self.key == key(commune, digest)
    }
}

/// The live code of a contact, as a digest; and how many there were lately.
#[derive(Debug, Serialize, Deserialize)]
struct Challenge {
    contact: String,
    code: String,
    sent: Timestamp,
    tries: u32,
    /// Random: two codes of one contact never have the same, also when the item was removed between them.
    version: u32,
    window: Timestamp,
    count: u32,
}

impl Item for Challenge {
    const TYPE: &'static str = "challenge";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let expires = Some(self.window.saturating_add(CODES_WINDOW).unwrap_or(Timestamp::MAX));
        Placement { version: Some(self.version), expires, ..Placement::at(key(commune, &self.contact)) }
    }
}

pub(crate) fn key(commune: &CommuneId, contact: &str) -> Key {
    Key::new(commune, &["contact", contact], "challenge")
}

impl Challenge {
    /// Seconds until the contact may have another code.
    fn wait(&self, now: Timestamp) -> Option<u32> {
        let resend = self.sent.duration_until(now) - RESEND_AFTER;
        let window = self.window.duration_until(now) - CODES_WINDOW;
        let wait = if self.count >= MAX_CODES { resend.min(window) } else { resend };
        wait.is_negative().then(|| u32::try_from(wait.unsigned_abs().as_secs().max(1)).unwrap_or(u32::MAX))
    }

    fn is_over(&self, now: Timestamp) -> bool {
        self.sent.duration_until(now) >= CODE_LIFETIME
    }
}

impl Commune {
    /// Makes the one live code of a contact; an earlier one is no longer good. Send it with [`Commune::send_sms`] or
    /// [`Commune::send_mail`]. Whether the contact is known makes no difference here. Grants: `GET`, `PUT`.
    pub async fn begin_challenge(&self, contact: &Contact, purpose: Purpose, now: Timestamp) -> Result<Code, NoCode> {
        let contact = contact_digest(&self.store().seal, contact);
        let last: Option<Challenge> = self.table().get(&key(self.id(), &contact)).await?;
        if let Some(seconds) = last.as_ref().and_then(|last| last.wait(now)) {
            return Err(NoCode::TooSoon { seconds });
        }
        let in_window = last.as_ref().filter(|last| last.window.duration_until(now) < CODES_WINDOW);
        let code = Code::random()?;
        let version = u32::from_str_radix(&random_hex(4)?, 16).map_err(|e| StoreError::Defect(e.to_string()))?;
        let challenge = Challenge {
            code: self.store().seal.digest(CODE, &self.sealed_code(&contact, &purpose, code.as_str())),
            contact,
            sent: now,
            tries: 0,
            version,
            window: in_window.map_or(now, |last| last.window),
            count: in_window.map_or(0, |last| last.count) + 1,
        };
        let condition = last.map_or(Condition::Absent, |last| Condition::Version(last.version));
        match self.table().put(&challenge, condition).await {
            Ok(()) => Ok(code),
            Err(StoreError::Conflict { .. }) => {
                let key = key(self.id(), &challenge.contact);
                match self.table().get::<Challenge>(&key).await? {
                    // Written, but the answer was lost and the client's second try found what the first had written.
                    Some(stored) if stored.version == version => Ok(code),
                    // Another request sent the contact a code between the read and the write.
                    _ => Err(NoCode::TooSoon { seconds: 60 }),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Tries a code. Every try counts, and is counted before the digits are compared, so that parallel guesses are as many
    /// tries as guesses one after the other. Grants: `GET`, `UPDATE`.
    pub async fn check_challenge(
        &self,
        contact: &Contact,
        purpose: Purpose,
        code: &str,
        now: Timestamp,
    ) -> Result<Verified, CodeRefused> {
        let contact = contact_digest(&self.store().seal, contact);
        let key = key(self.id(), &contact);
        let challenge: Challenge = self.table().get(&key).await?.ok_or(CodeRefused::None)?;
        if challenge.is_over(now) {
            return Err(CodeRefused::Expired);
        }
        let counted = self.count_try(&key, challenge.version).await?.ok_or(CodeRefused::TriedTooOften)?;
        if !self.store().seal.matches(CODE, &self.sealed_code(&contact, &purpose, code), &counted.code) {
            return Err(CodeRefused::Wrong { left: CODE_TRIES.saturating_sub(counted.tries) });
        }
        Ok(Verified { key, version: counted.version })
    }

    /// Counts one try, if there is one left.
    async fn count_try(&self, key: &Key, version: u32) -> Result<Option<Challenge>, StoreError> {
        let number = |n: u32| AttributeValue::N(n.to_string());
        let count = self
            .store()
            .clients()
            .dynamodb()
            .update_item()
            .table_name(&self.store().names.table)
            .key("pk", AttributeValue::S(key.pk.clone()))
            .key("sk", AttributeValue::S(key.sk.clone()))
            .update_expression("SET #data.#tries = #data.#tries + :one")
            .condition_expression("version = :version AND #data.#tries < :most")
            .expression_attribute_names("#data", crate::item::DATA)
            .expression_attribute_names("#tries", "tries")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":most", number(CODE_TRIES))
            .expression_attribute_values(":version", number(version))
            .return_values(ReturnValue::AllNew);
        match unless_held(|| count.clone().send()).await {
            Ok(answer) => answer.attributes.map(from_attributes).transpose(),
            Err(e) if e.as_service_error().is_some_and(|s| s.is_conditional_check_failed_exception()) => Ok(None),
            Err(e) => Err(StoreError::from_sdk("DynamoDB", e)),
        }
    }

    /// What a digest is made of: the digits with all that they are good for.
    fn sealed_code(&self, contact: &str, purpose: &Purpose, code: &str) -> String {
        format!("{} {contact} {purpose} {code}", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Timestamp {
        raw.parse().expect("a time")
    }

    fn challenge(sent: &str, window: &str, count: u32) -> Challenge {
        let (contact, code) = (String::new(), String::new());
        Challenge { contact, code, sent: at(sent), tries: 0, version: 7, window: at(window), count }
    }

    #[test]
    fn a_code_has_six_digits_also_when_it_begins_with_zeros() {
        for _ in 0..2_000 {
            let code = Code::random().expect("randomness");
            assert!(code.as_str().len() == 6 && code.as_str().bytes().all(|b| b.is_ascii_digit()), "{}", code.as_str());
        }
    }

    #[test]
    fn a_printed_code_shows_no_digit() {
        assert_eq!(format!("{:?}", Code("123456".to_owned())), "Code(••••••)");
    }

    #[test]
    fn a_code_is_over_at_ten_minutes_and_not_a_second_before() {
        let challenge = challenge("2026-11-21T18:00:00Z", "2026-11-21T18:00:00Z", 1);
        assert!(!challenge.is_over(at("2026-11-21T18:09:59Z")));
        assert!(challenge.is_over(at("2026-11-21T18:10:00Z")));
    }

    #[test]
    fn the_next_code_comes_after_a_minute() {
        let challenge = challenge("2026-11-21T18:00:00Z", "2026-11-21T18:00:00Z", 1);
        assert_eq!(challenge.wait(at("2026-11-21T18:00:00Z")), Some(60));
        assert_eq!(challenge.wait(at("2026-11-21T18:00:59.5Z")), Some(1));
        assert_eq!(challenge.wait(at("2026-11-21T18:01:00Z")), None);
    }

    #[test]
    fn after_ten_codes_the_next_one_comes_a_day_after_the_first() {
        let challenge = challenge("2026-11-21T18:20:00Z", "2026-11-21T18:00:00Z", MAX_CODES);
        assert_eq!(challenge.wait(at("2026-11-22T17:59:00Z")), Some(60));
        assert_eq!(challenge.wait(at("2026-11-22T18:00:00Z")), None);
    }
}
