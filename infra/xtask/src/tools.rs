//! The tools that check templates and dependencies: pinned, in `.parvis/tools`, installed when they are not there.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use crate::package;
use crate::shell::Shell;
use crate::suite::{Broken, Held, Outcome};

/// What goes into the virtual environment.
const REQUIREMENTS: &str = include_str!("../requirements.txt");
/// What links artefacts against Lambda's C library (docs/decisions/0011-lambdas-c-library.md).
const LINKER: &str = include_str!("../requirements-linker.txt");
/// What `cargo install` builds.
const CARGO_DENY: &str = "0.20.2";

fn folder(shell: &Shell) -> PathBuf {
    shell.root.join(".parvis/tools")
}

/// A program of the virtual environment, told not to phone home and to keep its files in `.parvis`.
fn python_tool(shell: &Shell, name: &str) -> Command {
    let mut command = shell.command(folder(shell).join("python/bin").join(name));
    command.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", folder(shell).join("sam"));
    command.env("AWS_DEFAULT_REGION", "eu-west-3");
    command
}

/// SAM, to put all stacks together in `folder`; once [`ready`].
pub(crate) fn sam_build(shell: &Shell, folder: &str) -> Command {
    let mut sam = python_tool(shell, "sam");
    sam.args(["build", "--template", "infra/template.yaml", "--build-dir", folder, "--no-cached"]);
    sam
}

/// `cargo zigbuild`, for `cargo xtask package`; it keeps its files in `.parvis` too.
pub(crate) fn zigbuild(shell: &Shell) -> Result<Command, String> {
    environment(shell, "zig", LINKER, "cargo-zigbuild", "zig, which links for Lambda (90 MB)")?;
    let home = folder(shell).join("zig");
    let mut path = vec![home.join("bin")];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let mut command = shell.command(home.join("bin/cargo-zigbuild"));
    command.arg("zigbuild").env("PATH", env::join_paths(path).map_err(|e| format!("PATH: {e}"))?);
    for cache in ["CARGO_ZIGBUILD_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        command.env(cache, home.join("cache"));
    }
    Ok(command)
}

/// cargo-deny, once [`ready`].
pub(crate) fn cargo_deny(shell: &Shell) -> Command {
    shell.command(folder(shell).join("cargo/bin/cargo-deny"))
}

/// Installs what is missing.
pub(crate) fn ready(shell: &Shell) -> Outcome {
    let fix = "a Python (3.11 or newer, with venv) and the package indexes of Python and Rust must be reachable once";
    let installed = python(shell).and_then(|python| Ok((python, deny(shell)?)));
    match installed.map_err(|why| Broken::one(why, fix))? {
        (false, false) => Ok(Held::one("there already")),
        _ => Ok(Held::one("installed")),
    }
}

/// Whether the virtual environment of the linters had to be made.
fn python(shell: &Shell) -> Result<bool, String> {
    environment(shell, "python", REQUIREMENTS, "sam", "sam and cfn-lint (about a minute)")
}

/// Makes the virtual environment `name` with what `requirements` lists, `program` among it. Whether it had to.
fn environment(shell: &Shell, name: &str, requirements: &str, program: &str, what: &str) -> Result<bool, String> {
    let home = folder(shell).join(name);
    let stamp = home.join("installed-requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == requirements) && home.join("bin").join(program).exists() {
        return Ok(false);
    }
    eprintln!("installing {what}, once per checkout");
    let system = shell.find(&["python3", "python3.13", "python3.12", "python3.11"]).ok_or("no python3 on the PATH")?;
    shell.read(shell.command(system).args(["-m", "venv", "--clear"]).arg(&home))?;
    let list = home.join("requirements.txt");
    fs::write(&list, requirements).map_err(|e| format!("{}: {e}", list.display()))?;
    let mut pip = shell.command(home.join("bin/python3"));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--disable-pip-version-check", "-r"]);
    shell.read(pip.arg(&list))?;
    // Last: a half-done installation has no stamp and is made again.
    fs::write(&stamp, requirements).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(true)
}

/// Whether cargo-deny had to be built.
fn deny(shell: &Shell) -> Result<bool, String> {
    let said = cargo_deny(shell).arg("--version").output();
    if said.is_ok_and(|o| String::from_utf8_lossy(&o.stdout).trim() == format!("cargo-deny {CARGO_DENY}")) {
        return Ok(false);
    }
    println!("building cargo-deny {CARGO_DENY} (once per checkout)");
    let home = folder(shell).join("cargo");
    let mut install =
        shell.cargo(&["install", "cargo-deny", "--version", CARGO_DENY, "--locked", "--quiet", "--force"]);
    // Without optimisation it is built in a third of the time and checks as fast as anyone needs.
    install.args(["--debug", "--root"]).arg(&home).env("CARGO_PROFILE_DEV_DEBUG", "0");
    install.env("CARGO_TARGET_DIR", folder(shell).join("cargo-target"));
    shell.run(&mut install)?;
    let _ = fs::remove_dir_all(folder(shell).join("cargo-target"));
    Ok(true)
}

/// Every template through both linters, and all through `sam build`, side by side.
pub(crate) fn templates(shell: &Shell) -> Outcome {
    let templates = all(shell).map_err(|e| Broken::one(e, "run `cargo xtask sync`"))?;
    let mut runs: Vec<Command> = Vec::new();
    let mut lint = python_tool(shell, "cfn-lint");
    lint.args(&templates);
    runs.push(lint);
    for template in &templates {
        let mut sam = python_tool(shell, "sam");
        sam.args(["validate", "--lint", "--template"]).arg(template);
        runs.push(sam);
    }
    let checks = runs.len() + 1;
    let results: Vec<Result<(), String>> = thread::scope(|scope| {
        let mut running: Vec<_> = runs.iter_mut().map(|run| scope.spawn(|| shell.read(run).map(drop))).collect();
        running.push(scope.spawn(|| package::check(shell)));
        running.into_iter().map(|r| r.join().unwrap_or_else(|_| Err("a linter's thread panicked".to_owned()))).collect()
    });
    let problems: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    if problems.is_empty() {
        return Ok(Held { checks, note: format!("{} templates", templates.len()) });
    }
    let (failed, why) = (problems.len(), problems.join("\n"));
    let fix = "the root is infra/template.yaml; the others are made by infra/stacks".to_owned();
    Err(Broken { passed: checks - failed, failed, why, fix })
}

/// The root template and the generated ones.
fn all(shell: &Shell) -> Result<Vec<PathBuf>, String> {
    let generated = shell.root.join("infra/generated");
    let entries = fs::read_dir(&generated).map_err(|e| format!("{}: {e}", generated.display()))?;
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|x| x == "yaml")).collect();
    found.sort();
    found.insert(0, shell.root.join("infra/template.yaml"));
    Ok(found)
}
