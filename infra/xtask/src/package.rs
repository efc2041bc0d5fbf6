//! `cargo xtask package`: one release artefact per domain under `target/lambda/<domain>/bootstrap`, ready for `sam deploy`, and
//! the web under `target/web`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::linker;
use crate::samconfig;
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
    let stages = samconfig::stages_on(shell, lambdas_name(architecture))?;
    build(shell, architecture, &domains)?;
    tools::ready(shell).map_err(|broken| format!("{}\n{}", broken.why, broken.fix))?;
    shell.run(&mut tools::sam_build(shell, PACKAGED))?;
    stamp(shell, lambdas_name(architecture))?;
    try_out(shell, architecture)?;
    let laid_out = web::lay_out(shell)?;
    let web = laid_out.strip_prefix(&shell.root).unwrap_or(&laid_out).display();
    println!(
        "\nready: `sam deploy --config-env {}` uploads {PACKAGED}; then the web in {web} (docs/operating.md)",
        stages.join("` or `sam deploy --config-env ")
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

/// Where SAM puts the stacks together; `samconfig.toml` deploys from there.
const PACKAGED: &str = "target/sam";

/// Lambda's name of an architecture.
fn lambdas_name(architecture: &str) -> &str {
    if architecture == "aarch64" { "arm64" } else { architecture }
}

/// Leaves the packaged template no architecture but the one that was built: CloudFormation refuses a deployment with another
/// before it changes anything, where otherwise every function would fail to start.
fn stamp(shell: &Shell, architecture: &str) -> Result<(), String> {
    let file = shell.root.join(PACKAGED).join("template.yaml");
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let stamped =
        stamped(&text, architecture).ok_or_else(|| format!("{}: no parameter Architecture", file.display()))?;
    fs::write(&file, stamped).map_err(|e| format!("{}: {e}", file.display()))
}

fn stamped(template: &str, architecture: &str) -> Option<String> {
    let (before, rest) = template.split_once("\n  Architecture:\n    Type: String\n    Default: x86_64\n")?;
    let rest = rest.strip_prefix("    AllowedValues:\n    - x86_64\n    - arm64\n")?;
    Some(format!(
        "{before}\n  Architecture:\n    Type: String\n    Default: {architecture}\n    AllowedValues:\n    - {architecture}\n{rest}"
    ))
}

/// Has SAM put the stacks together as for a deployment, in a folder of its own, and looks that each leads to an artefact that
/// [`build`] lays out. SAM does not ask whether it is there.
pub(crate) fn check(shell: &Shell) -> Result<(), String> {
    let folder = "target/sam-check";
    shell.read(&mut tools::sam_build(shell, folder))?;
    let built = shell.root.join(folder);
    let read = |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let root = read(&built.join("template.yaml"))?;
    stamped(&root, "arm64")
        .ok_or("`cargo xtask package` does not find the parameter Architecture in what SAM builds")?;
    let domains = domains(shell)?;
    let mut stacks = Vec::new();
    for stack in values(&root, "Location: ") {
        let text = read(&built.join(stack))?;
        let mut code: Vec<&str> = values(&text, "CodeUri: ").collect();
        code.dedup();
        let wanted = domains.iter().find(|domain| code == [format!("../../lambda/{domain}")]);
        let domain = wanted.ok_or_else(|| format!("{folder}/{stack}: its functions have their code at {code:?}"))?;
        stacks.push(domain.clone());
    }
    stacks.sort();
    if stacks == domains { Ok(()) } else { Err(format!("SAM builds the stacks {stacks:?}, and there are {domains:?}")) }
}

/// What stands behind `key` in a template.
fn values<'t>(template: &'t str, key: &str) -> impl Iterator<Item = &'t str> {
    template.lines().filter_map(move |line| line.trim().strip_prefix(key))
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
        assert_eq!(["x86_64", "aarch64"].map(lambdas_name), ["x86_64", "arm64"]);
    }

    #[test]
    fn what_was_packaged_can_be_deployed_for_its_own_architecture_only() {
        let before =
            "Parameters:\n  Stage:\n    Type: String\n  Architecture:\n    Type: String\n    Default: x86_64\n";
        let built = format!("{before}    AllowedValues:\n    - x86_64\n    - arm64\n    Description: What\n  Other:\n");
        let stamped = stamped(&built, "arm64").expect("it has the parameter");
        assert!(stamped.contains("Default: arm64\n    AllowedValues:\n    - arm64\n    Description: What\n  Other:\n"));
        assert!(!stamped.contains("x86_64"), "{stamped}");
        assert_eq!(super::stamped(before, "arm64"), None);
    }
}
