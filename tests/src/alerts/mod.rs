//! The functions of the `alerts` domain, one file each, and which apps listen.

mod create_alert;
mod end_alert;
mod get_alert;
mod list_alerts;
mod listening;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use parvis_domain::{Channel, Role};
use parvis_local::tap::{Channel as Way, OutboxQuery};
use parvis_store::{Notice, NoticeKey};
use parvis_testkit::{Actor, Answer, Sent, Town, platform, wait_until};
use serde_json::{Value, json};

/// A good alert.
pub(crate) fn flood() -> Value {
    json!({
        "category": "geo",
        "severity": "severe",
        "headline": "Crue de la Durance au gué des Lices",
        "description": "L’eau monte de 20 cm par heure.",
        "instruction": "Montez à l’étage, ne prenez pas la voiture.",
    })
}

/// Who may warn everybody.
pub(crate) async fn mayor(town: &Town) -> Actor {
    town.staff(Role::ElectedMember, &[], "Hélène Blanc").await
}

/// So much later, as an alert wants its end.
fn in_hours(hours: i64) -> String {
    (jiff::Timestamp::now() + SignedDuration::from_hours(hours)).to_string()
}

/// What was said to everybody, oldest first: one for each call.
pub(crate) async fn broadcasts(town: &Town) -> Vec<Sent> {
    let recipient = Some(town.commune().await.alert_topic());
    platform().await.outbox().list(&OutboxQuery { recipient, limit: usize::MAX, ..OutboxQuery::default() })
}

/// What arrived on somebody's app.
pub(crate) async fn pushes(actor: &Actor) -> Vec<Sent> {
    let mut all = actor.notices().await;
    all.retain(|sent| sent.message.channel == Way::Push);
    all
}

/// The notice that tells everybody what is at `event` (`event`, or `ended/event`) of the alert.
pub(crate) async fn notice(town: &Town, alert: &Answer, ended: bool) -> Notice {
    let commune = town.commune().await;
    let found = commune.alert(alert.value("id")).await.unwrap().expect("the alert");
    let event = if ended { found.ended.expect("it is over").event } else { found.event };
    commune.notice(&NoticeKey::to_everybody(event, Channel::Push)).await.unwrap().expect("a notice")
}

/// Waits until the message of an alert, or of its all-clear, came to an end, and gives it as staff see it.
pub(crate) async fn told(staff: &Actor, alert: &Answer, of: &str) -> Answer {
    let path = format!("alerts/{}", alert.text("id"));
    wait_until("it is told", || async {
        let seen = staff.get(&path).await.expect(200);
        (seen.text(&format!("{of}state")) != "waiting").then_some(seen)
    })
    .await
}

/// The push endpoints that listen, as SNS has them.
pub(crate) async fn listeners(town: &Town) -> BTreeSet<String> {
    let sns = platform().await.cx().store.clients().sns().clone();
    let pages = sns.list_subscriptions_by_topic().topic_arn(town.commune().await.alert_topic());
    let mut pages = pages.into_paginator().send();
    let mut endpoints = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => endpoints.extend(page.subscriptions().iter().filter_map(|s| s.endpoint.clone())),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found_exception()) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    let once: BTreeSet<String> = endpoints.iter().cloned().collect();
    assert_eq!(once.len(), endpoints.len(), "one listens twice: {endpoints:?}");
    once
}

/// The push endpoints of somebody's apps.
pub(crate) async fn endpoints(actor: &Actor) -> BTreeSet<String> {
    let devices = actor.opened().await.devices(actor.account_id()).await.unwrap();
    devices.into_iter().map(|device| device.endpoint).filter(|endpoint| !endpoint.is_empty()).collect()
}
