//! What a report costs at the table: it is written in one transaction and read by one query.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::Credentials;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response};
use parvis_edge::Cx;
use parvis_local::engines::{ACCESS_KEY, REGION, SECRET_KEY};
use parvis_store::{Clients, LocalEndpoints, Store};
use parvis_testkit::{Actor, Town, platform, run};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One call of DynamoDB: its operation and what was asked.
type Noted = (String, Value);

/// Functions whose calls of DynamoDB are noted. Nobody else calls through it, other tests and the stream's readers neither.
struct Desk {
    cx: Cx,
    noted: Arc<Mutex<Vec<Noted>>>,
}

#[derive(Clone)]
struct Relay {
    engine: String,
    client: Client,
    noted: Arc<Mutex<Vec<Noted>>>,
}

async fn relayed(State(relay): State<Relay>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let target = headers["x-amz-target"].to_str().expect("text");
    let operation = target.split_once('.').expect("an operation").1.to_owned();
    relay.noted.lock().unwrap().push((operation, serde_json::from_slice(&body).expect("JSON")));
    let answer = relay.client.post(&relay.engine).headers(headers).body(body).send().await.expect("an answer");
    let mut response = Response::builder().status(answer.status());
    *response.headers_mut().expect("headers") = answer.headers().clone();
    response.body(Body::from(answer.bytes().await.expect("a body"))).expect("a response")
}

impl Desk {
    async fn new() -> Desk {
        let (platform, noted) = (platform().await, Arc::default());
        let relay =
            Relay { engine: platform.engines().dynamodb_url(), client: Client::new(), noted: Arc::clone(&noted) };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let dynamodb = format!("http://{}", listener.local_addr().expect("its address"));
        let router = Router::new().fallback(relayed).with_state(relay);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let names = Arc::clone(&platform.cx().store.names);
        let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local");
        let local = LocalEndpoints { dynamodb, aws: platform.engines().aws_url() };
        let clients = Clients::new(Arc::clone(&names), REGION.to_owned(), credentials, Some(local));
        Desk { cx: Cx::new(Store::new(names, clients)), noted }
    }

    /// Has a request answered by its function; gives the answer's body and what the function asked DynamoDB.
    async fn ask(&self, actor: &Actor, method: &str, path: &str, body: &Value) -> (Value, Vec<Noted>) {
        let mut request = Request::builder().method(method).uri(format!("/v1/{}/{path}", actor.commune));
        if let Some(token) = &actor.access_token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if !body.is_null() {
            request = request.header("content-type", "application/json");
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = request.body(body).expect("a request");
        let (function, event) = platform().await.invocation(request).await.expect("a function");
        self.noted.lock().unwrap().clear();
        let answer = function.invoke(&self.cx, event).await.expect("an answer");
        assert!(matches!(answer["statusCode"].as_u64(), Some(200 | 201)), "{answer}");
        let noted = std::mem::take(&mut *self.noted.lock().unwrap());
        (serde_json::from_str(answer["body"].as_str().expect("a body")).expect("JSON"), noted)
    }
}

/// What is asked of every call, whatever it is about: the commune's settings (kept for ten seconds), how often one called, a ban.
const OF_EVERY_CALL: [&str; 3] = ["#commune", "#bucket#", "#bans"];

/// The operations for the matter itself.
fn operations(noted: &[Noted]) -> Vec<&str> {
    let of_every_call = |asked: &Value| {
        let key = asked.pointer("/Key/pk/S").and_then(Value::as_str);
        key.is_some_and(|key| OF_EVERY_CALL.iter().any(|part| key.contains(part)))
    };
    let own = noted.iter().filter(|(_, asked)| !of_every_call(asked));
    let mut operations: Vec<&str> = own.map(|(operation, _)| operation.as_str()).collect();
    operations.sort_unstable();
    operations
}

#[test]
fn a_report_is_written_in_one_transaction() {
    run(async {
        let (town, desk) = (Town::new().await, Desk::new().await);
        let claire = town.resident().await;
        let (sent, noted) = desk.ask(&claire, "POST", "reports", &town.problem()).await;
        assert!(noted.len() > 1, "what is asked of every call is noted too: {noted:#?}");
        assert_eq!(operations(&noted), ["TransactWriteItems"], "{noted:#?}");
        let (_, transaction) = noted.iter().find(|(o, _)| o == "TransactWriteItems").expect("it is there");
        let items = transaction["TransactItems"].as_array().expect("items").iter();
        let put: Vec<&str> = items.filter_map(|item| item.pointer("/Put/Item/type/S")?.as_str()).collect();
        assert_eq!(put, ["report", "event", "follower", "followed"]);
        assert!(transaction.to_string().contains(sent["id"].as_str().expect("an id")));
    });
}

#[test]
fn a_report_with_its_whole_history_is_read_by_one_query() {
    run(async {
        let (town, desk) = (Town::new().await, Desk::new().await);
        let (claire, agent, guest) = (town.resident().await, town.agent().await, town.guest().await);
        let path = format!("reports/{}", town.report(&claire).await.text("id"));
        for (version, to) in [(1, "under_review"), (2, "in_progress"), (3, "resolved")] {
            let change = agent.post(&format!("{path}/status"), json!({ "to": to })).if_match(version);
            change.await.expect(200);
        }
        let (read, noted) = desk.ask(&guest, "GET", &path, &Value::Null).await;
        assert_eq!(read["history"].as_array().map(Vec::len), Some(4), "{read}");
        assert_eq!(operations(&noted), ["Query"], "{noted:#?}");
        // Who is signed in is also told whether they follow it.
        let (read, noted) = desk.ask(&claire, "GET", &path, &Value::Null).await;
        assert_eq!(read["following"], true, "{read}");
        assert_eq!(operations(&noted), ["GetItem", "Query"], "{noted:#?}");
    });
}
