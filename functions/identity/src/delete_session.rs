//! `DELETE /v1/{commune}/sessions/current`: signs out.

use parvis_edge::{Class, Cx, Endpoint, Grant, NoContent, Problem, Resident, Route, delete};

/// Closes the session of the access token. Its refresh tokens are void at once; the access token itself ends with its
/// fifteen minutes, because the gateway verifies it without asking us.
pub struct DeleteSession;

impl Endpoint for DeleteSession {
    const ROUTE: Route = delete("/v1/{commune}/sessions/current");
    const SUMMARY: &'static str = "Sign out";
    const GRANTS: &'static [Grant] = &[Grant::DELETE];
    const ENTRANCE: bool = true;
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = ();
    type Output = NoContent;

    async fn run(_: &Cx, Resident { commune, account }: Resident, (): ()) -> Result<NoContent, Problem> {
        commune.close_session(account.id, account.session).await?;
        Ok(NoContent)
    }
}
