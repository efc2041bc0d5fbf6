//! Those who work for a commune as they see each other, and what a membership must be like.

use jiff::Timestamp;
use parvis_domain::{AccountId, EmailAddress, Invalid, Label, Role, ServiceId};
use parvis_edge::{Code, Problem};
use parvis_store::{Commune, Invitation, NotChanged, StaffMember};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a member of staff is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// What colleagues call them; residents never see it.
    pub(crate) name: Label,
    /// `agent`, `manager`, `moderator`, `elected_member` or `administrator`.
    pub(crate) role: Role,
    /// The services they act for, each once; agents and managers need one at least.
    #[serde(default)]
    pub(crate) services: Vec<ServiceId>,
}

/// Whose membership.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct StaffPath {
    /// The account.
    pub(crate) account: AccountId,
}

/// Somebody who works for the commune.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffView {
    /// The account.
    account: AccountId,
    /// What colleagues call them.
    name: String,
    /// What they are.
    role: Role,
    /// The services they act for.
    services: Vec<ServiceId>,
    /// For `If-Match`.
    version: u32,
}

impl From<StaffMember> for StaffView {
    fn from(member: StaffMember) -> StaffView {
        let StaffMember { account, name, role, services, version, .. } = member;
        StaffView { account, name, role, services, version }
    }
}

/// Somebody who is invited.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvitationView {
    /// Its id; the same when the same address is invited again.
    id: String,
    /// Where the mail went.
    email: EmailAddress,
    /// What colleagues will call them.
    name: String,
    /// What they will be.
    role: Role,
    /// The services they will act for.
    services: Vec<ServiceId>,
    /// When the mail went.
    created: Timestamp,
    /// Until when it may be accepted.
    expires: Timestamp,
}

impl From<Invitation> for InvitationView {
    fn from(invitation: Invitation) -> InvitationView {
        let Invitation { id, email, name, role, services, created, expires, .. } = invitation;
        InvitationView { id, email, name, role, services, created, expires }
    }
}

impl Post {
    /// Whether the commune can have somebody like that.
    pub(crate) fn check(&self, commune: &Commune) -> Result<(), Vec<Invalid>> {
        let mut refused = Vec::new();
        if !self.role.is_staff() {
            let detail = format!("role is {}; it must be one that a commune's staff can have", self.role.as_str());
            refused.push(Invalid::new("role", "no_staff_role", detail));
        }
        if self.role.needs_services() && self.services.is_empty() {
            let detail = format!("services is empty; a member who is {} acts for one at least", self.role.as_str());
            refused.push(Invalid::new("services", "none", detail));
        }
        for (place, service) in self.services.iter().enumerate() {
            let field = format!("services[{place}]");
            if self.services[..place].contains(service) {
                let detail = format!("{service} is there twice; name each service once");
                refused.push(Invalid::new(field, "service_twice", detail));
            } else if commune.settings.service(service).is_none() {
                let detail = format!("{} has no service {service}", commune.settings.name);
                refused.push(Invalid::new(field, "unknown_service", detail));
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }
}

/// A membership in the audit log.
pub(crate) fn logged(name: &str, role: Role, services: &[ServiceId]) -> Value {
    json!({ "name": name, "role": role, "services": services })
}

/// The same of one that is there.
pub(crate) fn logged_member(member: &StaffMember) -> Value {
    logged(&member.name, member.role, &member.services)
}

/// Why a membership was not changed, as a problem.
pub(crate) fn not_changed(refused: NotChanged) -> Problem {
    match refused {
        NotChanged::Store(error) => error.into(),
        NotChanged::Changed => Problem::new(Code::VersionConflict, "this member is no longer as you saw them"),
        NotChanged::LastAdministrator | NotChanged::LastOperator => {
            Problem::new(Code::LastAdministrator, refused.to_string())
        }
    }
}
