//! The running platform: engines, resources, gateway and pumps, started and stopped together.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use jiff::{SignedDuration, Timestamp};
use parvis_edge::{Cx, Function, Problem, Queue, Trigger};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::engines::{DataDir, Engines, Ports, StartError};
use crate::gateway::{self, Gateway};
use crate::pages;
use crate::provision::{self, ProvisionError};
use crate::pumps::{self, DeadLetters, Feed, Pumps, QueueDepth};
use crate::tap::{Faults, Outbox};
use crate::web::{Web, WebOptions};

/// Requests that run are waited for so long at the end.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// Everybody on one machine has the same address, and a test is many people: limits are so many times as wide.
const ROOMINESS: u32 = 1_000;
/// How often the engine is looked at, whether it was started again and forgot something.
const WATCH_EVERY: Duration = Duration::from_secs(1);

/// Where and how a platform runs.
#[derive(Debug, Clone)]
pub struct Options {
    /// Everything that is kept.
    pub data: DataDir,
    /// Where it listens.
    pub ports: Ports,
    /// Pause between two looks at the table's stream.
    pub pace: Duration,
    /// What browsers are served.
    pub web: WebOptions,
    /// Whether schedules run by themselves; a test that runs one when it means to has it for itself without.
    pub schedules: bool,
}

/// Why a platform does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The engines.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The resources.
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    /// The gateway's port is taken or not allowed.
    #[error(
        "port {port} (gateway) cannot be used: {source}; another platform may run, or choose another with --port <first port>"
    )]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// What browsers are to be served cannot be.
    #[error("the web cannot be served: {0}")]
    Web(String),
    /// The data directory's secret cannot be read or made.
    #[error("the secret in {} cannot be read or made: {source}; make the data directory writable, or choose another with --data <directory>", .path.display())]
    Secret {
        /// The data directory.
        path: std::path::PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A running platform.
#[derive(Debug)]
pub struct Platform {
    engines: Engines,
    feed: Arc<Feed>,
    pumps: Pumps,
    web: Arc<Web>,
    url: String,
    stop: watch::Sender<bool>,
    gateway: JoinHandle<()>,
    watchdog: JoinHandle<()>,
}

/// The same platform with another clock: a gateway of its own, and the functions as they run then.
#[derive(Debug)]
pub struct Later {
    cx: Cx,
    functions: Vec<Function>,
    /// Where its gateway listens.
    pub url: String,
    stop: watch::Sender<bool>,
}

impl Options {
    /// `data` on `ports`, at the pace that suits a person, with the web that was built in this folder.
    pub fn new(data: DataDir, ports: Ports) -> Options {
        Options { data, ports, pace: Duration::from_millis(100), web: WebOptions::new("web/dist"), schedules: true }
    }
}

impl Platform {
    /// Starts everything and waits until it answers.
    ///
    /// # Errors
    /// What is in the way, with the way out.
    pub async fn start(options: Options, functions: Vec<Function>) -> Result<Platform, RunError> {
        let Options { data, ports, pace, web, schedules } = options;
        let (listener, port) = listen(ports.gateway).await?;
        let engines = Engines::start(&data, ports).await?;
        let url = format!("http://127.0.0.1:{port}");
        let secret = provision::secret(data.path())
            .map_err(|source| RunError::Secret { path: data.path().to_owned(), source })?;
        let names = provision::names(&engines, &url, web.tile_hosts.clone(), secret);
        let store = provision::store(&engines, names);
        let web = Web::new(&web, &store.names.media_url, &engines.aws_url()).map_err(RunError::Web)?;
        let web = Arc::new(web);
        provision::provision(&store, &functions).await?;
        let cx = Cx::new(store).with_roominess(ROOMINESS);
        let feed = Arc::new(Feed::new(cx, functions, data.path().to_owned(), &engines, pace));
        let (stop, stopped) = watch::channel(false);
        let router = Gateway::new(feed.cx.clone(), &feed.functions).router().merge(Arc::clone(&web).router());
        let (outbox, faults) = (engines.outbox().clone(), engines.faults().clone());
        let router = pages::router(Arc::clone(&feed), outbox, faults, engines.aws_url()).merge(router);
        let gateway = tokio::spawn(gateway::serve(listener, router, stopped.clone()));
        let pumps = Pumps::start(&feed, schedules);
        let watchdog = tokio::spawn(remind(Arc::clone(&feed), engines.pid_reader(), stopped));
        Ok(Platform { engines, feed, pumps, web, url, stop, gateway, watchdog })
    }

    /// Origin of the web, the API and the local pages.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The functions' context.
    pub fn cx(&self) -> &Cx {
        &self.feed.cx
    }

    /// Every function there is.
    pub fn functions(&self) -> &[Function] {
        &self.feed.functions
    }

    /// What was sent to phones and mailboxes.
    pub fn outbox(&self) -> &Outbox {
        self.engines.outbox()
    }

    /// The faults that calls meet.
    pub fn faults(&self) -> &Faults {
        self.engines.faults()
    }

    /// The engines.
    pub fn engines(&self) -> &Engines {
        &self.engines
    }

    /// The function that a request is for and the event that it gets, as the gateway makes it: for who calls functions
    /// without the gateway.
    ///
    /// # Errors
    /// What the gateway refuses: no such route, or a token that it does not take.
    pub async fn invocation(&self, request: Request<Vec<u8>>) -> Result<(Function, Value), Problem> {
        Gateway::new(self.feed.cx.clone(), &self.feed.functions).invocation(request).await
    }

    /// Runs a schedule's function now.
    ///
    /// # Errors
    /// No such schedule, or what the function says.
    pub async fn run_schedule(&self, function: &str) -> Result<Value, String> {
        run_schedule(&self.feed.functions, &self.feed.cx, function).await
    }

    /// The platform as it will be in `by`: its gateway answers at an address of its own until the value is dropped.
    ///
    /// # Errors
    /// No free port.
    pub async fn later(&self, by: SignedDuration) -> Result<Later, RunError> {
        self.beside(self.feed.cx.shifted(by)).await
    }

    /// The platform at a moment that does not pass; otherwise as [`Platform::later`].
    ///
    /// # Errors
    /// No free port.
    pub async fn standing(&self, at: Timestamp) -> Result<Later, RunError> {
        self.beside(self.feed.cx.standing(at)).await
    }

    /// The platform as it will be in `by` with the limits that hold where it is deployed; otherwise as [`Platform::later`].
    ///
    /// # Errors
    /// No free port.
    pub async fn strict(&self, by: SignedDuration) -> Result<Later, RunError> {
        self.beside(self.feed.cx.with_roominess(1).shifted(by)).await
    }

    async fn beside(&self, cx: Cx) -> Result<Later, RunError> {
        let (listener, port) = listen(0).await?;
        let (stop, stopped) = watch::channel(false);
        let router = Gateway::new(cx.clone(), &self.feed.functions).router().merge(Arc::clone(&self.web).router());
        tokio::spawn(gateway::serve(listener, router, stopped));
        Ok(Later { cx, functions: self.feed.functions.clone(), url: format!("http://127.0.0.1:{port}"), stop })
    }

    /// How full the queues are.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn queues(&self) -> Result<Vec<QueueDepth>, String> {
        pumps::depths(&self.feed).await
    }

    /// The stream's dead letters and up to ten of each queue.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetters>, String> {
        pumps::letters(&self.feed).await
    }

    /// Has a queue's dead letters tried again; gives how many.
    ///
    /// # Errors
    /// No such queue, or what the engine says.
    pub async fn redrive(&self, queue: &str) -> Result<usize, String> {
        pumps::redrive(&self.feed, queue).await
    }

    /// Waits until every change so far and every message that mentions `what` is dealt with, and what follows from them;
    /// gives the messages about it that became dead letters.
    ///
    /// # Errors
    /// What is still under way after `limit`.
    pub async fn settled(&self, what: &str, limit: Duration) -> Result<Vec<String>, String> {
        let streams: Vec<String> = self
            .feed
            .functions
            .iter()
            .filter(|f| matches!(f.trigger, Trigger::Stream(_)))
            .map(|f| f.id.clone())
            .collect();
        let read =
            |queue: &Queue| self.feed.functions.iter().any(|f| matches!(f.trigger, Trigger::Queue(q) if q == *queue));
        let queues: Vec<Queue> = Queue::ALL.into_iter().filter(read).collect();
        self.feed.progress.settled(what, &streams, &queues, limit).await?;
        let mut dead = self.feed.progress.dead(what);
        dead.extend(pumps::buried(&self.feed, what));
        Ok(dead)
    }

    /// Stops in order: no new requests, workers finish, engines save.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.watchdog.await;
        let mut gateway = self.gateway;
        if tokio::time::timeout(STOP_LIMIT, &mut gateway).await.is_err() {
            gateway.abort();
            let _ = gateway.await;
        }
        self.pumps.stop().await;
        self.engines.stop().await;
    }
}

impl Later {
    /// The context with its clock.
    pub fn cx(&self) -> &Cx {
        &self.cx
    }

    /// Runs a schedule's function as it runs then.
    ///
    /// # Errors
    /// No such schedule, or what the function says.
    pub async fn run_schedule(&self, function: &str) -> Result<Value, String> {
        run_schedule(&self.functions, &self.cx, function).await
    }
}

impl Drop for Later {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn run_schedule(functions: &[Function], cx: &Cx, id: &str) -> Result<Value, String> {
    let function = functions.iter().find(|f| f.id == id).ok_or_else(|| format!("there is no function {id}"))?;
    pumps::run_now(function, cx).await
}

async fn listen(port: u16) -> Result<(TcpListener, u16), RunError> {
    let role = "gateway";
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { port, role },
        _ => StartError::Port { port, role, source },
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let found = listener.local_addr().map_err(failed)?.port();
    Ok((listener, found))
}

/// An engine that died and was started again may have forgotten its last changes: what must be there is made again.
async fn remind(feed: Arc<Feed>, pid: impl Fn() -> Option<u32>, mut stopped: watch::Receiver<bool>) {
    let mut known = pid();
    while tokio::time::timeout(WATCH_EVERY, stopped.wait_for(|stop| *stop)).await.is_err() {
        let now = pid();
        if now == known || now.is_none() {
            continue;
        }
        match provision::aws(&feed.cx.store, &feed.functions).await {
            Ok(()) => known = now,
            Err(error) => tracing::warn!(%error, "the engine that was started again is not complete yet"),
        }
    }
}
