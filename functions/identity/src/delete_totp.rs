//! `DELETE /v1/{commune}/staff/{account}/totp`: an administrator takes away a second factor that its owner has lost.

use parvis_edge::{
    Administrator, Code, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete, reset_second_factor,
};

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
        let (by, name) = (caller.actor(), &caller.member.name);
        reset_second_factor(commune, by, name, "delete_totp", &member, cx.now()).await?;
        Ok(NoContent)
    }
}
