//! The platform without its workers, and a caller that is gateway, stream and queue at once: functions are called one at
//! a time, on a thread of their own as on Lambda, and the recorder sees what they call.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use axum::http::Request;
use parvis_domain::{CommuneId, TotpSecret};
use parvis_edge::{Cx, Function};
use parvis_local::demo_commune::{self, DemoMember};
use parvis_local::engines::{ACCESS_KEY, DataDir, Ports, REGION, SECRET_KEY};
use parvis_local::tap::OutboxQuery;
use parvis_local::{Options, Platform};
use parvis_store::{Clients, LocalEndpoints, Names, Store};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::recorder::Recorder;

/// A message that was sent is in the outbox by then.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many this process has started: each has data of its own.
static STAGES: AtomicU32 = AtomicU32::new(0);

/// A running platform with the demo commune, and who calls its functions.
pub(crate) struct Stage {
    /// Engines and recorder.
    pub(crate) back: Runtime,
    /// Functions, on the thread that calls.
    pub(crate) front: Runtime,
    platform: Option<Platform>,
    data: PathBuf,
    pub(crate) recorder: Recorder,
    local: LocalEndpoints,
    /// Its clients go through the recorder.
    pub(crate) cx: Cx,
    functions: Vec<Function>,
    /// Id of the demo commune.
    pub(crate) commune: CommuneId,
}

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) token: String,
    pub(crate) refresh_token: String,
    /// `{"phone": …}` or `{"email": …}`.
    pub(crate) contact: Value,
}

/// A request that is not sent yet.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

/// What a function answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) etag: String,
    pub(crate) json: Value,
}

impl Stage {
    /// Starts everything on free ports, with data of its own that goes with it.
    pub(crate) fn start() -> Result<Stage, String> {
        // What a function logs costs CPU on Lambda too; here nobody reads it.
        let log = tracing_subscriber::fmt().json().with_target(false).without_time().with_current_span(false);
        let _ = log.with_writer(std::io::sink).try_init();
        let back = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|e| e.to_string())?;
        let front = Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        let data = scratch(&STAGES.fetch_add(1, Ordering::Relaxed).to_string());
        let functions = parvis_catalog::functions();
        let recorder = Recorder::new();
        let started = back.block_on(async {
            let options = Options::new(DataDir::new(&data), Ports::free());
            let platform = Platform::start(options, endpoints(&functions)).await.map_err(|e| e.to_string())?;
            let local = LocalEndpoints {
                dynamodb: recorder.relay(platform.engines().dynamodb_url()).await?,
                aws: recorder.relay(platform.engines().aws_url()).await?,
            };
            let commune = demo_commune::seed(platform.cx()).await.map_err(|e| e.to_string())?;
            Ok::<_, String>((platform, local, commune))
        });
        let (platform, local, commune) = started?;
        let cx = cold(Arc::clone(&platform.cx().store.names), local.clone());
        Ok(Stage { back, front, platform: Some(platform), data, recorder, local, cx, functions, commune })
    }

    /// The same platform as if it were started today: see [`anew`].
    pub(crate) fn anew(&mut self) -> Result<(), String> {
        let platform = self.platform.take().ok_or("the platform has stopped")?;
        let options = Options::new(DataDir::new(&self.data), Ports::free());
        self.platform = Some(self.back.block_on(anew(platform, options, endpoints(&self.functions)))?);
        Ok(())
    }

    /// A context with nothing in its caches, as a function has it that just started.
    pub(crate) fn cold(&self) -> Cx {
        cold(Arc::clone(&self.cx.store.names), self.local.clone())
    }

    /// The same without the recorder: for what is timed from outside.
    pub(crate) fn past_recorder(&self) -> Result<Cx, String> {
        let engines = self.platform()?.engines();
        let local = LocalEndpoints { dynamodb: engines.direct_dynamodb_url(), aws: engines.direct_aws_url() };
        Ok(cold(Arc::clone(&self.cx.store.names), local))
    }

    fn platform(&self) -> Result<&Platform, String> {
        self.platform.as_ref().ok_or_else(|| "the platform has stopped".to_owned())
    }

    /// The function of that id.
    pub(crate) fn function(&self, id: &str) -> Result<Function, String> {
        self.functions.iter().find(|f| f.id == id).cloned().ok_or_else(|| format!("there is no function {id}"))
    }

    /// The function that a call goes to and the event that it gets.
    pub(crate) fn invocation(&self, call: &Call) -> Result<(Function, Value), String> {
        let path = match call.path.as_str() {
            "" => format!("/v1/{}", self.commune),
            path if path.starts_with('/') => path.to_owned(),
            path => format!("/v1/{}/{path}", self.commune),
        };
        let mut request = Request::builder().method(call.method).uri(path);
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let body = call.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let request = request.body(body).map_err(|e| e.to_string())?;
        let platform = self.platform()?;
        self.back.block_on(platform.invocation(request)).map_err(|refused| refused.detail)
    }

    /// Calls a function with an event, on this thread.
    pub(crate) fn invoke(&self, function: &Function, event: Value) -> Result<Value, String> {
        let answer = self.front.block_on(function.invoke(&self.cx, event));
        answer.map_err(|failure| format!("{}: {failure}", function.id))
    }

    /// Calls an endpoint and gives its answer, which must be a success.
    pub(crate) fn call(&self, call: &Call) -> Result<Answer, String> {
        let (function, event) = self.invocation(call)?;
        Answer::of(&function.id, &self.invoke(&function, event)?)
    }

    /// What was sent to a contact, the oldest first; something was.
    pub(crate) fn texts(&self, contact: &Value) -> Result<Vec<String>, String> {
        let recipient = contact["phone"].as_str().or(contact["email"].as_str()).map(str::to_owned);
        let query = OutboxQuery { recipient, ..OutboxQuery::default() };
        let outbox = self.platform()?.outbox().clone();
        let sent = self.back.block_on(outbox.wait_for(&query, 1, PATIENCE));
        Ok(sent.into_iter().map(|sent| sent.message.text).collect())
    }

    /// The code that went to a contact last.
    pub(crate) fn code(&self, contact: &Value) -> Result<String, String> {
        let text = self.texts(contact)?.pop().unwrap_or_default();
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
        code.map(str::to_owned).ok_or_else(|| format!("no code was sent to {contact}: {text:?}"))
    }

    /// Signs in to the demo commune with a code.
    pub(crate) fn sign_in(&self, contact: Value) -> Result<Person, String> {
        self.sign_in_at(self.commune.as_str(), contact)
    }

    /// Signs in to a commune with a code.
    pub(crate) fn sign_in_at(&self, commune: &str, contact: Value) -> Result<Person, String> {
        self.call(&Call::post(format!("/v1/{commune}/challenges"), json!({ "contact": contact })))?;
        let redeemed = json!({ "contact": contact, "code": self.code(&contact)? });
        let session = self.call(&Call::post(format!("/v1/{commune}/sessions"), redeemed))?;
        Ok(Person::of(contact, &session.json))
    }

    /// Signs in who operates the platform, with both factors.
    pub(crate) fn sign_in_operator(&self) -> Result<Person, String> {
        self.sign_in_twice("operator", &demo_commune::OPERATOR)
    }

    /// Registers an authenticator app.
    pub(crate) fn enrol(&self, person: Person, commune: &str) -> Result<Person, String> {
        let made = self.call(&Call::post(format!("/v1/{commune}/me/totp"), Value::Null).by(&person))?;
        let app = TotpSecret::from_base32(made.json["secret"].as_str().unwrap_or_default()).ok_or("no secret")?;
        let code = json!({ "code": app.code(jiff::Timestamp::now()) });
        let confirmed = self.call(&Call::post(format!("/v1/{commune}/me/totp/confirm"), code).by(&person))?;
        let token = confirmed.json["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(Person { token, ..person })
    }

    /// The session with its next tokens.
    pub(crate) fn refreshed(&self, person: &Person) -> Result<Person, String> {
        let session = self.call(&Call::post("sessions/refresh", json!({ "refresh_token": person.refresh_token })))?;
        Ok(Person::of(person.contact.clone(), &session.json))
    }

    /// Signs in somebody who works for the demo commune, with both factors.
    pub(crate) fn sign_in_staff(&self, member: &DemoMember) -> Result<Person, String> {
        self.sign_in_twice(self.commune.as_str(), member)
    }

    fn sign_in_twice(&self, commune: &str, member: &DemoMember) -> Result<Person, String> {
        let person = self.sign_in_at(commune, json!({ "email": member.email }))?;
        let code = json!({ "code": member.totp.code(jiff::Timestamp::now()) });
        let passed = self.call(&Call::post(format!("/v1/{commune}/sessions/second-factor"), code).by(&person))?;
        let token = passed.json["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(Person { token, ..person })
    }

    /// Sends a photo where its announcement says.
    pub(crate) fn upload(&self, announced: &Value, jpeg: &[u8]) -> Result<(), String> {
        let upload = &announced["upload"];
        let client = reqwest::Client::builder().no_proxy().build().map_err(|e| e.to_string())?;
        let mut put = client.put(upload["url"].as_str().unwrap_or_default()).body(jpeg.to_vec());
        for header in upload["headers"].as_array().into_iter().flatten() {
            if let (Some(name), Some(value)) = (header["name"].as_str(), header["value"].as_str()) {
                put = put.header(name, value);
            }
        }
        let answer = self.back.block_on(put.send()).map_err(|e| e.to_string())?;
        answer.error_for_status().map(drop).map_err(|e| format!("the upload: {e}"))
    }

    /// The message by which S3 tells that an upload has arrived.
    pub(crate) fn arrival(&self, photo: &str) -> Value {
        let key = format!("incoming/{}/{photo}", self.commune);
        message(&json!({ "Records": [{ "s3": { "object": { "key": key } } }] }).to_string())
    }

    /// Stops and removes the data.
    pub(crate) fn stop(mut self) {
        if let Some(platform) = self.platform.take() {
            self.back.block_on(platform.stop());
        }
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Stops a platform and starts it again on its data and its ports. For ten minutes the DynamoDB engine looks at the tokens
/// of all transactions so far with each further one: what is timed after much was written would be timed with that, too.
pub(crate) async fn anew(platform: Platform, options: Options, functions: Vec<Function>) -> Result<Platform, String> {
    let gateway = platform.url().rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or_default();
    let ports = Ports { gateway, ..platform.engines().ports() };
    platform.stop().await;
    Platform::start(Options { ports, ..options }, functions).await.map_err(|e| e.to_string())
}

/// What a gateway needs; nothing that works on its own.
fn endpoints(functions: &[Function]) -> Vec<Function> {
    functions.iter().filter(|f| f.http().is_some()).cloned().collect()
}

/// A folder for what one run keeps; what runs left that were killed is removed.
pub(crate) fn scratch(name: &str) -> PathBuf {
    remove_left_over();
    data_folder().join(format!("parvis-bench-{}-{name}", std::process::id()))
}

/// In memory, where the system has room for files there: what the disk takes is not measured, and 100,000 reports are
/// written in half the time.
fn data_folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { crate::root().join("target/tmp") }
}

/// Data of benchmarks that were killed.
fn remove_left_over() {
    for entry in std::fs::read_dir(data_folder()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("parvis-bench-").map(|rest| rest.split('-').next().unwrap_or_default());
        let ended = pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists());
        if ended {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn cold(names: Arc<Names>, local: LocalEndpoints) -> Cx {
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "bench");
    let clients = Clients::new(Arc::clone(&names), REGION.to_owned(), credentials, Some(local));
    // One person does here what many do elsewhere, and all from one address.
    Cx::new(Store::new(names, clients)).with_roominess(1_000)
}

impl Person {
    /// From the answer that opened a session.
    pub(crate) fn of(contact: Value, session: &Value) -> Person {
        let text = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
        Person { token: text("access_token"), refresh_token: text("refresh_token"), contact }
    }
}

impl Call {
    fn new(method: &'static str, path: impl Into<String>, body: Option<Value>) -> Call {
        let headers = match body {
            Some(_) => vec![("content-type", "application/json".to_owned())],
            None => Vec::new(),
        };
        Call { method, path: path.into(), headers, body }
    }

    pub(crate) fn get(path: impl Into<String>) -> Call {
        Call::new("GET", path, None)
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Call {
        Call::new("POST", path, Some(body))
    }

    pub(crate) fn put(path: impl Into<String>, body: Option<Value>) -> Call {
        Call::new("PUT", path, body)
    }

    pub(crate) fn patch(path: impl Into<String>, body: Value) -> Call {
        Call::new("PATCH", path, Some(body))
    }

    pub(crate) fn delete(path: impl Into<String>) -> Call {
        Call::new("DELETE", path, None)
    }

    /// With somebody's token.
    pub(crate) fn by(self, person: &Person) -> Call {
        self.header("authorization", &format!("Bearer {}", person.token))
    }

    /// With a body.
    pub(crate) fn with(mut self, body: Value) -> Call {
        self.headers.push(("content-type", "application/json".to_owned()));
        self.body = Some(body);
        self
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Call {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl Answer {
    /// From the function's result.
    ///
    /// # Errors
    /// When it is no success, with what it says.
    pub(crate) fn of(function: &str, result: &Value) -> Result<Answer, String> {
        let status = result["statusCode"].as_u64().unwrap_or(0);
        let body = result["body"].as_str().unwrap_or_default();
        if !(200..300).contains(&status) {
            return Err(format!("{function} answered {status}: {body}"));
        }
        let etag = result["headers"]["etag"].as_str().unwrap_or_default().to_owned();
        Ok(Answer { etag, json: serde_json::from_str(body).unwrap_or_default() })
    }
}

/// One message of a queue, as Lambda hands it over.
pub(crate) fn message(body: &str) -> Value {
    json!({ "Records": [{
        "messageId": "bench",
        "receiptHandle": "bench",
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "awsRegion": REGION,
    }] })
}

/// One change of an item, as Lambda hands it over; images in DynamoDB's JSON.
pub(crate) fn change(old: Option<&Value>, new: &Value) -> Value {
    let mut change = json!({
        "ApproximateCreationDateTime": 0.0,
        "Keys": { "pk": new["pk"], "sk": new["sk"] },
        "NewImage": new,
        "SequenceNumber": "1",
        "SizeBytes": 1,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    });
    if let Some(old) = old {
        change["OldImage"] = old.clone();
    }
    json!({ "Records": [{
        "eventID": "bench",
        "eventName": if old.is_some() { "MODIFY" } else { "INSERT" },
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-3:000000000000:table/parvis/stream/bench",
        "dynamodb": change,
    }] })
}
