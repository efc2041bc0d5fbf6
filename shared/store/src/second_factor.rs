//! The second factor of those who work for a commune: codes of an authenticator app, and recovery codes for the day it is
//! gone. Five wrong ones lock it for a quarter of an hour.
//!
//! Every try writes the item on the version it read before it is answered: parallel guesses are as many tries as guesses
//! one after the other, and a code is taken once.

use aws_lc_rs::rand;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, SessionId, TotpSecret};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::audit::Act;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::seal::random_hex;
use crate::sessions::{Session, SignedOut};
use crate::table::{Condition, step_aside};

/// How many wrong codes lock the factor.
const WRONG: u32 = 5;
/// For how long.
const LOCKED: SignedDuration = SignedDuration::from_mins(15);
/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// How often a try is made again when another one was written at the same moment.
const TRIES: u32 = 10;

/// Purpose of the digests of recovery codes.
const RECOVERY: &str = "recovery";

/// A factor as it is stored: the secrets encrypted, recovery codes as digests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SecondFactor {
    account: AccountId,
    /// In force since its first code was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Waits for its first code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pending: Option<String>,
    /// The last step whose code was taken.
    step: u64,
    /// Those that are left.
    recovery: Vec<String>,
    /// Wrong codes since the last right one.
    wrong: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locked: Option<Timestamp>,
    version: u32,
}

impl Item for SecondFactor {
    const TYPE: &'static str = "second_factor";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(factor_key(commune, self.account)) }
    }
}

pub(crate) fn factor_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], "second_factor")
}

/// What somebody shows to pass.
#[derive(Clone, Copy)]
pub enum FactorProof<'a> {
    /// Six digits of the app.
    Code(&'a str),
    /// One of the recovery codes.
    Recovery(&'a str),
}

impl std::fmt::Debug for FactorProof<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorProof(…)")
    }
}

/// Why a second factor is not taken.
#[derive(Debug, thiserror::Error)]
pub enum FactorRefused {
    /// There is none, or none that waits for its first code.
    #[error("no authenticator app is registered; register one with POST me/totp")]
    NotEnrolled,
    /// There is one, and whoever replaces it has to pass it first.
    #[error("an authenticator app is registered already; pass it first, or have an administrator reset it")]
    Enrolled,
    /// Wrong.
    #[error("the code is wrong; tries left: {left}")]
    Wrong {
        /// How many wrong ones there may still be.
        left: u32,
    },
    /// Right, and used already.
    #[error("this code was used already; wait for the next one")]
    Used,
    /// Too many wrong ones.
    #[error("five codes were wrong; the second factor is locked for {seconds} more seconds")]
    Locked {
        /// Seconds until it may be tried again.
        seconds: u32,
    },
    /// The session was closed.
    #[error("the session is closed; sign in again")]
    NoSession,
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a proof.
enum NotRight {
    Wrong,
    Used,
}

impl SecondFactor {
    fn new(account: AccountId) -> SecondFactor {
        let (secret, pending, locked) = (None, None, None);
        SecondFactor { account, secret, pending, step: 0, recovery: Vec::new(), wrong: 0, locked, version: 0 }
    }

    /// The same after a wrong code.
    fn wrong(self, now: Timestamp) -> SecondFactor {
        let wrong = self.wrong + 1;
        let version = self.version + 1;
        if wrong < WRONG {
            return SecondFactor { wrong, version, ..self };
        }
        let locked = Some(now.saturating_add(LOCKED).unwrap_or(Timestamp::MAX));
        SecondFactor { wrong: 0, locked, version, ..self }
    }

    /// The same after a right one.
    fn right(self) -> SecondFactor {
        SecondFactor { wrong: 0, locked: None, version: self.version + 1, ..self }
    }

    fn locked_for(&self, now: Timestamp) -> Option<u32> {
        let left = now.duration_until(self.locked.filter(|until| now < *until)?);
        Some(u32::try_from(left.as_secs().max(1)).unwrap_or(u32::MAX))
    }
}

impl Commune {
    /// Whether an account has a second factor in force. Grant: `GET`.
    pub async fn has_second_factor(&self, account: AccountId) -> Result<bool, StoreError> {
        let factor: Option<SecondFactor> = self.table().get(&factor_key(self.id(), account)).await?;
        Ok(factor.is_some_and(|factor| factor.secret.is_some()))
    }

    /// Keeps a secret that waits for its first code; one in force stays until then. `passed`: whether the session has
    /// passed the one in force. Grants: `GET`, `PUT`.
    pub async fn begin_second_factor(
        &self,
        account: AccountId,
        secret: &TotpSecret,
        passed: bool,
    ) -> Result<(), FactorRefused> {
        let old: Option<SecondFactor> = self.table().get(&factor_key(self.id(), account)).await?;
        if !passed && old.as_ref().is_some_and(|factor| factor.secret.is_some()) {
            return Err(FactorRefused::Enrolled);
        }
        let condition = old.as_ref().map_or(Condition::Absent, |factor| Condition::Version(factor.version));
        let old = old.unwrap_or_else(|| SecondFactor::new(account));
        let pending = Some(self.store().seal.encrypt(&self.factor_purpose(account), secret.as_bytes())?);
        let new = SecondFactor { pending, version: old.version + 1, ..old };
        Ok(self.table().put(&new, condition).await?)
    }

    /// Puts the waiting secret in force by its first code, and raises `session` if there is one; gives the recovery codes,
    /// which are nowhere else. Grants: `GET`, `PUT`.
    pub async fn confirm_second_factor(
        &self,
        act: &Act,
        account: AccountId,
        session: Option<SessionId>,
        code: &str,
        now: Timestamp,
    ) -> Result<Vec<String>, FactorRefused> {
        let codes = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<Vec<_>, _>>()?;
        let recovery: Vec<String> = codes.iter().map(|code| self.recovery_digest(account, code)).collect();
        for tries in 1..=TRIES {
            let old = self.factor(account, now).await?;
            let Some(pending) = old.pending.clone() else { return Err(FactorRefused::NotEnrolled) };
            let Some(step) = self.secret(account, &pending)?.step_of(code, now) else {
                match self.count_wrong(old, now).await {
                    FactorRefused::Store(StoreError::Conflict { .. }) => step_aside(tries).await,
                    counted => return Err(counted),
                }
                continue;
            };
            let was = Condition::Version(old.version);
            let (secret, recovery) = (Some(pending), recovery.clone());
            let new = SecondFactor { secret, pending: None, step, recovery, ..old.right() };
            let session = self.raised_session(account, session, now).await?;
            let written = self
                .commit_act(act, now, |transaction| {
                    let transaction = transaction.put(&new, was.clone());
                    match &session {
                        Some((session, was)) => transaction.put(session, was.clone()),
                        None => transaction,
                    }
                })
                .await;
            match written {
                Ok(()) => return Ok(codes),
                Err(StoreError::Conflict { .. }) => step_aside(tries).await,
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// Passes the second factor: the session is raised, and the code is used up. Gives how many recovery codes are left.
    /// Grants: `GET`, `PUT`.
    pub async fn pass_second_factor(
        &self,
        account: AccountId,
        session: SessionId,
        proof: FactorProof<'_>,
        now: Timestamp,
    ) -> Result<usize, FactorRefused> {
        for tries in 1..=TRIES {
            let old = self.factor(account, now).await?;
            let Some(secret) = &old.secret else { return Err(FactorRefused::NotEnrolled) };
            let secret = self.secret(account, secret)?;
            let was = Condition::Version(old.version);
            let written = match self.judge(&old, &secret, proof, now) {
                Ok(new) => {
                    let left = new.recovery.len();
                    let mut transaction = self.table().transaction().put(&new, was);
                    if let Some((session, was)) = self.raised_session(account, Some(session), now).await? {
                        transaction = transaction.put(&session, was);
                    }
                    transaction.commit().await.map(|()| left).map_err(FactorRefused::from)
                }
                Err(NotRight::Wrong) => Err(self.count_wrong(old, now).await),
                Err(NotRight::Used) => Err(FactorRefused::Used),
            };
            match written {
                Err(FactorRefused::Store(StoreError::Conflict { .. })) => step_aside(tries).await,
                done => return done,
            }
        }
        Err(busy())
    }

    /// Takes an account's second factor away, and closes its sessions. Grants: `GET`, `PUT`, `DELETE`.
    pub async fn reset_second_factor(&self, act: &Act, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
        let key = factor_key(self.id(), account);
        self.commit_act(act, now, |transaction| {
            transaction.delete(&key, Condition::Any).put(&SignedOut { account, at: now }, Condition::Any)
        })
        .await
    }

    /// The factor, if it may be tried.
    async fn factor(&self, account: AccountId, now: Timestamp) -> Result<SecondFactor, FactorRefused> {
        let factor: Option<SecondFactor> = self.table().get(&factor_key(self.id(), account)).await?;
        let factor = factor.ok_or(FactorRefused::NotEnrolled)?;
        match factor.locked_for(now) {
            Some(seconds) => Err(FactorRefused::Locked { seconds }),
            None if factor.secret.is_none() && factor.pending.is_none() => Err(FactorRefused::NotEnrolled),
            None => Ok(factor),
        }
    }

    /// The factor after a right proof.
    fn judge(
        &self,
        factor: &SecondFactor,
        secret: &TotpSecret,
        proof: FactorProof<'_>,
        now: Timestamp,
    ) -> Result<SecondFactor, NotRight> {
        let factor = factor.clone();
        match proof {
            FactorProof::Code(code) => {
                let step = secret.step_of(code, now).ok_or(NotRight::Wrong)?;
                if step <= factor.step {
                    return Err(NotRight::Used);
                }
                Ok(SecondFactor { step, ..factor.right() })
            }
            FactorProof::Recovery(code) => {
                let digest = self.recovery_digest(factor.account, code);
                let left: Vec<String> = factor.recovery.iter().filter(|kept| **kept != digest).cloned().collect();
                if left.len() == factor.recovery.len() {
                    return Err(NotRight::Wrong);
                }
                Ok(SecondFactor { recovery: left, ..factor.right() })
            }
        }
    }

    /// Counts a wrong code and says what to answer; a conflict says that it is not counted yet.
    async fn count_wrong(&self, old: SecondFactor, now: Timestamp) -> FactorRefused {
        let was = Condition::Version(old.version);
        let new = old.wrong(now);
        match (self.table().put(&new, was).await, new.locked_for(now)) {
            (Err(error), _) => error.into(),
            (Ok(()), Some(seconds)) => FactorRefused::Locked { seconds },
            (Ok(()), None) => FactorRefused::Wrong { left: WRONG - new.wrong },
        }
    }

    async fn raised_session(
        &self,
        account: AccountId,
        session: Option<SessionId>,
        now: Timestamp,
    ) -> Result<Option<(Session, Condition)>, FactorRefused> {
        let Some(id) = session else { return Ok(None) };
        let session = self.session(account, id).await?.filter(|session| now < session.expires);
        let session = session.ok_or(FactorRefused::NoSession)?;
        let was = session.was();
        Ok(Some((session.raised_at(now), was)))
    }

    fn secret(&self, account: AccountId, encrypted: &str) -> Result<TotpSecret, StoreError> {
        let plain = self.store().seal.decrypt(&self.factor_purpose(account), encrypted);
        let bytes = plain.and_then(|plain| plain.try_into().ok());
        bytes.map(TotpSecret::new).ok_or_else(|| StoreError::Defect("a second factor cannot be decrypted".to_owned()))
    }

    /// A secret that is copied to another account or commune decrypts to nothing there.
    fn factor_purpose(&self, account: AccountId) -> String {
        format!("second factor {} {account}", self.id())
    }

    /// Spaces, hyphens and capitals do not matter.
    fn recovery_digest(&self, account: AccountId, code: &str) -> String {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        self.store().seal.digest(RECOVERY, &format!("{} {account} {}", self.id(), plain.to_ascii_lowercase()))
    }
}

/// A new secret for an app.
///
/// # Errors
/// Only when the machine has no randomness to give.
pub fn random_totp_secret() -> Result<TotpSecret, StoreError> {
    let mut bytes = [0; 20];
    rand::fill(&mut bytes).map_err(|_| StoreError::Defect("no randomness".to_owned()))?;
    Ok(TotpSecret::new(bytes))
}

/// 64 random bits, in groups that can be copied by hand: `3f9a-04c1-77be-d2e0`.
fn recovery_code() -> Result<String, StoreError> {
    let digits = random_hex(8)?;
    Ok(format!("{}-{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..12], &digits[12..]))
}

fn busy() -> FactorRefused {
    let detail = format!("the second factor was tried {TRIES} times at the same moment");
    StoreError::Unavailable { service: "DynamoDB", detail }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_code_locks_for_a_quarter_of_an_hour_and_a_right_one_forgets_the_others() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().expect("a time");
        let mut factor = SecondFactor::new(AccountId::new(now));
        for n in 1..WRONG {
            factor = factor.wrong(now);
            assert_eq!((factor.wrong, factor.locked_for(now)), (n, None));
        }
        assert_eq!(factor.clone().right().wrong, 0);
        let locked = factor.wrong(now);
        assert_eq!(locked.locked_for(now), Some(900));
        assert_eq!(locked.locked_for(now + SignedDuration::from_secs(899)), Some(1));
        assert_eq!(locked.locked_for(now + LOCKED), None);
        assert_eq!(locked.wrong(now + LOCKED).wrong, 1, "and counts from the beginning");
    }

    #[test]
    fn recovery_codes_differ_and_can_be_copied_by_hand() {
        let code = recovery_code().expect("randomness");
        assert!(code.len() == 19 && code.split('-').all(|group| group.len() == 4), "{code}");
        assert_ne!(code, recovery_code().expect("randomness"));
    }
}
