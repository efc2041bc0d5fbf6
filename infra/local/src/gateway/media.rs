//! Finished pictures and maps, as the CDN in front of the photos' bucket serves them.

use std::sync::Arc;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use parvis_edge::{Code, Problem};

use super::{Gateway, problem};

/// `GET /media/<key>`: the object of that key, or the part that is asked for.
pub(super) async fn picture(
    State(gateway): State<Arc<Gateway>>,
    Path(key): Path<String>,
    asked: HeaderMap,
) -> Response<Body> {
    object(&gateway, key, &asked).await
}

/// `GET /maps/<key>`: the object under `maps/` of that key, or the part that is asked for.
pub(super) async fn map(
    State(gateway): State<Arc<Gateway>>,
    Path(key): Path<String>,
    asked: HeaderMap,
) -> Response<Body> {
    object(&gateway, format!("maps/{key}"), &asked).await
}

async fn object(gateway: &Gateway, key: String, asked: &HeaderMap) -> Response<Body> {
    let store = &gateway.cx.store;
    let range = asked.get(header::RANGE).and_then(|range| range.to_str().ok()).map(str::to_owned);
    let get = store.clients().s3().get_object().bucket(&store.names.photos).key(&key).set_range(range).send();
    let unavailable = || problem(&Problem::new(Code::Unavailable, "pictures are out of reach just now"), "");
    let object = match get.await {
        Ok(object) => object,
        Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => {
            return problem(&Problem::not_found("picture"), "");
        }
        Err(error) if error.code() == Some("InvalidRange") => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return response;
        }
        Err(error) => {
            tracing::warn!(error = %aws_sdk_s3::error::DisplayErrorContext(&error), "a picture could not be read");
            return unavailable();
        }
    };
    let text = |value: Option<&str>| value.and_then(|value| value.parse::<HeaderValue>().ok());
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    let octets = HeaderValue::from_static("application/octet-stream");
    let part = text(object.content_range.as_deref());
    let told = [
        (header::CONTENT_TYPE, Some(text(object.content_type.as_deref()).unwrap_or(octets))),
        // What lies under a name never changes.
        (header::CACHE_CONTROL, Some(text(object.cache_control.as_deref()).unwrap_or(forever))),
        (header::ETAG, text(object.e_tag.as_deref())),
        (header::ACCEPT_RANGES, Some(HeaderValue::from_static("bytes"))),
        (header::X_CONTENT_TYPE_OPTIONS, Some(HeaderValue::from_static("nosniff"))),
        (header::CONTENT_RANGE, part.clone()),
    ];
    let Ok(bytes) = object.body.collect().await else { return unavailable() };
    let mut response = Response::new(Body::from(bytes.into_bytes()));
    if part.is_some() {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    for (name, value) in told {
        if let Some(value) = value {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
