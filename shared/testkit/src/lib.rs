//! A running system for tests: the real engines, the local gateway and the pumps in this process, once for all tests of
//! a binary; for each test a commune of its own, with people in it.
//!
//! ```no_run
//! use parvis_testkit::{Town, run};
//! use serde_json::json;
//!
//! # fn main() {
//! run(async {
//!     let town = Town::new().await;
//!     let claire = town.resident().await;
//!     let sent = claire.post("reports", json!({"kind": "idea", "description": "Un banc à l’ombre"})).await.expect(201);
//!     town.agent().await.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
//!     town.settled().await;
//! });
//! # }
//! ```
//!
//! - [`run`] runs a test; [`run_alone`] one that changes what all communes share (a schedule at another time).
//! - [`Town`] is a fresh commune; [`Town::with`] changes its settings first.
//! - [`Actor`] is somebody who calls the API: `town.guest()`, `town.resident()`, `town.resident_by_mail()`,
//!   `town.neighbour_with_push()`, `town.agent()`, `town.administrator()`, [`Actor::operator`]. Paths without a leading
//!   `/` are under `/v1/<commune>/`.
//! - [`Answer`] is what came back: `expect(201)`, `problem("conflict")`, `refused_field("place")`, `text("id")`.
//! - [`wait_until`] waits for something that takes a moment; nothing sleeps blindly.
//! - [`Town::settled`] ends a test: nothing is under way for this commune any more, and nothing became a dead letter.
//! - [`fault`] makes calls to engines fail until its value is dropped; narrow it with `contains` to one recipient or
//!   commune, because other tests run at the same time.
//! - [`at`] is the same system at another time, [`standing`] at a moment that does not pass, [`strict`] the same with the limits of a deployment.
//! - [`Tally`] counts who had to be told against what was sent and what the ledger says, on this system or on one that is
//!   a program of its own ([`Process`]), which can be killed; an [`Ordeal`] does so again and again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test needs and does not get fails the test")]

mod actor;
mod call;
mod delivery;
mod grants;
mod inbox;
mod ordeal;
mod system;
mod tally;
mod town;
mod waiting;
mod world;

pub use actor::{Actor, Upload};
pub use call::{Answer, Call};
pub use delivery::{close_the_books, deliver_in, deliver_what_is_left};
pub use ordeal::{End, Ordeal, Verdict};
pub use parvis_local::tap::{Browser, Channel, FaultAction, NewFault, Sent, Service};
pub use parvis_local::{Later, Process};
pub use system::{
    FaultGuard, Platform, at, dies_in_call, dies_meeting, fault, platform, run, run_alone, scratch, seed, standing,
    strict,
};
pub use tally::{Doubled, Outcome, Tally, Way, items, named, sent_in, table_at};
pub use town::{Town, launch_commune};
pub use waiting::wait_until;
pub use world::World;
