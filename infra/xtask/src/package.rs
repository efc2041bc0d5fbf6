//! `cargo xtask package`: one release artefact per domain under `target/lambda/<domain>/bootstrap`, ready for `sam deploy`.

use std::fs;
use std::path::PathBuf;

use crate::shell::Shell;
use crate::tools;

/// Builds, lays out, and lets SAM put the stacks together.
pub(crate) fn run(shell: &Shell, rest: &[String]) -> Result<(), String> {
    let architecture = architecture(rest)?;
    let domains = domains(shell)?;
    build(shell, architecture, &domains)?;
    let mut sam = tools::sam(shell)?;
    sam.args(["build", "--template", "infra/template.yaml", "--build-dir", "target/sam", "--no-cached"]);
    shell.run(&mut sam)?;
    println!("\nready: `sam deploy --config-env staging` uploads target/sam (docs/operating.md)");
    Ok(())
}

fn architecture(rest: &[String]) -> Result<&'static str, String> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match rest.as_slice() {
        [] | ["--arch", "x86_64"] => Ok("x86_64"),
        ["--arch", "arm64"] => Ok("aarch64"),
        other => Err(format!("package takes --arch x86_64 or --arch arm64, not {}", other.join(" "))),
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

/// Where the artefact of a domain lies.
pub(crate) fn artefact(shell: &Shell, domain: &str) -> PathBuf {
    shell.root.join("target/lambda").join(domain).join("bootstrap")
}

/// Builds every domain's artefact in release and lays it out; tells of it on standard error.
pub(crate) fn build(shell: &Shell, architecture: &str, domains: &[String]) -> Result<(), String> {
    let triple = format!("{architecture}-unknown-linux-gnu");
    eprintln!("building {} artefacts for {triple} in release (some minutes)", domains.len());
    let packages: Vec<String> = domains.iter().map(|d| format!("parvis-{d}")).collect();
    let mut cargo = shell.cargo(&["build", "--release", "--quiet", "--target", &triple]);
    for package in &packages {
        cargo.args(["--package", package, "--bin", package]);
    }
    shell.run(&mut cargo).map_err(|why| {
        format!("{why}\nfor another architecture than this machine's: `rustup target add {triple}` and a linker for it")
    })?;
    for domain in domains {
        let built = shell.target.join(&triple).join("release").join(format!("parvis-{domain}"));
        let artefact = artefact(shell, domain);
        let folder = artefact.parent().unwrap_or(&shell.target);
        fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
        fs::copy(&built, &artefact).map_err(|e| format!("{}: {e}", built.display()))?;
        let bytes = fs::metadata(&artefact).map_or(0, |m| m.len());
        eprintln!("  target/lambda/{domain}/bootstrap  {:.1} MB", bytes as f64 / 1e6);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_architecture_that_lambda_does_not_know_is_refused() {
        let ask = |words: &[&str]| architecture(&words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>());
        assert_eq!(ask(&[]), Ok("x86_64"));
        assert_eq!(ask(&["--arch", "arm64"]), Ok("aarch64"));
        assert!(ask(&["--arch", "mips"]).is_err_and(|e| e.contains("not --arch mips")));
    }
}
