//! The engines of one machine: DynamoDB (dynoxide, embedded), everything else of AWS (ministack, a child process), and
//! the taps in front of both, through which the platform calls them.

mod data_dir;
mod dynamo;
mod error;
mod ministack;
mod ports;
mod venv;

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use data_dir::Claim;
pub use data_dir::DataDir;
pub use error::StartError;
pub use ports::Ports;

use crate::tap::{Faults, Outbox, Tap};
use dynamo::Dynamo;
use ministack::Ministack;

/// The access key that ministack takes for the root of account `000000000000`.
pub const ACCESS_KEY: &str = "test";
/// The secret of [`ACCESS_KEY`]; presigned URLs are signed with it and checked.
pub const SECRET_KEY: &str = "test";
/// The region the engines live in.
pub const REGION: &str = "eu-west-3";
/// The account the engines live in.
pub const ACCOUNT: &str = "000000000000";

/// Running engines. Call [`Engines::stop`] to end them; when they are only dropped, or the process is killed, ministack
/// notices, saves its state and ends by itself.
#[derive(Debug)]
pub struct Engines {
    ports: Ports,
    outbox: Outbox,
    faults: Faults,
    dynamo: Dynamo,
    ministack: Ministack,
    /// Taps and supervision run here and not on the caller's runtime: tests share engines across runtimes that come and
    /// go. `None` only while being dropped.
    runtime: Option<Runtime>,
    /// Keeps a second platform out of the data directory.
    _claim: Claim,
}

impl Engines {
    /// Starts the engines on `data` and waits until they answer. The first start on a machine installs ministack (about
    /// 20 s).
    ///
    /// # Errors
    /// What is in the way and how to get past it, see [`StartError`].
    pub async fn start(data: &DataDir, ports: Ports) -> Result<Engines, StartError> {
        let claim = data.claim()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("engines")
            .enable_all()
            .build()
            .map_err(StartError::Runtime)?;
        let runtime = Guard(Some(runtime));
        let tap = ports::listen(ports.tap, "AWS tap")?;
        let dynamo_tap = ports::listen(ports.dynamo_tap, "DynamoDB tap")?;
        let dynamo = ports::listen(ports.dynamo, "DynamoDB engine")?;
        let ports = Ports { tap: tap.1, dynamo_tap: dynamo_tap.1, dynamo: dynamo.1, ..ports };

        let outbox = Outbox::open(&data.path().join("outbox.jsonl")).map_err(|e| data.unusable(e))?;
        let faults = Faults::default();
        let dynamo = Dynamo::start(data, dynamo.0)?;
        let ministack = Ministack::start(data, ports, runtime.handle()?).await?;
        let ports = Ports { ministack: ministack.port(), ..ports };

        let aws = Tap::to_aws(ports.ministack, ports.tap, faults.clone(), outbox.clone());
        let to_dynamo = Tap::to_dynamo(ports.dynamo, faults.clone());
        runtime.handle()?.spawn(Arc::new(aws).serve(tap.0));
        runtime.handle()?.spawn(Arc::new(to_dynamo).serve(dynamo_tap.0));
        Ok(Engines { ports, outbox, faults, dynamo, ministack, runtime: runtime.keep(), _claim: claim })
    }

    /// The ports in use; a 0 that was asked for is now the port that was found.
    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// Endpoint of SNS, SES, SQS, S3 and KMS, through the tap.
    pub fn aws_url(&self) -> String {
        url(self.ports.tap)
    }

    /// Endpoint of DynamoDB and its streams, through the tap.
    pub fn dynamodb_url(&self) -> String {
        url(self.ports.dynamo_tap)
    }

    /// Endpoint of ministack itself: nothing is recorded and no fault applies.
    pub fn direct_aws_url(&self) -> String {
        url(self.ports.ministack)
    }

    /// Endpoint of the DynamoDB engine itself: no fault applies.
    pub fn direct_dynamodb_url(&self) -> String {
        url(self.ports.dynamo)
    }

    /// What was sent to phones and mailboxes.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The faults that calls through the taps meet.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Deletes the items whose time to live has passed, now; it also happens once a minute. Gives how many.
    ///
    /// # Errors
    /// What the database says.
    pub async fn sweep_ttl(&self) -> Result<usize, String> {
        self.dynamo.sweep_ttl().await
    }

    /// The process of ministack; `None` while it is being restarted.
    pub fn ministack_pid(&self) -> Option<u32> {
        self.ministack.pid()
    }

    /// Reads [`Engines::ministack_pid`] from elsewhere, as long as the engines live.
    pub(crate) fn pid_reader(&self) -> impl Fn() -> Option<u32> + Send + Sync + 'static {
        self.ministack.pid_reader()
    }

    /// Stops everything in order and waits for it: no call is accepted any more, ministack saves its state, the
    /// database is closed.
    pub async fn stop(mut self) {
        self.ministack.stop().await;
        self.dynamo.stop().await;
        if let Some(runtime) = self.runtime.take() {
            // May block for tasks that are just being cancelled, which a runtime's own thread must not.
            let _ = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(1))).await;
        }
    }
}

impl Drop for Engines {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// A runtime may not simply be dropped inside another one, which an early return of `start` would do.
struct Guard(Option<Runtime>);

impl Guard {
    fn handle(&self) -> Result<&tokio::runtime::Handle, StartError> {
        let gone = || StartError::Runtime(std::io::Error::other("the runtime is gone"));
        self.0.as_ref().map(Runtime::handle).ok_or_else(gone)
    }

    fn keep(mut self) -> Option<Runtime> {
        self.0.take()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
