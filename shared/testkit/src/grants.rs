//! Writes down which grants tests really used, so that a grant too many is noticed (`cargo xtask test`).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};

use parvis_store::watch;
use serde_json::{Value, json};

use crate::system::target;

/// Adds what this process used so far to `target/grants-used.json`: `[{"function", "action", "resource"}]`.
pub(crate) fn write() {
    if let Err(error) = merge() {
        panic!("target/grants-used.json cannot be written: {error}");
    }
}

fn merge() -> io::Result<()> {
    fs::create_dir_all(target())?;
    let path = target().join("grants-used.json");
    let mut file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
    // Other test processes write it too.
    file.lock()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let known: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    let used = watch::used()
        .into_iter()
        .map(|(function, grant)| json!({"function": function, "action": grant.action, "resource": grant.resource}));
    let before: BTreeSet<String> = known.iter().map(Value::to_string).collect();
    let all: BTreeSet<String> = used.map(|entry| entry.to_string()).chain(before.iter().cloned()).collect();
    if all == before {
        return Ok(());
    }
    let lines: Vec<String> = all.into_iter().collect();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("[\n{}\n]\n", lines.join(",\n")).as_bytes())
}
