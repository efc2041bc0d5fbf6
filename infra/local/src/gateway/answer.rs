//! What goes back to the client.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use parvis_domain::Language;
use parvis_edge::{Code, MAX_BODY, Problem};
use serde_json::Value;

/// How long a browser may keep a preflight's answer, in seconds.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("3600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("authorization, content-type, accept-language, if-match, idempotency-key, photo-claim");
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static("etag, retry-after, location, apigw-requestid");

pub(super) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// A problem as the functions themselves would answer it; in English, as API Gateway speaks.
pub(crate) fn problem(problem: &Problem, id: &str) -> Response<Body> {
    let made = parvis_edge::Response::problem(problem, id, Language::En);
    let mut response = Response::new(Body::from(made.body));
    *response.status_mut() = StatusCode::from_u16(made.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in made.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A function's result (payload format 2.0) as an answer.
pub(super) fn from_event(result: Value) -> Result<Response<Body>, Problem> {
    let broken = |why: &str| {
        tracing::error!(why, "a function's answer cannot be sent");
        Problem::new(Code::Internal, "something broke on our side; it has been noted")
    };
    let text = result["body"].as_str().unwrap_or_default();
    let body = match result["isBase64Encoded"].as_bool() {
        Some(true) => BASE64.decode(text).map_err(|_| broken("its body is not base64"))?,
        _ => text.as_bytes().to_vec(),
    };
    if body.len() > MAX_BODY {
        return Err(broken("it is larger than 6 MB, the limit of Lambda"));
    }
    let status = result["statusCode"].as_u64().and_then(|s| u16::try_from(s).ok());
    let status = status.and_then(|s| StatusCode::from_u16(s).ok()).ok_or_else(|| broken("it has no status"))?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in result["headers"].as_object().into_iter().flatten() {
        let pair = value.as_str().map(|value| (name.parse::<HeaderName>(), value.parse::<HeaderValue>()));
        if let Some((Ok(name), Ok(value))) = pair {
            response.headers_mut().append(name, value);
        }
    }
    for cookie in result["cookies"].as_array().into_iter().flatten() {
        if let Some(Ok(value)) = cookie.as_str().map(str::parse::<HeaderValue>) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

/// The answers to a browser that asks from the platform's own origin.
pub(super) fn allow(headers: &mut HeaderMap, origin: HeaderValue, preflight: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_cookie_of_an_answer_is_a_header_of_its_own_as_aws_makes_it() {
        let result = json!({
            "statusCode": 200,
            "headers": {"content-type": "application/json"},
            "body": "{}",
            "isBase64Encoded": false,
            "cookies": ["a=1; Path=/; HttpOnly", "b=2"],
        });
        let response = from_event(result).map_err(|_| ()).unwrap();
        let set: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(set, ["a=1; Path=/; HttpOnly", "b=2"]);
    }
}
