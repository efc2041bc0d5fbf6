//! Calls of the platform, made as an app makes them, and what came back.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::outbox::Sent;
use crate::people::Person;
use crate::transcript::{Told, Wrong, expect};

/// The gateway itself answers within 29 s.
const LIMIT: Duration = Duration::from_secs(35);
/// Messages of one page of the outbox.
const PAGE: usize = 1_000;

/// The demo commune's id.
pub(crate) const COMMUNE: &str = "aubignac-sur-arre";

/// A client of one platform.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    url: String,
    client: Client,
}

/// A call that is not sent yet.
#[derive(Debug)]
pub(crate) struct Call {
    name: String,
    request: RequestBuilder,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) json: Value,
    pub(crate) etag: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

impl Api {
    pub(crate) fn new(url: String) -> Told<Api> {
        let client = Client::builder().no_proxy().timeout(LIMIT).build();
        let client = client.map_err(|e| Wrong::new("an HTTP client", e.to_string()))?;
        Ok(Api { url, client })
    }

    /// A path without a leading `/` is the commune's.
    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/v1/{COMMUNE}/{path}") };
        self.to(method, &format!("{}{path}", self.url))
    }

    /// Any address, such as one that an answer gave.
    pub(crate) fn to(&self, method: Method, url: &str) -> Call {
        let path = url.strip_prefix(&self.url).unwrap_or(url);
        let name = format!("{method} {}", path.split('?').next().unwrap_or(path));
        Call { name, request: self.client.request(method, url) }
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    pub(crate) fn put(&self, path: &str) -> Call {
        self.call(Method::PUT, path)
    }

    /// Everything that was ever sent, oldest first.
    pub(crate) async fn outbox(&self) -> Told<Vec<Sent>> {
        let mut all: Vec<Sent> = Vec::new();
        loop {
            let after = all.last().map_or(0, |sent| sent.id);
            let answer = self.get(&format!("/_local/outbox?after={after}&limit={PAGE}")).gives(200).await?;
            let page: Vec<Sent> = serde_json::from_value(answer.json["messages"].clone())
                .map_err(|e| Wrong::new("messages in /_local/outbox", e.to_string()))?;
            let full = page.len() == PAGE;
            all.extend(page);
            if !full {
                return Ok(all);
            }
        }
    }
}

impl Call {
    /// As somebody who is signed in.
    pub(crate) fn by(self, person: &Person) -> Call {
        match &person.token {
            Some(token) => Call { request: self.request.bearer_auth(token), ..self },
            None => self,
        }
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Call {
        Call { request: self.request.header(name, value), ..self }
    }

    pub(crate) fn json(self, body: &Value) -> Call {
        Call { request: self.request.json(body), ..self }
    }

    pub(crate) fn body(self, bytes: Vec<u8>) -> Call {
        Call { request: self.request.body(bytes), ..self }
    }

    /// Sends it; any other status is not as told.
    pub(crate) async fn gives(self, status: u16) -> Told<Answer> {
        let expected = format!("{status} from {}", self.name);
        let broken = |e: reqwest::Error| Wrong::new(expected.clone(), format!("no answer: {}", with_causes(&e)));
        let answer = self.request.send().await.map_err(broken)?;
        let (came, etag) = (answer.status().as_u16(), answer.headers().get("etag").cloned());
        let bytes = answer.bytes().await.map_err(broken)?.to_vec();
        expect(came == status, &expected, format!("{came}: {}", String::from_utf8_lossy(&bytes)))?;
        let etag = etag.and_then(|etag| etag.to_str().ok().map(str::to_owned));
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(Answer { json, etag, bytes })
    }
}

impl Answer {
    /// A text in the JSON; empty if it is not there.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        text(&self.json, pointer)
    }
}

/// A text in JSON; empty if it is not there.
pub(crate) fn text<'v>(json: &'v Value, pointer: &str) -> &'v str {
    json.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said = format!("{said}: {inner}");
        cause = inner.source();
    }
    said
}
