//! `DELETE /v1/operator/communes/{commune}/staff/{account}/totp`: the only administrator of a commune lost app and recovery codes.

use parvis_domain::AccountId;
use parvis_edge::{
    Code, Cx, Endpoint, Grant, NoContent, OperatorOf, Path, Problem, Route, delete, reset_second_factor,
};
use parvis_store::Role;
use schemars::JsonSchema;
use serde::Deserialize;

/// Resets the second factor of a commune's administrator, as another administrator would. It is in the commune's audit log, and
/// a mail tells its owner. Who is no administrator asks one.
pub struct ResetStaffTotp;

/// Whose.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct AdministratorPath {
    /// The account.
    account: AccountId,
}

impl Endpoint for ResetStaffTotp {
    const ROUTE: Route = delete("/v1/operator/communes/{commune}/staff/{account}/totp");
    const SUMMARY: &'static str = "Reset the second factor of a commune's administrator";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::DELETE, Grant::SEND_EMAIL];
    type Caller = OperatorOf;
    type Input = Path<AdministratorPath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: OperatorOf, Path(path): Self::Input) -> Result<NoContent, Problem> {
        let commune = &caller.commune;
        let member = commune.staff_member(path.account).await?;
        let member = member.ok_or_else(|| Problem::not_found("staff member"))?;
        if member.role != Role::Administrator {
            let detail = format!("this member is {}; an administrator of the commune resets it", member.role.as_str());
            return Err(Problem::new(Code::Forbidden, detail));
        }
        let (by, name) = (caller.actor(), &caller.member.name);
        reset_second_factor(commune, by, name, "reset_staff_totp", &member, cx.now()).await?;
        Ok(NoContent)
    }
}
