//! Sessions: one sign-in, and the family of refresh tokens that it opened. A refresh token is good once; one that comes
//! back a second time was stolen or copied, so it closes the whole session (RFC 9700, section 4.14.2).
//!
//! Two tabs of one browser, or a phone that never got the answer, use a token twice and have stolen nothing. So for
//! `GRACE` after it was replaced, the token before the current one gets the current one again: the same, made from it and
//! from what only we know. A thief has to be as quick, and then shares one token with its owner: the first time that one of
//! them uses a token that the other has replaced longer ago, the session closes as before.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, SessionId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::seal::{Seal, random_hex};
use crate::table::Condition;

/// How long a session lives without being refreshed.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(60 * 24);

/// How long a session counts as one that passed the second factor.
const RAISED: SignedDuration = SignedDuration::from_hours(12);

/// How long the last refresh token is good after it was replaced.
const GRACE: SignedDuration = SignedDuration::from_secs(30);

/// Purpose of the seal on refresh tokens.
const REFRESH: &str = "refresh";
/// Purpose of the seal from which a token's successor comes.
const SUCCESSOR: &str = "refresh successor";

/// A session as it is stored: of its refresh token only a digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, the `sid` of its access tokens.
    pub id: SessionId,
    /// Who signed in.
    pub account: AccountId,
    /// When.
    pub created: Timestamp,
    /// When it ends unless it is refreshed before.
    pub expires: Timestamp,
    /// When its owner passed the second factor, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raised: Option<Timestamp>,
    current: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
    version: u32,
}

/// The token before the current one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Before {
    digest: String,
    /// With the token itself, what the current one was made from.
    salt: String,
    /// The end of its `GRACE`.
    until: Timestamp,
}

impl Item for Session {
    const TYPE: &'static str = "session";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = session_key(commune, self.account, self.id);
        Placement { version: Some(self.version), expires: Some(self.expires), ..Placement::at(key) }
    }
}

/// In the account's own partition, so that all sessions of an account are one range.
pub(crate) fn session_key(commune: &CommuneId, account: AccountId, id: SessionId) -> Key {
    Key::new(commune, &["account", &account.to_string()], format!("session#{id}"))
}

/// That all sessions of an account which were opened until then are closed: there is no list of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SignedOut {
    /// Whose.
    pub(crate) account: AccountId,
    /// Until when.
    pub(crate) at: Timestamp,
}

impl Item for SignedOut {
    const TYPE: &'static str = "signed_out";

    fn placement(&self, commune: &CommuneId) -> Placement {
        // The last of the sessions has ended by itself then.
        let expires = self.at.saturating_add(SESSION_LIFETIME).unwrap_or(Timestamp::MAX);
        Placement { expires: Some(expires), ..Placement::at(signed_out_key(commune, self.account)) }
    }
}

fn signed_out_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], "signed_out")
}

/// A session to be written, and its refresh token in clear, which is nowhere else.
#[derive(Debug)]
pub struct Opening {
    /// To be written: a new one with [`Condition::Absent`] in the transaction that redeems the code, a refreshed one by
    /// [`Commune::keep_refreshed`].
    pub session: Session,
    /// For the client.
    pub refresh_token: RefreshToken,
}

/// A refresh token in clear.
pub struct RefreshToken(String);

impl RefreshToken {
    /// The text for the client.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// Why a refresh token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RefreshRefused {
    /// Not made here, or its session is closed or of another commune.
    #[error("the session is closed or unknown; sign in again")]
    Unknown,
    /// Not refreshed for too long.
    #[error("the session has ended after 60 days without use; sign in again")]
    Expired,
    /// It was used before. The session is closed now.
    #[error("the refresh token was used before, so the session is closed; sign in again")]
    Reused,
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Session {
    /// A new session of an account. Nothing is written yet.
    pub fn open(seal: &Seal, account: AccountId, now: Timestamp) -> Result<Opening, StoreError> {
        let session = Session {
            id: SessionId::new(now),
            account,
            created: now,
            expires: now,
            raised: None,
            current: String::new(),
            before: None,
            version: 0,
        };
        Ok(session.with(seal, &random_hex(32)?, None, now))
    }

    /// The same session, whose owner passed the second factor at this moment. To be written where it is still [`Session::was`].
    pub(crate) fn raised_at(self, now: Timestamp) -> Session {
        Session { raised: Some(now), version: self.version + 1, ..self }
    }

    /// That the session is still as it was read.
    pub(crate) fn was(&self) -> Condition {
        Condition::Version(self.version)
    }

    /// Whether its owner has passed the second factor, and still will have at `until`.
    pub fn is_raised_until(&self, until: Timestamp) -> bool {
        self.raised.is_some_and(|at| at.duration_until(until) <= RAISED)
    }

    /// The same session with the successor of the token that `used` is the secret of.
    fn next(self, seal: &Seal, used: &str, now: Timestamp) -> Result<Opening, StoreError> {
        let salt = random_hex(32)?;
        let secret = successor(seal, &salt, used);
        let until = now.saturating_add(GRACE).unwrap_or(Timestamp::MAX);
        let before = Before { digest: seal.digest(REFRESH, used), salt, until };
        Ok(self.with(seal, &secret, Some(before), now))
    }

    fn with(self, seal: &Seal, secret: &str, before: Option<Before>, now: Timestamp) -> Opening {
        let session = Session {
            current: seal.digest(REFRESH, secret),
            before,
            expires: now.saturating_add(SESSION_LIFETIME).unwrap_or(Timestamp::MAX),
            version: self.version + 1,
            ..self
        };
        Opening { refresh_token: token(seal, &session, secret), session }
    }

    /// This very session with its current token, for who comes a little late with the one before.
    fn again(self, seal: &Seal, used: &str, now: Timestamp) -> Option<Opening> {
        let before = self.before.as_ref().filter(|before| now < before.until)?;
        if !seal.matches(REFRESH, used, &before.digest) {
            return None;
        }
        let secret = successor(seal, &before.salt, used);
        Some(Opening { refresh_token: token(seal, &self, &secret), session: self })
    }
}

fn token(seal: &Seal, session: &Session, secret: &str) -> RefreshToken {
    let Session { account, id, .. } = session;
    RefreshToken(seal.close(REFRESH, format!("{account}.{id}.{secret}").as_bytes()))
}

/// The secret of the token after the one with the secret `used`: nobody can tell it who has not both that token and what
/// we keep.
fn successor(seal: &Seal, salt: &str, used: &str) -> String {
    seal.digest(SUCCESSOR, &format!("{salt} {used}"))
}

/// The account, the session and the secret that a refresh token names, if it was made here.
fn opened(seal: &Seal, token: &str) -> Option<(AccountId, SessionId, String)> {
    let content = String::from_utf8(seal.open(REFRESH, token)?).ok()?;
    let (account, rest) = content.split_once('.')?;
    let (id, secret) = rest.split_once('.')?;
    Some((account.parse().ok()?, id.parse().ok()?, secret.to_owned()))
}

impl Commune {
    /// The session of a refresh token with its next token; a token that was used before closes the session, unless it was
    /// the last one and that is less than `GRACE` ago. The next one counts once [`Commune::keep_refreshed`] wrote it: what
    /// can fail is done in between. Grants: `GET`, `DELETE`.
    pub async fn refreshed(&self, token: &str, now: Timestamp) -> Result<Opening, RefreshRefused> {
        let seal = &self.store().seal;
        let (account, id, secret) = opened(seal, token).ok_or(RefreshRefused::Unknown)?;
        let session: Session =
            self.table().get(&session_key(self.id(), account, id)).await?.ok_or(RefreshRefused::Unknown)?;
        if session.expires <= now {
            return Err(RefreshRefused::Expired);
        }
        if self.is_signed_out(&session).await? {
            self.close_session(account, id).await?;
            return Err(RefreshRefused::Unknown);
        }
        // The seal says that the token is ours, so if it is not the current one it is an older one.
        if seal.matches(REFRESH, &secret, &session.current) {
            return Ok(session.next(seal, &secret, now)?);
        }
        if let Some(opening) = session.again(seal, &secret, now) {
            return Ok(opening);
        }
        self.close_session(account, id).await?;
        Err(RefreshRefused::Reused)
    }

    /// Writes what [`Commune::refreshed`] gave, if it is not what is there. Grants: `PUT`, `GET`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the token was used twice at the same moment: [`Commune::refreshed`] has for the later of
    /// the two what the first one wrote.
    pub async fn keep_refreshed(&self, session: &Session) -> Result<(), StoreError> {
        match self.table().put(session, Condition::Version(session.version - 1)).await {
            Err(StoreError::Conflict { item }) => {
                // Perhaps by ourselves: the answer was lost, and the second try found what the first had written. Taken for
                // a conflict it would cost the client its session, because its token has been used.
                let stored: Option<Session> =
                    self.table().get(&session_key(self.id(), session.account, session.id)).await?;
                if stored.as_ref() == Some(session) { Ok(()) } else { Err(StoreError::Conflict { item }) }
            }
            written => written,
        }
    }

    /// The sessions of an account. Grant: `QUERY`.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreError> {
        self.table().all(&self.table().range(&["account", &account.to_string()]).starting("session#")).await
    }

    /// A session, if it is open. Grant: `GET`.
    pub async fn session(&self, account: AccountId, id: SessionId) -> Result<Option<Session>, StoreError> {
        let session: Option<Session> = self.table().get(&session_key(self.id(), account, id)).await?;
        let Some(session) = session else { return Ok(None) };
        Ok((!self.is_signed_out(&session).await?).then_some(session))
    }

    /// Whether the session was closed with all others of its account.
    async fn is_signed_out(&self, session: &Session) -> Result<bool, StoreError> {
        let ended: Option<SignedOut> = self.table().get(&signed_out_key(self.id(), session.account)).await?;
        Ok(ended.is_some_and(|ended| session.created <= ended.at))
    }

    /// Closes the session that a refresh token is of, whether or not that is its last one. Grant: `DELETE`.
    pub async fn close_session_of(&self, token: &str) -> Result<(), StoreError> {
        match opened(&self.store().seal, token) {
            Some((account, id, _)) => self.close_session(account, id).await,
            None => Ok(()),
        }
    }

    /// Closes a session: none of its refresh tokens is good any more. Closing it twice is the same. Grant: `DELETE`.
    pub async fn close_session(&self, account: AccountId, id: SessionId) -> Result<(), StoreError> {
        self.table().delete(&session_key(self.id(), account, id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_names_its_session_and_is_stored_as_a_digest_only() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let now: Timestamp = "2026-11-21T18:00:00Z".parse().expect("a time");
        let opening = Session::open(&seal, AccountId::new(now), now).expect("randomness");
        let session = opening.session;
        let token = opening.refresh_token.into_text();
        let (account, id, secret) = opened(&seal, &token).expect("ours");
        assert_eq!((account, id), (session.account, session.id));
        assert!(seal.matches(REFRESH, &secret, &session.current));
        assert!(!serde_json::to_string(&session).expect("JSON").contains(&secret));
        assert_eq!(session.expires, "2027-01-20T18:00:00Z".parse().expect("a time"));

        let next = session.clone().next(&seal, &secret, now).expect("randomness");
        assert_eq!((next.session.id, next.session.version), (session.id, 2));
        assert!(!seal.matches(REFRESH, &secret, &next.session.current), "the old one is no longer the current one");
        let (next, its_token) = (next.session, next.refresh_token.into_text());
        let again = |used: &str, seconds| {
            let opening = next.clone().again(&seal, used, now + SignedDuration::from_secs(seconds))?;
            assert_eq!(opening.session, next, "nothing is written");
            Some(opening.refresh_token.into_text())
        };
        assert_eq!(again(&secret, 29).as_ref(), Some(&its_token));
        assert_eq!(again(&secret, 30), None, "too late");
        assert_eq!(again(&"0".repeat(64), 1), None, "not the last one");
        let other = session.next(&seal, &secret, now).expect("randomness").refresh_token.into_text();
        assert_ne!(other, its_token, "who has a token and our seal, and not what is stored, cannot tell the next");
        assert!(opened(&Seal::new("another secret, also long enough"), &token).is_none());
    }
}
