//! Running programs from the root of the repository.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Where things are.
pub(crate) struct Shell {
    /// Root of the repository; every program runs there.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
}

impl Shell {
    /// Finds the root from where cargo says this package is, or upwards from the current directory.
    pub(crate) fn new() -> Result<Shell, String> {
        let here = env::current_dir().map_err(|e| format!("the current directory: {e}"))?;
        let start = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| here.clone(), PathBuf::from);
        let root = start
            .ancestors()
            .find(|folder| folder.join("infra/xtask/Cargo.toml").exists())
            .ok_or("this is not inside a checkout of Parvis: change into one")?
            .to_owned();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| here.join(dir));
        Ok(Shell { root, target })
    }

    /// `program`, to be run at the root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Cargo, the one that runs this.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments);
        command
    }

    /// Builds one program of the workspace and says where it is. With `--workspace`, because cargo chooses the features of
    /// dependencies for what is selected together: built alone, half of them would be compiled a second time.
    pub(crate) fn build(&self, program: &str, what: &str) -> Result<PathBuf, String> {
        let path = self.target.join("debug").join(program);
        if !path.exists() {
            println!("building {what} (the first time takes some minutes)");
        }
        let arguments = ["build", "--quiet", "--workspace", "--bin", program];
        self.run(&mut self.cargo(&arguments))
            .map_err(|_| format!("{what} does not build: the compiler says why above"))?;
        Ok(path)
    }

    /// Runs to the end, output as it comes.
    pub(crate) fn run(&self, command: &mut Command) -> Result<(), String> {
        let told = told(command);
        let status = command.status().map_err(|e| format!("cannot run {told}: {e}"))?;
        if status.success() { Ok(()) } else { Err(format!("{told} failed ({status})")) }
    }

    /// Runs to the end and gives standard output; on failure, all output is in the error.
    pub(crate) fn read(&self, command: &mut Command) -> Result<String, String> {
        let told = told(command);
        let output = command.output().map_err(|e| format!("cannot run {told}: {e}"))?;
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(out);
        }
        let err = String::from_utf8_lossy(&output.stderr);
        Err(format!("{}\n{told} failed ({})", format!("{out}\n{err}").trim(), output.status))
    }

    /// Replaces this process, so that Ctrl-C and signals reach the program itself.
    #[cfg(unix)]
    pub(crate) fn become_program(&self, command: &mut Command) -> Result<(), String> {
        let error = std::os::unix::process::CommandExt::exec(command.stdin(Stdio::inherit()));
        Err(format!("cannot run {}: {error}", told(command)))
    }

    /// Runs it to the end.
    #[cfg(not(unix))]
    pub(crate) fn become_program(&self, command: &mut Command) -> Result<(), String> {
        self.run(command.stdin(Stdio::inherit()))
    }

    /// The first of `names` that is on the PATH.
    pub(crate) fn find(&self, names: &[&str]) -> Option<PathBuf> {
        let path = env::var_os("PATH")?;
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        names.iter().find_map(|name| folders.iter().map(|f| f.join(name)).find(|p| p.is_file()))
    }
}

/// A command as a person would type it.
fn told(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().map(|a| a.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Seconds since `begun`, for people.
pub(crate) fn since(begun: Instant) -> String {
    format!("{:.1} s", begun.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Every package with the features that cargo chooses for it (two sets where build scripts need others).
    fn chosen(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
        let shell = Shell::new().expect("a checkout");
        let arguments =
            ["tree", "--offline", "--workspace", "--prefix", "none", "--edges", edges, "--format", "{p}|{f}"];
        let tree = shell.read(&mut shell.cargo(&arguments)).expect("cargo tree");
        let mut chosen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (package, features) in tree.lines().filter_map(|line| line.trim_end_matches(" (*)").split_once('|')) {
            chosen.entry(package.to_owned()).or_default().insert(features.trim().to_owned());
        }
        chosen
    }

    #[test]
    fn what_is_built_is_not_compiled_a_second_time_to_be_tested() {
        let (built, tested) = (chosen("no-dev"), chosen("all"));
        let differ: Vec<String> = built
            .iter()
            .filter_map(|(package, features)| {
                let other = tested.get(package).filter(|other| *other != features)?;
                Some(format!("{package}: {features:?} when built, {other:?} when tested"))
            })
            .collect();
        assert!(differ.is_empty(), "make the dependency an ordinary one of shared/testkit:\n{}", differ.join("\n"));
    }
}
