//! A request as API Gateway's HTTP API hands it over (payload format 2.0), and the answer it takes back.

use std::collections::HashMap;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use parvis_domain::Language;
use serde::Serialize;

use crate::cookie::SetCookie;
use crate::problem::{Code, Problem};
use crate::viewer;

/// Headers that decide something: one that is there and cannot be read must not count as absent.
const READ: [&str; 7] =
    ["authorization", "content-type", "idempotency-key", "if-match", "parvis-session", "photo-claim", "proof-of-work"];

/// What endpoints may see of a request.
#[derive(Debug)]
pub struct Request {
    /// Headers; names in lower case.
    pub headers: HeaderMap,
    /// Cookies, each as `name=value`.
    pub cookies: Vec<String>,
    /// The query as sent, without `?`.
    pub query: String,
    /// Values of the route's placeholders.
    pub path: HashMap<String, String>,
    /// The body's bytes.
    pub body: Vec<u8>,
    /// The claims that the gateway's JWT authorizer verified; none where the route has no authorizer.
    pub claims: Option<HashMap<String, String>>,
    /// Where the request came from: as the distribution in front says, else as the gateway saw it.
    pub source_ip: String,
    /// The gateway's id of the request.
    pub id: String,
    /// Whether it changes anything that a suspended commune keeps as it is.
    pub writes: bool,
    /// Whether signing in and out needs it.
    pub entrance: bool,
}

impl Request {
    /// Takes the gateway's event apart; `edge_secret` is what the distribution in front knows.
    pub(crate) fn from_event(
        event: ApiGatewayV2httpRequest,
        writes: bool,
        entrance: bool,
        edge_secret: &str,
    ) -> Result<Request, Problem> {
        let context = event.request_context;
        let body = event.body.unwrap_or_default();
        let body = if event.is_base64_encoded {
            STANDARD.decode(body).map_err(|_| Problem::new(Code::BadRequest, "the body is not valid base64"))?
        } else {
            body.into_bytes()
        };
        let mut headers = event.headers;
        if let Some(name) = READ.into_iter().find(|name| headers.get(*name).is_some_and(|v| v.to_str().is_err())) {
            let detail = format!("the header {name} cannot be read: printable ASCII characters only");
            return Err(Problem { code: Code::BadRequest, ..Problem::field(name, "not_readable", detail) });
        }
        // API Gateway moves cookies out of the headers, into a field of their own.
        headers.remove(http::header::COOKIE);
        let viewer = viewer::address(&headers, edge_secret).map(|address| address.to_string());
        Ok(Request {
            headers,
            cookies: event.cookies.unwrap_or_default(),
            query: event.raw_query_string.unwrap_or_default(),
            path: event.path_parameters,
            body,
            claims: context.authorizer.and_then(|a| a.jwt).map(|jwt| jwt.claims),
            source_ip: viewer.or(context.http.source_ip).unwrap_or_default(),
            id: context.request_id.unwrap_or_default(),
            writes,
            entrance,
        })
    }

    /// A header's text, if it is there once and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok()).map(str::trim).filter(|v| !v.is_empty())
    }

    /// The token of `Authorization: Bearer …`.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

/// An answer before it is on the wire.
#[derive(Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// Values of `Set-Cookie`, one header each.
    pub cookies: Vec<String>,
    /// The body.
    pub body: String,
    /// Whether the body is base64 of the bytes to send.
    pub is_base64: bool,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: u16) -> Response {
        Response { status, headers: Vec::new(), cookies: Vec::new(), body: String::new(), is_base64: false }
    }

    /// JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Response {
        match serde_json::to_string(value) {
            Ok(body) => {
                let headers = vec![("content-type", "application/json".to_owned())];
                Response { headers, body, ..Response::empty(status) }
            }
            Err(error) => {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Response::problem(&Problem::new(Code::Internal, "something broke on our side"), "", Language::Fr)
            }
        }
    }

    /// A problem, for a reader of that language.
    pub fn problem(problem: &Problem, request_id: &str, language: Language) -> Response {
        let body = serde_json::to_string(&problem.body(request_id, language)).unwrap_or_default();
        let mut headers = vec![
            ("content-type", "application/problem+json".to_owned()),
            ("content-language", language.as_str().to_owned()),
        ];
        if let Some(seconds) = problem.retry_after {
            headers.push(("retry-after", seconds.to_string()));
        }
        if problem.code == Code::Unauthenticated {
            headers.push(("www-authenticate", "Bearer".to_owned()));
        }
        let cookies = problem.set_cookie.iter().cloned().map(SetCookie::into_text).collect();
        Response { headers, cookies, body, ..Response::empty(problem.code.status()) }
    }

    /// The same with this header, in place of another one of its name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    /// As API Gateway takes it. Answers are private unless an endpoint says otherwise: nothing of one commune may sit in a
    /// shared cache.
    pub(crate) fn into_event(mut self) -> ApiGatewayV2httpResponse {
        if !self.headers.iter().any(|(name, _)| *name == "cache-control") {
            self.headers.push(("cache-control", "no-store".to_owned()));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        }
        let mut event = ApiGatewayV2httpResponse::default();
        event.status_code = i64::from(self.status);
        event.headers = headers;
        event.cookies = self.cookies;
        event.body = Some(aws_lambda_events::encodings::Body::Text(self.body));
        event.is_base64_encoded = self.is_base64;
        event
    }
}
