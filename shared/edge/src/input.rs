//! What an endpoint takes, part by part. Each part reads itself from the request and describes itself for the document.

use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use parvis_domain::Language;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::problem::{Code, FieldError, Problem};
use crate::request::Request;

/// The largest body the gateway lets through (Lambda's payload limit).
pub const MAX_BODY: usize = 6 * 1024 * 1024;

/// What the document says of an endpoint's input.
#[derive(Debug, Default)]
pub struct InputDoc {
    /// OpenAPI parameter objects.
    pub parameters: Vec<Value>,
    /// Schema of the JSON body.
    pub body: Option<Schema>,
}

/// Something that an endpoint takes.
pub trait Input: Sized + Send {
    /// Adds itself to the document.
    fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator);

    /// Reads itself.
    fn read(request: &Request) -> Result<Self, Problem>;
}

/// How many entries a page has: what was `asked` for, from 1 to `most`, or else the `usual`.
///
/// # Errors
/// 422 at `limit`.
pub fn page_limit(asked: Option<u32>, usual: u32, most: u32) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    let detail = format!("limit is {limit}; it must be from 1 to {most}");
    Err(Problem::field("limit", "out_of_range", detail))
}

/// The route's placeholders (all but `{commune}`, which the caller takes).
#[derive(Debug)]
pub struct Path<T>(pub T);

/// The query's parameters. Let `T` deny unknown fields: a misspelt filter must not be ignored.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// A JSON body; as an output, 200 with JSON.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// `If-Match: "<version>"`: the version the client saw. Required where two writers may race.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub u32);

/// `Idempotency-Key`: a client's own name for this request, so that sending it twice does it once.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

/// `Accept-Language`, as far as Parvis speaks it.
#[derive(Debug, Clone, Copy)]
pub struct Preferred(pub Language);

impl Input for () {
    fn describe(_: &mut InputDoc, _: &mut SchemaGenerator) {}

    fn read(_: &Request) -> Result<Self, Problem> {
        Ok(())
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Path<T> {
    fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator) {
        doc.parameters.extend(parameters::<T>("path", schemas));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let values = request.path.iter().filter(|(name, _)| *name != "commune");
        let object = values.map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
        // A path that cannot name anything is an address where nothing is.
        serde_json::from_value(Value::Object(object))
            .map(Path)
            .map_err(|e| Problem::new(Code::NotFound, format!("the address cannot name anything: {e}")))
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Query<T> {
    fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator) {
        doc.parameters.extend(parameters::<T>("query", schemas));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&request.query)
            .map_err(|e| Problem::new(Code::BadRequest, format!("the query cannot be read: {e}")))?;
        // An empty parameter equals an absent one.
        let pairs: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let text = serde_urlencoded::to_string(&pairs).unwrap_or_default();
        let mut track = serde_path_to_error::Track::new();
        let parser = serde_urlencoded::Deserializer::new(form_pairs(text.as_bytes()));
        T::deserialize(serde_path_to_error::Deserializer::new(parser, &mut track)).map(Query).map_err(|e| {
            let field = track.path().to_string();
            let detail = e.to_string();
            let field = if field == "." { named_field(&detail).unwrap_or("query").to_owned() } else { field };
            Problem::field(&field, "not_readable", format!("{field}: {detail}"))
        })
    }
}

fn form_pairs(text: &[u8]) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text)
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Json<T> {
    fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator) {
        doc.body = Some(schemas.subschema_for::<T>());
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let media_type = request.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            let found = if essence.is_empty() { "none" } else { essence };
            let detail = format!("the content type is {found}; it must be application/json");
            return Err(Problem::new(Code::UnsupportedMediaType, detail));
        }
        if request.body.len() > MAX_BODY {
            let detail = format!("the body is {} bytes; at most {MAX_BODY}", request.body.len());
            return Err(Problem::new(Code::TooLarge, detail));
        }
        // serde also takes a list of the fields' values in their order; that order is no part of the API.
        if request.body.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::field("body", "not_valid", "the body is a list; it must be an object"));
        }
        let mut reader = serde_json::Deserializer::from_slice(&request.body);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(json_problem)?;
        reader.end().map_err(|e| Problem::new(Code::BadRequest, format!("the body is not JSON: {e}")))?;
        Ok(Json(value))
    }
}

fn json_problem(error: serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let field = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_data() {
        let text = inner.to_string();
        let detail = text.split(" at line ").next().unwrap_or_default().to_owned();
        let field = if field == "." { named_field(&detail).unwrap_or("body").to_owned() } else { field };
        let errors = vec![FieldError { field: field.clone(), code: "not_valid".to_owned(), detail: detail.clone() }];
        Problem { errors, ..Problem::new(Code::Invalid, format!("{field}: {detail}")) }
    } else {
        Problem::new(Code::BadRequest, format!("the body is not JSON: {inner}"))
    }
}

/// serde reports a missing or unknown field at its parent and names it between back-quotes.
fn named_field(detail: &str) -> Option<&str> {
    let about = ["missing field", "unknown field", "duplicate field"].iter().any(|start| detail.starts_with(start));
    about.then(|| detail.split('`').nth(1)).flatten()
}

impl Input for IfMatch {
    fn describe(doc: &mut InputDoc, _: &mut SchemaGenerator) {
        let text = "The version you saw, from ETag: `\"3\"`. Another one is answered with 412.";
        doc.parameters.push(header_parameter("If-Match", true, text));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let Some(text) = request.header("if-match") else {
            let detail =
                "send If-Match with the version you saw (the ETag of the last answer), for example If-Match: \"3\"";
            return Err(Problem::new(Code::VersionRequired, detail));
        };
        let version = text.trim_start_matches("W/").trim_matches('"').parse();
        version.map(IfMatch).map_err(|_| {
            Problem::new(
                Code::BadRequest,
                format!("If-Match is {text}; it must be a version between quotes, like \"3\""),
            )
        })
    }
}

impl Input for IdempotencyKey {
    fn describe(doc: &mut InputDoc, _: &mut SchemaGenerator) {
        let text = "Your own name for this request, 8 to 128 printable ASCII characters. Sent again within 7 days it is \
                    answered with the first result.";
        doc.parameters.push(header_parameter("Idempotency-Key", false, text));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let Some(key) = request.header("idempotency-key") else { return Ok(IdempotencyKey(None)) };
        let printable = key.bytes().all(|b| b.is_ascii_graphic());
        if !(8..=128).contains(&key.len()) || !printable {
            let detail = format!("Idempotency-Key has {} characters; 8 to 128 printable ASCII characters", key.len());
            return Err(Problem::field("Idempotency-Key", "not_valid", detail));
        }
        Ok(IdempotencyKey(Some(key.to_owned())))
    }
}

impl Input for Preferred {
    fn describe(doc: &mut InputDoc, _: &mut SchemaGenerator) {
        doc.parameters.push(header_parameter("Accept-Language", false, "`fr` (default) or `en`."));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        Ok(Preferred::of(&request.headers))
    }
}

impl Preferred {
    /// French, unless what is wanted most is English.
    pub(crate) fn of(headers: &HeaderMap) -> Preferred {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let english = wanted.trim().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("en"));
        Preferred(if english { Language::En } else { Language::Fr })
    }
}

macro_rules! tuples {
    ($(($($part:ident),+))*) => {$(
        impl<$($part: Input),+> Input for ($($part,)+) {
            fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator) {
                $($part::describe(doc, schemas);)+
            }

            fn read(request: &Request) -> Result<Self, Problem> {
                Ok(($($part::read(request)?,)+))
            }
        }
    )*};
}

tuples! { (A, B) (A, B, C) (A, B, C, D) }

pub(crate) fn header_parameter(name: &str, required: bool, description: &str) -> Value {
    json!({"in": "header", "name": name, "required": required, "description": description, "schema": {"type": "string"}})
}

/// One OpenAPI parameter per property of `T`. Properties stay inline: parameters are read one by one.
fn parameters<T: JsonSchema>(place: &str, schemas: &mut SchemaGenerator) -> Vec<Value> {
    let schema = T::json_schema(schemas).to_value();
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let parameter = |(name, mut schema): (String, Value)| {
        let description = schema.as_object_mut().and_then(|o| o.remove("description")).unwrap_or_default();
        let mut parameter = json!({
            "in": place, "name": name, "required": place == "path" || required.contains(&name.as_str()), "schema": schema,
        });
        if description.is_string() {
            parameter["description"] = description;
        }
        parameter
    };
    properties.into_iter().map(parameter).collect()
}
