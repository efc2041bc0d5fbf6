//! Why the engines did not start, each with the way out.

use std::io;
use std::path::PathBuf;

/// Why the engines did not start. The text is meant for the person at the terminal.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Somebody else listens there.
    #[error(
        "port {port} ({role}) is taken, perhaps by another running platform; find it with \
         `ss -ltnp 'sport = :{port}'` and stop it, or choose other ports with --port <first port>"
    )]
    PortTaken {
        /// The port.
        port: u16,
        /// What it was wanted for.
        role: &'static str,
    },
    /// The system refuses the port for another reason.
    #[error("port {port} ({role}) cannot be used: {source}; choose another with --port <first port>")]
    Port {
        /// The port.
        port: u16,
        /// What it was wanted for.
        role: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The ports after the first one would pass 65535.
    #[error("--port {first} leaves no room: the platform uses {first} and the {extra} ports after it, up to 65535")]
    PortRange {
        /// The first port asked for.
        first: u16,
        /// How many more are used.
        extra: u16,
    },
    /// Another platform runs on the same data.
    #[error(
        "the data directory {} is in use by another running platform; stop that one or choose another with --data <directory>",
        .0.display()
    )]
    DataInUse(PathBuf),
    /// The disk is full.
    #[error("the disk that holds {} is full; free some space (the platform needs about 200 MB) and start again", .0.display())]
    DiskFull(PathBuf),
    /// The data directory cannot be made or written.
    #[error("the data directory {} cannot be written: {source}; choose another with --data <directory>", .path.display())]
    DataUnusable {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database file is there and cannot be opened.
    #[error("the database {} cannot be opened: {reason}; restore it from a copy, or move it away to start empty", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// No Python that ministack runs on.
    #[error(
        "the local AWS engine needs Python 3.11 or newer and {found}; install it (Debian, Ubuntu: \
         `sudo apt install python3 python3-venv`; macOS: `brew install python`) and start again"
    )]
    Python {
        /// What is there instead.
        found: String,
    },
    /// Making the virtual environment or filling it failed.
    #[error("installing the local AWS engine failed at `{step}`:\n{output}\n{hint}")]
    Install {
        /// The command.
        step: String,
        /// Its last lines.
        output: String,
        /// What helps.
        hint: &'static str,
    },
    /// ministack ended before it answered.
    #[error("the local AWS engine (ministack) ended while starting ({status}); last lines of {}:\n{tail}", .log.display())]
    EngineEnded {
        /// How it ended.
        status: String,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// ministack runs and does not answer.
    #[error("the local AWS engine (ministack) did not answer within {seconds} s; last lines of {}:\n{tail}", .log.display())]
    EngineSilent {
        /// How long it was waited for.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// The system gives no threads.
    #[error("the engines' threads cannot be started: {0}")]
    Runtime(io::Error),
}
