//! The artefacts that are deployed, as Lambda runs them: each a process of its own that asks a runtime API on loopback for
//! events and does its work on the test engines. `cargo xtask test` tries what `cargo build` makes; `cargo xtask package`
//! tries the release with the same tests (`PARVIS_ARTEFACTS` names the folder).

mod events;
mod init;
mod instance;
mod runtime_api;

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use super::catalog::root;

/// The bootstrap of a domain.
fn bootstrap(domain: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| match std::env::var_os("PARVIS_ARTEFACTS") {
        Some(folder) => root().join(folder),
        None => laid_out(),
    });
    let bootstrap = folder.join(domain).join("bootstrap");
    assert!(bootstrap.is_file(), "{} is missing: run `cargo xtask package`", bootstrap.display());
    bootstrap
}

/// Has today's code laid out by what lays out the release.
fn laid_out() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo says of this crate is not so of the ones that it builds now.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name);
        }
    }
    let status = cargo.args(["xtask", "package", "--dev"]).current_dir(root()).status().expect("cargo runs");
    assert!(status.success(), "`cargo xtask package --dev` failed");
    root().join("target/lambda-dev")
}
