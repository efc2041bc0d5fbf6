//! One call of the API, and what came back.

use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::OnceLock;

use parvis_domain::Language;
use parvis_domain::texts::refusal;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A call that is sent when it is awaited.
#[derive(Debug)]
#[must_use = "a call is only sent when it is awaited"]
pub struct Call {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as JSON; `null` when it is not.
    pub json: Value,
    /// The body as it came.
    pub body: Vec<u8>,
    /// `GET http://…`, for messages.
    asked: String,
}

impl Call {
    /// A call of any address.
    pub fn new(method: Method, url: String) -> Call {
        Call { method, url, headers: HeaderMap::new(), body: None }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Call {
        let name = HeaderName::from_bytes(name.as_bytes());
        match (name, HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.headers.append(name, value),
            _ => panic!("not a header: {value:?}"),
        };
        self
    }

    /// With `If-Match` for this version.
    pub fn if_match(self, version: u64) -> Call {
        self.header("if-match", &format!("\"{version}\""))
    }

    /// With an `Idempotency-Key`.
    pub fn idempotency_key(self, key: &str) -> Call {
        self.header("idempotency-key", key)
    }

    /// With `Accept-Language`.
    pub fn language(self, language: &str) -> Call {
        self.header("accept-language", language)
    }

    /// With a body that is JSON.
    pub fn json(self, value: &Value) -> Call {
        self.body("application/json", value.to_string().into_bytes())
    }

    /// With any body.
    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Call {
        self.body = Some(body);
        match content_type {
            "" => self,
            _ => self.header("content-type", content_type),
        }
    }

    async fn send(self) -> Answer {
        match self.attempt().await {
            Ok(answer) => answer,
            Err(error) => panic!("{error}"),
        }
    }

    /// Sends it to a system that may be gone.
    ///
    /// # Errors
    /// There was no answer; whether the call did anything is not known.
    pub async fn attempt(self) -> Result<Answer, String> {
        static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
        let client = CLIENT.get_or_init(|| match reqwest::Client::builder().no_proxy().build() {
            Ok(client) => client,
            Err(error) => panic!("no HTTP client: {error}"),
        });
        let asked = format!("{} {}", self.method, self.url);
        let mut request = client.request(self.method, &self.url).headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let sent = async {
            let answer = request.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, answer.bytes().await?))
        };
        match sent.await {
            Ok((status, headers, body)) => {
                let json = serde_json::from_slice(&body).unwrap_or_default();
                Ok(Answer { status: status.as_u16(), headers, json, body: body.to_vec(), asked })
            }
            Err(error) => Err(format!("{asked}: {error:?}")),
        }
    }
}

impl IntoFuture for Call {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Answer {
    /// The answer, if it has this status.
    ///
    /// # Panics
    /// Showing the answer when it has another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert!(self.status == status, "expected {status}: {self}");
        self
    }

    /// The answer, if it is a problem of this kind (`conflict`, `invalid`, …) as RFC 9457 wants it.
    ///
    /// # Panics
    /// Showing the answer when it is something else.
    #[track_caller]
    pub fn problem(self, code: &str) -> Answer {
        let known = parvis_edge::Code::ALL.iter().map(|code| code.row()).find(|row| row.0 == code);
        let Some((_, status, title)) = known else { panic!("there is no problem of the kind {code}") };
        let media_type = self.header("content-type").to_owned();
        let is = self.status == status
            && media_type == "application/problem+json"
            && self.json["type"] == format!("urn:parvis:problem:{code}")
            && self.json["status"] == status
            && Language::ALL
                .into_iter()
                .any(|language| self.json["title"].as_str() == refusal(language, title).as_deref())
            && self.json["detail"].as_str().is_some_and(|detail| !detail.is_empty());
        assert!(is, "expected the problem {code} ({status}): {self}");
        self.assert_worded(code);
        self
    }

    /// Whatever a test meets by the way: a French reader is told in French, and more than the title. Only for what the libraries
    /// say that read requests general words will do.
    #[track_caller]
    fn assert_worded(&self, code: &str) {
        if self.header("content-language") != "fr" {
            return;
        }
        let general = refusal(Language::Fr, parvis_edge::NOT_ACCEPTED);
        let errors = self.json["errors"].as_array().into_iter().flatten();
        let vague = errors
            .filter(|error| error["code"] != "not_valid" && error["code"] != "not_readable")
            .any(|error| error["detail"].as_str() == general.as_deref());
        let vague = vague || code != "invalid" && self.json["detail"] == self.json["title"];
        assert!(!vague, "refusals.fr.po has no words for this: {self}");
    }

    /// The answer, if it is a 422 that refuses this field; any rule of it will do.
    ///
    /// # Panics
    /// Showing the answer when it is something else.
    #[track_caller]
    pub fn refused_field(self, field: &str) -> Answer {
        let answer = self.problem("invalid");
        let named = answer.json["errors"].as_array().into_iter().flatten().any(|error| error["field"] == field);
        assert!(named, "expected the field {field} to be refused: {answer}");
        answer
    }

    /// The code with which the field was refused.
    ///
    /// # Panics
    /// When it was not.
    #[track_caller]
    pub fn rule(&self, field: &str) -> &str {
        let error = self.json["errors"].as_array().into_iter().flatten().find(|error| error["field"] == field);
        match error.and_then(|error| error["code"].as_str()) {
            Some(code) => code,
            None => panic!("{field} is not refused: {self}"),
        }
    }

    /// A text in the body, by its JSON pointer without the first slash: `id`, `account/id`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &str {
        match self.json.pointer(&format!("/{pointer}")).and_then(Value::as_str) {
            Some(text) => text,
            None => panic!("no text at {pointer}: {self}"),
        }
    }

    /// The body, or a part of it, as a value.
    ///
    /// # Panics
    /// When it is not one.
    #[track_caller]
    pub fn value<T: DeserializeOwned>(&self, pointer: &str) -> T {
        let pointer = if pointer.is_empty() { String::new() } else { format!("/{pointer}") };
        let part = self.json.pointer(&pointer).cloned().unwrap_or_default();
        match serde_json::from_value(part) {
            Ok(value) => value,
            Err(error) => panic!("{pointer}: {error}: {self}"),
        }
    }

    /// A header's text, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The version in `ETag`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn version(&self) -> u64 {
        match self.header("etag").trim_matches('"').parse() {
            Ok(version) => version,
            Err(_) => panic!("no version in ETag: {self}"),
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let status = StatusCode::from_u16(self.status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default();
        let body: String = String::from_utf8_lossy(&self.body).chars().take(2_000).collect();
        write!(f, "{} -> {} {status}\n{body}", self.asked, self.status)
    }
}
