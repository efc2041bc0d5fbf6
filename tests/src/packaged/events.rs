//! Recorded events (tests/events) make the packaged functions do what the functions do.

use parvis_domain::{Channel, EventId};
use parvis_store::item::to_attributes;
use parvis_store::{NoticeKey, NoticeState};
use parvis_testkit::{Town, run};
use serde_json::{Value, json};

use super::instance::Instance;
use crate::notices::{as_json, assert_sent, carrying, history, message, planned, reported};

fn recorded(event: &str) -> Value {
    serde_json::from_str(event).expect("a recorded event is JSON")
}

/// The recorded request, as `token`'s owner sends it to this commune now.
fn create_report(town: &Town, token: &str, description: &str) -> Value {
    let mut event = recorded(include_str!("../../events/create_report.json"));
    let path = format!("/v1/{}/reports", town.id);
    let mut body = town.problem();
    body["description"] = description.into();
    event["pathParameters"]["commune"] = town.id.as_str().into();
    event["rawPath"] = path.as_str().into();
    event["requestContext"]["http"]["path"] = path.into();
    event["headers"]["authorization"] = format!("Bearer {token}").into();
    event["body"] = body.to_string().into();
    event
}

/// The recorded message, about another notice.
async fn deliver_notice(town: &Town, key: &NoticeKey, id: &str) -> Value {
    let mut event = recorded(include_str!("../../events/deliver_notice.json"));
    event["Records"][0]["messageId"] = id.into();
    event["Records"][0]["body"] = message(town, key).await.into();
    event
}

#[test]
fn an_http_event_makes_a_report_that_the_api_shows() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let token = claire.access_token.clone().expect("she is signed in");
        let mut instance = Instance::start("create_report").await;
        let answer = instance.invoke(&create_report(&town, &token, "Un arbre est tombé.")).await.expect("an answer");
        assert_eq!(answer["statusCode"], 201, "{answer}");
        assert_eq!(answer["headers"]["content-type"], "application/json");
        let body: Value = serde_json::from_str(answer["body"].as_str().expect("a body")).expect("JSON");
        let seen = claire.get(&format!("reports/{}", body["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!(seen.text("description"), "Un arbre est tombé.");
        let refused = instance.invoke(&create_report(&town, "nonsense", "Non.")).await.expect("an answer");
        assert_eq!(refused["statusCode"], 401, "{refused}");
        town.settled().await;
    });
}

#[test]
fn a_stream_event_plans_a_notice_that_goes_out_once() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        town.agent().await.post(&format!("reports/{report}/comments"), json!({"text": "Vu."})).await.expect(201);
        claire.wait_for_notices(1).await;
        // The same entry of the history under another id: one that the platform's own pumps do not know.
        let mut entry = history(&town, &report).await.pop().expect("an entry");
        entry.id = EventId::new(jiff::Timestamp::now());
        let image = to_attributes(&town.id, &entry).expect("an item");
        let image: Value = image.iter().map(|(name, value)| (name.clone(), as_json(value))).collect();
        let mut event = recorded(include_str!("../../events/plan_notices.json"));
        let change = &mut event["Records"][0]["dynamodb"];
        change["Keys"] = json!({"pk": image["pk"], "sk": image["sk"]});
        change["NewImage"] = image;
        let mut instance = Instance::start("plan_notices").await;
        // Lambda repeats a batch whose answer it did not get.
        for _ in 0..2 {
            let answer = instance.invoke(&event).await.expect("an answer");
            assert_eq!(answer, json!({"done": 1}));
        }
        // And a person hands over what Lambda wrote to S3 when it gave up (docs/operating.md).
        let letter = json!({"version": "1.0", "DDBStreamBatchInfo": {"batchSize": 1}, "payload": event.to_string()});
        let answer = instance.invoke(&letter).await.expect("an answer");
        assert_eq!(answer, json!({"done": 1}));
        let key =
            NoticeKey { event: entry.id, account: Some(claire.account_id()), channel: Channel::Sms, device: None };
        claire.wait_for_notices(2).await;
        town.settled().await;
        assert_sent(&town, &key).await;
        assert_eq!(carrying(&claire, &key).await.len(), 1);
    });
}

#[test]
fn a_queue_event_sends_exactly_one_message() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let event = deliver_notice(&town, &key, "591ca930-0bec-4fe4-96a3-b01358a09cad").await;
        let mut instance = Instance::start("deliver_notice").await;
        for _ in 0..2 {
            let answer = instance.invoke(&event).await.expect("an answer");
            assert_eq!(answer, json!({"batchItemFailures": []}));
        }
        let mut another = Instance::start("deliver_notice").await;
        another.invoke(&event).await.expect("an answer");
        assert_sent(&town, &key).await;
        assert_eq!(carrying(&claire, &key).await.len(), 1);
        town.settled().await;
    });
}

#[test]
fn of_a_batch_with_a_bad_message_only_that_one_is_reported() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let mut event = deliver_notice(&town, &key, "good").await;
        let mut bad = event["Records"][0].clone();
        bad["messageId"] = "bad".into();
        bad["body"] = r#"{"commune":"aubignac","notice":"nothing"}"#.into();
        event["Records"].as_array_mut().expect("records").insert(0, bad);
        let mut instance = Instance::start("deliver_notice").await;
        let answer = instance.invoke(&event).await.expect("an answer");
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "bad"}]}));
        assert_sent(&town, &key).await;
        assert_eq!(carrying(&claire, &key).await.len(), 1);
        town.settled().await;
    });
}

#[test]
fn an_event_that_is_none_is_an_error_and_the_next_one_is_answered() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let token = claire.access_token.clone().expect("she is signed in");
        let mut instance = Instance::start("create_report").await;
        for garbage in ["{\"hello\": 1}", "[]", "\"\"", "null", "{", "", "\u{fffd}"] {
            let error = instance.invoke_bytes(garbage.as_bytes().to_vec()).await;
            let error = error.map_err(|e| e["errorMessage"].as_str().map(str::to_owned));
            assert!(error.is_err_and(|why| why.is_some_and(|why| !why.is_empty())), "{garbage:?} is no event");
        }
        let bytes = instance.invoke_bytes(vec![0xff, 0xfe]).await;
        assert!(bytes.is_err());
        let answer = instance.invoke(&create_report(&town, &token, "Encore là.")).await.expect("an answer");
        assert_eq!(answer["statusCode"], 201, "{answer}");
        town.settled().await;
    });
}

#[test]
fn a_queue_event_for_a_notice_that_nobody_planned_sends_nothing() {
    run(async {
        let town = Town::new().await;
        let (claire, _) = reported(&town).await;
        let event = EventId::new(jiff::Timestamp::now());
        let key = NoticeKey { event, account: Some(claire.account_id()), channel: Channel::Sms, device: None };
        let mut instance = Instance::start("deliver_notice").await;
        instance.invoke(&deliver_notice(&town, &key, "unknown").await).await.expect("an answer");
        assert!(carrying(&claire, &key).await.is_empty());
        assert_eq!(
            town.commune().await.notice(&key).await.expect("the ledger answers").map(|n| n.state),
            None::<NoticeState>
        );
    });
}
