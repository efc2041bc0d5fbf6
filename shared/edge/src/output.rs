//! What an endpoint answers. The type fixes the status and describes itself for the document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::input::Json;
use crate::request::Response;

/// What the document says of an endpoint's good answer.
#[derive(Debug)]
pub struct OutputDoc {
    /// HTTP status.
    pub status: u16,
    /// The status in words.
    pub description: &'static str,
    /// Media types that the body may have, with its schema in each; none for no body.
    pub body: Vec<(&'static str, Schema)>,
    /// Headers worth knowing.
    pub headers: &'static [(&'static str, &'static str)],
}

/// Something that an endpoint answers.
pub trait Output: Send {
    /// Describes itself.
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc;

    /// Becomes the answer.
    fn into_response(self) -> Response;
}

/// 201 with JSON.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// 202 with JSON: begun, not finished.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

/// 204.
#[derive(Debug)]
pub struct NoContent;

/// 200 with JSON and the version as `ETag`, for `If-Match`.
#[derive(Debug)]
pub struct Versioned<T> {
    /// The version.
    pub version: u32,
    /// The body.
    pub body: T,
}

/// 201 with JSON and the version as `ETag`.
#[derive(Debug)]
pub struct CreatedVersioned<T> {
    /// The version.
    pub version: u32,
    /// The body.
    pub body: T,
}

/// 200 with JSON that anybody may keep for `seconds`.
#[derive(Debug)]
pub struct Public<T> {
    /// `max-age`.
    pub seconds: u32,
    /// The body.
    pub body: T,
}

/// 200 with a web app manifest that anybody may keep for `seconds`.
#[derive(Debug)]
pub struct WebManifest<T> {
    /// `max-age`.
    pub seconds: u32,
    /// The manifest.
    pub body: T,
}

/// 200 with a JSON value on each line, and where the next page is.
#[derive(Debug)]
pub struct JsonLines<T> {
    /// The values.
    pub items: Vec<T>,
    /// Path and query of the next page; none on the last.
    pub next: Option<String>,
}

/// 200 with a page of HTML.
#[derive(Debug)]
pub struct Html(pub String);

/// 200 with a document or a picture, which must fit into 6 MB as base64 ([`crate::MAX_BODY`]).
#[derive(Debug)]
pub enum File {
    /// A PDF.
    Pdf(Vec<u8>),
    /// A PNG.
    Png(Vec<u8>),
}

/// Media type of a web app manifest.
const MANIFEST: &str = "application/manifest+json";

const ETAG: &[(&str, &str)] = &[("ETag", "The version, between quotes; send it back as If-Match.")];

const LINK: &[(&str, &str)] = &[("Link", "Where the next page is, as `rel=\"next\"` (RFC 8288); absent on the last.")];

fn json_doc<T: JsonSchema>(status: u16, description: &'static str, schemas: &mut SchemaGenerator) -> OutputDoc {
    let body = vec![("application/json", schemas.subschema_for::<T>())];
    OutputDoc { status, description, body, headers: &[] }
}

impl<T: Serialize + JsonSchema + Send> Output for Json<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        json_doc::<T>(200, "OK", schemas)
    }

    fn into_response(self) -> Response {
        Response::json(200, &self.0)
    }
}

impl<T: Serialize + JsonSchema + Send> Output for Created<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        json_doc::<T>(201, "Created", schemas)
    }

    fn into_response(self) -> Response {
        Response::json(201, &self.0)
    }
}

impl<T: Serialize + JsonSchema + Send> Output for Accepted<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        json_doc::<T>(202, "Accepted", schemas)
    }

    fn into_response(self) -> Response {
        Response::json(202, &self.0)
    }
}

impl<T: Serialize + JsonSchema + Send> Output for Versioned<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        OutputDoc { headers: ETAG, ..json_doc::<T>(200, "OK", schemas) }
    }

    fn into_response(self) -> Response {
        Response::json(200, &self.body).with("etag", format!("\"{}\"", self.version))
    }
}

impl<T: Serialize + JsonSchema + Send> Output for CreatedVersioned<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        OutputDoc { headers: ETAG, ..json_doc::<T>(201, "Created", schemas) }
    }

    fn into_response(self) -> Response {
        Response::json(201, &self.body).with("etag", format!("\"{}\"", self.version))
    }
}

impl<T: Serialize + JsonSchema + Send> Output for Public<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        json_doc::<T>(200, "OK", schemas)
    }

    fn into_response(self) -> Response {
        Response::json(200, &self.body).with("cache-control", format!("public, max-age={}", self.seconds))
    }
}

impl<T: Serialize + JsonSchema + Send> Output for WebManifest<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        let body = vec![(MANIFEST, schemas.subschema_for::<T>())];
        OutputDoc { status: 200, description: "A web app manifest", body, headers: &[] }
    }

    fn into_response(self) -> Response {
        let response = Public { seconds: self.seconds, body: self.body }.into_response();
        response.with("content-type", MANIFEST)
    }
}

impl<T: Serialize + JsonSchema + Send> Output for JsonLines<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        let body = vec![("application/x-ndjson", schemas.subschema_for::<T>())];
        OutputDoc {
            status: 200,
            description: "One JSON value on each line, each as the schema says",
            body,
            headers: LINK,
        }
    }

    fn into_response(self) -> Response {
        let mut body = String::new();
        for item in &self.items {
            match serde_json::to_string(item) {
                Ok(line) => {
                    body.push_str(&line);
                    body.push('\n');
                }
                // It says so, as a problem.
                Err(_) => return Response::json(200, item),
            }
        }
        let headers = vec![("content-type", "application/x-ndjson".to_owned())];
        let response = Response { headers, body, ..Response::empty(200) };
        match self.next {
            Some(next) => response.with("link", format!("<{next}>; rel=\"next\"")),
            None => response,
        }
    }
}

impl Output for NoContent {
    fn describe(_: &mut SchemaGenerator) -> OutputDoc {
        OutputDoc { status: 204, description: "Done", body: Vec::new(), headers: &[] }
    }

    fn into_response(self) -> Response {
        Response::empty(204)
    }
}

impl Output for Html {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        let body = vec![("text/html", schemas.subschema_for::<String>())];
        OutputDoc { status: 200, description: "A page", body, headers: &[] }
    }

    fn into_response(self) -> Response {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Response { headers, body: self.0, ..Response::empty(200) }
    }
}

impl Output for File {
    fn describe(_: &mut SchemaGenerator) -> OutputDoc {
        // Bytes have no JSON schema; OpenAPI 3.1 leaves it empty.
        let body = vec![("application/pdf", Schema::default()), ("image/png", Schema::default())];
        OutputDoc { status: 200, description: "The file", body, headers: &[] }
    }

    fn into_response(self) -> Response {
        let (media_type, bytes) = match self {
            File::Pdf(bytes) => ("application/pdf", bytes),
            File::Png(bytes) => ("image/png", bytes),
        };
        let headers = vec![("content-type", media_type.to_owned())];
        Response { headers, body: STANDARD.encode(bytes), is_base64: true, ..Response::empty(200) }
    }
}
