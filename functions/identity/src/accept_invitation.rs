//! `POST /v1/{commune}/staff/invitations/accept`: who was invited joins the staff.

use parvis_edge::{Code, Created, Cx, Endpoint, Grant, Json, Problem, Resident, Route, post};
use parvis_store::{Act, AuditActor, NotInvited, StaffMember};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::me::my_account;
use crate::staff::{StaffView, logged_member};

/// Redeems an invitation for the signed-in account, which has to have verified the address that was invited. The session's
/// next access token has the role.
pub struct AcceptInvitation;

/// What was in the mail.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Behind the `#` of the link. Good once.
    token: String,
}

impl Endpoint for AcceptInvitation {
    const ROUTE: Route = post("/v1/{commune}/staff/invitations/accept");
    const SUMMARY: &'static str = "Accept an invitation to the commune's staff";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::PUT, Grant::DELETE, Grant::CHECK];
    type Caller = Resident;
    type Input = Json<Acceptance>;
    type Output = Created<StaffView>;

    async fn run(cx: &Cx, caller: Resident, Json(Acceptance { token }): Self::Input) -> Result<Self::Output, Problem> {
        let (now, commune) = (cx.now(), &caller.commune);
        let account = my_account(&caller).await?;
        let invitation = commune.invitation_for(&account, &token, now).await.map_err(refused)?;
        if let Some(gone) = invitation.services.iter().find(|id| commune.settings.service(id).is_none()) {
            let detail = format!("{} has no service {gone} any more; ask for a new invitation", commune.settings.name);
            return Err(Problem::new(Code::Conflict, detail));
        }
        let member = StaffMember::new(account.id, invitation.role, &invitation.name, invitation.services.clone());
        let act = Act {
            by: AuditActor::Staff { account: account.id, name: member.name.clone() },
            what: "accept_invitation",
            about: account.id.to_string(),
            before: Value::Null,
            after: logged_member(&member),
        };
        commune.join_staff(&act, &invitation, &member, now).await.map_err(refused)?;
        Ok(Created(member.into()))
    }
}

fn refused(refused: NotInvited) -> Problem {
    let detail = refused.to_string();
    match refused {
        NotInvited::Store(error) => error.into(),
        NotInvited::OtherAddress(_) => Problem::new(Code::Forbidden, detail),
        NotInvited::AccountGone => Problem::new(Code::Unauthenticated, detail),
        NotInvited::AlreadyStaff => Problem::new(Code::AlreadyStaff, detail),
        NotInvited::NoSeat { .. } => Problem::new(Code::NoSeatLeft, detail),
        NotInvited::Unknown | NotInvited::Expired => Problem::new(Code::CodeRefused, detail),
    }
}
