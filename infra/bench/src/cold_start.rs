//! `cold-start`: starts every packaged function as Lambda does and measures the time from the start of the process to its
//! first request for an event, and the memory it then has; the floor is a bare `lambda_http` function of the same
//! profile, linker and flags, without a list of what it runs first, and started in turn with ours.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::figure::{Figure, median};
use crate::usage::peak_memory;

/// Starts of each function: the slowest of twenty is looked for, and of few starts it would be the one that had bad luck.
const STARTS: usize = 150;
/// Ours against the floor, for time and for memory.
const TARGET: f64 = 1.3;
/// A function that has not asked for an event by then has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a function reads at its start; no value is used before the first event.
const ENVIRONMENT: [(&str, &str); 20] = [
    ("PARVIS_TABLE", "bench"),
    ("PARVIS_INCOMING_BUCKET", "bench-incoming"),
    ("PARVIS_PHOTOS_BUCKET", "bench-photos"),
    ("PARVIS_EXPORTS_BUCKET", "bench-exports"),
    ("PARVIS_NOTICE_QUEUE", "https://sqs.invalid/notices"),
    ("PARVIS_PHOTO_QUEUE", "https://sqs.invalid/photos"),
    ("PARVIS_TOKEN_KEY", "bench"),
    ("PARVIS_FCM_APPLICATION", "bench"),
    ("PARVIS_APNS_APPLICATION", "bench"),
    ("PARVIS_ALERT_TOPICS", "bench"),
    ("PARVIS_MAIL_FROM", "bench@parvis.invalid"),
    ("PARVIS_PUBLIC_URL", "https://parvis.invalid"),
    ("PARVIS_MEDIA_URL", "https://media.invalid"),
    ("PARVIS_TILE_HOSTS", "none"),
    ("PARVIS_SECRET", "only-for-measuring-how-fast-it-starts"),
    ("PARVIS_EDGE_SECRET", "only-for-measuring-how-fast-it-starts"),
    ("AWS_REGION", "eu-west-3"),
    ("AWS_ACCESS_KEY_ID", "bench"),
    ("AWS_SECRET_ACCESS_KEY", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
];

/// One way to start: the artefact and its handler.
struct Starter {
    artefact: PathBuf,
    handler: String,
    millis: Vec<f64>,
    megabytes: Vec<f64>,
}

/// Every function [`STARTS`] times, in turn with the floor, so that what else the machine does meets all alike.
pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let lambda = crate::root().join("target/lambda");
    let mut floor = Starter::new(hello()?, "hello".to_owned());
    let mut domains: BTreeMap<String, Vec<Starter>> = BTreeMap::new();
    for function in parvis_catalog::functions() {
        let artefact = lambda.join(&function.domain).join("bootstrap");
        domains.entry(function.domain).or_default().push(Starter::new(artefact, function.id));
    }
    for _ in 0..STARTS {
        floor.start()?;
        for starter in domains.values_mut().flatten() {
            starter.start()?;
        }
    }
    let (time, memory) = (median(floor.millis), median(floor.megabytes));
    let mut figures = vec![
        Figure::told("floor (bare lambda_http): init", time, "ms"),
        Figure::told("floor (bare lambda_http): peak memory", memory, "MB"),
    ];
    for (domain, starters) in domains {
        let size = fs::metadata(&starters[0].artefact).map_or(0, |m| m.len());
        let slowest = starters.iter().map(|s| median(s.millis.clone())).fold(0.0, f64::max);
        let largest = starters.iter().map(|s| median(s.megabytes.clone())).fold(0.0, f64::max);
        figures.push(Figure::told(format!("{domain}: artefact"), size as f64 / 1e6, "MB"));
        figures.push(Figure::told(format!("{domain}: init of its slowest function"), slowest, "ms"));
        figures.push(Figure::at_most(format!("{domain}: init, ratio"), slowest / time, "ratio", TARGET));
        figures.push(Figure::at_most(format!("{domain}: peak memory, ratio"), largest / memory, "ratio", TARGET));
    }
    Ok(figures)
}

/// The floor's program, which `cargo xtask bench` built in release and names in the environment.
fn hello() -> Result<PathBuf, String> {
    let named = std::env::var_os("PARVIS_HELLO").map(PathBuf::from);
    named.ok_or_else(|| "PARVIS_HELLO does not name the floor's program: run `cargo xtask bench cold-start`".to_owned())
}

impl Starter {
    fn new(artefact: PathBuf, handler: String) -> Starter {
        Starter { artefact, handler, millis: Vec::new(), megabytes: Vec::new() }
    }

    fn start(&mut self) -> Result<(), String> {
        let (took, memory) = start(&self.artefact, &self.handler)?;
        self.millis.push(took.as_secs_f64() * 1e3);
        self.megabytes.push(memory);
        Ok(())
    }
}

/// One start: how long until the function asks for its first event, and its greatest memory until then in MB.
fn start(artefact: &Path, function: &str) -> Result<(Duration, f64), String> {
    let failed = |what: &str| format!("{function} does not start: {what}");
    // Stands in for Lambda's runtime API: only the first request matters.
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|e| failed(&e.to_string()))?;
    let address = listener.local_addr().map_err(|e| failed(&e.to_string()))?;
    listener.set_nonblocking(true).map_err(|e| failed(&e.to_string()))?;
    let mut command = Command::new(artefact);
    command.env_clear().envs(ENVIRONMENT).env("_HANDLER", function).env("AWS_LAMBDA_FUNCTION_NAME", function);
    command.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256").env("AWS_LAMBDA_RUNTIME_API", address.to_string());
    command.env("AWS_LAMBDA_LOG_STREAM_NAME", "bench").env("AWS_LAMBDA_LOG_GROUP_NAME", "bench");
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = Ended(child.map_err(|e| failed(&format!("{}: {e}", artefact.display())))?);
    loop {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).map_err(|e| failed(&e.to_string()))?;
            let mut line = String::new();
            // Lives until the memory is read: a function whose connection breaks ends.
            let mut reader = BufReader::new(stream);
            reader.read_line(&mut line).map_err(|e| failed(&e.to_string()))?;
            let took = begun.elapsed();
            if !line.contains("/invocation/next") {
                return Err(failed(line.trim()));
            }
            return Ok((took, peak_memory(child.0.id())));
        }
        if let Ok(Some(status)) = child.0.try_wait() {
            return Err(failed(&status.to_string()));
        }
        if begun.elapsed() > PATIENCE {
            return Err(failed(&format!("no request within {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_micros(20));
    }
}

/// Ends the process when the measurement is over, however it ends.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
