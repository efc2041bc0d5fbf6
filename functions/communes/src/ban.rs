//! Bans as staff see them, and who among the staff may decide about them.

use jiff::Timestamp;
use parvis_domain::Label;
use parvis_edge::{Code, Problem, Staff};
use parvis_store::{AuditActor, Ban, Role};
use schemars::JsonSchema;
use serde::Serialize;

/// Somebody who may not write to the commune for a while.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BanView {
    /// Names the ban: `account-…`, `contact-…`, `device-…` or `network-…`.
    id: String,
    /// Whom, as far as it is needed to recognise them: an account's or a device's id, a masked contact, the first half of an address.
    shown: String,
    /// Why; the person is told.
    reason: Label,
    /// Since when.
    since: Timestamp,
    /// Until when.
    until: Timestamp,
    /// Who decided it.
    by: AuditActor,
}

impl From<Ban> for BanView {
    fn from(ban: Ban) -> BanView {
        let Ban { id, shown, reason, since, until, by, .. } = ban;
        BanView { id, shown, reason, since, until, by }
    }
}

/// Lets administrators and moderators pass.
pub(crate) fn may_ban(caller: &Staff) -> Result<(), Problem> {
    match caller.member.role {
        Role::Administrator | Role::Moderator => Ok(()),
        _ => Err(Problem::new(Code::Forbidden, "this is for the commune's administrators and moderators")),
    }
}
