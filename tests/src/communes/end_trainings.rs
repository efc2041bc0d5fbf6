//! The schedule `end_trainings`, and that nothing leaves a training.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue::S;
use jiff::SignedDuration;
use parvis_domain::Language;
use parvis_photos::pipeline::sample;
use parvis_store::Account;
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, platform, run_alone};
use serde_json::{Value, json};

use super::in_days;
use crate::alerts::{endpoints, flood, listeners};
use crate::identity::export_accounts::exported;
use crate::photos::put_map_file::{pmtiles, put};

/// How many items of each type there are of a commune.
async fn left(town: &Town) -> BTreeMap<String, usize> {
    let store = &platform().await.cx().store;
    let scan = store.clients().dynamodb().scan().table_name(&store.names.table).consistent_read(true);
    let scan = scan.filter_expression("#commune = :commune").expression_attribute_names("#commune", "commune");
    let mut pages = scan.expression_attribute_values(":commune", S(town.id.to_string())).into_paginator().send();
    let mut count = BTreeMap::new();
    while let Some(page) = pages.next().await {
        for item in page.expect("a page").items() {
            *count.entry(item["type"].as_s().expect("a type").clone()).or_default() += 1;
        }
    }
    count
}

/// A training with everything in it: an agent, an invited resident with a device, and what they did.
async fn trained(town: &Town) -> (Actor, Actor, Actor) {
    town.launch(json!({ "phase": "training" })).await;
    let mut nadia = town.administrator().await;
    nadia.add_device().await;
    nadia.post("alerts", flood()).await.expect(201);
    let invite = json!({ "label": "Essai", "limit": 5, "expires_at": in_days(10) });
    let code = nadia.post("launch/invites", invite).await.expect(201).text("code").to_owned();
    let mut claire = town.resident().await;
    claire.post("launch/invitation", json!({ "code": code })).await.expect(204);
    claire.add_device().await;
    let luc = town.agent().await;
    let (upload, _) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 5.55, 43.55, 1)).await;
    let mut problem = town.problem();
    problem["photos"] = json!([{ "id": upload.photo, "claim": upload.claim }]);
    let report = claire.post("reports", problem).idempotency_key("premier-essai").await.expect(201);
    let path = format!("reports/{}", report.text("id"));
    luc.put(&format!("{path}/followers/me"), Value::Null).await.expect(204);
    nadia.post(&format!("{path}/comments"), json!({ "text": "Bien vu." })).await.expect(201);
    let version = nadia.get(&path).await.expect(200).version();
    let change = json!({ "to": "in_progress" });
    luc.post(&format!("{path}/status"), change).if_match(version).await.expect(200);
    town.settled().await;
    (nadia, luc, claire)
}

#[test]
fn a_wiped_training_leaves_settings_staff_and_the_audit_log_and_the_commune_begins_anew() {
    run_alone(async {
        let (town, neighbour) = (Town::in_draft().await, Town::new().await);
        neighbour.report(&neighbour.resident().await).await;
        neighbour.settled().await;
        let (nadia, luc, claire) = trained(&town).await;
        let map = pmtiles(&town.settings, 100);
        put(&nadia, &map).await.expect(200);
        let before = left(&town).await;
        for kind in ["report", "event", "photo", "follower", "notice", "invite", "invited", "idem", "counter", "device"]
        {
            assert!(before.contains_key(kind), "the training has no {kind}: {before:?}");
        }
        assert_eq!((before["alert"], before["listening"]), (1, 2), "{before:?}");
        let neighbours = left(&neighbour).await;

        nadia.post("launch/wipe", Value::Null).await.expect(202);
        let soon = at(SignedDuration::from_mins(1)).await;
        assert_eq!(soon.run_schedule("end_trainings").await, Ok(json!({ "done": 0 })), "it waits for old tokens");
        let progress = nadia.get("launch").await.expect(200);
        assert!(progress.json["wipe"]["removed"].as_u64().is_some_and(|n| n > 20), "{progress}");
        town.settled().await;
        claire.get("me").await.problem("unauthenticated");
        let then = at(SignedDuration::from_mins(18)).await;
        let mut runs = 0;
        while then.run_schedule("end_trainings").await.expect("a run") == json!({ "done": 0 }) {
            runs += 1;
            assert!(runs < 6, "{:?}", left(&town).await);
        }
        let after = left(&town).await;
        let stays = [
            "account",
            "adopting",
            "audit",
            "audit_head",
            "contact",
            "session",
            "settings",
            "settings_version",
            "staff",
        ];
        let stays = [
            &stays[..],
            &[
                "device",
                "token",
                "listening",
                "second_factor",
                "bucket",
                "challenge",
                "sms_count",
                "generation",
                "usage",
                "metered",
                "map_file",
            ],
        ]
        .concat();
        assert!(after.keys().all(|kind| stays.contains(&kind.as_str())), "{after:?}");
        assert_eq!((after["staff"], after["account"], after["contact"]), (2, 2, 2), "{after:?}");
        assert_eq!((after["listening"], listeners(&town).await), (1, endpoints(&nadia).await), "who works here stays");
        assert_eq!(left(&neighbour).await, neighbours, "the neighbour is whole");
        let stored = async || town.commune().await.photo_bytes_stored().await.unwrap();
        assert_eq!(stored().await, map.len() as u64, "no picture is left, and the map stays");
        nadia.delete("map-file").await.expect(204);
        assert_eq!(stored().await, 0);

        let seen = nadia.get("launch").await.expect(200);
        assert_eq!((seen.text("phase"), &seen.json["wipe"]), ("draft", &Value::Null));
        nadia.put("launch", json!({ "phase": "live" })).if_match(seen.version()).await.expect(200);
        let acts: Vec<String> = town.acts().await.into_iter().map(|act| act.what).collect();
        for act in ["wipe_training", "end_trainings", "change_status", "create_invite"] {
            assert!(acts.iter().any(|what| what == act), "{act} is in the log: {acts:?}");
        }
        assert_eq!(luc.get("reports").await.expect(200).json["reports"], json!([]));
        let resident = town.resident().await;
        let report = town.report(&resident).await;
        let map = town.guest().await.get("reports").await.expect(200);
        assert_eq!(map.json["reports"][0]["id"], report.text("id"), "the first report of all");
        town.settled().await;
    });
}

#[test]
fn a_wipe_that_breaks_off_is_gone_on_with_and_one_that_was_left_behind_removes_nothing() {
    run_alone(async {
        let town = Town::in_draft().await;
        let (nadia, ..) = trained(&town).await;
        nadia.post("launch/wipe", Value::Null).await.expect(202);
        let left_behind = town.commune().await.wipe().await.expect("an answer").expect("an order");
        {
            let rule = NewFault::new(Service::Dynamodb, FaultAction::Fail);
            let (operation, contains) = (Some("DeleteItem".to_owned()), Some(town.id.to_string()));
            let broken = fault(NewFault { operation, contains, ..rule }).await;
            let soon = at(SignedDuration::from_mins(17)).await;
            let _ = soon.run_schedule("end_trainings").await;
            assert!(broken.hits() > 0, "nothing was in the way");
        }
        let then = at(SignedDuration::from_mins(18)).await;
        for _ in 0..4 {
            then.run_schedule("end_trainings").await.expect("a run");
        }
        assert_eq!(nadia.get("launch").await.expect(200).text("phase"), "draft");
        town.launch(json!({ "phase": "live" })).await;
        let resident = town.resident().await;
        let report = town.report(&resident).await;
        // A run that slept since before the launch wakes up.
        let slept = town.commune().await.wipe_slice(left_behind, then.cx().now()).await.expect("an answer");
        assert_eq!(slept, None);
        town.guest().await.get(&format!("reports/{}", report.text("id"))).await.expect(200);
        town.settled().await;
    });
}

#[test]
fn in_a_training_notices_are_written_down_and_leave_to_staff_alone() {
    run_alone(async {
        let town = Town::in_draft().await;
        let (nadia, luc, claire) = trained(&town).await;
        assert_eq!(claire.notices().await.len(), 0, "{:#?}", claire.notices().await);
        let commune = town.commune().await;
        let report: parvis_domain::ReportId = nadia.get("reports").await.expect(200).value("reports/0/id");
        let dossier = commune.dossier(report).await.expect("an answer").expect("a report");
        let mut written = Vec::new();
        for event in &dossier.events {
            written.extend(commune.notices_of(event.id, claire.account_id()).await.expect("notices"));
        }
        assert!(written.len() >= 2, "{written:#?}");
        let dropped = serde_json::to_value(&written).expect("JSON");
        for notice in dropped.as_array().expect("a list") {
            assert_eq!(notice["state"]["reason"], "training", "{notice}");
        }
        // Luc follows, and Nadia's words are news to him.
        let path = format!("reports/{report}/comments");
        nadia.post(&path, json!({ "text": "On y va." })).await.expect(201);
        town.settled().await;
        assert!(!luc.notices().await.is_empty(), "staff are told");
        assert_eq!(claire.notices().await.len(), 0);
    });
}

#[test]
fn a_training_in_which_somebody_ordered_an_export_is_wiped_with_its_files() {
    run_alone(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "training" })).await;
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        exported(&claire).await;
        assert!(left(&town).await.contains_key("export"));
        nadia.post("launch/wipe", Value::Null).await.expect(202);
        let then = at(SignedDuration::from_mins(18)).await;
        for _ in 0..4 {
            then.run_schedule("end_trainings").await.expect("a run");
        }
        assert_eq!(nadia.get("launch").await.expect(200).text("phase"), "draft");
        assert!(!left(&town).await.contains_key("export"));
        let store = &platform().await.cx().store;
        let files = store.clients().s3().list_objects_v2().bucket(&store.names.exports).prefix(format!("{}/", town.id));
        assert_eq!(files.send().await.expect("a list").key_count(), Some(0));
    });
}

#[test]
fn an_account_made_while_a_slice_of_a_wipe_is_at_work_is_spared_until_it_is_known_whose_it_is() {
    run_alone(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "training" })).await;
        let nadia = town.administrator().await;
        nadia.post("launch/wipe", Value::Null).await.expect(202);
        let commune = town.commune().await;
        // The time of this wipe is its own, so that no schedule comes in between.
        let mut wipe = commune.wipe().await.expect("an answer").expect("an order");
        let later = |minutes| wipe.ordered + SignedDuration::from_mins(minutes);
        let (made, next) = (later(30), later(35));
        let contact = serde_json::from_value(town.new_contact()).expect("a contact");
        let invited = Account::new(&contact, Language::Fr, made + SignedDuration::from_secs(1));
        commune.create_account(&invited).await.expect("an account");
        let mut walk = async |now| {
            loop {
                let goes_on = commune.wipe_slice(wipe.clone(), now).await.expect("a slice").expect("it has not ended");
                wipe = goes_on;
                if !wipe.goes_on() {
                    break;
                }
            }
        };
        walk(made).await;
        assert_eq!(commune.account(invited.id).await.expect("an answer").as_ref(), Some(&invited));
        assert!(commune.account_of(&contact).await.expect("an answer").is_some());
        walk(next).await;
        assert_eq!(commune.account(invited.id).await.expect("an answer"), None, "nobody invited them");
    });
}
