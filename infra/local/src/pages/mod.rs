//! What only the local platform has, under `/_local/`: residents' phones, faults, schedules and queues. No part of it is
//! in the catalog or on AWS.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{delete, get, post};
use parvis_edge::{Code, Problem};
use serde::Serialize;
use serde_json::{Value, json};

use crate::demo_commune::{DemoMember, OPERATOR, STAFF};
use crate::gateway::problem;
use crate::pumps::{self, Feed};
use crate::tap::{Browser, Faults, NewFault, Outbox, OutboxQuery};

const MOST_MESSAGES: usize = 1_000;

#[derive(Debug)]
struct Local {
    feed: Arc<Feed>,
    outbox: Outbox,
    faults: Faults,
    /// Where the engines are, and the push service with them.
    engines: String,
}

type Shared = State<Arc<Local>>;
type Answer = Result<Response<Body>, Refused>;

/// A problem as an answer.
struct Refused(Problem);

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        problem(&self.0, "")
    }
}

/// The pages of one platform.
pub(crate) fn router(feed: Arc<Feed>, outbox: Outbox, faults: Faults, engines: String) -> Router {
    Router::new()
        .route("/_local", get(|| async { Redirect::permanent("/_local/") }))
        .route("/_local/", get(|| async { page("text/html; charset=utf-8", include_str!("phones.html")) }))
        .route("/_local/phones.js", get(|| async { page("text/javascript", include_str!("phones.js")) }))
        .route("/_local/local.css", get(|| async { page("text/css", include_str!("local.css")) }))
        .route("/_local/reference", get(|| async { page("text/html; charset=utf-8", include_str!("reference.html")) }))
        .route("/_local/reference.js", get(|| async { page("text/javascript", include_str!("reference.js")) }))
        .route("/_local/outbox", get(outbox_page))
        .route("/_local/authenticator", get(authenticator))
        .route("/_local/browsers/{name}", get(browser))
        .route("/_local/faults", get(list_faults).post(add_fault).delete(clear_faults))
        .route("/_local/faults/{fault}", delete(remove_fault))
        .route("/_local/schedules/{function}", post(run_schedule))
        .route("/_local/commands/{function}", post(run_command))
        .route("/_local/queues", get(queues))
        .route("/_local/redrive/{queue}", post(redrive))
        .with_state(Arc::new(Local { feed, outbox, faults, engines }))
}

fn page(media_type: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    // Nothing from anywhere else, so a page cannot send what it shows anywhere either.
    let only_here =
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(only_here));
    response
}

fn answer(status: StatusCode, value: &impl Serialize) -> Answer {
    let mut response = Response::new(Body::from(serde_json::to_vec(value).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

fn refused(code: Code, detail: impl Into<String>) -> Refused {
    Refused(Problem::new(code, detail))
}

/// Messages, oldest first: `id`, `at`, `channel`, `recipient`, `text` and what else is known of them.
async fn outbox_page(State(local): Shared, RawQuery(query): RawQuery) -> Answer {
    let query = outbox_query(&query.unwrap_or_default()).map_err(|wrong| refused(Code::BadRequest, wrong))?;
    answer(StatusCode::OK, &json!({"last": local.outbox.last_id(), "messages": local.outbox.list(&query)}))
}

/// The authenticator apps of those who work for the demo commune, and of the operator: what each shows now.
async fn authenticator() -> Answer {
    let now = jiff::Timestamp::now();
    let app = |issuer: &str, DemoMember { name, email, totp, .. }: &DemoMember| {
        let uri = totp.uri(issuer, email);
        json!({ "name": name, "email": email, "code": totp.code(now), "uri": uri })
    };
    let seconds_left = 30 - now.as_second().rem_euclid(30);
    let staff = STAFF.iter().map(|member| app("Aubignac-sur-Arre", member));
    let apps: Vec<Value> = staff.chain([app("Parvis", &OPERATOR)]).collect();
    answer(StatusCode::OK, &json!({ "seconds_left": seconds_left, "apps": apps }))
}

/// Reads `after` (an id), `since` (a time), `recipient` and `limit`; says which one it cannot read.
fn outbox_query(query: &str) -> Result<OutboxQuery, String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|e| e.to_string())?;
    let mut asked = OutboxQuery::default();
    for (name, value) in pairs {
        let must_be = |what: &str| format!("{name} is {value}; it must be {what}");
        match name.as_str() {
            "after" => asked.after = Some(value.parse().map_err(|_| must_be("the id of a message"))?),
            "since" => asked.since = Some(value.parse().map_err(|_| must_be("a time like 2026-11-21T18:00:00Z"))?),
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST_MESSAGES).contains(limit));
                asked.limit = limit.ok_or_else(|| must_be(&format!("1 to {MOST_MESSAGES}")))?;
            }
            "recipient" => asked.recipient = Some(value),
            _ => return Err(format!("there is no filter {name}; there are after, since, recipient and limit")),
        }
    }
    Ok(asked)
}

/// The subscription of a browser that the local push service knows, to be registered as a device: what is sent to it is decrypted and
/// is in the outbox. Any name of letters, digits and hyphens is a browser.
async fn browser(State(local): Shared, Path(name): Path<String>) -> Answer {
    if name.is_empty() || name.len() > 100 || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(refused(Code::BadRequest, format!("{name} is no name: 1 to 100 letters, digits and hyphens")));
    }
    let key = local.feed.cx.store.push_key().map_err(|e| Refused(e.into()))?;
    answer(StatusCode::OK, &Browser::new(&key, &name).subscription(&local.engines))
}

async fn list_faults(State(local): Shared) -> Answer {
    answer(StatusCode::OK, &json!({"faults": local.faults.list()}))
}

async fn add_fault(State(local): Shared, body: Bytes) -> Answer {
    let rule: NewFault = serde_json::from_slice(&body)
        .map_err(|e| refused(Code::BadRequest, format!("the body is not a fault: {e}")))?;
    match local.faults.add(rule) {
        Ok(fault) => answer(StatusCode::CREATED, &fault),
        Err(error) => Err(refused(Code::BadRequest, error.to_string())),
    }
}

async fn clear_faults(State(local): Shared) -> Answer {
    local.faults.clear();
    answer(StatusCode::OK, &json!({"faults": []}))
}

async fn remove_fault(State(local): Shared, Path(fault): Path<String>) -> Answer {
    let id: u64 = fault.parse().map_err(|_| refused(Code::BadRequest, format!("{fault} is not a fault's number")))?;
    match local.faults.remove(id) {
        Some(fault) => answer(StatusCode::OK, &fault),
        None => Err(refused(Code::NotFound, format!("there is no fault {id}"))),
    }
}

async fn run_schedule(State(local): Shared, Path(id): Path<String>) -> Answer {
    let function = local.feed.functions.iter().find(|f| f.id == id);
    let function = function.ok_or_else(|| refused(Code::NotFound, format!("there is no function {id}")))?;
    let done: Value = pumps::run_now(function, &local.feed.cx).await.map_err(|why| refused(Code::Conflict, why))?;
    answer(StatusCode::OK, &done)
}

async fn run_command(State(local): Shared, Path(id): Path<String>, body: Bytes) -> Answer {
    let function = local.feed.functions.iter().find(|f| f.id == id);
    let function = function.ok_or_else(|| refused(Code::NotFound, format!("there is no function {id}")))?;
    let order: Value =
        serde_json::from_slice(&body).map_err(|e| refused(Code::BadRequest, format!("the body is not JSON: {e}")))?;
    let done = pumps::obey(function, &local.feed.cx, order).await.map_err(|why| refused(Code::Conflict, why))?;
    answer(StatusCode::OK, &done)
}

async fn queues(State(local): Shared) -> Answer {
    let unavailable = |why| refused(Code::Unavailable, why);
    let depths = pumps::depths(&local.feed).await.map_err(unavailable)?;
    let letters = pumps::letters(&local.feed).await.map_err(unavailable)?;
    answer(StatusCode::OK, &json!({"queues": depths, "dead_letters": letters}))
}

async fn redrive(State(local): Shared, Path(queue): Path<String>) -> Answer {
    let moved = pumps::redrive(&local.feed, &queue).await.map_err(|why| refused(Code::NotFound, why))?;
    answer(StatusCode::OK, &json!({"queue": queue, "moved": moved}))
}
