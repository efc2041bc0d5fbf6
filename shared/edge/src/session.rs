//! What a client gets when somebody signs in, confirms a report or refreshes: the same everywhere.

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId};
use parvis_store::{Commune, Opening, RefreshRefused, Role, Session, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::caller::SignedIn;
use crate::cx::Cx;
use crate::problem::{Code, Problem};
use crate::token::LIFETIME;

/// A session as its owner's client holds it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionView {
    /// Send it as `Authorization: Bearer …`.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token ends.
    pub expires_in: i64,
    /// Good once, for the next session view; the answer has its successor. Absent where it is in the cookie (`Parvis-Session`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Who is signed in.
    pub account: SessionAccount,
    /// The commune the account belongs to.
    pub commune: CommuneId,
}

/// Who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SessionAccount {
    /// The account.
    pub id: AccountId,
    /// What it may be.
    pub role: Role,
    /// Of staff: whether an authenticator app is registered, so that a code of it is asked for and not a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<bool>,
}

/// A new session of an account. **Nothing is written yet:** put the session into the transaction that redeems the code, with
/// `Condition::Absent`, and answer with the view once it is committed. What can fail (the key) has then been done.
/// Grants: `GET`, `SIGN_TOKEN`, `READ_TOKEN_KEY`, and `PUT` for the transaction.
pub async fn open_session(
    cx: &Cx,
    commune: &Commune,
    account: AccountId,
    now: Timestamp,
) -> Result<(Session, SessionView), StoreError> {
    commune.note_use(account, now).await?;
    view(cx, commune, Session::open(&cx.store.seal, account, now)?, now).await
}

/// The session of a refresh token, refreshed. Grants: `GET`, `PUT`, `DELETE`, `SIGN_TOKEN`, `READ_TOKEN_KEY`.
///
/// # Errors
/// 401 when the token is not good; one that was used before closes its session, but for the last one in its grace, which
/// gets what it got the first time.
pub async fn refresh_session(
    cx: &Cx,
    commune: &Commune,
    refresh_token: &str,
    now: Timestamp,
) -> Result<SessionView, Problem> {
    let mut later_of_two = false;
    loop {
        let refreshed = commune.refreshed(refresh_token, now).await.map_err(|refused| match refused {
            RefreshRefused::Store(error) => error.into(),
            other => Problem::new(Code::Unauthenticated, other.to_string()),
        })?;
        let (session, view) = view(cx, commune, refreshed, now).await?;
        match commune.keep_refreshed(&session).await {
            Ok(()) => {
                // The token is changed already: whoever has it must get its answer.
                if let Err(error) = commune.note_use(session.account, now).await {
                    tracing::warn!(commune = %commune.id(), %error, "that an account is used was not noted");
                }
                return Ok(view);
            }
            Err(StoreError::Conflict { .. }) if !later_of_two => later_of_two = true,
            Err(error) => return Err(error.into()),
        }
    }
}

async fn view(
    cx: &Cx,
    commune: &Commune,
    Opening { session, refresh_token }: Opening,
    now: Timestamp,
) -> Result<(Session, SessionView), StoreError> {
    let (access_token, role) = access_token(cx, commune, &session, now).await?;
    let second_factor = match role {
        Role::Resident => None,
        _ => Some(commune.has_second_factor(session.account).await?),
    };
    let view = SessionView {
        access_token,
        token_type: "Bearer",
        expires_in: LIFETIME.as_secs(),
        refresh_token: Some(refresh_token.into_text()),
        account: SessionAccount { id: session.account, role, second_factor },
        commune: commune.id().clone(),
    };
    Ok((session, view))
}

/// An access token of a session, and the role in it. The role is looked up and not carried over: who joined or left the
/// staff has it right at the next refresh. A token says that the second factor was passed only if it will be so to its end.
async fn access_token(
    cx: &Cx,
    commune: &Commune,
    session: &Session,
    now: Timestamp,
) -> Result<(String, Role), StoreError> {
    let member = commune.staff_member(session.account).await?;
    let role = member.map_or(Role::Resident, |member| member.role);
    let raised = session.is_raised_until(now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX));
    let token = cx.tokens.sign(session.account, commune.id(), role, session.id, raised, now).await?;
    Ok((token, role))
}

/// A session that passed the second factor. Its refresh token stays as it is.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RaisedView {
    /// Send it as `Authorization: Bearer …`; it takes the place of the one before.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the access token ends. Refreshed ones are raised too, for twelve hours; then the factor is asked for
    /// again.
    pub expires_in: i64,
}

/// A new access token of a session that was raised a moment ago. Grants: `GET`, `SIGN_TOKEN`, `READ_TOKEN_KEY`.
///
/// # Errors
/// 401 when the session was closed meanwhile.
pub async fn raised_view(
    cx: &Cx,
    commune: &Commune,
    account: &SignedIn,
    now: Timestamp,
) -> Result<RaisedView, Problem> {
    let session = commune.session(account.id, account.session).await?;
    let session = session.ok_or_else(|| Problem::new(Code::Unauthenticated, "the session is closed; sign in again"))?;
    let (access_token, _) = access_token(cx, commune, &session, now).await?;
    Ok(RaisedView { access_token, token_type: "Bearer", expires_in: LIFETIME.as_secs() })
}
