//! The functions of the `identity` domain, one file each, and attacks on their tokens.

mod create_challenge;
mod create_session;
mod delete_device;
mod delete_session;
mod get_me;
mod put_device;
mod refresh_session;
mod tokens;
mod update_me;

use parvis_testkit::{Actor, Call, Town};
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
