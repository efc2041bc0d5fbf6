//! `DELETE /v1/{commune}/staff/{account}`: somebody works for the commune no longer.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Path, Problem, Route, delete};
use parvis_store::{Act, NotChanged};
use serde_json::Value;

use crate::staff::{StaffPath, logged_member, not_changed};

/// How often it is tried again when somebody changes the member at the same moment: gone is gone, whatever they were.
const TRIES: u32 = 5;

/// Removes somebody from the staff: with the next request, whatever token comes with it. Their sessions are closed; their
/// account stays, as a resident's.
pub struct DeleteStaffMember;

impl Endpoint for DeleteStaffMember {
    const ROUTE: Route = delete("/v1/{commune}/staff/{account}");
    const SUMMARY: &'static str = "Remove somebody from the commune's staff";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::CHECK, Grant::PUT, Grant::DELETE];
    type Caller = Administrator;
    type Input = Path<StaffPath>;
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, Path(path): Self::Input) -> Result<NoContent, Problem> {
        let mut tries = 0;
        loop {
            tries += 1;
            let member = caller.commune.staff_member(path.account).await?;
            let member = member.ok_or_else(|| Problem::not_found("staff member"))?;
            let act = Act {
                by: caller.actor(),
                what: "delete_staff_member",
                about: member.account.to_string(),
                before: logged_member(&member),
                after: Value::Null,
            };
            match caller.commune.change_staff(&act, &member, None, cx.now()).await {
                Ok(()) => return Ok(NoContent),
                Err(NotChanged::Changed) if tries < TRIES => {}
                Err(refused) => return Err(not_changed(refused)),
            }
        }
    }
}
