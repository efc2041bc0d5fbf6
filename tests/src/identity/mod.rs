//! The functions of the `identity` domain, one file each, and attacks on their tokens.

mod accept_invitation;
mod begin_contact_change;
mod begin_erasure;
mod change_contact;
mod confirm_totp;
mod create_challenge;
mod create_export;
mod create_invitation;
mod create_session;
mod create_totp;
mod delete_device;
mod delete_invitation;
pub(crate) mod delete_me;
mod delete_session;
mod delete_staff_member;
mod delete_totp;
mod erase_accounts;
pub(crate) mod export_accounts;
mod export_leases;
mod get_export;
mod get_me;
mod list_invitations;
mod list_staff;
mod pass_second_factor;
mod put_device;
mod put_staff_member;
mod refresh_session;
mod retire_accounts;
mod session_cookie;
mod tokens;
pub(crate) mod traces;
mod update_me;

use parvis_domain::Contact;
use parvis_testkit::{Actor, Call, Town, platform, table_at};
use serde_json::{Value, json};

/// Somebody who asked for a code by SMS, and the code.
async fn asked(town: &Town) -> (Actor, String) {
    let mut guest = town.guest().await;
    guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
    ask(&guest).await.expect(202);
    let code = guest.newest_code().await;
    (guest, code)
}

/// Asks for a code for the actor's contact.
fn ask(actor: &Actor) -> Call {
    actor.post("challenges", json!({ "contact": actor.contact }))
}

/// Redeems a code for the actor's contact.
fn redeem(actor: &Actor, code: &str) -> Call {
    actor.post("sessions", json!({ "contact": actor.contact, "code": code }))
}

/// A code that is not the right one, another for each `n`.
fn wrong(code: &str, n: u32) -> String {
    let right: u32 = code.parse().expect("digits");
    format!("{:06}", (right + 1 + n) % 1_000_000)
}

/// A mailbox of nobody yet.
fn mailbox() -> Value {
    json!({ "email": format!("claire.{}@exemple.fr", uuid::Uuid::new_v4().simple()) })
}

/// Invites the owner of a mailbox to be an agent of the services techniques, and gives the token in the mail.
async fn invite(administrator: &Actor, invited: &Actor) -> (String, String) {
    let before = invited.messages().await.len();
    let email = json!(invited.contact)["email"].clone();
    let body = json!({ "email": email, "name": "Luc Ferrand", "role": "agent", "services": ["techniques"] });
    let made = administrator.post("staff/invitations", body).await.expect(201);
    let mail = invited.messages().await.into_iter().nth(before).expect("a mail").message;
    let token = mail.text.split('#').nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link");
    (made.text("id").to_owned(), token.to_owned())
}

/// The acts in the commune's audit log, oldest first: which function, and about what. Without those of everybody who
/// registered an authenticator app.
async fn acts(town: &Town) -> Vec<(String, String)> {
    let mut acts = all_acts(town).await;
    acts.retain(|(what, _)| what != "confirm_totp");
    acts
}

/// The same with them.
async fn all_acts(town: &Town) -> Vec<(String, String)> {
    let commune = town.commune().await;
    let (entries, _) = commune.audit_entries(100, None).await.expect("the log");
    let (_, gaps) = commune.verify_audit(jiff::Timestamp::now()).await.expect("the log");
    assert_eq!(gaps, []);
    entries.into_iter().rev().map(|entry| (entry.what, entry.about)).collect()
}

/// The actor's number or address.
fn address(actor: &Actor) -> String {
    match actor.contact.as_ref().expect("a contact") {
        Contact::Phone(phone) => phone.to_string(),
        Contact::Email(email) => email.to_string(),
    }
}

/// The table, looked at from outside.
pub(crate) async fn table() -> aws_sdk_dynamodb::Client {
    table_at(&platform().await.engines().direct_dynamodb_url())
}
