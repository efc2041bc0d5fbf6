//! Finished pictures, as the CDN in front of the photos' bucket serves them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, Response, header};
use parvis_edge::{Code, Problem};

use super::{Gateway, problem};

/// `GET /media/<key>`: the object of that key.
pub(super) async fn picture(State(gateway): State<Arc<Gateway>>, Path(key): Path<String>) -> Response<Body> {
    let store = &gateway.cx.store;
    let asked = store.clients().s3().get_object().bucket(&store.names.photos).key(&key).send().await;
    let unavailable = || problem(&Problem::new(Code::Unavailable, "pictures are out of reach just now"), "");
    let object = match asked {
        Ok(object) => object,
        Err(error) if error.as_service_error().is_some_and(|e| e.is_no_such_key()) => {
            return problem(&Problem::not_found("picture"), "");
        }
        Err(error) => {
            tracing::warn!(error = %aws_sdk_s3::error::DisplayErrorContext(&error), "a picture could not be read");
            return unavailable();
        }
    };
    let media_type = object.content_type.as_deref().unwrap_or("application/octet-stream").parse::<HeaderValue>();
    let kept = object.cache_control.as_deref().and_then(|value| value.parse::<HeaderValue>().ok());
    let Ok(bytes) = object.body.collect().await else { return unavailable() };
    let mut response = Response::new(Body::from(bytes.into_bytes()));
    if let Ok(media_type) = media_type {
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    // A picture never changes under its name.
    let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, kept.unwrap_or(forever));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
