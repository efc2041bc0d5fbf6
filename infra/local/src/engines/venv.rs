//! The virtual environment that ministack runs in: made at the first start, made again when the pins change.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use tokio::process::Command;

use super::error::StartError;

/// Everything that gets installed, pinned.
const REQUIREMENTS: &str = include_str!("../../requirements.txt");
/// What Debian calls Python first, then what other systems have beside an older `python3`.
const PYTHONS: [&str; 5] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];
const OLDEST_PYTHON: (u32, u32) = (3, 11);
const PROGRESS_EVERY: Duration = Duration::from_secs(10);

/// The Python of a virtual environment in `folder` that holds exactly [`REQUIREMENTS`], installed when it is not there
/// yet. Only one process at a time installs; the others wait for it.
pub(super) async fn ready(folder: &Path) -> Result<PathBuf, StartError> {
    let unusable = |source: io::Error| StartError::DataUnusable { path: folder.to_owned(), source };
    let folder = absolute(folder).map_err(unusable)?;
    let python = folder.join("bin/python3");
    if is_current(&folder, &python) {
        return Ok(python);
    }
    let lock = File::create(folder.with_extension("lock")).map_err(unusable)?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    let _lock = lock.map_err(io::Error::other).and_then(|locked| locked).map_err(unusable)?;
    if !is_current(&folder, &python) {
        install(&folder, &python).await?;
        // Last: a half-done installation has no stamp and is made again from nothing.
        fs::write(stamp(&folder), REQUIREMENTS).map_err(unusable)?;
    }
    Ok(python)
}

fn absolute(folder: &Path) -> io::Result<PathBuf> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
        let name = folder.file_name().unwrap_or_default();
        return Ok(parent.canonicalize()?.join(name));
    }
    std::path::absolute(folder)
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("installed-requirements.txt")
}

fn is_current(folder: &Path, python: &Path) -> bool {
    // `exists` follows the link to the system's Python, which an upgrade of the system may have removed.
    python.exists() && fs::read_to_string(stamp(folder)).is_ok_and(|installed| installed == REQUIREMENTS)
}

async fn install(folder: &Path, python: &Path) -> Result<(), StartError> {
    let system = find_python(&PYTHONS).await?;
    tracing::info!("first start: installing the local AWS engine (ministack, about 40 MB, once per checkout)");
    let mut make = Command::new(system);
    make.args(["-m", "venv", "--clear"]).arg(folder);
    run(make, "on Debian and Ubuntu this needs `sudo apt install python3-venv`").await?;
    let list = folder.join("requirements.txt");
    fs::write(&list, REQUIREMENTS).map_err(|source| StartError::DataUnusable { path: folder.to_owned(), source })?;
    let mut fill = Command::new(python);
    fill.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"]);
    fill.arg(&list);
    run(
        fill,
        "the first start needs a Python package index; check the connection or pip's configuration, and start again",
    )
    .await
}

/// The first of `names` that is new enough.
async fn find_python<'n>(names: &[&'n str]) -> Result<&'n str, StartError> {
    let mut found = "none is installed".to_owned();
    for &name in names {
        let mut ask = Command::new(name);
        ask.args(["-c", "import sys; print(*sys.version_info[:2])"]).stdin(Stdio::null());
        let Ok(answer) = ask.output().await else { continue };
        let answer = String::from_utf8_lossy(&answer.stdout).into_owned();
        let mut numbers = answer.split_whitespace().map(str::parse::<u32>);
        let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { continue };
        if (major, minor) >= OLDEST_PYTHON {
            return Ok(name);
        }
        found = format!("found {name} {major}.{minor}");
    }
    Err(StartError::Python { found })
}

/// Runs a step of the installation, with a line every [`PROGRESS_EVERY`] so that nobody takes it for a hang.
async fn run(mut command: Command, hint: &'static str) -> Result<(), StartError> {
    let step = format!("{:?}", command.as_std());
    let failed = |output: String| StartError::Install { step: step.clone(), output, hint };
    command.stdin(Stdio::null()).kill_on_drop(true);
    let began = Instant::now();
    let mut progress = tokio::time::interval_at(tokio::time::Instant::now() + PROGRESS_EVERY, PROGRESS_EVERY);
    let running = command.output();
    tokio::pin!(running);
    let output: Output = loop {
        tokio::select! {
            output = &mut running => break output.map_err(|e| failed(e.to_string()))?,
            _ = progress.tick() => tracing::info!("still installing the local AWS engine ({} s)", began.elapsed().as_secs()),
        }
    };
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(failed(last_lines(&String::from_utf8_lossy(&said), 15)))
}

/// The last `count` lines of `text`.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_machine_without_python_is_told_which_version_to_install() {
        let missing = find_python(&["no-such-python-here"]).await.unwrap_err().to_string();
        assert!(missing.contains("Python 3.11 or newer and none is installed; install it"), "{missing}");
    }

    #[tokio::test]
    async fn a_python_that_is_too_old_is_named_and_a_newer_one_beside_it_is_taken() {
        let folder = std::env::temp_dir().join(format!("parvis-pythons-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let python = |name: &str, version: &str| {
            let path = folder.join(name);
            fs::write(&path, format!("#!/bin/sh\necho {version}\n")).unwrap();
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let (old, new) = (python("old", "3 9"), python("new", "3 11"));
        let refused = find_python(&[&old]).await.unwrap_err().to_string();
        assert!(refused.contains(&format!("and found {old} 3.9; install it")), "{refused}");
        assert_eq!(find_python(&[&old, &new]).await.unwrap(), new);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_step_that_fails_shows_its_command_its_last_words_and_a_hint() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo no such package >&2; exit 1"]);
        let failed = run(command, "check the connection").await.unwrap_err().to_string();
        assert!(failed.contains("echo no such package"), "{failed}");
        assert!(failed.ends_with("no such package\ncheck the connection"), "{failed}");
    }

    #[test]
    fn an_environment_with_other_pins_or_without_its_python_is_not_current() {
        let folder = std::env::temp_dir().join(format!("parvis-venv-{}", std::process::id()));
        let python = folder.join("python3");
        fs::create_dir_all(&folder).unwrap();
        fs::write(stamp(&folder), REQUIREMENTS).unwrap();
        assert!(!is_current(&folder, &python));
        fs::write(&python, "").unwrap();
        assert!(is_current(&folder, &python));
        fs::write(stamp(&folder), "ministack==1.0\n").unwrap();
        assert!(!is_current(&folder, &python));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_last_lines_of_a_short_text_are_all_of_it() {
        assert_eq!(last_lines("a\nb\nc", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
    }
}
