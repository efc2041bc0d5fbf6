//! The commands of the README: `cargo xtask <command>`.

#![allow(clippy::print_stdout, reason = "a command's answer goes to standard output")]

mod audit;
mod bench;
mod browser;
mod communes;
mod linker;
mod package;
mod samconfig;
mod shell;
mod suite;
mod tools;
mod tree;
mod web;

use std::process::ExitCode;

use shell::Shell;

/// A command: its name, what it takes, what it is for, and what runs.
struct Command {
    name: &'static str,
    takes: &'static str,
    summary: &'static str,
    run: fn(&Shell, &[String]) -> Result<(), String>,
}

const COMMANDS: [Command; 9] = [
    Command {
        name: "up",
        takes: "[--port N] [--data DIR] [--web DIR] [--tiles URL|none] [--tile-hosts HOST,…|none] [--geocoder URL|none]",
        summary: "the whole platform on this machine, with a demo commune, until Ctrl-C",
        run: up,
    },
    Command {
        name: "demo",
        takes: "",
        summary: "plays a report's whole story against a platform of its own and prints it",
        run: demo,
    },
    Command {
        name: "test",
        takes: "[step...]",
        summary: "everything that has to hold before a commit is shared; or only some steps",
        run: suite::run,
    },
    Command {
        name: "sync",
        takes: "",
        summary: "writes the stacks, openapi.json and the tables of the documents from the catalog",
        run: |shell, _| stacks(shell, "sync"),
    },
    Command {
        name: "check",
        takes: "",
        summary: "fails when one of these files is not what the catalog says",
        run: |shell, _| stacks(shell, "check"),
    },
    Command {
        name: "bench",
        takes: "[name] [--json]",
        summary: "how fast and how dear it is, against floors of the same run (docs/performance.md)",
        run: bench::run,
    },
    Command {
        name: "package",
        takes: "[--arch x86_64|arm64]",
        summary: "builds what is deployed: in release, one artefact per domain, and the web",
        run: package::run,
    },
    Command {
        name: "communes",
        takes: "",
        summary: "writes the list of all communes of France anew, from npm; by hand, about once a year",
        run: communes::run,
    },
    Command { name: "help", takes: "", summary: "this list", run: help },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map_or("help", String::as_str);
    let Some(command) = COMMANDS.iter().find(|c| c.name == name.trim_start_matches('-')) else {
        print!("{}", list());
        eprintln!("\nthere is no command {name}");
        return ExitCode::from(2);
    };
    let done = Shell::new().and_then(|shell| (command.run)(&shell, arguments.get(1..).unwrap_or_default()));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\n{problem}");
            ExitCode::FAILURE
        }
    }
}

fn help(_: &Shell, _: &[String]) -> Result<(), String> {
    print!("{}", list());
    Ok(())
}

fn list() -> String {
    let line = |c: &Command| format!("  {}\n      {}\n", [c.name, c.takes].join(" ").trim_end(), c.summary);
    format!("cargo xtask <command>\n\n{}", COMMANDS.iter().map(line).collect::<String>())
}

/// Builds the web, unless another build is named, and `parvis-local`, and becomes it.
fn up(shell: &Shell, rest: &[String]) -> Result<(), String> {
    if !rest.iter().any(|argument| argument == "--web" || argument.starts_with("--web=")) {
        web::build(shell)?;
    }
    let program = shell.build("parvis-local", "the local platform")?;
    shell.become_program(shell.command(program).arg("up").args(rest))
}

/// Builds `parvis-local`, which the story starts, stops and kills, and becomes the story.
fn demo(shell: &Shell, rest: &[String]) -> Result<(), String> {
    shell.build("parvis-local", "the local platform")?;
    let program = shell.build("parvis-demo", "the story")?;
    shell.become_program(shell.command(program).args(rest))
}

fn stacks(shell: &Shell, command: &str) -> Result<(), String> {
    let program = shell.build("parvis-stacks", "the catalog's reader")?;
    shell.run(shell.command(&program).arg(command))
}
