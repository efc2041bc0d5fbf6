//! The platform as a person runs it: a program of its own that is started, stopped by Ctrl-C, and killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::engines::Ports;

/// The first start on a machine installs the local AWS engine.
const START_LIMIT: Duration = Duration::from_secs(300);
const STOP_LIMIT: Duration = Duration::from_secs(45);
/// The line after which everything is there, and the last line of an orderly end.
const READY: &str = "Ctrl-C stops it";
const STOPPED: &str = "Stopped; everything is kept.";

/// One platform and its data, through several lives. When it is dropped, a program that runs is killed.
#[derive(Debug)]
pub struct Process {
    program: PathBuf,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Finds `parvis-local` beside this program (or, for a test, a folder above it) and five free ports in a row, and makes
    /// the data directory; starts nothing.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub fn prepare(data: impl Into<PathBuf>) -> Result<Process, String> {
        let own = std::env::current_exe().map_err(|e| format!("where this program is: {e}"))?;
        let places = own.ancestors().skip(1).take(2).map(|folder| folder.join("parvis-local"));
        let program = places.into_iter().find(|program| program.exists()).ok_or_else(|| {
            format!("parvis-local is not beside {}: `cargo build --workspace` makes it", own.display())
        })?;
        let data = data.into();
        fs::create_dir_all(&data).map_err(|e| format!("{}: {e}; run this where you may write", data.display()))?;
        let log = data.join("platform.log");
        let port = Ports::row().ok_or("there are no five free ports in a row from 18200 to 30000")?.gateway;
        Ok(Process { program, data, log, port, running: None })
    }

    /// Where its API answers while it runs.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The first of its five ports in a row (see [`Ports::fixed`]).
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its data directory.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What a person would type.
    pub fn command_line(&self) -> String {
        format!("parvis-local up --port {} --data {}", self.port, self.data.display())
    }

    /// Starts it and waits until it says that it runs.
    ///
    /// # Errors
    /// How it ended instead.
    pub async fn start(&mut self) -> Result<(), String> {
        let log = File::options().create(true).append(true).open(&self.log).map_err(|e| e.to_string())?;
        let mut command = Command::new(&self.program);
        command.args(["up", "--port", &self.port.to_string(), "--data"]).arg(&self.data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        // Ctrl-C at the caller is the caller's; it then stops the platform.
        command.process_group(0);
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        let Some(out) = child.stdout.take() else { return Err("it has no output".to_owned()) };
        let said = BufReader::new(out).lines();
        let running = self.running.insert(Running { child, said });
        match timeout(START_LIMIT, until(&mut running.said, READY)).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(format!("it ended. {}", self.last_words())),
            Err(_) => Err(format!("it did not say so within {} s", START_LIMIT.as_secs())),
        }
    }

    /// Ctrl-C, and its orderly end.
    ///
    /// # Errors
    /// How it ended instead.
    pub async fn interrupt(&mut self) -> Result<(), String> {
        let Some(Running { mut child, mut said }) = self.running.take() else {
            return Err("no platform was running".to_owned());
        };
        let pid = child.id().ok_or("it had ended before")?;
        signal("INT", &[pid]).await?;
        let end = async { (until(&mut said, STOPPED).await, child.wait().await) };
        match timeout(STOP_LIMIT, end).await {
            Ok((true, Ok(status))) if status.success() => Ok(()),
            Ok((said, status)) => Err(how(said, status)),
            Err(_) => Err(format!("it still runs after {} s", STOP_LIMIT.as_secs())),
        }
    }

    /// `kill -9` of the platform and of the engine that it started: neither gets to save anything. Gives how many
    /// processes.
    ///
    /// # Errors
    /// None was running, or what the system says.
    pub async fn kill(&mut self) -> Result<usize, String> {
        let Some(Running { mut child, .. }) = self.running.take() else {
            return Err("no platform was running".to_owned());
        };
        let pid = child.id().ok_or("it had ended before")?;
        let mut all = vec![pid];
        all.extend(children(pid).await?);
        signal("KILL", &all).await?;
        child.wait().await.map_err(|e| e.to_string())?;
        Ok(all.len())
    }

    /// Stops it if it runs.
    ///
    /// # Errors
    /// How it ended instead.
    pub async fn end(&mut self) -> Result<(), String> {
        if self.running.is_some() { self.interrupt().await } else { Ok(()) }
    }

    /// For somebody who has to find out what went wrong.
    pub fn last_words(&self) -> String {
        let log = fs::read(&self.log).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        format!("The last lines of {} (kept with all its data):\n{tail}", self.log.display())
    }
}

fn how(said: bool, status: std::io::Result<ExitStatus>) -> String {
    let status = status.map_or_else(|e| e.to_string(), |status| status.to_string());
    format!("{status}, {} that line", if said { "with" } else { "without" })
}

/// Reads on until a line contains `wanted`; false when there is no more.
async fn until(said: &mut Lines<BufReader<ChildStdout>>, wanted: &str) -> bool {
    while let Ok(Some(line)) = said.next_line().await {
        if line.contains(wanted) {
            return true;
        }
    }
    false
}

/// By the shell's own `kill`: a system call would need unsafe code.
async fn signal(name: &str, pids: &[u32]) -> Result<(), String> {
    let mut command = Command::new("sh");
    command.args(["-c", r#"kill -"$0" "$@""#, name]).args(pids.iter().map(u32::to_string));
    let output = command.output().await.map_err(|e| format!("sh: {e}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
}

/// The processes that `pid` started: from `/proc` on Linux, where `pgrep` is often missing, and from `pgrep` elsewhere.
async fn children(pid: u32) -> Result<Vec<u32>, String> {
    let tasks = PathBuf::from(format!("/proc/{pid}/task"));
    let text = if tasks.exists() { listed(&tasks) } else { asked(pid).await? };
    Ok(text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect())
}

fn listed(tasks: &Path) -> String {
    let tasks = fs::read_dir(tasks).into_iter().flatten().flatten();
    tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()).collect::<Vec<_>>().join(" ")
}

async fn asked(pid: u32) -> Result<String, String> {
    let output = Command::new("pgrep").args(["-P", &pid.to_string()]).output().await;
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).map_err(|e| format!("pgrep: {e}"))
}
