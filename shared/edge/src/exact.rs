//! A JSON body that is kept whole: what the type would drop is refused, so that a misspelt setting is not lost in silence.

use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::input::{Input, InputDoc, Json};
use crate::problem::{Code, FieldError, Problem};
use crate::request::Request;

/// A JSON body in which every field means something. `T` must write every field that it reads (but absent options).
#[derive(Debug)]
pub struct Exact<T>(pub T);

impl<T: DeserializeOwned + Serialize + JsonSchema + Send> Input for Exact<T> {
    fn describe(doc: &mut InputDoc, schemas: &mut SchemaGenerator) {
        Json::<T>::describe(doc, schemas);
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let Json(value) = Json::<T>::read(request)?;
        let unreadable = |e: serde_json::Error| Problem::new(Code::BadRequest, format!("the body is not JSON: {e}"));
        let sent: Value = serde_json::from_slice(&request.body).map_err(unreadable)?;
        let kept = serde_json::to_value(&value).map_err(unreadable)?;
        let mut unknown = Vec::new();
        dropped(&sent, &kept, "", &mut unknown);
        if unknown.is_empty() {
            return Ok(Exact(value));
        }
        let errors: Vec<FieldError> = unknown.into_iter().map(unknown_field).collect();
        let detail = errors.iter().take(20).map(|e| e.detail.as_str()).collect::<Vec<_>>().join("; ");
        Err(Problem { errors, ..Problem::new(Code::Invalid, detail) })
    }
}

fn unknown_field(field: String) -> FieldError {
    let detail = format!("there is no field {field}");
    FieldError { field, code: "unknown_field".to_owned(), detail }
}

/// The paths of what is in `sent` and not in `kept`. GeoJSON allows members of any kind in a geometry (RFC 7946, section 6.1).
fn dropped(sent: &Value, kept: &Value, path: &str, found: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (sent, kept) {
        (Value::Object(sent), Value::Object(kept)) if !sent.contains_key("coordinates") => {
            for (name, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
                match kept.get(name) {
                    Some(kept) => dropped(value, kept, &below(name), found),
                    None => found.push(below(name)),
                }
            }
        }
        (Value::Array(sent), Value::Array(kept)) => {
            for (i, (sent, kept)) in sent.iter().zip(kept).enumerate() {
                dropped(sent, kept, &below(&i.to_string()), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_would_be_lost_is_named_by_its_path_wherever_it_is() {
        let sent = json!({ "a": [{ "b": 1, "c": 2 }], "d": null, "e": { "coordinates": [], "bbox": [] } });
        let kept = json!({ "a": [{ "b": 1 }], "e": { "coordinates": [] } });
        let mut found = Vec::new();
        dropped(&sent, &kept, "", &mut found);
        assert_eq!(found, ["a.0.c"]);
    }
}
