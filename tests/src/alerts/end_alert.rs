//! `POST /v1/{commune}/alerts/{alert}/end`.

use jiff::SignedDuration;
use parvis_store::{DropReason, NoticeState};
use parvis_testkit::{FaultAction, NewFault, Service, Town, at, fault, platform, run, wait_until};
use serde_json::json;

use super::{broadcasts, flood, in_hours, mayor, notice, pushes, told};
use crate::notices::{invoke, message};

#[test]
fn who_was_alarmed_is_told_that_it_is_over_and_only_once() {
    run(async {
        let town = Town::new().await;
        let (helene, claire) = (mayor(&town).await, town.neighbour_with_push().await);
        let alert = helene.post("alerts", flood()).await.expect(201);
        told(&helene, &alert, "told/").await;
        let path = format!("alerts/{}", alert.text("id"));
        let ended = helene.post(&format!("{path}/end"), json!({ "note": "L’eau se retire." })).await.expect(200);
        assert_eq!((ended.json["in_force"].as_bool(), ended.text("ended/note")), (Some(false), "L’eau se retire."));
        let seen = told(&helene, &alert, "ended/told/").await;
        assert_eq!((seen.text("told/state"), seen.text("ended/told/state")), ("sent", "sent"));
        let both = wait_until("both", || async { Some(pushes(&claire).await).filter(|sent| sent.len() == 2) }).await;
        assert!(
            both[1].message.text.starts_with("Fin d’alerte : Crue de la Durance au gué des Lices\nL’eau se retire.\n")
        );
        let tag =
            |n: usize| both[n].message.payload.as_ref().unwrap()["GCM"]["fcmV1Message"]["message"]["android"].clone();
        assert_eq!(tag(0), tag(1), "it takes the alert's place on the phone");
        let refused = helene.post(&format!("{path}/end"), json!({})).await.problem("conflict");
        assert!(refused.text("detail").contains("levé cette alerte"), "{refused}");
        town.settled().await;
        assert_eq!(broadcasts(&town).await.len(), 2);
        let read = town.guest().await.get(&path).await.expect(200);
        assert_eq!((read.json.get("told"), read.text("ended/note")), (None, "L’eau se retire."));
        let log = town.administrator().await.get("audit").await.expect(200);
        let act = log.json["entries"].as_array().unwrap().iter().find(|act| act["what"] == "end_alert");
        assert_eq!(act.expect("an act")["about"], alert.json["id"], "{log}");
    });
}

#[test]
fn two_who_end_it_at_once_are_one_all_clear() {
    run(async {
        let town = Town::new().await;
        let (helene, nadia) = (mayor(&town).await, town.administrator().await);
        let alert = helene.post("alerts", flood()).await.expect(201);
        let path = format!("alerts/{}/end", alert.text("id"));
        let both = [&helene, &nadia].map(|staff| staff.post(&path, json!({})).into_future());
        let mut status: Vec<u16> = futures::future::join_all(both).await.iter().map(|a| a.status).collect();
        status.sort_unstable();
        assert_eq!(status, [200, 409]);
        town.settled().await;
    });
}

#[test]
fn an_alert_that_is_over_by_itself_is_not_ended() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let mut short = flood();
        short["expires"] = json!((jiff::Timestamp::now() + SignedDuration::from_mins(5)).to_string());
        let alert = helene.post("alerts", short).await.expect(201);
        let path = format!("alerts/{}", alert.text("id"));
        let later = at(SignedDuration::from_mins(6)).await;
        let refused = helene.at(&later).post(&format!("{path}/end"), json!({})).await.problem("conflict");
        assert!(refused.text("detail").contains("terminée"), "{refused}");
        assert_eq!(helene.at(&later).get(&path).await.expect(200).json["in_force"], false);
        let nobodys = parvis_domain::AlertId::new(jiff::Timestamp::now());
        helene.post(&format!("alerts/{nobodys}/end"), json!({})).await.problem("not_found");
        helene.post(&format!("{path}/end"), json!({ "note": " " })).await.refused_field("note");
        town.resident().await.post(&format!("{path}/end"), json!({})).await.problem("forbidden");
        town.agent().await.post(&format!("{path}/end"), json!({})).await.problem("forbidden");
        town.settled().await;
    });
}

#[test]
fn an_alert_that_never_went_out_and_was_ended_is_told_to_nobody() {
    run(async {
        let town = Town::new().await;
        let (helene, claire) = (mayor(&town).await, town.neighbour_with_push().await);
        let contains = Some(format!("alerts-{}", town.id));
        let failing = NewFault { contains, ..NewFault::new(Service::Sns, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("Publish".to_owned()), ..failing }).await;
        let alert = helene.post("alerts", flood()).await.expect(201);
        // The deliverer that tried has given up, and nobody knows of a copy that may be out.
        wait_until("a try failed", || async { notice(&town, &alert, false).await.error }).await;
        helene.post(&format!("alerts/{}/end", alert.text("id")), json!({})).await.expect(200);
        drop(failing);
        // The sweeper's next look at both, in whatever order.
        let soon = platform().await.cx().shifted(SignedDuration::from_mins(10));
        for ended in [true, false, true] {
            let key = notice(&town, &alert, ended).await.key;
            let body = message(&town, &key).await;
            invoke(&soon, "deliver_notice", json!({ "Records": [{ "messageId": "1", "body": body }] })).await;
        }
        for ended in [false, true] {
            let notice = notice(&town, &alert, ended).await;
            assert!(matches!(notice.state, NoticeState::Dropped { reason: DropReason::Over, .. }), "{notice:?}");
        }
        town.settled().await;
        assert_eq!((broadcasts(&town).await.len(), pushes(&claire).await.len()), (0, 0));
        let seen = helene.get(&format!("alerts/{}", alert.text("id"))).await.expect(200);
        assert_eq!((seen.text("told/state"), seen.text("ended/told/state")), ("not_sent", "not_sent"));
    });
}

#[test]
fn an_alert_whose_time_is_over_before_it_could_go_out_stays_unsaid() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let contains = Some(format!("alerts-{}", town.id));
        let failing = NewFault { contains, ..NewFault::new(Service::Sns, FaultAction::Throttle) };
        let failing = fault(NewFault { operation: Some("Publish".to_owned()), ..failing }).await;
        let mut short = flood();
        short["expires"] = json!(in_hours(1));
        let alert = helene.post("alerts", short).await.expect(201);
        wait_until("a try failed", || async { notice(&town, &alert, false).await.error }).await;
        drop(failing);
        let key = notice(&town, &alert, false).await.key;
        let body = message(&town, &key).await;
        let late = platform().await.cx().shifted(SignedDuration::from_hours(2));
        invoke(&late, "deliver_notice", json!({ "Records": [{ "messageId": "1", "body": body }] })).await;
        let notice = notice(&town, &alert, false).await;
        assert!(matches!(notice.state, NoticeState::Dropped { reason: DropReason::Over, .. }), "{notice:?}");
        town.settled().await;
    });
}
