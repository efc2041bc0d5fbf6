//! What is deployed and documented, made from the catalog: `sync` writes it, `check` compares, `grants` looks for rights
//! that nothing uses. `cargo xtask` calls this program from the root of the repository.

#![allow(clippy::print_stdout, reason = "a command's answer goes to standard output")]

#[cfg(test)]
mod alarms;
mod data_model;
mod functions_md;
mod grants;
#[cfg(test)]
mod new_function;
mod parameters;
#[cfg(test)]
mod protections;
#[cfg(test)]
mod root_template;
#[cfg(test)]
mod site_template;
mod stack;
mod statements;
mod trigger;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use parvis_edge::Function;

/// Where generated files live.
const GENERATED: &str = "infra/generated";
/// Hand-written but for one table.
const DATA_MODEL: &str = "docs/data-model.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["sync"] => sync(),
        ["check"] => check(),
        ["grants", used] => grants::report(&parvis_catalog::functions(), Path::new(used)),
        _ => Err("usage: parvis-stacks sync | check | grants <grants-used.json>".to_owned()),
    };
    match done {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Every generated file with what must be in it.
fn rendered(functions: &[Function]) -> Result<Vec<(PathBuf, String)>, String> {
    let generated = Path::new(GENERATED);
    let mut files = Vec::new();
    for domain in domains(functions) {
        let own: Vec<&Function> = functions.iter().filter(|f| f.domain == domain).collect();
        files.push((generated.join(format!("{domain}.yaml")), stack::template(&domain, &own)));
    }
    let document = parvis_edge::openapi::document(functions);
    let json = serde_json::to_string_pretty(&document).map_err(|e| format!("the OpenAPI document: {e}"))?;
    files.push((generated.join("openapi.json"), json + "\n"));
    files.push((generated.join("functions.md"), functions_md::document(functions)));
    let by_hand = fs::read_to_string(DATA_MODEL).map_err(|e| format!("{DATA_MODEL}: {e}"))?;
    files.push((PathBuf::from(DATA_MODEL), data_model::filled(&by_hand, functions)?));
    Ok(files)
}

/// The domains that have functions, in order.
fn domains(functions: &[Function]) -> Vec<String> {
    let mut all: Vec<String> = functions.iter().map(|f| f.domain.clone()).collect();
    all.sort();
    all.dedup();
    all
}

fn sync() -> Result<String, String> {
    let functions = parvis_catalog::functions();
    let files = rendered(&functions)?;
    fs::create_dir_all(GENERATED).map_err(|e| format!("{GENERATED}: {e}"))?;
    let mut written = Vec::new();
    for (path, content) in &files {
        if fs::read_to_string(path).is_ok_and(|there| there == *content) {
            continue;
        }
        fs::write(path, content).map_err(|e| format!("{}: {e}", path.display()))?;
        written.push(format!("wrote {}", path.display()));
    }
    for path in strays(&files)? {
        fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        written.push(format!("removed {}: no function is in that domain", path.display()));
    }
    written.push(format!("{} functions, {} files in step with the catalog", functions.len(), files.len()));
    Ok(written.join("\n"))
}

fn check() -> Result<String, String> {
    let files = rendered(&parvis_catalog::functions())?;
    let mut drifted: Vec<String> = files.iter().filter_map(|(path, content)| difference(path, content)).collect();
    drifted.extend(strays(&files)?.iter().map(|path| format!("{}: no function is in that domain", path.display())));
    if drifted.is_empty() {
        return Ok(format!("{} generated files say what the catalog says", files.len()));
    }
    Err(format!("{}\nrun `cargo xtask sync` and commit what it writes", drifted.join("\n")))
}

/// The first line in which a file differs from what it should be.
fn difference(path: &Path, wanted: &str) -> Option<String> {
    let Ok(found) = fs::read_to_string(path) else { return Some(format!("{} is missing", path.display())) };
    if found == wanted {
        return None;
    }
    let same = found.lines().zip(wanted.lines()).take_while(|(a, b)| a == b).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(end of file)").trim().to_owned();
    let (at, found, wanted) = (same + 1, line(&found), line(wanted));
    Some(format!("{}:{at} is `{found}`, the catalog says `{wanted}`", path.display()))
}

/// Generated stacks of domains that are gone.
fn strays(files: &[(PathBuf, String)]) -> Result<Vec<PathBuf>, String> {
    let entries = match fs::read_dir(GENERATED) {
        Ok(entries) => entries,
        Err(_) => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| format!("{GENERATED}: {e}"))?.path();
        if !files.iter().any(|(wanted, _)| *wanted == path) {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_drifted_is_named_with_its_first_line_that_differs() {
        let path = std::env::temp_dir().join(format!("parvis-stacks-{}.yaml", std::process::id()));
        fs::write(&path, "a: 1\nb: 2\n").expect("a file");
        let told = difference(&path, "a: 1\nb: 3\n").expect("they differ");
        assert!(told.ends_with(":2 is `b: 2`, the catalog says `b: 3`"), "{told}");
        assert_eq!(difference(&path, "a: 1\nb: 2\n"), None);
        fs::remove_file(&path).expect("the file");
        assert!(difference(&path, "a").expect("it is gone").ends_with("is missing"));
    }
}
