//! Lambda's runtime API (AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes"), served on
//! loopback for one instance.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};

/// What an instance told Lambda.
#[derive(Debug, PartialEq)]
pub(super) enum Told {
    /// It asks for an event: its init is over.
    Next,
    /// The result of the invocation of that id.
    Response(String, Value),
    /// The invocation of that id failed.
    Error(String, Value),
    /// It cannot start.
    InitError(Value),
}

/// One runtime API.
pub(super) struct RuntimeApi {
    pub(super) address: SocketAddr,
    events: mpsc::UnboundedSender<(String, Vec<u8>)>,
    told: mpsc::UnboundedReceiver<Told>,
    invocations: u32,
}

struct Shared {
    events: Mutex<mpsc::UnboundedReceiver<(String, Vec<u8>)>>,
    told: mpsc::UnboundedSender<Told>,
}

impl RuntimeApi {
    pub(super) async fn serve() -> RuntimeApi {
        let (events, waiting) = mpsc::unbounded_channel();
        let (tell, told) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared { events: Mutex::new(waiting), told: tell });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .with_state(shared);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        RuntimeApi { address, events, told, invocations: 0 }
    }

    /// Hands out an event with the next answer to `next`; gives the invocation's id.
    pub(super) fn invoke(&mut self, event: Vec<u8>) -> String {
        self.invocations += 1;
        let id = format!("00000000-0000-4000-8000-{:012}", self.invocations);
        self.events.send((id.clone(), event)).expect("the API is served");
        id
    }

    /// What the instance tells next.
    pub(super) async fn told(&mut self) -> Told {
        self.told.recv().await.expect("the API is served")
    }
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    let _ = shared.told.send(Told::Next);
    let Some((id, event)) = shared.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let deadline = jiff::Timestamp::now().as_millisecond() + 30_000;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-3:123456789012:function:parvis-test".to_owned(),
        ),
        (
            "lambda-runtime-trace-id",
            "Root=1-6920f6ee-0a1b2c3d4e5f60718293a4b5;Parent=53995c3f42cd8ad8;Sampled=1".to_owned(),
        ),
    ];
    (headers, event).into_response()
}

async fn response(State(shared): State<Arc<Shared>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let _ = shared.told.send(Told::Response(id, json(&body)));
    StatusCode::ACCEPTED
}

async fn error(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    assert!(headers.contains_key("lambda-runtime-function-error-type"), "{headers:?}");
    let _ = shared.told.send(Told::Error(id, json(&body)));
    StatusCode::ACCEPTED
}

async fn init_error(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["lambda-runtime-function-error-type"], "Runtime.InitError");
    let _ = shared.told.send(Told::InitError(json(&body)));
    StatusCode::ACCEPTED
}

fn json(body: &Bytes) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(body)))
}
