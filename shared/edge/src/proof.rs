//! Proof of work: under pressure a guest's device finds a number that takes it a moment, and an attacker's machine a moment
//! for every request. The scheme is ALTCHA's (altcha.org/docs/v2/proof-of-work, version 1 of the challenge), whose widget
//! works with it: nobody is asked to read distorted letters, and nobody else learns who writes.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::limit::Limit;
use parvis_store::{Commune, Seal, StoreError, random_hex};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cx::Cx;
use crate::problem::{Code, Problem};
use crate::request::Request;

/// The header that an answer comes in.
pub(crate) const HEADER: &str = "proof-of-work";
/// The highest number that may be the one: 50,000 hashes on average, a fraction of a second on a phone.
const MAX_NUMBER: u32 = 100_000;
/// How long an answer is good: long enough to write a report in between.
const LIFETIME: SignedDuration = SignedDuration::from_mins(20);
/// Reports and requests for codes that all guests of a commune make together before they are asked for a proof: ten minutes of
/// a busy day at once, 1,440 a day.
const UNPROVEN: Limit = Limit::new(200, 60_000);

/// A task for a guest's device: the `number` from 0 to `maxnumber` for which SHA-256 of `salt` and the number in decimal digits
/// is `challenge`. Send the answer in the header `Proof-Of-Work`, as base64 of JSON with `algorithm`, `challenge`, `number`,
/// `salt` and `signature`; it is good once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProofTask {
    /// `SHA-256`.
    algorithm: &'static str,
    /// 64 hexadecimal digits.
    challenge: String,
    /// Random, with the time at which it expires.
    salt: String,
    /// Ours.
    signature: String,
    /// The highest number to try.
    maxnumber: u32,
}

/// An answer.
#[derive(Debug, Deserialize)]
struct Answer {
    algorithm: String,
    challenge: String,
    number: u32,
    salt: String,
    signature: String,
}

impl ProofTask {
    /// A new task for a guest of this commune.
    ///
    /// # Errors
    /// Only when the machine has no randomness to give.
    pub fn new(commune: &Commune, now: Timestamp) -> Result<ProofTask, StoreError> {
        let expires = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX).as_second();
        // The last character is no digit, so that salt and number cannot be cut apart elsewhere.
        let salt = format!("{}?expires={expires}&", random_hex(12)?);
        let random = u32::from_str_radix(&random_hex(4)?, 16).map_err(|e| StoreError::Defect(e.to_string()))?;
        let challenge = hash(&salt, random % (MAX_NUMBER + 1));
        let signature = signature(commune, &challenge);
        Ok(ProofTask { algorithm: "SHA-256", challenge, salt, signature, maxnumber: MAX_NUMBER })
    }
}

/// Asks a guest for a proof, where the commune wants one or more guests write than usual. Grants: `UPDATE`, `PUT`.
pub(crate) async fn check(cx: &Cx, commune: &Commune, request: &Request) -> Result<(), Problem> {
    let now = cx.now();
    if !commune.settings.guests_prove_work {
        match commune.take_token("guests", "unproven", UNPROVEN.widened(cx.roominess()), now).await {
            Ok(Err(_)) => {}
            Ok(Ok(())) => return Ok(()),
            // As with all limits (docs/decisions/0014-limits.md).
            Err(error) => {
                tracing::warn!(commune = %commune.id(), %error, "a guest was not counted");
                return Ok(());
            }
        }
    }
    let required = |why: &str| {
        let path = format!("GET /v1/{}/proof-of-work", commune.id());
        let detail = format!("{why}; take a task from {path}, and send this again with its answer as Proof-Of-Work");
        Problem::new(Code::ProofRequired, detail)
    };
    let Some(header) = request.header(HEADER) else {
        return Err(required("many people write at the moment, so guests give a proof of work"));
    };
    let expires = verify(commune, header, now).ok_or_else(|| required("the proof of work is wrong or too old"))?;
    match commune.redeem_proof(&expires.0, expires.1).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(required("the proof of work was used already")),
        Err(error) => Err(error.into()),
    }
}

/// The challenge that was answered, and when it expires.
fn verify(commune: &Commune, header: &str, now: Timestamp) -> Option<(String, Timestamp)> {
    let answer: Answer = serde_json::from_slice(&STANDARD.decode(header).ok()?).ok()?;
    let (_, expires) = answer.salt.strip_suffix('&')?.split_once("?expires=")?;
    let expires = Timestamp::from_second(expires.parse().ok()?).ok()?;
    let good = answer.algorithm == "SHA-256"
        && expires > now
        && answer.challenge == hash(&answer.salt, answer.number)
        && is_ours(commune, &answer.challenge, &answer.signature);
    good.then_some((answer.challenge, expires))
}

fn hash(salt: &str, number: u32) -> String {
    let hash = digest(&SHA256, format!("{salt}{number}").as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn purpose(commune: &Commune) -> String {
    format!("proof of work {}", commune.id())
}

fn signature(commune: &Commune, challenge: &str) -> String {
    seal(commune).digest(&purpose(commune), challenge)
}

fn is_ours(commune: &Commune, challenge: &str, signature: &str) -> bool {
    seal(commune).matches(&purpose(commune), challenge, signature)
}

fn seal(commune: &Commune) -> &Seal {
    &commune.store().seal
}
