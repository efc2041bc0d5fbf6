//! Which items of a commune its export holds, and what of them. Whatever is not named here stays out: a new kind of item is
//! decided about before it can leave.

use std::collections::BTreeMap;

use serde_json::Value;

use super::contents::place_of;
use crate::error::StoreError;
use crate::item::{Attributes, DATA, type_of};

/// An item for the export of its commune.
#[derive(Debug)]
pub struct Record {
    /// Its type: the name of its file.
    pub kind: String,
    /// Its value, without secrets.
    pub value: Value,
    /// Where the table goes on after it.
    pub place: BTreeMap<String, String>,
}

/// The types that are exported, and the fields that are left out of them: whatever opens something, and digests of contacts
/// and networks.
const EXPORTED: [(&str, &[&str]); 25] = [
    ("account", &[]),
    ("adoption", &[]),
    ("alert", &[]),
    ("ambassador", &[]),
    ("audit", &[]),
    ("ban", &["id", "contacts"]),
    ("device", &["token", "endpoint", "keys"]),
    ("duplicate", &[]),
    ("event", &[]),
    ("followed", &[]),
    ("follower", &[]),
    ("interest", &[]),
    ("invitation", &["token", "id"]),
    ("invite", &["code"]),
    ("left", &[]),
    ("logo", &["spares"]),
    ("map_file", &["spares"]),
    ("notice", &["error"]),
    ("photo", &[]),
    ("report", &[]),
    ("settings", &[]),
    ("settings_version", &[]),
    ("sms_count", &[]),
    ("staff", &[]),
    ("usage", &[]),
];

impl Record {
    /// What is exported of an item; nothing of what only the platform needs.
    pub fn of(item: Attributes) -> Result<(BTreeMap<String, String>, Option<Record>), StoreError> {
        let place = place_of(&item);
        let Some((kind, left_out)) = EXPORTED.iter().find(|(kind, _)| *kind == type_of(&item)) else {
            return Ok((place, None));
        };
        let defect = |e: serde_dynamo::Error| StoreError::Defect(format!("a {kind} item: {e}"));
        // Counters are attributes of their own.
        let data = match item.get(DATA) {
            Some(data) => serde_dynamo::from_attribute_value(data.clone()).map_err(defect)?,
            None => serde_dynamo::from_item(item).map_err(defect)?,
        };
        let mut value: Value = data;
        if let Some(fields) = value.as_object_mut() {
            for field in left_out.iter().chain(&["pk", "sk", "ttl", "type", "commune"]) {
                fields.remove(*field);
            }
        }
        // Settings are kept as text.
        if let Some(Value::String(json)) = value.get("json") {
            value["json"] =
                serde_json::from_str(json).map_err(|e| StoreError::Defect(format!("a {kind} item: {e}")))?;
        }
        Ok((place.clone(), Some(Record { kind: (*kind).to_owned(), value, place })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What only the platform needs, or what must not leave it.
    const LEFT_OUT: [&str; 28] = [
        "adopted",
        "adopting",
        "announcement",
        "audit_head",
        "challenge",
        "contact",
        "erasure",
        "export",
        "farewell",
        "generation",
        "idem",
        "insee",
        "invited",
        "joined",
        "listening",
        "metered",
        "planned",
        "projected",
        "proof",
        "second_factor",
        "session",
        "signed_out",
        "sms_mail",
        "subscription",
        "subscription_key",
        "sweep",
        "token",
        "wipe",
    ];

    /// Every type that the sources of this crate declare.
    fn declared() -> Vec<String> {
        fn read(folder: &std::path::Path, types: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("the sources").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    read(&path, types);
                    continue;
                }
                let source = std::fs::read_to_string(&path).expect("a source");
                let marked = source.split("const TYPE: &'static str = \"").skip(1);
                types.extend(marked.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
        let mut types = Vec::new();
        read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut types);
        types
    }

    #[test]
    fn of_every_kind_of_item_it_is_decided_whether_a_commune_takes_it_along() {
        let types = declared();
        assert!(types.len() > 20, "{types:?}");
        for kind in types {
            let exported = EXPORTED.iter().any(|(name, _)| *name == kind);
            let left_out = LEFT_OUT.contains(&kind.as_str());
            assert!(
                exported != left_out,
                "name {kind} in EXPORTED, or in LEFT_OUT of this test, and say it in docs/exports.md"
            );
        }
    }
}
