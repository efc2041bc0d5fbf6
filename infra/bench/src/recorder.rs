//! Stands between functions and the engines: notes every call with what DynamoDB charges for it, and can play the answers
//! of a noted run again, so that the same run can be timed many times although it changes something.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Response, StatusCode, header};
use axum::serve::ListenerExt as _;
use serde_json::Value;
use tokio::net::TcpListener;

/// A photo (15 MB) and room for how it is wrapped.
const BODY_LIMIT: usize = 20 * 1024 * 1024;
/// Made anew for each connection.
const NOT_PASSED: [HeaderName; 3] = [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH];

/// One call and its answer.
#[derive(Debug)]
pub(crate) struct Exchange {
    /// `DynamoDB GetItem`, `KMS Sign`, `SNS Publish`, `S3 PUT`.
    pub(crate) operation: String,
    /// The body as it was sent.
    pub(crate) request: Bytes,
    status: StatusCode,
    headers: HeaderMap,
    /// The body that came back, without the capacity that only the recorder asked for.
    pub(crate) answer: Bytes,
    /// Read request units, as `ConsumedCapacity` says.
    pub(crate) read_units: f64,
    /// Write request units, table and indexes, as `ConsumedCapacity` says; a transaction's writes count twice at the table.
    pub(crate) write_units: f64,
}

impl Exchange {
    /// Whether the answer is what was asked for.
    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }
}

/// What happens to the calls that come.
#[derive(Debug)]
enum Mode {
    Pass,
    Note(Vec<Exchange>),
    Play { all: Arc<Vec<Exchange>>, played: Vec<bool>, unknown: usize },
}

/// Shared by the listeners and who measures.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    mode: Arc<Mutex<Mode>>,
}

/// One listener: where it passes calls on to.
#[derive(Debug, Clone)]
struct Relay {
    recorder: Recorder,
    engine: String,
    client: reqwest::Client,
}

impl Recorder {
    pub(crate) fn new() -> Recorder {
        Recorder { mode: Arc::new(Mutex::new(Mode::Pass)) }
    }

    /// Listens in front of `engine` on the current runtime; gives the address to call instead.
    pub(crate) async fn relay(&self, engine: String) -> Result<String, String> {
        let failed = |what: &dyn std::fmt::Display| format!("the recorder in front of {engine}: {what}");
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| failed(&e))?;
        let address = listener.local_addr().map_err(|e| failed(&e))?;
        let client = reqwest::Client::builder().no_proxy().build().map_err(|e| failed(&e))?;
        let relay = Relay { recorder: self.clone(), engine, client };
        let router = Router::new().fallback(relayed).with_state(relay);
        // Otherwise every answer waits 40 ms for an acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(format!("http://{address}"))
    }

    /// From here on calls go through unseen.
    pub(crate) fn pass(&self) {
        *self.lock() = Mode::Pass;
    }

    /// From here on every call is noted.
    pub(crate) fn note(&self) {
        *self.lock() = Mode::Note(Vec::new());
    }

    /// What was noted; calls go through unseen again.
    pub(crate) fn noted(&self) -> Vec<Exchange> {
        match std::mem::replace(&mut *self.lock(), Mode::Pass) {
            Mode::Note(all) => all,
            _ => Vec::new(),
        }
    }

    /// From here on calls are answered as they were in `all`, over and over; nothing reaches an engine.
    pub(crate) fn play(&self, all: &Arc<Vec<Exchange>>) {
        *self.lock() = Mode::Play { all: Arc::clone(all), played: vec![false; all.len()], unknown: 0 };
    }

    /// How many calls were made since [`Recorder::play`] that had not been noted.
    pub(crate) fn unknown(&self) -> usize {
        match &*self.lock() {
            Mode::Play { unknown, .. } => *unknown,
            _ => 0,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_noting(&self) -> bool {
        matches!(*self.lock(), Mode::Note(_))
    }

    /// The answer to play, if answers are played. Calls that run side by side may come in another order, and ids and times
    /// differ from run to run: the same body first, else the next one of the operation.
    fn played(&self, operation: &str, body: &[u8]) -> Option<Response<Body>> {
        let mut mode = self.lock();
        let Mode::Play { all, played, unknown } = &mut *mode else { return None };
        if played.iter().all(|played| *played) {
            played.fill(false);
        }
        let left = || all.iter().enumerate().filter(|(at, e)| !played[*at] && e.operation == operation);
        let found = left().find(|(_, e)| same(&e.request, body)).or_else(|| left().next());
        let Some((at, exchange)) = found else {
            *unknown += 1;
            return Some(refusal("not noted"));
        };
        played[at] = true;
        Some(response(exchange.status, exchange.headers.clone(), exchange.answer.clone()))
    }
}

async fn relayed(State(relay): State<Relay>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else { return refusal("a body that cannot be read") };
    let operation = operation(&head.method, head.uri.path(), &head.headers, &body);
    if let Some(answer) = relay.recorder.played(&operation, &body) {
        return answer;
    }
    let noting = relay.recorder.is_noting();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let sent = if noting { with_capacity(&operation, &body) } else { body.clone() };
    let headers = passed(head.headers);
    let call = relay.client.request(head.method, format!("{}{path}", relay.engine)).headers(headers).body(sent);
    let answered = async {
        let answer = call.send().await?;
        Ok::<_, reqwest::Error>((answer.status(), passed(answer.headers().clone()), answer.bytes().await?))
    };
    let (status, headers, answer) = match answered.await {
        Ok(answer) => answer,
        Err(error) => return refusal(&error.to_string()),
    };
    if !noting {
        return response(status, headers, answer);
    }
    let (answer, read_units, write_units) = without_capacity(&operation, answer);
    if let Mode::Note(all) = &mut *relay.recorder.lock() {
        let (headers, answer) = (headers.clone(), answer.clone());
        all.push(Exchange { operation, request: body, status, headers, answer, read_units, write_units });
    }
    response(status, headers, answer)
}

/// Whether two bodies say the same: the SDK writes the members of a map in any order.
fn same(a: &[u8], b: &[u8]) -> bool {
    let json = |body| serde_json::from_slice::<Value>(body).ok();
    a == b || json(a).is_some_and(|a| json(b) == Some(a))
}

fn passed(mut headers: HeaderMap) -> HeaderMap {
    for name in &NOT_PASSED {
        headers.remove(name);
    }
    headers
}

fn response(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn refusal(why: &str) -> Response<Body> {
    response(StatusCode::BAD_GATEWAY, HeaderMap::new(), Bytes::from(why.to_owned()))
}

fn operation(method: &axum::http::Method, path: &str, headers: &HeaderMap, body: &[u8]) -> String {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    if let Some((service, name)) = target.and_then(|target| target.split_once('.')) {
        let service = match service {
            "DynamoDB_20120810" => "DynamoDB",
            "TrentService" => "KMS",
            "AmazonSQS" => "SQS",
            other => other,
        };
        return format!("{service} {name}");
    }
    let action = std::str::from_utf8(body).ok().and_then(|form| form.strip_prefix("Action="));
    match action.and_then(|rest| rest.split('&').next()) {
        Some(action) => format!("SNS {action}"),
        None if path.starts_with("/v2/email/") => "SES SendEmail".to_owned(),
        None => format!("S3 {method}"),
    }
}

fn with_capacity(operation: &str, body: &Bytes) -> Bytes {
    let asked = operation.starts_with("DynamoDB ").then(|| serde_json::from_slice::<Value>(body).ok()).flatten();
    match asked {
        Some(mut request) if operation != "DynamoDB DescribeTable" => {
            request["ReturnConsumedCapacity"] = "INDEXES".into();
            request.to_string().into()
        }
        _ => body.clone(),
    }
}

/// The answer as it would be unasked, and the read and write units.
fn without_capacity(operation: &str, body: Bytes) -> (Bytes, f64, f64) {
    let answer = operation.starts_with("DynamoDB ").then(|| serde_json::from_slice::<Value>(&body).ok()).flatten();
    let Some(Value::Object(mut answer)) = answer else { return (body, 0.0, 0.0) };
    let Some(capacity) = answer.remove("ConsumedCapacity") else { return (body, 0.0, 0.0) };
    let tables = match capacity {
        Value::Array(tables) => tables,
        one => vec![one],
    };
    let units = tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum();
    let is_read = ["GetItem", "Query", "BatchGetItem", "TransactGetItems", "Scan"]
        .iter()
        .any(|read| operation.strip_prefix("DynamoDB ") == Some(read));
    let (read, write) = if is_read { (units, 0.0) } else { (0.0, units) };
    (Value::Object(answer).to_string().into(), read, write)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(operation: &str, request: &'static str, answer: &'static str) -> Exchange {
        Exchange {
            operation: operation.to_owned(),
            request: Bytes::from(request),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            answer: Bytes::from(answer),
            read_units: 0.0,
            write_units: 0.0,
        }
    }

    async fn text(answer: Option<Response<Body>>) -> String {
        let bytes = axum::body::to_bytes(answer.unwrap().into_body(), 100).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn answers_are_played_by_body_then_by_order_over_and_over_and_what_was_not_noted_is_counted() {
        let recorder = Recorder::new();
        assert!(recorder.played("a", b"1").is_none());
        recorder.play(&Arc::new(vec![noted("a", "1", "one"), noted("a", r#"{"x":1,"y":2}"#, "two")]));
        for _ in 0..2 {
            assert_eq!(text(recorder.played("a", br#"{"y":2,"x":1}"#)).await, "two");
            assert_eq!(text(recorder.played("a", b"something else")).await, "one");
        }
        assert_eq!(recorder.unknown(), 0);
        assert_eq!(text(recorder.played("b", b"1")).await, "not noted");
        assert_eq!(recorder.unknown(), 1);
    }

    #[test]
    fn capacity_is_counted_by_kind_of_operation_and_left_out_of_the_answer() {
        let read = Bytes::from(r#"{"Items":[],"ConsumedCapacity":{"TableName":"t","CapacityUnits":2.5}}"#);
        let (answer, read, write) = without_capacity("DynamoDB Query", read);
        assert_eq!((answer, read, write), (Bytes::from(r#"{"Items":[]}"#), 2.5, 0.0));
        let written = Bytes::from(r#"{"ConsumedCapacity":[{"CapacityUnits":4},{"CapacityUnits":3}]}"#);
        assert_eq!(without_capacity("DynamoDB TransactWriteItems", written), (Bytes::from("{}"), 0.0, 7.0));
    }

    #[test]
    fn operations_are_told_from_target_form_and_path() {
        let told = |path: &str, target: Option<&'static str>, body: &str| {
            let mut headers = HeaderMap::new();
            if let Some(target) = target {
                headers.insert("x-amz-target", target.parse().unwrap());
            }
            operation(&axum::http::Method::POST, path, &headers, body.as_bytes())
        };
        assert_eq!(told("/", Some("DynamoDB_20120810.GetItem"), "{}"), "DynamoDB GetItem");
        assert_eq!(told("/", Some("TrentService.Sign"), "{}"), "KMS Sign");
        assert_eq!(told("/", None, "Action=Publish&Version=1"), "SNS Publish");
        assert_eq!(told("/v2/email/outbound-emails", None, "{}"), "SES SendEmail");
        assert_eq!(told("/bucket/key", None, "x"), "S3 POST");
    }
}
