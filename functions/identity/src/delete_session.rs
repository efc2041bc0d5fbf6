//! `DELETE /v1/{commune}/sessions/current`: signs out.

use parvis_edge::{Class, Cx, Endpoint, Grant, Keeping, NoContent, Problem, Resident, Route, WithCookie, delete};

/// Closes the session of the access token, and that of the cookie that came with it, which is taken away: another tab may have
/// signed in anew. Their refresh tokens are void at once; the access token itself ends with its fifteen minutes, because the
/// gateway verifies it without asking us.
pub struct DeleteSession;

impl Endpoint for DeleteSession {
    const ROUTE: Route = delete("/v1/{commune}/sessions/current");
    const SUMMARY: &'static str = "Sign out";
    const GRANTS: &'static [Grant] = &[Grant::DELETE];
    const ENTRANCE: bool = true;
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Keeping;
    type Output = WithCookie<NoContent>;

    async fn run(_: &Cx, Resident { commune, account }: Resident, keeping: Keeping) -> Result<Self::Output, Problem> {
        commune.close_session(account.id, account.session).await?;
        if let Some(token) = keeping.held() {
            commune.close_session_of(token).await?;
        }
        Ok(WithCookie { answer: NoContent, cookie: keeping.cleared(commune.id()) })
    }
}
