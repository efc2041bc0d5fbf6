//! The web: what it needs is installed, and it is built, each only when something changed; checked and tested when asked to.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::Shell;
use crate::suite::{Broken, Held, Outcome, count};

/// Major and minor version: Vite asks for it.
const OLDEST_NODE: (u32, u32) = (20, 19);
/// What a build reads besides `web`.
const API: &str = "infra/generated/openapi.json";
/// What installing and building write themselves.
const MADE: [&str; 4] = ["node_modules", "dist", "test-results", "schema.d.ts"];
/// What is tried without the platform: types and style, tests, the build, and how large it became.
const SCRIPTS: [&str; 4] = ["check", "test", "build", "budget"];

/// The step.
pub(crate) fn check(shell: &Shell) -> Outcome {
    packages(shell).map_err(|why| Broken::one(why, "Node with npm, and its package index once, must be there"))?;
    let mut functions = shell.command("node");
    functions.args(["--test", "infra/web/functions.test.mjs"]);
    let mut runs = vec![(functions, "CloudFront's functions and infra/web/paths.json differ".to_owned())];
    for script in SCRIPTS {
        let mut run = npm(shell);
        run.args(["run", "--silent", script]);
        runs.push((run, format!("one alone: `npm run {script}` in web/")));
    }
    let mut passed = 0;
    for (mut run, fix) in runs {
        match shell.read(&mut run) {
            Ok(said) => passed += totals(&said).0.max(1),
            Err(why) => {
                let (held, failed) = totals(&why);
                return Err(Broken { passed: passed + held, failed: failed.max(1), why, fix });
            }
        }
    }
    Ok(Held { checks: passed, note: SCRIPTS.join(", ") })
}

/// Passed and failed as vitest (`Tests  1 failed | 12 passed (13)`) and Node (`# pass 34`) count them.
fn totals(said: &str) -> (usize, usize) {
    let of = |vitest: &str, node: &str| {
        let lines = said.lines().map(str::trim).filter_map(|line| match line.strip_prefix("Tests ") {
            Some(counts) => Some(count(counts, vitest)),
            None => line.strip_prefix(node).and_then(|number| number.trim().parse().ok()),
        });
        lines.sum()
    };
    (of("passed", "# pass "), of("failed", "# fail "))
}

/// Installs what `web/package-lock.json` pins, when it changed.
pub(crate) fn packages(shell: &Shell) -> Result<(), String> {
    node(shell)?;
    let web = shell.root.join("web");
    let lock = fs::read_to_string(web.join("package-lock.json")).map_err(|e| format!("web/package-lock.json: {e}"))?;
    let stamp = web.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == lock) {
        return Ok(());
    }
    println!("installing what the web and its tests need (npm ci, once per change of its lock)");
    shell.read(npm(shell).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// Builds the web into `web/dist` when something that it is made of changed; gives the folder.
pub(crate) fn build(shell: &Shell) -> Result<PathBuf, String> {
    packages(shell)?;
    let web = shell.root.join("web");
    let (dist, stamp) = (web.join("dist"), web.join("node_modules/.built-from"));
    let mut sources = DefaultHasher::new();
    digest(&web, &mut sources)?;
    digest(&shell.root.join(API), &mut sources)?;
    let sources = format!("{:016x}", sources.finish());
    if dist.join("index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|there| there == sources) {
        return Ok(dist);
    }
    println!("building the web (npm run build)");
    shell.read(npm(shell).args(["run", "--silent", "--if-present", "build"]))?;
    fs::write(&stamp, sources).map_err(|e| format!("{}: {e}", stamp.display()))?;
    Ok(dist)
}

/// Copies the build to where `sam deploy`'s artefacts are; gives the folder.
pub(crate) fn lay_out(shell: &Shell) -> Result<PathBuf, String> {
    let (built, laid_out) = (build(shell)?, shell.root.join("target/web"));
    if laid_out.exists() {
        fs::remove_dir_all(&laid_out).map_err(|e| format!("{}: {e}", laid_out.display()))?;
    }
    copy(&built, &laid_out)?;
    Ok(laid_out)
}

fn npm(shell: &Shell) -> Command {
    let mut npm = shell.command("npm");
    // For people's eyes only, and in the way of whoever counts.
    npm.current_dir(shell.root.join("web")).env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    npm
}

/// Whether Node is there and new enough.
fn node(shell: &Shell) -> Result<(), String> {
    let (major, minor) = OLDEST_NODE;
    let fix = format!("install Node {major}.{minor} or newer with npm (https://nodejs.org, or your system's packages)");
    let said = shell.read(shell.command("node").arg("--version")).map_err(|why| format!("{why}\n{fix}"))?;
    match version(&said) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => Err(format!("the web needs Node {major}.{minor}, and this is {}: {fix}", said.trim())),
    }
}

/// `20` and `19` of `v20.19.2`.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Names and contents of a file, or of everything in a folder but what is made.
fn digest(path: &Path, into: &mut DefaultHasher) -> Result<(), String> {
    let cannot = |e| format!("{}: {e}", path.display());
    path.hash(into);
    if path.is_dir() {
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path).map_err(cannot)?.flatten().map(|entry| entry.path()).collect();
        inside.sort();
        let made = |inside: &Path| inside.file_name().is_some_and(|name| MADE.iter().any(|made| name == *made));
        return inside.iter().filter(|inside| !made(inside)).try_for_each(|inside| digest(inside, into));
    }
    fs::read(path).map_err(cannot)?.hash(into);
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::create_dir_all(to).map_err(|e| format!("{}: {e}", to.display()))?;
    let entries =
        fs::read_dir(from).map_err(|e| format!("{}: {e}; `npm run build` in web/ makes it", from.display()))?;
    for entry in entries.flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(|e| format!("{}: {e}", source.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_as_vitest_and_node_say_them() {
        assert_eq!(totals(" Test Files  2 passed (2)\n      Tests  1 failed | 12 passed (13)\n"), (12, 1));
        assert_eq!(totals("1..34\n# tests 34\n# pass 33\n# fail 1\n"), (33, 1));
        assert_eq!(totals("dist/index.html  1.2 kB"), (0, 0));
    }

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!((version("v20.20.2\n"), version("v9"), version("node 20")), (Some((20, 20)), None, None));
        assert!(version("v22.3.0") > Some(OLDEST_NODE) && version("v20.9.0") < Some(OLDEST_NODE));
    }

    #[test]
    fn a_build_is_made_anew_when_a_source_changes_and_not_when_what_it_made_does() {
        let folder = std::env::temp_dir().join(format!("parvis-web-{}", std::process::id()));
        let write = |name: &str, text: &str| {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
            fs::write(file, text).expect("it is written");
            let mut hash = DefaultHasher::new();
            digest(&folder, &mut hash).expect("it is read");
            hash.finish()
        };
        let first = write("src/main.ts", "1");
        for made in ["dist/index.html", "node_modules/a/index.js", "test-results/a.png", "src/api/schema.d.ts"] {
            // The folder that holds a made file is a source of its own.
            fs::create_dir_all(folder.join("src/api")).expect("it is made");
            let before = write("src/main.ts", "1");
            assert_eq!(write(made, "x"), before, "{made}");
        }
        assert_ne!(write("src/main.ts", "2"), first);
        assert_ne!(write("src/other.ts", ""), write("src/main.ts", "1"));
        fs::remove_dir_all(&folder).expect("the folder");
    }

    #[test]
    fn everything_that_was_built_is_laid_out() {
        let folder = std::env::temp_dir().join(format!("parvis-laid-out-{}", std::process::id()));
        fs::create_dir_all(folder.join("from/assets")).expect("it is made");
        fs::write(folder.join("from/assets/a.js"), "a").expect("it is written");
        copy(&folder.join("from"), &folder.join("to")).expect("it is copied");
        assert_eq!(fs::read_to_string(folder.join("to/assets/a.js")).expect("it is there"), "a");
        assert!(copy(&folder.join("none"), &folder.join("to")).is_err_and(|why| why.contains("npm run build")));
        fs::remove_dir_all(&folder).expect("the folder");
    }
}
