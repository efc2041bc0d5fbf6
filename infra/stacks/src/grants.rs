//! Looks for rights that no test made use of: each is one IAM action that an attacker would have and Parvis does not need.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use parvis_edge::Function;
use serde_json::Value;

/// Compares the catalog's grants with those that a test run used; `path` is what the test platform wrote.
///
/// # Errors
/// The grants that nothing used, each with its function; or what is wrong with the file.
pub(crate) fn report(functions: &[Function], path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path)
        .map_err(|e| format!("{}: {e}\nthe integration tests write it: run `cargo xtask test`", path.display()))?;
    let used = used(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut idle = Vec::new();
    let mut count = 0;
    for function in functions {
        for grant in &function.grants {
            count += 1;
            let resource = serde_json::to_value(grant.resource).map_err(|e| e.to_string())?;
            if !used.contains(&(function.id.clone(), grant.action.to_owned(), resource.to_string())) {
                idle.push(format!("{}: {} on {:?}", function.id, grant.action, grant.resource));
            }
        }
    }
    if idle.is_empty() {
        return Ok(format!("all {count} grants of {} functions were used", functions.len()));
    }
    let list = idle.join("\n");
    Err(format!(
        "no test used these {} grants:\n{list}\ntake each out of its function's GRANTS, or test what needs it",
        idle.len()
    ))
}

/// `(function, action, resource as JSON)` of every record.
fn used(text: &str) -> Result<BTreeSet<(String, String, String)>, String> {
    let records: Vec<Value> = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut found = BTreeSet::new();
    for record in &records {
        let read = |name: &str| {
            record[name].as_str().map(str::to_owned).ok_or_else(|| format!("a record without {name}: {record}"))
        };
        found.insert((read("function")?, read("action")?, record["resource"].to_string()));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_that_nothing_used_is_told_with_its_function() {
        let functions = parvis_catalog::functions();
        let path = std::env::temp_dir().join(format!("parvis-grants-{}.json", std::process::id()));
        let all: Vec<Value> = functions
            .iter()
            .flat_map(|f| {
                f.grants
                    .iter()
                    .map(|g| serde_json::json!({"function": f.id, "action": g.action, "resource": g.resource}))
            })
            .collect();
        let write = |records: &[Value]| {
            fs::write(&path, serde_json::to_string(records).expect("JSON")).expect("a file");
            report(&functions, &path)
        };
        write(&all).expect("everything was used");
        let told = write(&all[1..]).expect_err("one was not");
        assert!(told.contains(all[0]["function"].as_str().expect("its id")), "{told}");
        fs::remove_file(&path).expect("the file");
        assert!(report(&functions, &path).expect_err("it is gone").contains("cargo xtask test"));
    }
}
