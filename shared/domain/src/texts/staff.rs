//! Mails to those who work for a commune, about their work.

use super::{message_id, text};
use crate::{Language, Role};

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMail {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// What an invitation says.
#[derive(Clone, Copy, Debug)]
pub struct InvitationFacts<'a> {
    /// As residents call it.
    pub commune_name: &'a str,
    /// Who is invited.
    pub name: &'a str,
    /// Who invites.
    pub inviter: &'a str,
    /// What they will be.
    pub role: Role,
    /// To where it is accepted; opening it alone changes nothing.
    pub link: &'a str,
    /// How long it is good.
    pub days: i64,
}

/// The mail that invites somebody.
pub fn invitation(language: Language, facts: &InvitationFacts) -> StaffMail {
    let role = text(language, &message_id("role", facts.role.as_str()), &[]);
    let args = [
        ("commune", facts.commune_name),
        ("name", facts.name),
        ("inviter", facts.inviter),
        ("role", &role),
        ("link", facts.link),
        ("days", &facts.days.to_string()),
    ];
    StaffMail { subject: text(language, "invitation-subject", &args), body: text(language, "invitation-body", &args) }
}

/// The mail that tells somebody that their second factor was taken away.
pub fn second_factor_reset(language: Language, commune_name: &str, name: &str, administrator: &str) -> StaffMail {
    let args = [("commune", commune_name), ("name", name), ("administrator", administrator)];
    StaffMail {
        subject: text(language, "second-factor-reset-subject", &args),
        body: text(language, "second-factor-reset-body", &args),
    }
}
