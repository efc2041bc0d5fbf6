//! `DELETE /v1/{commune}/bans/{ban}`: somebody may write to the commune again, and who was banned with them.

use parvis_edge::{Cx, Endpoint, Grant, NoContent, Path, Problem, Route, Staff, delete};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ban::may_ban;

/// Ends a ban.
pub struct DeleteBan;

/// Which ban.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct BanPath {
    /// The ban's id: `account-…`, `contact-…`, `device-…` or `network-…`.
    ban: String,
}

impl Endpoint for DeleteBan {
    const ROUTE: Route = delete("/v1/{commune}/bans/{ban}");
    const SUMMARY: &'static str = "Let somebody write to the commune again (administrators and moderators)";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::DELETE];
    type Caller = Staff;
    type Input = Path<BanPath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Staff, Path(path): Path<BanPath>) -> Result<Self::Output, Problem> {
        may_ban(&caller)?;
        let unknown = || Problem::not_found("ban");
        // No id is longer, and DynamoDB takes no key of any length.
        let id = Some(path.ban).filter(|id| id.len() <= 100).ok_or_else(unknown)?;
        let ban = caller.commune.ban(&id).await?.ok_or_else(unknown)?;
        caller.commune.lift_ban("delete_ban", caller.actor(), &ban, cx.now()).await?;
        Ok(NoContent)
    }
}
