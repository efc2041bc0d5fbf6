//! `cargo xtask bench`: builds what is measured and becomes `parvis-bench`, which measures.

use std::env::consts::ARCH;
use std::path::Path;

use crate::linker;
use crate::package;
use crate::shell::Shell;

/// The benchmark that needs the packaged artefacts.
const COLD_START: &str = "cold-start";

/// The benchmark that is about what survives on the disk.
const SOAK: &str = "soak";
/// Files in memory, where the system has them: how fast this disk is says nothing about DynamoDB.
const MEMORY: &str = "/dev/shm";

/// `[name] [--json]`, as `parvis-bench` takes them.
pub(crate) fn run(shell: &Shell, rest: &[String]) -> Result<(), String> {
    let mut measure = shell.cargo(&["build", "--quiet", "--workspace", "--profile", "measure"]);
    measure.args(["--bin", "parvis-bench", "--bin", "parvis-local"]);
    eprintln!("building the benchmarks (the first time takes some minutes)");
    shell.run(&mut measure)?;
    let mut bench = shell.command(shell.target.join("measure/parvis-bench"));
    let name = rest.iter().find(|argument| !argument.starts_with("--"));
    if name.is_none_or(|name| name == COLD_START) {
        package::build(shell, ARCH, &package::domains(shell)?)?;
        // Alone, as a function of somebody who has nothing else would be built.
        let triple = package::triple(ARCH);
        let mut hello = linker::cargo(shell, &triple)?;
        shell.run(hello.args(["--release", "--quiet", "--package", "parvis-hello"]))?;
        bench.env("PARVIS_HELLO", shell.target.join(triple).join("release/parvis-hello"));
    }
    if name.is_none_or(|name| name != SOAK) && Path::new(MEMORY).is_dir() {
        bench.env("PARVIS_SCRATCH", MEMORY);
    }
    shell.become_program(bench.args(rest))
}
