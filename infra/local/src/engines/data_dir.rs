//! Where one platform keeps everything: database, objects, engine state, outbox and logs.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::StartError;

/// Enough to tell a full disk from one that works before an engine meets it half-way through a write.
const PROBE_BYTES: usize = 1024 * 1024;

/// A data directory and the tools beside it. Nothing is touched before the engines start.
#[derive(Debug, Clone)]
pub struct DataDir {
    path: PathBuf,
    venv: PathBuf,
}

impl DataDir {
    /// Data in `path`; the virtual environment of ministack in the workspace's `.parvis/venv`, shared by all platforms
    /// of the checkout.
    pub fn new(path: impl Into<PathBuf>) -> DataDir {
        let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.parvis/venv");
        DataDir { path: path.into(), venv }
    }

    /// The same data with the virtual environment somewhere else.
    #[must_use]
    pub fn with_venv(self, venv: impl Into<PathBuf>) -> DataDir {
        DataDir { venv: venv.into(), ..self }
    }

    /// The data directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn venv(&self) -> &Path {
        &self.venv
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join("dynamo.sqlite")
    }

    pub(super) fn engine_state(&self) -> PathBuf {
        self.path.join("ministack")
    }

    pub(super) fn engine_log(&self) -> PathBuf {
        self.path.join("logs/ministack.log")
    }

    /// Makes the directory, checks that it can be written, and keeps every other platform out until the claim is
    /// dropped. The system frees the lock when the process ends in any way.
    pub(super) fn claim(&self) -> Result<Claim, StartError> {
        let lock = self.prepare().map_err(|e| self.unusable(e))?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim(lock)),
            Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(self.path.clone())),
            Err(TryLockError::Error(e)) => Err(self.unusable(e)),
        }
    }

    pub(super) fn unusable(&self, source: io::Error) -> StartError {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StartError::DiskFull(self.path.clone()),
            _ => StartError::DataUnusable { path: self.path.clone(), source },
        }
    }

    fn prepare(&self) -> io::Result<File> {
        fs::create_dir_all(self.engine_state().join("s3"))?;
        fs::create_dir_all(self.path.join("logs"))?;
        let probe = self.path.join("write-check");
        let written = File::create(&probe).and_then(|mut file| file.write_all(&vec![0; PROBE_BYTES]));
        let _ = fs::remove_file(&probe);
        written?;
        File::options().create(true).truncate(false).write(true).open(self.path.join("lock"))
    }
}

/// Holds a lock file's lock.
#[derive(Debug)]
pub(super) struct Claim(pub(super) File);

impl Drop for Claim {
    fn drop(&mut self) {
        // Closing the file would do, were it not for a child process that is just being started elsewhere and has a
        // copy of every open file for a moment.
        let _ = self.0.unlock();
    }
}
