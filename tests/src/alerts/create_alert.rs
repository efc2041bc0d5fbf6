//! `POST /v1/{commune}/alerts`, and that everybody is told by one message.

use jiff::SignedDuration;
use parvis_domain::Role;
use parvis_local::tap::Channel as Way;
use parvis_store::{DropReason, NoticeState};
use parvis_testkit::{Actor, Town, at, run, wait_until};
use serde_json::{Value, json};

use super::{broadcasts, flood, in_hours, mayor, notice, pushes, told};

#[test]
fn an_alert_reaches_every_app_by_one_message_and_nobody_who_takes_no_push() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let helene = mayor(&town).await;
        let (android, elsewhere) = (town.neighbour_with_push().await, other.neighbour_with_push().await);
        let mut apple = town.resident().await;
        let token = format!("{:064x}", uuid::Uuid::new_v4().as_u128());
        apple.put("me/devices", json!({ "platform": "apns", "token": token })).await.expect(200);
        apple.device_token = Some(token);
        let deaf = town.neighbour_with_push().await;
        deaf.patch("me", json!({ "channels": ["sms"] })).await.expect(200);

        let alert = helene.post("alerts", flood()).await.expect(201);
        assert_eq!(
            (alert.text("headline"), alert.json["in_force"].as_bool()),
            (flood()["headline"].as_str().unwrap(), Some(true))
        );
        let seen = told(&helene, &alert, "told/").await;
        assert_eq!(seen.text("told/state"), "sent");
        let hers = wait_until("the app has it", || async { pushes(&android).await.pop() }).await;
        let his = wait_until("the app has it", || async { pushes(&apple).await.pop() }).await;
        for sent in [&hers, &his] {
            let lines: Vec<&str> = sent.message.text.lines().collect();
            assert_eq!(lines[0], "Alerte : Crue de la Durance au gué des Lices");
            assert_eq!(lines[1], "Montez à l’étage, ne prenez pas la voiture.", "what to do comes first");
            assert!(lines[3].ends_with(&format!("/{}/alerts/{}", town.id, alert.text("id"))), "{lines:?}");
        }
        assert_eq!(
            hers.message.payload.as_ref().unwrap()["GCM"]["fcmV1Message"]["message"]["data"]["alert"],
            alert.json["id"]
        );
        assert_eq!(his.message.payload.as_ref().unwrap()["APNS"]["alert"], alert.json["id"]);
        town.settled().await;
        let [one] = &broadcasts(&town).await[..] else { panic!("one message for all") };
        assert_eq!(one.message.channel, Way::Topic);
        assert_eq!(one.message.notice, Some(notice(&town, &alert, false).await.key.to_string()));
        for told in [&android, &apple] {
            assert_eq!(pushes(told).await.len(), 1);
        }
        for untold in [&deaf, &elsewhere] {
            assert_eq!(untold.notices().await, []);
        }
        let log = town.administrator().await.get("audit").await.expect(200);
        let act = log.json["entries"].as_array().unwrap().iter().find(|act| act["what"] == "create_alert");
        assert_eq!(act.expect("an act")["about"], alert.json["id"], "{log}");
    });
}

#[test]
fn a_commune_where_nobody_has_an_app_is_told_on_the_site_alone() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let alert = helene.post("alerts", flood()).await.expect(201);
        assert_eq!(told(&helene, &alert, "told/").await.text("told/state"), "sent");
        assert_eq!(broadcasts(&town).await.len(), 1);
        let read = town.guest().await.get("alerts").await.expect(200);
        assert_eq!(read.json["alerts"][0]["id"], alert.json["id"]);
    });
}

#[test]
fn only_administrators_and_elected_members_warn_everybody() {
    run(async {
        let town = Town::new().await;
        for role in [Role::Agent, Role::Manager, Role::Moderator] {
            let member = town.staff(role, &["techniques"], "Luc Ferrand").await;
            let refused = member.post("alerts", flood()).await.problem("forbidden");
            assert!(refused.text("detail").contains("élus"), "{refused}");
        }
        town.resident().await.post("alerts", flood()).await.problem("forbidden");
        town.guest().await.post("alerts", flood()).await.problem("unauthenticated");
        let unraised = town.member(Role::ElectedMember, &[], "Hélène Blanc").await;
        unraised.post("alerts", flood()).await.problem("second_factor_required");
        let stranger = mayor(&Town::new().await).await.in_commune(&town.id);
        stranger.post("alerts", flood()).await.problem("forbidden");
        assert_eq!(town.guest().await.get("alerts").await.expect(200).json["alerts"], json!([]));
        town.administrator().await.post("alerts", flood()).await.expect(201);
        town.settled().await;
    });
}

#[test]
fn what_is_wrong_is_named_at_its_field_and_nobody_is_told() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let with = |field: &str, value: Value| {
            let mut alert = flood();
            alert[field] = value;
            alert
        };
        for (field, value, said) in [
            ("headline", json!("  "), "est vide"),
            ("headline", json!("x".repeat(161)), "160"),
            ("headline", json!("deux\nlignes"), "U+000A"),
            ("description", json!("x".repeat(2_001)), "2"),
            ("instruction", json!("\u{200b}"), "est vide"),
            ("expires", json!("2026-01-01T00:00:00Z"), "7 jours"),
            ("expires", json!(in_hours(7 * 24 + 1)), "7 jours"),
        ] {
            let refused = helene.post("alerts", with(field, value)).await.refused_field(field);
            assert!(refused.text("errors/0/detail").contains(said), "{refused}");
        }
        for (field, value) in [("severity", json!("terrible")), ("category", json!("flood")), ("zone", json!("est"))] {
            assert_eq!(helene.post("alerts", with(field, value)).await.status, 422, "{field}");
        }
        let mut short = flood();
        short.as_object_mut().unwrap().remove("headline");
        assert_eq!(helene.post("alerts", short).await.status, 422);
        assert_eq!(helene.get("alerts").await.expect(200).json["alerts"], json!([]));
        assert_eq!(broadcasts(&town).await, []);
    });
}

#[test]
fn an_alert_that_is_sent_twice_under_one_key_is_one() {
    run(async {
        let town = Town::new().await;
        let (helene, nadia) = (mayor(&town).await, town.administrator().await);
        let send = |actor: &Actor| actor.post("alerts", flood()).idempotency_key("crue-du-23").into_future();
        let storm = futures::future::join_all((0..5).map(|_| send(&helene))).await;
        let taken: Vec<&str> = storm.iter().filter(|a| a.status == 201).map(|a| a.text("id")).collect();
        assert!(!taken.is_empty() && storm.iter().all(|a| [201, 503].contains(&a.status)), "{storm:?}");
        let first = send(&helene).await.expect(201);
        assert!(taken.iter().all(|id| *id == first.text("id")));
        let mut other = flood();
        other["severity"] = json!("minor");
        helene.post("alerts", other).idempotency_key("crue-du-23").await.problem("idempotency_reuse");
        assert_ne!(send(&nadia).await.expect(201).text("id"), first.text("id"), "a key is its account's own");
        let next_week = at(SignedDuration::from_hours(7 * 24 + 1)).await;
        let mut helene = helene.at(&next_week);
        helene.refresh().await;
        helene.pass_second_factor(jiff::Timestamp::now() + SignedDuration::from_hours(7 * 24 + 1)).await;
        assert_ne!(send(&helene).await.expect(201).text("id"), first.text("id"), "it is forgotten after a week");
        town.settled().await;
        assert_eq!(broadcasts(&town).await.len(), 3);
    });
}

#[test]
fn nothing_leaves_a_training() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "training" })).await;
        let mut nadia = town.administrator().await;
        nadia.add_device().await;
        let alert = nadia.post("alerts", flood()).await.expect(201);
        assert_eq!(told(&nadia, &alert, "told/").await.text("told/state"), "not_sent");
        let notice = notice(&town, &alert, false).await;
        assert!(matches!(notice.state, NoticeState::Dropped { reason: DropReason::Training, .. }), "{notice:?}");
        town.settled().await;
        assert_eq!((broadcasts(&town).await.len(), pushes(&nadia).await.len()), (0, 0));
    });
}
