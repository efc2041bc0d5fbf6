//! `cargo xtask bench`: starts every packaged function as Lambda does and measures the time from the start of the process
//! to its first request for an event, and the memory it then has. docs/performance.md keeps the numbers.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::package;
use crate::shell::Shell;

/// A function that has not asked for an event by then has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a function reads at its start; no value is used before the first event.
const ENVIRONMENT: [(&str, &str); 16] = [
    ("PARVIS_TABLE", "bench"),
    ("PARVIS_INCOMING_BUCKET", "bench-incoming"),
    ("PARVIS_PHOTOS_BUCKET", "bench-photos"),
    ("PARVIS_NOTICE_QUEUE", "https://sqs.invalid/notices"),
    ("PARVIS_PHOTO_QUEUE", "https://sqs.invalid/photos"),
    ("PARVIS_TOKEN_KEY", "bench"),
    ("PARVIS_FCM_APPLICATION", "bench"),
    ("PARVIS_APNS_APPLICATION", "bench"),
    ("PARVIS_MAIL_FROM", "bench@parvis.invalid"),
    ("PARVIS_PUBLIC_URL", "https://parvis.invalid"),
    ("PARVIS_MEDIA_URL", "https://media.invalid"),
    ("PARVIS_SECRET", "only-for-measuring-how-fast-it-starts"),
    ("AWS_REGION", "eu-west-3"),
    ("AWS_ACCESS_KEY_ID", "bench"),
    ("AWS_SECRET_ACCESS_KEY", "bench"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
];

/// Measures every function `starts` times (20 unless told).
pub(crate) fn run(shell: &Shell, rest: &[String]) -> Result<(), String> {
    let starts = match rest.first() {
        None => 20,
        Some(text) => {
            text.parse::<usize>().ok().filter(|n| *n > 0).ok_or(format!("starts is {text}; a number from 1"))?
        }
    };
    println!("| function | artefact | start, median of {starts} | slowest | memory |\n|---|---|---|---|---|");
    for domain in package::domains(shell)? {
        let artefact = package::artefact(shell, &domain);
        let size = fs::metadata(&artefact).map_err(|_| "nothing is packaged yet: run `cargo xtask package`")?.len();
        for function in functions(shell, &domain)? {
            let mut runs = (0..starts).map(|_| start(&artefact, &function)).collect::<Result<Vec<_>, _>>()?;
            runs.sort();
            let (median, memory) = runs[runs.len() / 2];
            let slowest = runs[runs.len() - 1].0;
            let millis = |d: Duration| d.as_secs_f64() * 1e3;
            println!(
                "| `{function}` | {:.1} MB | {:.1} ms | {:.1} ms | {:.1} MB |",
                size as f64 / 1e6,
                millis(median),
                millis(slowest),
                memory as f64 / 1e3
            );
        }
    }
    Ok(())
}

/// The handlers in a domain's stack.
fn functions(shell: &Shell, domain: &str) -> Result<Vec<String>, String> {
    let path = shell.root.join(format!("infra/generated/{domain}.yaml"));
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(text.lines().filter_map(|l| l.trim().strip_prefix("Handler: ")).map(str::to_owned).collect())
}

/// One start: how long until the function asks for its first event, and its resident memory in kB then.
fn start(artefact: &Path, function: &str) -> Result<(Duration, u64), String> {
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
    let mut child = Ended(child.map_err(|e| failed(&e.to_string()))?);
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
            return Ok((took, resident(child.0.id())));
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

/// Resident memory of a process in kB, as Linux tells it; 0 where there is no `/proc`.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
