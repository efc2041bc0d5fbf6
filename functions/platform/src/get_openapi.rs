//! `GET /v1/openapi.json`: the OpenAPI document of this very version.

use parvis_edge::{Anyone, Cx, Endpoint, Grant, Output, OutputDoc, Problem, Response, Route, get};
use schemars::SchemaGenerator;
use serde_json::Value;

/// Made from the catalog by `cargo xtask sync` and compiled in: what is deployed cannot differ from what it says of itself.
const DOCUMENT: &str = include_str!("../../../infra/generated/openapi.json");

/// Reads the OpenAPI document.
pub struct GetOpenapi;

/// The document as text; it is not taken apart to be sent.
pub struct OpenapiDocument;

impl Endpoint for GetOpenapi {
    const ROUTE: Route = get("/v1/openapi.json");
    const SUMMARY: &'static str = "Read this document";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = ();
    type Output = OpenapiDocument;

    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<OpenapiDocument, Problem> {
        Ok(OpenapiDocument)
    }
}

impl Output for OpenapiDocument {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        let body = vec![("application/json", schemas.subschema_for::<Value>())];
        OutputDoc { status: 200, description: "OpenAPI 3.1", body, headers: &[] }
    }

    fn into_response(self) -> Response {
        let headers =
            vec![("content-type", "application/json".to_owned()), ("cache-control", "public, max-age=300".to_owned())];
        Response { headers, body: DOCUMENT.to_owned(), ..Response::empty(200) }
    }
}
