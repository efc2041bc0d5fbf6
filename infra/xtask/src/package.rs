//! `cargo xtask package`: one release artefact per domain under `target/lambda/<domain>/bootstrap`, ready for `sam deploy`, and
//! the web under `target/web`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::linker;
use crate::shell::Shell;
use crate::tools;
use crate::web;

/// Builds, lays out, lets SAM put the stacks together, and tries what came out. With `--dev`, only lays out what
/// `cargo build` makes, under `target/lambda-dev`: link-time optimisation takes minutes that a test does not have.
pub(crate) fn run(shell: &Shell, rest: &[String]) -> Result<(), String> {
    let domains = domains(shell)?;
    let Some(architecture) = architecture(rest)? else {
        return build_for_tests(shell, &domains);
    };
    build(shell, architecture, &domains)?;
    let mut sam = tools::sam(shell)?;
    sam.args(["build", "--template", "infra/template.yaml", "--build-dir", "target/sam", "--no-cached"]);
    shell.run(&mut sam)?;
    try_out(shell, architecture)?;
    let laid_out = web::lay_out(shell)?;
    let web = laid_out.strip_prefix(&shell.root).unwrap_or(&laid_out).display();
    println!(
        "\nready: `sam deploy --config-env staging` uploads target/sam; then the web in {web} (docs/operating.md)"
    );
    Ok(())
}

/// Rust's name of the architecture; nothing for `--dev`.
fn architecture(rest: &[String]) -> Result<Option<&'static str>, String> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match rest.as_slice() {
        [] | ["--arch", "x86_64"] => Ok(Some("x86_64")),
        ["--arch", "arm64"] => Ok(Some("aarch64")),
        ["--dev"] => Ok(None),
        other => Err(format!("package takes --arch x86_64, --arch arm64 or --dev, not {}", other.join(" "))),
    }
}

/// The domains that have a stack.
pub(crate) fn domains(shell: &Shell) -> Result<Vec<String>, String> {
    let folder = shell.root.join("infra/generated");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut found: Vec<String> =
        entries.flatten().filter_map(|e| Some(e.file_name().to_str()?.strip_suffix(".yaml")?.to_owned())).collect();
    found.sort();
    if found.is_empty() {
        return Err("infra/generated has no stacks: run `cargo xtask sync`".to_owned());
    }
    Ok(found)
}

/// Rust's name of what Lambda runs on.
pub(crate) fn triple(architecture: &str) -> String {
    format!("{architecture}-unknown-linux-gnu")
}

/// Where the artefact of a domain lies.
pub(crate) fn artefact(shell: &Shell, domain: &str) -> PathBuf {
    shell.root.join("target/lambda").join(domain).join("bootstrap")
}

/// Builds every domain's artefact in release and lays it out; tells of it on standard error.
pub(crate) fn build(shell: &Shell, architecture: &str, domains: &[String]) -> Result<(), String> {
    let triple = triple(architecture);
    eprintln!("building {} artefacts for {triple} in release (some minutes)", domains.len());
    let mut cargo = linker::cargo(shell, &triple)?;
    cargo.args(["--release", "--quiet"]);
    for domain in domains {
        cargo.args(["--package", &program(domain), "--bin", &program(domain)]);
    }
    shell.run(&mut cargo)?;
    for domain in domains {
        let built = shell.target.join(&triple).join("release").join(program(domain));
        linker::runs_on_lambda(&built)?;
        let artefact = artefact(shell, domain);
        lay_out(&built, &artefact)?;
        let bytes = fs::metadata(&artefact).map_or(0, |m| m.len());
        eprintln!("  target/lambda/{domain}/bootstrap  {:.1} MB", bytes as f64 / 1e6);
    }
    Ok(())
}

fn build_for_tests(shell: &Shell, domains: &[String]) -> Result<(), String> {
    let mut cargo = shell.cargo(&["build", "--quiet", "--workspace"]);
    for domain in domains {
        cargo.args(["--bin", &program(domain)]);
    }
    shell.run(&mut cargo)?;
    for domain in domains {
        let built = shell.target.join("debug").join(program(domain));
        lay_out(&built, &shell.root.join("target/lambda-dev").join(domain).join("bootstrap"))?;
    }
    Ok(())
}

fn program(domain: &str) -> String {
    format!("parvis-{domain}")
}

fn lay_out(built: &Path, artefact: &Path) -> Result<(), String> {
    if let Some(folder) = artefact.parent() {
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    // A program that runs cannot be written over, but it can be replaced.
    let _ = fs::remove_file(artefact);
    // The same file under two names, where the file system can; development builds are large.
    let laid_out = fs::hard_link(built, artefact).or_else(|_| fs::copy(built, artefact).map(drop));
    laid_out.map_err(|e| format!("{}: {e}", built.display()))
}

/// The artefacts themselves against a Lambda runtime API and the local engines (tests/src/packaged).
fn try_out(shell: &Shell, architecture: &str) -> Result<(), String> {
    if architecture != std::env::consts::ARCH {
        println!("not tried: this machine cannot run {architecture}");
        return Ok(());
    }
    let mut cargo = shell.cargo(&["test", "--quiet", "--workspace", "--lib", "packaged::"]);
    shell.run(cargo.env("PARVIS_ARTEFACTS", "target/lambda"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_architecture_that_lambda_does_not_know_is_refused() {
        let ask = |words: &[&str]| architecture(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(ask(&[]), Ok(Some("x86_64")));
        assert_eq!(ask(&["--arch", "arm64"]), Ok(Some("aarch64")));
        assert_eq!(ask(&["--dev"]), Ok(None));
        assert!(ask(&["--arch", "mips"]).is_err_and(|e| e.contains("not --arch mips")));
    }
}
