//! Sessions: one sign-in, and the family of refresh tokens that it opened. A refresh token is good once; one that comes
//! back a second time was stolen or copied, so it closes the whole session (RFC 9700, section 4.14.2).

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

/// Purpose of the seal on refresh tokens.
const REFRESH: &str = "refresh";

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
    current: String,
    version: u32,
}

impl Item for Session {
    const TYPE: &'static str = "session";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = key(commune, self.id);
        Placement { version: Some(self.version), expires: Some(self.expires), ..Placement::at(key) }
    }
}

fn key(commune: &CommuneId, id: SessionId) -> Key {
    Key::new(commune, &["session", &id.to_string()], "session")
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
            current: String::new(),
            version: 0,
        };
        session.next(seal, now)
    }

    /// The same session with its next refresh token.
    fn next(self, seal: &Seal, now: Timestamp) -> Result<Opening, StoreError> {
        let secret = random_hex(32)?;
        let refresh_token = RefreshToken(seal.close(REFRESH, format!("{}.{secret}", self.id).as_bytes()));
        let session = Session {
            current: seal.digest(REFRESH, &secret),
            expires: now.saturating_add(SESSION_LIFETIME).unwrap_or(Timestamp::MAX),
            version: self.version + 1,
            ..self
        };
        Ok(Opening { session, refresh_token })
    }
}

/// The session and the secret that a refresh token names, if it was made here.
fn opened(seal: &Seal, token: &str) -> Option<(SessionId, String)> {
    let content = String::from_utf8(seal.open(REFRESH, token)?).ok()?;
    let (id, secret) = content.split_once('.')?;
    Some((id.parse().ok()?, secret.to_owned()))
}

impl Commune {
    /// The session of a refresh token with its next token; a token that was used before closes the session. The next one
    /// counts once [`Commune::keep_refreshed`] wrote it: what can fail is done in between. Grants: `GET`, `DELETE`.
    pub async fn refreshed(&self, token: &str, now: Timestamp) -> Result<Opening, RefreshRefused> {
        let seal = &self.store().seal;
        let (id, secret) = opened(seal, token).ok_or(RefreshRefused::Unknown)?;
        let session: Session = self.table().get(&key(self.id(), id)).await?.ok_or(RefreshRefused::Unknown)?;
        if session.expires <= now {
            return Err(RefreshRefused::Expired);
        }
        // The seal says that the token is ours, so if it is not the current one it is an older one.
        if !seal.matches(REFRESH, &secret, &session.current) {
            self.close_session(id).await?;
            return Err(RefreshRefused::Reused);
        }
        Ok(session.next(seal, now)?)
    }

    /// Writes what [`Commune::refreshed`] gave. Grants: `PUT`, `GET`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the token was used twice at the same moment: one of the two gets a new one.
    pub async fn keep_refreshed(&self, session: &Session) -> Result<(), StoreError> {
        match self.table().put(session, Condition::Version(session.version - 1)).await {
            Err(StoreError::Conflict { item }) => {
                // Perhaps by ourselves: the answer was lost, and the second try found what the first had written. Taken for
                // a conflict it would cost the client its session, because its token has been used.
                let stored: Option<Session> = self.table().get(&key(self.id(), session.id)).await?;
                if stored.as_ref() == Some(session) { Ok(()) } else { Err(StoreError::Conflict { item }) }
            }
            written => written,
        }
    }

    /// Closes a session: none of its refresh tokens is good any more. Closing it twice is the same. Grant: `DELETE`.
    pub async fn close_session(&self, id: SessionId) -> Result<(), StoreError> {
        self.table().delete(&key(self.id(), id)).await
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
        let (id, secret) = opened(&seal, &token).expect("ours");
        assert_eq!(id, session.id);
        assert!(seal.matches(REFRESH, &secret, &session.current));
        assert!(!serde_json::to_string(&session).expect("JSON").contains(&secret));
        assert_eq!(session.expires, "2027-01-20T18:00:00Z".parse().expect("a time"));

        let next = session.clone().next(&seal, now).expect("randomness");
        assert_eq!((next.session.id, next.session.version), (session.id, 2));
        assert!(!seal.matches(REFRESH, &secret, &next.session.current), "the old one is no longer the current one");
        assert!(opened(&Seal::new("another secret, also long enough"), &token).is_none());
    }
}
