//! The schedule `purge_communes`.

use aws_sdk_dynamodb::types::AttributeValue::S;
use jiff::SignedDuration;
use parvis_photos::pipeline::sample;
use parvis_testkit::{Actor, Call, FaultAction, NewFault, Service, Town, at, fault, platform, run_alone};
use serde_json::json;

use super::{boundary, insee, open};
use crate::identity::export_accounts::{exported, links};

/// How many items of any kind there are of a commune.
async fn left(commune: &str) -> usize {
    let store = &platform().await.cx().store;
    let scan = store.clients().dynamodb().scan().table_name(&store.names.table).consistent_read(true);
    let scan = scan.filter_expression("#commune = :commune").expression_attribute_names("#commune", "commune");
    let mut pages = scan.expression_attribute_values(":commune", S(commune.to_owned())).into_paginator().send();
    let mut count = 0;
    while let Some(page) = pages.next().await {
        count += page.expect("a page").items().len();
    }
    count
}

#[test]
fn nothing_is_left_of_a_commune_that_left_and_its_neighbour_is_whole() {
    run_alone(async {
        let operator = Actor::operator().await;
        let (code, neighbour) = (insee(), Town::new().await);
        let resident = neighbour.resident().await;
        neighbour.report(&resident).await;
        let new = json!({ "insee": code, "boundary": boundary() });
        let made = operator.post("communes", new.clone()).await.expect(201);
        open(&made).await;
        let (id, path) = (made.text("id").to_owned(), format!("communes/{}", made.text("id")));
        let mut claire = operator.signed_out().in_commune(&made.value("id"));
        let contact = json!({ "email": format!("claire.{}@exemple.fr", uuid::Uuid::new_v4().simple()) });
        claire.sign_in(serde_json::from_value(contact).expect("a contact")).await;
        claire.add_device().await;
        let (upload, photo) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 5.55, 43.55, 1)).await;
        let picture = photo.text("small/url").to_owned();
        let idea = json!({ "kind": "idea", "description": "Un banc", "photos": [{ "id": upload.photo, "claim": upload.claim }] });
        claire.post("reports", idea).await.expect(201);
        platform().await.settled(&id, std::time::Duration::from_secs(60)).await.expect("it settles");
        let export = links(&exported(&claire).await).remove(0);
        Call::new(reqwest::Method::GET, export.clone()).await.expect(200);
        let (many, neighbours) = (left(&id).await, left(neighbour.id.as_str()).await);
        assert!(many > 10, "{many}");
        let sns = platform().await.cx().store.clients().sns().clone();
        let topic = sns.get_topic_attributes().topic_arn(claire.opened().await.alert_topic());
        topic.clone().send().await.expect("her app listens");

        operator.delete(&path).json(&json!({ "reason": "fin du contrat" })).await.expect(202);
        let early = at(SignedDuration::from_hours(29 * 24)).await;
        early.run_schedule("purge_communes").await.expect("a run");
        operator.get(&path).await.expect(200);
        assert!(left(&id).await >= many, "nothing goes before its day");

        let day = at(SignedDuration::from_hours(30 * 24 + 1)).await;
        assert_eq!(day.run_schedule("purge_communes").await, Ok(json!({ "done": 0 })), "looked at once more");
        operator.get(&path).await.problem("not_found");
        claire.get("me").await.problem("not_found");
        let dead = platform().await.settled(&id, std::time::Duration::from_secs(60)).await.expect("it settles");
        assert!(dead.is_empty(), "{dead:?}");
        // What readers of the stream wrote meanwhile goes with the next walks.
        let mut runs = 0;
        while day.run_schedule("purge_communes").await.expect("a run") == json!({ "done": 0 }) {
            runs += 1;
            assert!(runs < 5, "{} items are left", left(&id).await);
        }
        assert_eq!(left(&id).await, 0);
        let gone = topic.send().await.expect_err("the topic is gone");
        assert!(gone.as_service_error().is_some_and(|e| e.is_not_found_exception()), "{gone:?}");
        assert_eq!(left(neighbour.id.as_str()).await, neighbours, "the neighbour is whole");
        let gone = operator.call(reqwest::Method::GET, picture.trim_start_matches(platform().await.url())).await;
        assert!(gone.status >= 400, "{gone}");
        Call::new(reqwest::Method::GET, export).await.expect(404);

        let page = operator.get("communes?limit=200").await.expect(200);
        let entry = page.json["communes"].as_array().expect("a list").iter().find(|c| c["id"] == id.as_str());
        assert_eq!(entry.expect("it is remembered")["state"], "removed");
        // The id is taken for good, the commune may come back under another.
        let mut again = new;
        again["slug"] = id.clone().into();
        operator.post("communes", again.clone()).await.problem("id_taken");
        again["slug"] = format!("{id}-2").into();
        operator.post("communes", again).await.expect(201);
        assert_eq!(day.run_schedule("purge_communes").await, Ok(json!({ "done": 0 })), "nothing is due any more");
    });
}

/// Where the schedule meets a commune.
fn shard(id: &str) -> u8 {
    id.bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % parvis_store::key::DUE_SHARDS
}

#[test]
fn a_commune_that_cannot_be_removed_does_not_keep_the_others() {
    run_alone(async {
        let operator = Actor::operator().await;
        let mut towns = [Town::new().await, Town::new().await, Town::new().await];
        // Wherever a run begins, it meets another one after the one that fails.
        towns.sort_by_key(|town| shard(town.id.as_str()));
        for town in &towns {
            let leave = operator.delete(&format!("communes/{}", town.id)).json(&json!({ "reason": "fin du contrat" }));
            leave.await.expect(202);
        }
        let [first, stuck, last] = towns;
        let day = at(SignedDuration::from_hours(30 * 24 + 1)).await;
        let failing = fault(NewFault {
            operation: Some("TransactWriteItems".to_owned()),
            contains: Some(format!("C#{}#commune", stuck.id)),
            ..NewFault::new(Service::Dynamodb, FaultAction::Fail)
        })
        .await;
        let run = day.run_schedule("purge_communes").await;
        assert!(run.as_ref().is_err_and(|e| e.contains("1 not dealt with")) && failing.hits() > 0, "{run:?}");
        operator.get(&format!("communes/{}", stuck.id)).await.expect(200);
        for other in [&first, &last] {
            operator.get(&format!("communes/{}", other.id)).await.problem("not_found");
        }
        drop(failing);
        let store = &platform().await.cx().store;
        for town in [&first, &stuck, &last] {
            let mut runs = 0;
            while store.subscription(&town.id).await.expect("a read").expect("an entry").removed.is_none() {
                day.run_schedule("purge_communes").await.expect("a run");
                runs += 1;
                assert!(runs < 6, "{} items are left", left(town.id.as_str()).await);
            }
        }
    });
}
