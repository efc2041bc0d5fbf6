//! `POST /v1/{commune}/staff/invitations`: an administrator invites somebody to work for the commune.

use parvis_domain::texts::{self, InvitationFacts};
use parvis_domain::{Contact, EmailAddress, Label, Language, Role, ServiceId};
use parvis_edge::{Administrator, Code, Created, Cx, Endpoint, Grant, Json, Problem, Route, post};
use parvis_store::{ABOUT_STAFF, Act, INVITATION_LIFETIME, Invitation, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::staff::{InvitationView, Post, logged};

/// Invites somebody: a mail with a link that is good once and for seven days. Inviting the same address again sends another
/// mail, and the link of the one before is dead.
pub struct CreateInvitation;

/// Whom to invite, as what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Where the mail goes; to accept, one signs in with this address.
    email: EmailAddress,
    /// What colleagues will call them.
    name: Label,
    /// `agent`, `manager`, `moderator`, `elected_member` or `administrator`.
    role: Role,
    /// The services they will act for, each once; agents and managers need one at least.
    #[serde(default)]
    services: Vec<ServiceId>,
}

impl Endpoint for CreateInvitation {
    const ROUTE: Route = post("/v1/{commune}/staff/invitations");
    const SUMMARY: &'static str = "Invite somebody to the commune's staff";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::PUT, Grant::SEND_EMAIL];
    type Caller = Administrator;
    type Input = Json<NewInvitation>;
    type Output = Created<InvitationView>;

    async fn run(cx: &Cx, caller: Administrator, Json(new): Self::Input) -> Result<Self::Output, Problem> {
        let NewInvitation { email, name, role, services } = new;
        let post = Post { name, role, services };
        let (now, commune) = (cx.now(), &caller.commune);
        post.check(commune)?;
        if let Some(account) = commune.account_of(&Contact::Email(email.clone())).await?
            && commune.staff_member(account.id).await?.is_some()
        {
            return Err(Problem::new(Code::AlreadyStaff, format!("{} works for the commune already", email.masked())));
        }
        let (invitation, token) = Invitation::new(commune, &email, post.role, post.name.as_str(), post.services, now)?;
        let taken = commune.seats_taken(&invitation, now).await?;
        let seats = commune.standing.plan.staff_seats;
        if taken >= seats as usize {
            let detail = format!("{taken} work for the commune or are invited; its plan has {seats} seats");
            return Err(Problem::new(Code::NoSeatLeft, detail));
        }
        let act = Act {
            by: caller.actor(),
            what: "create_invitation",
            about: invitation.id.clone(),
            before: Value::Null,
            after: logged(&invitation.name, invitation.role, &invitation.services),
        };
        commune.invite(&act, &invitation, now).await?;
        // Behind the `#`, so that no server on the way sees the token. Only a POST redeems it: mail scanners open links.
        let link = format!("{}/{}/console/accept#{}", cx.store.names.public_url, commune.id(), token.as_str());
        let mail = texts::invitation(
            Language::Fr,
            &InvitationFacts {
                commune_name: &commune.settings.name,
                name: &invitation.name,
                inviter: &caller.member.name,
                role: invitation.role,
                link: &link,
                days: INVITATION_LIFETIME.as_hours() / 24,
            },
        );
        match commune.send_mail(&email, &mail.subject, &mail.body, ABOUT_STAFF).await {
            Ok(_) => Ok(Created(invitation.into())),
            Err(StoreError::Gone(_)) => {
                Err(Problem::field("email", "undeliverable", format!("{} takes no mail", email.masked())))
            }
            Err(error) => {
                tracing::warn!(%error, "an invitation was not sent");
                let detail = "the mail may not have been sent; invite again to send another one";
                Err(Problem::new(Code::Unavailable, detail).retry_after(5))
            }
        }
    }
}
