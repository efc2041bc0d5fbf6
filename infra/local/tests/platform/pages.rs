//! What a person and a test can ask of the local platform beyond the API.

use parvis_local::demo_commune::{OPERATOR, STAFF};
use parvis_local::tap::{Channel, OutboxQuery};
use serde_json::{Value, json};

use crate::functions::ticks;
use crate::support::{client, platform, run, seen};

async fn get(path: &str) -> (u16, String, Value) {
    seen(client().get(format!("{}{path}", platform().await.url())).send().await.unwrap()).await
}

async fn post(path: &str, body: Value) -> (u16, String, Value) {
    seen(client().post(format!("{}{path}", platform().await.url())).json(&body).send().await.unwrap()).await
}

async fn delete(path: &str) -> (u16, String, Value) {
    seen(client().delete(format!("{}{path}", platform().await.url())).send().await.unwrap()).await
}

#[test]
fn the_pages_and_all_they_load_come_from_this_platform() {
    run(async {
        let url = platform().await.url();
        for (page, files) in
            [("/_local/", ["phones.js", "local.css"]), ("/_local/reference", ["reference.js", "local.css"])]
        {
            let answer = client().get(format!("{url}{page}")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{page}");
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(policy.contains("default-src 'self'"), "{policy}");
            let html = answer.text().await.unwrap();
            assert!(!html.contains("http://") && !html.contains("https://"), "{page} loads or links something else");
            for file in files {
                assert!(html.contains(&format!("\"{file}\"")), "{page} uses {file}");
                assert_eq!(get(&format!("/_local/{file}")).await.0, 200, "{file}");
            }
        }
        let root = client().get(format!("{url}/")).send().await.unwrap();
        assert_eq!(root.status(), 503, "there is no build here, and it says how to make one");
        assert!(root.text().await.unwrap().contains("cargo xtask up"));
    });
}

#[test]
fn the_authenticator_apps_of_the_demo_commune_show_codes_that_are_good_now() {
    run(async {
        let (status, _, shown) = get("/_local/authenticator").await;
        assert_eq!(status, 200);
        let apps = shown["apps"].as_array().unwrap();
        let members = STAFF.into_iter().map(|member| ("Aubignac", member)).chain([("Parvis", OPERATOR)]);
        assert_eq!(apps.len(), STAFF.len() + 1);
        for (app, (issuer, member)) in apps.iter().zip(members) {
            assert_eq!(app["email"], member.email);
            let code = app["code"].as_str().unwrap();
            assert!(member.totp.step_of(code, jiff::Timestamp::now()).is_some());
            assert!(app["uri"].as_str().unwrap().starts_with(&format!("otpauth://totp/{issuer}")));
        }
    });
}

#[test]
fn what_was_sent_is_listed_and_filtered() {
    run(async {
        let platform = platform().await;
        for (phone, text) in [("+33600000101", "Bonjour, été"), ("+33600000102", "Salut"), ("+33600000101", "Encore")]
        {
            let publish = platform.cx().store.clients().sns().publish().phone_number(phone).message(text);
            publish.send().await.unwrap();
        }
        let (status, _, all) = get("/_local/outbox?recipient=%2B33600000101").await;
        let texts: Vec<&Value> = all["messages"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
        assert_eq!((status, texts), (200, vec![&json!("Bonjour, été"), &json!("Encore")]));
        assert_eq!(all["messages"][0]["channel"], "sms");
        let (_, _, one) = get("/_local/outbox?recipient=%2B33600000101&limit=1").await;
        let first = one["messages"][0]["id"].as_u64().unwrap();
        let (_, _, rest) = get(&format!("/_local/outbox?recipient=%2B33600000101&after={first}")).await;
        assert_eq!(rest["messages"].as_array().unwrap().len(), 1);
        let query = OutboxQuery { recipient: Some("+33600000102".to_owned()), ..OutboxQuery::default() };
        assert_eq!(platform.outbox().list(&query)[0].message.channel, Channel::Sms);
        for (wrong, named) in [
            ("limit=0", "limit is 0"),
            ("limit=x", "limit is x"),
            ("since=yesterday", "since is yesterday"),
            ("to=x", "filter to"),
        ] {
            let (status, media_type, body) = get(&format!("/_local/outbox?{wrong}")).await;
            assert_eq!((status, &*media_type), (400, "application/problem+json"), "{wrong}");
            assert!(body["detail"].as_str().unwrap().contains(named), "{wrong}: {body}");
        }
    });
}

#[test]
fn a_fault_is_added_meets_calls_and_is_removed() {
    run(async {
        let rule = json!({"service": "sns", "operation": "Publish", "contains": "+33600000201", "action": "fail"});
        let (status, _, fault) = post("/_local/faults", rule).await;
        assert_eq!((status, &fault["hits"]), (201, &json!(0)));
        let sns = platform().await.cx().store.clients().sns();
        let send = |phone: &str| sns.publish().phone_number(phone).message("x").send();
        assert!(send("+33600000201").await.is_err());
        send("+33600000202").await.unwrap();
        let id = fault["id"].as_u64().unwrap();
        let (_, _, list) = get("/_local/faults").await;
        let listed = list["faults"].as_array().unwrap().iter().find(|f| f["id"] == id).cloned().unwrap();
        assert!(listed["hits"].as_u64().unwrap() > 0);
        assert_eq!(delete(&format!("/_local/faults/{id}")).await.0, 200);
        send("+33600000201").await.unwrap();
        assert_eq!(delete(&format!("/_local/faults/{id}")).await.0, 404);
    });
}

#[test]
fn a_fault_that_makes_no_sense_is_refused_and_told_why() {
    run(async {
        for (wrong, why) in [
            (json!({"service": "sns"}), "action"),
            (json!({"service": "pigeon", "action": "fail"}), "pigeon"),
            (json!({"service": "sns", "action": "slow"}), "ms is missing"),
            (json!({"service": "s3", "action": "endpoint_disabled"}), "sns Publish"),
            (json!({"service": "sns", "action": "fail", "times": 0}), "times is 0"),
            (json!({"service": "sns", "action": "fail", "colour": "red"}), "colour"),
        ] {
            let (status, media_type, body) = post("/_local/faults", wrong.clone()).await;
            assert_eq!((status, &*media_type), (400, "application/problem+json"), "{wrong}");
            assert!(body["detail"].as_str().unwrap().contains(why), "{wrong}: {body}");
        }
        assert_eq!(delete("/_local/faults/one").await.0, 400);
    });
}

#[test]
fn a_schedule_runs_when_it_is_asked_to() {
    run(async {
        let before = ticks();
        let (status, _, body) = post("/_local/schedules/ticks", json!({})).await;
        assert_eq!(status, 200, "{body}");
        assert!(ticks() > before && body["done"].as_u64().is_some_and(|done| done > 0));
        assert_eq!(post("/_local/schedules/nothing", json!({})).await.0, 404);
        let (status, _, body) = post("/_local/schedules/echo", json!({})).await;
        assert_eq!(status, 409);
        assert!(body["detail"].as_str().unwrap().contains("echo is not run by a schedule"), "{body}");
    });
}

#[test]
fn an_unknown_queue_cannot_be_redriven() {
    run(async {
        let (status, _, body) = post("/_local/redrive/letters", json!({})).await;
        assert_eq!(status, 404);
        assert!(body["detail"].as_str().unwrap().contains("notices, photos and stream"), "{body}");
    });
}
