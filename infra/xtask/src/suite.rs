//! `cargo xtask test`: the steps, what they cost, and one line at the end that says how many passed.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Instant;

use crate::shell::{Shell, since};
use crate::{audit, browser, tools, tree, web};

/// What a step that held has to say.
pub(crate) struct Held {
    /// How many checks it was: tests of a test run, else one.
    pub(crate) checks: usize,
    /// One line for the summary; may be empty.
    pub(crate) note: String,
}

/// What a step that did not hold has to say.
pub(crate) struct Broken {
    /// Checks that held before.
    pub(crate) passed: usize,
    /// Checks that did not.
    pub(crate) failed: usize,
    /// What is wrong; printed at once.
    pub(crate) why: String,
    /// What to do about it; in the summary.
    pub(crate) fix: String,
}

impl Held {
    pub(crate) fn one(note: impl Into<String>) -> Held {
        Held { checks: 1, note: note.into() }
    }
}

impl Broken {
    pub(crate) fn one(why: impl Into<String>, fix: impl Into<String>) -> Broken {
        Broken { passed: 0, failed: 1, why: why.into(), fix: fix.into() }
    }
}

pub(crate) type Outcome = Result<Held, Broken>;

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Shell) -> Outcome,
}

const STEPS: [Step; 12] = [
    Step { name: "tree", what: "nothing is in the tree that must not be", run: tree::check },
    Step { name: "format", what: "cargo fmt --check", run: format },
    Step { name: "tools", what: "sam, cfn-lint and cargo-deny, pinned, in .parvis/tools", run: tools::ready },
    Step { name: "audit", what: "licences, sources and known defects of dependencies", run: audit::check },
    Step { name: "clippy", what: "cargo clippy --workspace --all-targets -- -D warnings", run: clippy },
    Step { name: "build", what: "cargo build --workspace", run: build },
    Step { name: "generated", what: "generated files say what the catalog says", run: generated },
    Step { name: "templates", what: "sam validate --lint, cfn-lint and sam build", run: tools::templates },
    Step { name: "web", what: "the web: types and style, tests, build, size", run: web::check },
    Step { name: "tests", what: "cargo test --workspace, on real engines", run: tests },
    Step { name: "grants", what: "every right of every function is used by a test", run: grants },
    Step {
        name: "browser",
        what: "the local pages and the web in Chromium: accessible, without errors",
        run: browser::check,
    },
];

/// Runs the steps named in `only`, or all.
pub(crate) fn run(shell: &Shell, only: &[String]) -> Result<(), String> {
    let names = || STEPS.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|s| s.name == *name)) {
        return Err(format!("there is no step {unknown}; there are: {}", names()));
    }
    let begun = Instant::now();
    let (mut passed, mut failed, mut lines) = (0, 0, Vec::new());
    for step in STEPS.iter().filter(|s| only.is_empty() || only.iter().any(|name| name == s.name)) {
        println!("\n== {}: {}", step.name, step.what);
        let step_begun = Instant::now();
        let (word, note) = match (step.run)(shell) {
            Ok(held) => {
                passed += held.checks;
                ("ok", held.note)
            }
            Err(broken) => {
                passed += broken.passed;
                failed += broken.failed;
                println!("{}", broken.why);
                ("FAILED", broken.fix)
            }
        };
        let line = format!("  {word:7} {:10} {:>8}  {note}", step.name, since(step_begun));
        println!("{}", line.trim());
        lines.push(line);
    }
    println!("\n{}\n\n{passed} passed, {failed} failed in {}", lines.join("\n"), since(begun));
    if failed == 0 { Ok(()) } else { Err("the summary above says what to do about each".to_owned()) }
}

/// A command that either succeeds or needs `fix`.
fn holds(shell: &Shell, arguments: &[&str], fix: &str) -> Outcome {
    match shell.run(&mut shell.cargo(arguments)) {
        Ok(()) => Ok(Held::one("")),
        Err(why) => Err(Broken::one(why, fix)),
    }
}

fn format(shell: &Shell) -> Outcome {
    holds(shell, &["fmt", "--all", "--check"], "run `cargo fmt --all`")
}

fn clippy(shell: &Shell) -> Outcome {
    let arguments = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    holds(shell, &arguments, "follow clippy's advice above, or `#[allow]` with a reason")
}

fn build(shell: &Shell) -> Outcome {
    holds(shell, &["build", "--quiet", "--workspace"], "the compiler says above what is wrong")
}

fn generated(shell: &Shell) -> Outcome {
    let fix = "run `cargo xtask sync` and commit what it writes";
    let program = shell.build("parvis-stacks", "the catalog's reader").map_err(|e| Broken::one(e, "see step build"))?;
    match shell.read(shell.command(program).arg("check")) {
        Ok(said) => Ok(Held::one(said.trim())),
        Err(why) => Err(Broken::one(why, fix)),
    }
}

/// Where the test platform notes which grants were used.
const GRANTS_USED: &str = "target/grants-used.json";

/// The reason of an `ignore` that is none: what a test runs in a process of its own, to kill it.
pub(crate) const PART_OF_ANOTHER: &str = "run by another test";

/// All tests; their lines pass through as they come, and libtest's summary lines are counted.
fn tests(shell: &Shell) -> Outcome {
    // What an earlier run used proves nothing about this one.
    let _ = std::fs::remove_file(shell.root.join(GRANTS_USED));
    let broken = |why: String| Broken::one(why, "the compiler says above what is wrong");
    let mut cargo = shell.cargo(&["test", "--workspace", "--no-fail-fast", "--quiet", "--", "--format", "pretty"]);
    let mut child = cargo.stdout(Stdio::piped()).spawn().map_err(|e| broken(format!("cannot run cargo test: {e}")))?;
    let (mut passed, mut failed, mut ignored) = (0, 0, 0_i64);
    let mut failures = Vec::new();
    for line in child.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines().map_while(Result::ok)) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            passed += count(counts, "passed");
            failed += count(counts, "failed");
            ignored += count(counts, "ignored") as i64;
            println!("{line}");
        } else if line.contains(&format!("... ignored, {PART_OF_ANOTHER}")) {
            ignored -= 1;
        } else if let Some(name) = line.strip_prefix("test ").and_then(|l| l.strip_suffix(" ... FAILED")) {
            failures.push(name.to_owned());
            println!("{line}");
        } else if !line.starts_with("test ") && !line.is_empty() && !line.starts_with("running ") {
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|e| broken(format!("cargo test: {e}")))?;
    let why = match (failures.is_empty(), ignored) {
        (false, _) => format!("these tests failed:\n  {}", failures.join("\n  ")),
        (true, 0) if status.success() => return Ok(Held { checks: passed, note: format!("{passed} tests") }),
        (true, 0) => format!("cargo test failed ({status})"),
        (true, ignored) => format!("{ignored} tests are ignored: a test that does not run proves nothing"),
    };
    let fix = match failures.first() {
        Some(name) => format!("one alone: `cargo test --workspace {name}`"),
        None => "see above".to_owned(),
    };
    Err(Broken { passed, failed: failed.max(1), why, fix })
}

/// `3` in `ok. 12 passed; 3 failed; 0 ignored; …` for `failed`.
pub(crate) fn count(line: &str, word: &str) -> usize {
    let parts: Vec<&str> = line.split([' ', ';', '.']).collect();
    parts.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

fn grants(shell: &Shell) -> Outcome {
    let program = shell.build("parvis-stacks", "the catalog's reader").map_err(|e| Broken::one(e, "see step build"))?;
    match shell.read(shell.command(program).args(["grants", GRANTS_USED])) {
        Ok(said) => Ok(Held::one(said.trim())),
        Err(why) => Err(Broken::one(why, "take the grant out of the function, or test what needs it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_read_from_libtests_summary_line() {
        let line = "FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!([count(line, "passed"), count(line, "failed"), count(line, "ignored")], [12, 3, 1]);
    }
}
