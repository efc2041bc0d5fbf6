//! Arrows between crates run one way, as ARCHITECTURE.md draws them; and only some crates know what they know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand};

use super::root;

const DOMAINS: [&str; 9] = [
    "parvis-platform",
    "parvis-alerts",
    "parvis-communes",
    "parvis-identity",
    "parvis-photos",
    "parvis-reports",
    "parvis-notices",
    "parvis-operators",
    "parvis-kit",
];

/// What each crate may use of ours. A crate that is not here is refused: draw its arrows first.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let below_functions = ["parvis-domain", "parvis-store", "parvis-edge"];
    let below_local = [&below_functions[..], &["parvis-catalog"]].concat();
    let mut allowed = BTreeMap::from([
        ("parvis-domain", vec![]),
        ("parvis-store", vec!["parvis-domain"]),
        ("parvis-edge", vec!["parvis-domain", "parvis-store"]),
        ("parvis-catalog", [&DOMAINS[..], &["parvis-edge"]].concat()),
        ("parvis-local", below_local.clone()),
        ("parvis-stacks", vec!["parvis-edge", "parvis-catalog"]),
        ("xtask", vec![]),
        ("parvis-hello", vec![]),
        ("parvis-bench", [&below_local[..], &["parvis-local", "parvis-testkit", "parvis-photos"]].concat()),
        ("parvis-testkit", [&below_local[..], &["parvis-local"]].concat()),
        // Local for platforms of a test's own, which it kills; photos for the sample pictures of its pipeline.
        ("parvis-tests", [&below_local[..], &["parvis-local", "parvis-testkit", "parvis-photos"]].concat()),
    ]);
    for domain in DOMAINS {
        allowed.insert(domain, below_functions.to_vec());
    }
    allowed.into_iter().map(|(name, uses)| (name, uses.into_iter().collect())).collect()
}

fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .expect("cargo describes the workspace")
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let (allowed, workspace) = (allowed(), workspace());
    let ours: BTreeSet<&str> = workspace.packages.iter().map(|package| package.name.as_str()).collect();
    for package in &workspace.packages {
        let name = package.name.as_str();
        let may = allowed.get(name).unwrap_or_else(|| panic!("{name} is new: say in layering.rs what it may use"));
        for used in package.dependencies.iter().map(|d| d.name.as_str()).filter(|d| ours.contains(d)) {
            assert!(may.contains(used), "{name} must not use {used}: arrows run one way (ARCHITECTURE.md)");
        }
    }
}

#[test]
fn only_the_store_knows_aws_and_only_the_edge_knows_http() {
    let sdk = ["aws-sdk-", "aws-config", "aws-smithy", "aws-types", "aws-credential"];
    let http = ["http", "axum", "hyper", "reqwest", "lambda_runtime"];
    let waiting = ["tokio", "futures", "async-trait"];
    let engines = ["dynoxide", "parvis-local"];
    for package in &workspace().packages {
        let name = package.name.as_str();
        let refused: Vec<&str> = match name {
            "parvis-domain" => [&sdk[..], &http, &waiting, &engines].concat(),
            // It calls push services of browsers, and serves nothing.
            "parvis-store" => [&["axum", "reqwest", "lambda_runtime"][..], &engines].concat(),
            "parvis-edge" => [&sdk[..], &["axum", "hyper", "reqwest"], &engines].concat(),
            name if DOMAINS.contains(&name) => [&sdk[..], &http, &engines].concat(),
            _ => continue,
        };
        for used in package.dependencies.iter().map(|d| d.name.as_str()) {
            let known = refused.iter().find(|part| used.starts_with(**part));
            assert_eq!(known, None, "{name} must not use {used}: another layer does (ARCHITECTURE.md)");
        }
    }
}

#[test]
fn in_the_store_only_the_adapter_to_push_services_knows_http() {
    let folder = root().join("shared/store/src");
    let files = fs::read_dir(&folder).expect("the store").map(|file| file.expect("a file").path());
    let knows = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        ["use http::", "use http_body", "use hyper"].iter().any(|http| text.contains(http))
    };
    let found: Vec<String> =
        files.filter(knows).filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    assert_eq!(found, ["web_push.rs"]);
}
