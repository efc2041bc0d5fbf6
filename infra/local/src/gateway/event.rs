//! The event that API Gateway sends to a function (HTTP API, payload format version 2.0), field by field as AWS
//! documents it.

use std::net::SocketAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parvis_edge::Route;
use parvis_edge::token::Claims;
use serde_json::{Map, Value, json};

use crate::engines::ACCOUNT;

/// A request that has found its route.
pub(super) struct Call<'c> {
    pub(super) head: &'c Parts,
    pub(super) body: &'c [u8],
    /// The placeholders' values.
    pub(super) path: Vec<(&'static str, String)>,
    pub(super) route: Route,
    /// What the authorizer verified.
    pub(super) claims: Option<Claims>,
    pub(super) peer: SocketAddr,
    pub(super) id: &'c str,
    pub(super) now: Timestamp,
}

impl Call<'_> {
    pub(super) fn event(self) -> Value {
        let headers = &self.head.headers;
        let route_key = format!("{} {}", self.route.method.as_str(), self.route.path);
        let path = self.head.uri.path();
        let query = self.head.uri.query().unwrap_or_default();
        let mut context = json!({
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": text(headers, header::HOST.as_str()).unwrap_or_default(),
            "domainPrefix": "local",
            "http": {
                "method": self.head.method.as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": self.peer.ip().to_string(),
                "userAgent": text(headers, header::USER_AGENT.as_str()).unwrap_or_default(),
            },
            "requestId": self.id,
            "routeKey": route_key,
            "stage": "$default",
            "time": self.now.to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S %z").to_string(),
            "timeEpoch": self.now.as_millisecond(),
        });
        if let Some(claims) = self.claims {
            context["authorizer"] = json!({"jwt": {"claims": as_texts(&claims), "scopes": null}});
        }
        let mut event = json!({
            "version": "2.0",
            "routeKey": route_key,
            "rawPath": path,
            "rawQueryString": query,
            "headers": joined(headers),
            "requestContext": context,
            "isBase64Encoded": false,
        });
        let cookies: Vec<&str> = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).collect();
        if !cookies.is_empty() {
            event["cookies"] = cookies.iter().flat_map(|c| c.split("; ")).collect();
        }
        if let Some(parameters) = query_parameters(query) {
            event["queryStringParameters"] = parameters;
        }
        if !self.path.is_empty() {
            event["pathParameters"] = self.path.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        }
        match body(self.body, headers) {
            None => {}
            Some(Ok(text)) => event["body"] = text.into(),
            Some(Err(base64)) => {
                event["body"] = base64.into();
                event["isBase64Encoded"] = true.into();
            }
        }
        event
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Names in lower case, values of one name joined by commas; cookies are a field of their own.
fn joined(headers: &HeaderMap) -> Value {
    let mut all = Map::new();
    for name in headers.keys().filter(|name| *name != header::COOKIE) {
        let values: Vec<String> =
            headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned()).collect();
        all.insert(name.as_str().to_owned(), values.join(",").into());
    }
    Value::Object(all)
}

fn query_parameters(query: &str) -> Option<Value> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let mut all: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        let joined = match all.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        all.insert(name, joined.into());
    }
    (!all.is_empty()).then_some(Value::Object(all))
}

/// The authorizer hands every claim over as text; of a list it makes `[a b]`.
fn as_texts(claims: &Claims) -> Value {
    let Ok(Value::Object(claims)) = serde_json::to_value(claims) else { return Value::Null };
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(all) => {
            format!("[{}]", all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    };
    claims.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// Text as it is where the content type says text, anything else in base64; nothing for no body.
fn body(bytes: &[u8], headers: &HeaderMap) -> Option<Result<String, String>> {
    if bytes.is_empty() {
        return None;
    }
    let media_type = text(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let texts = ["application/json", "application/xml", "application/javascript"];
    let is_text = essence.starts_with("text/") || texts.contains(&&*essence);
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text => Some(Ok(text.to_owned())),
        _ => Some(Err(BASE64.encode(bytes))),
    }
}

#[cfg(test)]
mod tests {
    use parvis_domain::{AccountId, SessionId};
    use parvis_edge::post;
    use parvis_store::Role;

    use super::*;

    fn event(request: axum::http::Request<()>, body: &[u8]) -> Value {
        let (head, ()) = request.into_parts();
        let now: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
        let claims = Claims {
            iss: "http://127.0.0.1:8200".to_owned(),
            aud: "parvis".to_owned(),
            sub: AccountId::new(now),
            commune: "aubignac".parse().unwrap(),
            role: Role::Agent,
            sid: SessionId::new(now),
            amr: vec!["otp".to_owned(), "mfa".to_owned()],
            iat: 1,
            exp: 2,
        };
        let path = vec![("commune", "aubignac".to_owned())];
        let peer = ([127, 0, 0, 1], 4711).into();
        let route = post("/v1/{commune}/reports");
        Call { head: &head, body, path, route, claims: Some(claims), peer, id: "r-1", now }.event()
    }

    fn request() -> axum::http::request::Builder {
        axum::http::Request::post("/v1/aubignac/reports?kind=idea&kind=praise&q=%C3%A9t%C3%A9")
    }

    #[test]
    fn the_event_is_the_one_that_aws_documents() {
        let sent = request()
            .header("Host", "127.0.0.1:8200")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("X-Two", "a")
            .header("X-Two", "b")
            .header("Cookie", "a=1; b=2")
            .body(())
            .unwrap();
        let event = event(sent, br#"{"kind":"idea"}"#);
        assert_eq!(event["version"], "2.0");
        assert_eq!(event["routeKey"], "POST /v1/{commune}/reports");
        assert_eq!(event["rawPath"], "/v1/aubignac/reports");
        assert_eq!(event["rawQueryString"], "kind=idea&kind=praise&q=%C3%A9t%C3%A9");
        assert_eq!(event["queryStringParameters"], json!({"kind": "idea,praise", "q": "été"}));
        assert_eq!(event["pathParameters"], json!({"commune": "aubignac"}));
        assert_eq!(event["headers"]["x-two"], "a,b");
        assert_eq!(event["headers"].get("cookie"), None);
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(r#"{"kind":"idea"}"#), &json!(false)));
        let context = &event["requestContext"];
        assert_eq!(context["time"], "21/Nov/2026:18:00:00 +0000");
        assert_eq!(context["timeEpoch"], 1_795_284_000_000_i64);
        assert_eq!(context["http"]["sourceIp"], "127.0.0.1");
        assert_eq!(context["authorizer"]["jwt"]["claims"]["exp"], "2");
        assert_eq!(context["authorizer"]["jwt"]["claims"]["role"], "agent");
        assert_eq!(context["authorizer"]["jwt"]["claims"]["amr"], "[otp mfa]");
    }

    #[test]
    fn a_body_that_is_not_text_is_base64_and_no_body_is_no_field() {
        let picture = event(request().header("Content-Type", "image/jpeg").body(()).unwrap(), &[0xff, 0xd8]);
        assert_eq!((&picture["body"], &picture["isBase64Encoded"]), (&json!("/9g="), &json!(true)));
        assert_eq!(event(request().body(()).unwrap(), b"").get("body"), None);
    }
}
