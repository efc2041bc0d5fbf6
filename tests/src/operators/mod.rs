//! The functions of the `operators` domain, one file each.

mod create_operator;
mod create_subscription_export;
mod export_communes;
mod get_commune_usage;
mod get_subscription;
mod get_subscription_export;
mod list_subscriptions;
mod purge_communes;
mod remove_commune;
mod remove_operator;
mod reset_staff_totp;
mod resume_commune;
mod set_plan;
mod subscribe_commune;
mod suspend_commune;

use std::sync::atomic::{AtomicUsize, Ordering};

use parvis_testkit::{Actor, Answer, launch_commune};
use serde_json::{Value, json};

/// INSEE codes of small communes, each for one test of this process.
const CODES: [&str; 24] = [
    "01004", "01005", "01006", "01007", "01008", "01009", "01010", "01011", "01012", "01013", "01014", "01015",
    "01016", "01017", "01019", "01021", "01022", "01023", "01024", "01025", "01026", "01027", "01028", "01029",
];

/// A code that no other test took.
fn insee() -> &'static str {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    CODES[NEXT.fetch_add(1, Ordering::Relaxed)]
}

/// Some 90 square kilometres in the south of France.
fn boundary() -> Value {
    json!({ "type": "Polygon", "coordinates": [[[5.5, 43.5], [5.6, 43.5], [5.6, 43.6], [5.5, 43.6], [5.5, 43.5]]] })
}

/// Subscribes a commune that no other test has.
async fn subscribed(operator: &Actor) -> Answer {
    operator.post("communes", json!({ "insee": insee(), "boundary": boundary() })).await.expect(201)
}

/// Opens a commune that subscribed to its residents.
async fn open(answer: &Answer) {
    launch_commune(&answer.value("id"), json!({ "phase": "live" })).await;
}

/// A guest of a commune.
async fn guest_of(answer: &Answer) -> Actor {
    Actor::operator().await.signed_out().in_commune(&answer.value("id"))
}
