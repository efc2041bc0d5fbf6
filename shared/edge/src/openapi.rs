//! The OpenAPI 3.1 document, made from the catalog: nothing in it is written by hand.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::caller::Access;
use crate::function::{Function, Http};
use crate::limits::Class;
use crate::problem::{Code, ProblemBody};

/// The document of all endpoints among `functions`.
pub fn document(functions: &[Function]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut schemas = settings.into_generator();
    schemas.subschema_for::<ProblemBody>();

    let mut paths: Map<String, Value> = Map::new();
    for function in functions {
        let Some(http) = function.http() else { continue };
        let (input, output) = http.describe(&mut schemas);
        let mut operation = json!({
            "operationId": function.id,
            "summary": function.summary,
            "tags": [function.domain],
            "x-parvis-access": http.access,
        });
        let mut description = Vec::new();
        if let Some(module) = http.module {
            let module = module.as_str();
            operation["x-parvis-module"] = json!(module);
            let text = format!("Refused with `module_off` in a commune that has the module `{module}` switched off.");
            description.push(text);
        }
        let mut parameters = input.parameters;
        if http.route.placeholders().any(|name| name == "commune") {
            parameters.insert(0, commune_parameter());
        }
        if let Some(body) = input.body {
            operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body}}});
        }
        let mut good = json!({"description": output.description});
        for (media_type, schema) in output.body {
            good["content"][media_type] = json!({"schema": schema});
        }
        for (name, description) in output.headers {
            good["headers"][*name] = json!({"description": description, "schema": {"type": "string"}});
        }
        let mut responses = Map::from_iter([(output.status.to_string(), good)]);
        responses.insert("default".to_owned(), json!({"$ref": "#/components/responses/Problem"}));
        if let Some(limits) = limits(http) {
            if takes_proof(http) {
                parameters.push(proof_parameter());
            }
            description.push(limits);
            responses.insert("429".to_owned(), json!({"$ref": "#/components/responses/TooMany"}));
        }
        if !parameters.is_empty() {
            operation["parameters"] = Value::Array(parameters);
        }
        if !description.is_empty() {
            operation["description"] = description.join(" ").into();
        }
        operation["responses"] = Value::Object(responses);
        if let Some(security) = security(http) {
            operation["security"] = security;
        }
        let path = paths.entry(http.route.path).or_insert_with(|| json!({}));
        path[http.route.method.as_str().to_ascii_lowercase()] = operation;
    }

    let mut definitions = schemas.take_definitions(true);
    definitions.sort_keys();
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Parvis",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "French communes and their residents talk to each other",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": {"Problem": problem_response(), "TooMany": too_many_response()},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    })
}

/// Whether guests may be asked for a proof of work.
fn takes_proof(http: &Http) -> bool {
    matches!(http.access, Access::Commune | Access::ResidentOrGuest)
        && matches!(http.limit, Class::Code | Class::Report)
}

fn proof_parameter() -> Value {
    let text = "The answer of a task, base64 of JSON: for guests who were answered `proof_required`.";
    json!({"in": "header", "name": "Proof-Of-Work", "required": false, "description": text, "schema": {"type": "string"}})
}

fn commune_parameter() -> Value {
    json!({
        "in": "path", "name": "commune", "required": true,
        "description": "The commune's id, for example `aubignac`.",
        "schema": {"type": "string", "pattern": "^[a-z][a-z0-9-]{1,39}$"},
    })
}

fn security(http: &Http) -> Option<Value> {
    match http.access {
        Access::Open | Access::Commune => None,
        Access::ResidentOrGuest => Some(json!([{}, {"session": []}])),
        Access::Resident | Access::Member | Access::Staff | Access::Administrator | Access::Operator => {
            Some(json!([{"session": []}]))
        }
    }
}

/// How often it may be called, in words.
fn limits(http: &Http) -> Option<String> {
    if !http.access.in_commune() {
        return None;
    }
    let guests = ("network of guests", http.limit.of_guests());
    let residents = [("resident", http.limit.of_resident()), ("member of the staff", http.limit.of_staff())];
    let all = match http.access {
        Access::Open | Access::Commune => vec![guests],
        Access::ResidentOrGuest => vec![guests, residents[0], residents[1]],
        Access::Resident => residents.to_vec(),
        Access::Member | Access::Staff | Access::Administrator => vec![residents[1]],
        Access::Operator => return None,
    };
    let (_, what) = http.limit.name();
    let said = all.into_iter().map(|(who, limit)| {
        let limit = limit?;
        Some(format!("a {who} at most {} at once and one more every {} s", limit.burst, limit.pause()))
    });
    Some(format!("Limit of {what} in a commune: {}.", said.collect::<Option<Vec<_>>>()?.join("; ")))
}

fn too_many_response() -> Value {
    json!({
        "description": "`too_many_requests`: the detail names the limit.",
        "headers": {"Retry-After": {"description": "Seconds until it may work.", "schema": {"type": "integer"}}},
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn problem_response() -> Value {
    let mut table = String::from(
        "RFC 9457. `type` is `urn:parvis:problem:` and one of:\n\n| code | status | title |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        let (code, status, title) = code.row();
        table.push_str(&format!("| `{code}` | {status} | {title} |\n"));
    }
    json!({
        "description": table,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}
