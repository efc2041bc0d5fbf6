//! SNS, SQS, SES, S3 and KMS: ministack as a child process that is watched, restarted when it dies, and never outlives
//! this process (see `engine.py`).

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::data_dir::{Claim, DataDir};
use super::error::StartError;
use super::ports::Ports;
use super::venv::{self, last_lines};
use super::{ACCOUNT, REGION};

const LAUNCHER: &str = include_str!("../../engine.py");
/// Also in `engine.py`.
const EXIT_PORT_TAKEN: i32 = 98;
const READY_LIMIT: Duration = Duration::from_secs(60);
/// A platform that was just killed still saves its state for a moment.
const PREDECESSOR_LIMIT: Duration = Duration::from_secs(15);
/// A little longer than `engine.py` gives itself.
const STOP_LIMIT: Duration = Duration::from_secs(15);
const FIRST_DELAY: Duration = Duration::from_millis(100);
const LAST_DELAY: Duration = Duration::from_secs(10);
/// After so long without dying, the next death is a new story.
const STEADY: Duration = Duration::from_secs(60);
const LOG_LIMIT: u64 = 5 * 1024 * 1024;

/// The running child and its supervisor.
#[derive(Debug)]
pub(super) struct Ministack {
    port: u16,
    /// 0 while there is none.
    pid: Arc<AtomicU32>,
    stop: Option<oneshot::Sender<()>>,
    supervisor: Option<JoinHandle<()>>,
}

impl Ministack {
    /// Installs what is missing, starts the child on `ports.ministack` and waits until it answers.
    pub(super) async fn start(data: &DataDir, ports: Ports, runtime: &Handle) -> Result<Ministack, StartError> {
        let python = venv::ready(data.venv()).await?;
        let launch = Launch::prepare(data, python)?;
        launch.wait_for_predecessor().await.map_err(|e| data.unusable(e))?;
        // On the engines' runtime: a child belongs to the runtime that started it.
        let first = runtime.spawn({
            let launch = launch.clone();
            async move { launch.start(ports.ministack).await }
        });
        let engine = first.await.map_err(|e| StartError::Runtime(io::Error::other(e)))??;
        let port = engine.port;
        let pid = Arc::new(AtomicU32::new(engine.child.id().unwrap_or(0)));
        let (stop, stopped) = oneshot::channel();
        let supervisor = runtime.spawn(supervise(launch, engine, Arc::clone(&pid), stopped));
        Ok(Ministack { port, pid, stop: Some(stop), supervisor: Some(supervisor) })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Relaxed)).filter(|&pid| pid != 0)
    }

    pub(super) fn pid_reader(&self) -> impl Fn() -> Option<u32> + Send + Sync + 'static {
        let pid = Arc::clone(&self.pid);
        move || Some(pid.load(Ordering::Relaxed)).filter(|&pid| pid != 0)
    }

    /// Has the state saved and the child ended; kills it when it hangs.
    pub(super) async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(supervisor) = self.supervisor.take() {
            let _ = supervisor.await;
        }
    }
}

/// A child that answers.
#[derive(Debug)]
struct Engine {
    child: Child,
    /// Its standard input. Apart from the child, whose `wait` would close it.
    lifeline: Option<ChildStdin>,
    port: u16,
}

/// Keeps an engine running until `stopped`, and then ends it.
async fn supervise(launch: Launch, mut engine: Engine, pid: Arc<AtomicU32>, mut stopped: oneshot::Receiver<()>) {
    let port = engine.port;
    let mut delay = FIRST_DELAY;
    loop {
        let began = Instant::now();
        let ended = tokio::select! {
            status = engine.child.wait() => how_it_ended(status),
            _ = &mut stopped => return end(engine).await,
        };
        pid.store(0, Ordering::Relaxed);
        if began.elapsed() > STEADY {
            delay = FIRST_DELAY;
        }
        let log = launch.log.display();
        tracing::warn!("the local AWS engine (ministack) ended ({ended}) and is started again; its log: {log}");
        engine = loop {
            tokio::select! {
                () = tokio::time::sleep(delay) => {}
                _ = &mut stopped => return,
            }
            delay = (delay * 2).min(LAST_DELAY);
            tokio::select! {
                started = launch.start(port) => match started {
                    Ok(engine) => break engine,
                    Err(error) => tracing::error!("{error}; trying again in {} s", delay.as_secs_f32()),
                },
                _ = &mut stopped => return,
            }
        };
        pid.store(engine.child.id().unwrap_or(0), Ordering::Relaxed);
        tracing::info!("the local AWS engine (ministack) runs again, with the state it had saved");
    }
}

/// Closes the lifeline, which ends the child gracefully; kills it when it does not end.
async fn end(mut engine: Engine) {
    drop(engine.lifeline.take());
    if tokio::time::timeout(STOP_LIMIT, engine.child.wait()).await.is_err() {
        tracing::warn!("the local AWS engine (ministack) does not end and is killed; what it held may be lost");
        let _ = engine.child.kill().await;
    }
}

fn how_it_ended(status: io::Result<ExitStatus>) -> String {
    status.map_or_else(|e| e.to_string(), |status| status.to_string())
}

/// Everything needed to start a child, again and again.
#[derive(Debug, Clone)]
struct Launch {
    python: PathBuf,
    launcher: PathBuf,
    state: PathBuf,
    log: PathBuf,
}

impl Launch {
    fn prepare(data: &DataDir, python: PathBuf) -> Result<Launch, StartError> {
        let state = std::path::absolute(data.engine_state()).map_err(|e| data.unusable(e))?;
        let launcher = state.join("engine.py");
        fs::write(&launcher, LAUNCHER).map_err(|e| data.unusable(e))?;
        let log = data.engine_log();
        if fs::metadata(&log).is_ok_and(|log| log.len() > LOG_LIMIT) {
            fs::rename(&log, log.with_extension("log.1")).map_err(|e| data.unusable(e))?;
        }
        Ok(Launch { python, launcher, state, log })
    }

    /// Waits until no engine holds the state directory, at most [`PREDECESSOR_LIMIT`].
    async fn wait_for_predecessor(&self) -> io::Result<()> {
        let lock = Claim(File::options().create(true).truncate(false).write(true).open(self.state.join("lock"))?);
        let began = Instant::now();
        loop {
            match lock.0.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::Error(error)) => return Err(error),
                // Past the limit the child itself says what is wrong.
                Err(TryLockError::WouldBlock) if began.elapsed() > PREDECESSOR_LIMIT => return Ok(()),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Starts a child and waits until it answers.
    async fn start(&self, port: u16) -> Result<Engine, StartError> {
        let log = self.open_log().map_err(|source| StartError::DataUnusable { path: self.log.clone(), source })?;
        let mut child = self.command(port, log).spawn().map_err(|e| self.ended(&e.to_string()))?;
        let lifeline = child.stdin.take();
        let ready = async {
            let port = self.port_of(&mut child, port).await?;
            self.answers(&mut child, port).await.map(|()| port)
        };
        match tokio::time::timeout(READY_LIMIT, ready).await {
            Ok(Ok(port)) => Ok(Engine { child, lifeline, port }),
            Ok(Err(error)) => Err(error),
            Err(_) => {
                let _ = child.kill().await;
                let seconds = READY_LIMIT.as_secs();
                Err(StartError::EngineSilent { seconds, log: self.log.clone(), tail: self.tail() })
            }
        }
    }

    fn command(&self, port: u16, log: File) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(&self.launcher).arg(port.to_string()).arg(&self.state);
        // Only what is meant for it: ministack reads many variables, some of which open ports or talk to Docker.
        command.env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "TMPDIR"));
        command.env("HOME", &self.state).env("LANG", "C.UTF-8").env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("STATE_DIR", &self.state).env("PERSIST_STATE", "1");
        command.env("S3_DATA_DIR", self.state.join("s3")).env("S3_PERSIST", "1");
        command.env("MINISTACK_REGION", REGION).env("MINISTACK_ACCOUNT_ID", ACCOUNT);
        // Policies and CORS count as on AWS.
        command.env("AUTH", "true").env("SERVICES", "s3,sns,sqs,ses,kms,iam,sts");
        command.env("IOT_MTLS_ENABLED", "0").env("SFTP_ENABLED", "0");
        // It would remove containers of other emulators on this machine.
        command.env("DOCKER_HOST", "unix:///nonexistent");
        // The level below writes phone numbers and messages into the log.
        command.env("LOG_LEVEL", "WARNING");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        // Ctrl-C is for this process, which then ends the child in order.
        command.process_group(0);
        command
    }

    /// The port the child listens on, which is the first thing it says.
    async fn port_of(&self, child: &mut Child, wanted: u16) -> Result<u16, StartError> {
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut line).await;
        }
        if let Ok(port) = line.trim().parse() {
            return Ok(port);
        }
        match child.wait().await {
            Ok(status) if status.code() == Some(EXIT_PORT_TAKEN) => {
                Err(StartError::PortTaken { port: wanted, role: "local AWS engine" })
            }
            status => Err(self.ended(&how_it_ended(status))),
        }
    }

    async fn answers(&self, child: &mut Child, port: u16) -> Result<(), StartError> {
        let health = format!("http://127.0.0.1:{port}/_ministack/health");
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build();
        let client = client.map_err(|e| StartError::Runtime(io::Error::other(e)))?;
        loop {
            tokio::select! {
                status = child.wait() => return Err(self.ended(&how_it_ended(status))),
                answer = client.get(&health).send() => {
                    if answer.is_ok_and(|answer| answer.status().is_success()) {
                        return Ok(());
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn open_log(&self) -> io::Result<File> {
        File::options().create(true).append(true).open(&self.log)
    }

    fn ended(&self, status: &str) -> StartError {
        StartError::EngineEnded { status: status.to_owned(), log: self.log.clone(), tail: self.tail() }
    }

    fn tail(&self) -> String {
        last_lines(&fs::read(&self.log).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default(), 15)
    }
}
