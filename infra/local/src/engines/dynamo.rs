//! DynamoDB: dynoxide on one SQLite file, served over DynamoDB's own protocol.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use dynoxide::Database;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::data_dir::DataDir;
use super::error::StartError;

/// AWS deletes expired items "within a few days"; reads must filter them anyway.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// A request that hangs must not hold up the end.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// The database and its listener, on threads of their own because dynoxide works on the thread that calls it.
pub(super) struct Dynamo {
    db: Database,
    stop: watch::Sender<bool>,
    server: Option<JoinHandle<()>>,
    runtime: Option<Runtime>,
}

impl Dynamo {
    /// Opens the database and serves it on `listener`. Every write is on disk (SQLite's write-ahead log, synchronous
    /// FULL) before it is acknowledged.
    pub(super) fn start(data: &DataDir, listener: TcpListener) -> Result<Dynamo, StartError> {
        let path = data.database();
        let unopened = |reason: String| StartError::Database { path: path.clone(), reason };
        let file = path.to_str().ok_or_else(|| unopened("its path is not UTF-8".to_owned()))?;
        let db = Database::new(file).map_err(|e| unopened(e.to_string()))?;
        index_stream(&path).map_err(|e| unopened(e.to_string()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // One at a time works on the database; a second thread would only wait for it, and be woken for each call.
            .worker_threads(1)
            .thread_name("dynamo")
            .enable_all()
            .build()
            .map_err(StartError::Runtime)?;
        let (stop, stopped) = watch::channel(false);
        let server = runtime.spawn(serve(listener, db.clone(), stopped));
        runtime.spawn(sweep_forever(db.clone()));
        Ok(Dynamo { db, stop, server: Some(server), runtime: Some(runtime) })
    }

    pub(super) async fn sweep_ttl(&self) -> Result<usize, String> {
        let db = self.db.clone();
        let swept = tokio::task::spawn_blocking(move || db.sweep_ttl()).await;
        swept.map_err(|e| e.to_string())?.map_err(|e| e.to_string())
    }

    /// Lets running requests finish and closes the file, so that whoever opens it next does not meet a file that is just
    /// being closed.
    pub(super) async fn stop(&mut self) {
        self.stop.send_replace(true);
        if let Some(server) = self.server.take() {
            let _ = tokio::time::timeout(STOP_LIMIT, server).await;
        }
        if let Some(runtime) = self.runtime.take() {
            // Its tasks hold the database, too.
            let _ = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(STOP_LIMIT)).await;
        }
    }
}

impl std::fmt::Debug for Dynamo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dynamo").finish_non_exhaustive()
    }
}

impl Drop for Dynamo {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// dynoxide looks for a stream's last record before each write, and for the next ones at each read, by reading all there
/// are: 33 ms a write after 11,000 records. With this index it is 0.1 ms, however many there are; the shard is always the same.
fn index_stream(path: &Path) -> rusqlite::Result<()> {
    let file = rusqlite::Connection::open(path)?;
    file.busy_timeout(STOP_LIMIT)?;
    file.execute_batch(
        "CREATE INDEX IF NOT EXISTS parvis_stream_last
             ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
         DROP INDEX IF EXISTS parvis_stream_next;",
    )
}

async fn serve(listener: TcpListener, db: Database, mut stopped: watch::Receiver<bool>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the DynamoDB engine cannot listen"),
    };
    let stop = async move {
        // An error means that the sender is gone, which is a stop too.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = dynoxide::server::serve_with_shutdown(listener, db, stop).await {
        tracing::error!(error, "the DynamoDB engine ended");
    }
}

async fn sweep_forever(db: Database) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    loop {
        every.tick().await;
        let db = db.clone();
        match tokio::task::spawn_blocking(move || db.sweep_ttl()).await {
            Ok(Ok(0)) => {}
            Ok(Ok(expired)) => tracing::debug!(expired, "expired items deleted"),
            Ok(Err(error)) => tracing::warn!(%error, "expired items could not be deleted"),
            Err(error) => tracing::warn!(%error, "expired items could not be deleted"),
        }
    }
}
