//! The web on one machine: the pages and files of the build, as CloudFront serves them on AWS (docs/decisions/0029).

mod config;
mod headers;
mod paths;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use tower_http::services::ServeDir;

pub use config::{Geocoder, Tiles, WebOptions, hosts_of_tiles};

/// The configuration that pages read.
const CONFIG: &str = "/web.json";
/// Files whose names hold a digest of their content: they never change.
const ASSETS: &str = "/assets/";
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Pages and the service worker: kept, and asked about each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The web of one platform.
#[derive(Debug)]
pub(crate) struct Web {
    files: ServeDir,
    folder: String,
    headers: HeaderMap,
    config: Bytes,
}

impl Web {
    /// The build that `options` name, on a platform that gives pictures at `photos` and takes them at `uploads`.
    ///
    /// # Errors
    /// What is no header or no address.
    pub(crate) fn new(options: &WebOptions, photos: &str, uploads: &str) -> Result<Web, String> {
        let files = ServeDir::new(&options.folder).append_index_html_on_directories(false);
        Ok(Web {
            files: files.precompressed_br().precompressed_gzip(),
            folder: options.folder.display().to_string(),
            headers: headers::headers(options, photos, uploads)?,
            config: serde_json::to_vec(&options.config()).map_err(|e| e.to_string())?.into(),
        })
    }

    /// Every path that nothing else answers.
    pub(crate) fn router(self: Arc<Web>) -> Router {
        Router::new().fallback(answer).with_state(self)
    }

    async fn respond(&self, head: &Parts) -> Response<Body> {
        let path = head.uri.path();
        if ![Method::GET, Method::HEAD].contains(&head.method) {
            let mut refused = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        if path == CONFIG {
            let mut config = Response::new(Body::from(self.config.clone()));
            config.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return config;
        }
        let served = paths::served(path);
        let found = self.file(head, served).await;
        match found.status() {
            StatusCode::NOT_FOUND if served != path => self.not_built(served),
            StatusCode::NOT_FOUND => text(StatusCode::NOT_FOUND, "there is no such file\n"),
            _ => found,
        }
    }

    async fn file(&self, head: &Parts, served: &str) -> Response<Body> {
        let mut asked = Request::new(Body::empty());
        *asked.method_mut() = head.method.clone();
        *asked.headers_mut() = head.headers.clone();
        let Ok(address) = served.parse() else { return text(StatusCode::NOT_FOUND, "") };
        *asked.uri_mut() = address;
        match self.files.clone().try_call(asked).await {
            Ok(found) => found.map(Body::new),
            // A name that no file can have.
            Err(e) if matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename) => {
                text(StatusCode::NOT_FOUND, "")
            }
            Err(error) => {
                tracing::error!(%error, served, "a file of the web cannot be read");
                text(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read\n")
            }
        }
    }

    fn not_built(&self, page: &str) -> Response<Body> {
        let html = format!(
            "<!doctype html>\n<html lang=\"fr\">\n<meta charset=\"utf-8\">\n<title>Parvis</title>\n\
             <h1>L’interface web n’est pas construite</h1>\n\
             <p>{}{page} n’existe pas. <code>cargo xtask up</code> la construit avant de démarrer ; à la main, dans <code>web</code> : \
             <code>npm ci</code> puis <code>npm run build</code>.</p>\n\
             <p><a href=\"/_local/\">Téléphones et messageries</a></p>\n",
            self.folder
        );
        let mut response = text(StatusCode::SERVICE_UNAVAILABLE, html);
        let media_type = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response
    }
}

async fn answer(State(web): State<Arc<Web>>, request: Request<Body>) -> Response<Body> {
    let (head, _) = request.into_parts();
    let for_good = head.uri.path().starts_with(ASSETS);
    let mut response = web.respond(&head).await;
    let kept = for_good && (response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    headers.extend(web.headers.clone());
    headers.insert(header::CACHE_CONTROL, if kept { FOR_GOOD } else { ASK_FIRST });
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn text(status: StatusCode, said: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(said.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
