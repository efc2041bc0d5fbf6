//! `DELETE /v1/{commune}/staff/{account}/totp`: an administrator takes away a second factor that its owner has lost.

use parvis_domain::texts;
use parvis_edge::{Administrator, Code, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete};
use parvis_store::{ABOUT_STAFF, Act, StoreError};
use serde_json::Value;

use crate::staff::StaffPath;

/// Resets somebody else's second factor: their sessions are closed, a mail tells them, and they register an app again.
/// Doing it twice does no harm.
pub struct DeleteTotp;

impl Endpoint for DeleteTotp {
    const ROUTE: Route = delete("/v1/{commune}/staff/{account}/totp");
    const SUMMARY: &'static str = "Reset a colleague's second factor";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::DELETE, Grant::SEND_EMAIL];
    type Caller = Administrator;
    type Input = Path<StaffPath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, Path(path): Self::Input) -> Result<NoContent, Problem> {
        let commune = &caller.commune;
        if path.account == caller.member.account {
            let detail = "nobody resets their own second factor; ask another administrator";
            return Err(Problem::new(Code::Forbidden, detail));
        }
        let member = commune.staff_member(path.account).await?;
        let member = member.ok_or_else(|| Problem::not_found("staff member"))?;
        let (about, before, after) = (member.account.to_string(), Value::Null, Value::Null);
        let act = Act { by: caller.actor(), what: "delete_totp", about, before, after };
        commune.reset_second_factor(&act, member.account, cx.now()).await?;
        let account = commune.account(member.account).await?;
        let Some((language, Some(email))) = account.map(|account| (account.language, account.email)) else {
            return Ok(NoContent);
        };
        let name = &commune.settings.name;
        let mail = texts::second_factor_reset(language, name, &member.name, &caller.member.name);
        match commune.send_mail(&email, &mail.subject, &mail.body, ABOUT_STAFF).await {
            Ok(_) | Err(StoreError::Gone(_)) => Ok(NoContent),
            Err(error) => {
                tracing::warn!(%error, "the owner of a second factor was not told that it was reset");
                let detail = "the second factor is reset, and the mail to its owner may not have been sent; try again";
                Err(Problem::new(Code::Unavailable, detail).retry_after(5))
            }
        }
    }
}
