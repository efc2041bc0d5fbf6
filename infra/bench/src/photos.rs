//! `photos`: our pipeline against `sharp` (libvips and libjpeg-turbo under Node), which makes the same two pictures of the same
//! photos, of 12 and 48 megapixels, on one core.
//!
//! Every run is a process of its own, ours and sharp's in turn. CPU time is that of the work, all threads, from the bytes of
//! the photo to those of its pictures; loading the program is not in it, nor what a process does at its first photo, for which
//! each makes pictures of a small one before. Memory is the most that the process ever had resident, all told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parvis_photos::pipeline::{self, MediaType};
use serde::{Deserialize, Serialize};

use crate::figure::{Figure, median};
use crate::photos_sample;
use crate::usage::{peak_memory, process_cpu};

/// The first argument of a process that makes our pictures.
pub(crate) const JOB: &str = "photo-job";
/// Runs of each; the middle one counts.
const RUNS: usize = 11;
/// Ours against sharp.
const CPU_TARGET: f64 = 0.7;
const MEMORY_TARGET: f64 = 0.333;
/// What is measured with: megapixels, width, height.
const PHOTOS: [(u32, u16, u16); 2] = [(12, 4_000, 3_000), (48, 8_000, 6_000)];
/// How sharp can be told to do it (sharp/job.js), the first as our pipeline does it.
const WAYS: [(&str, &str); 3] =
    [("pixels", "sharp"), ("file", "sharp, small of the large one's file"), ("twice", "sharp, each of the photo")];

/// What one process tells of its work; sharp/job.js writes the same.
#[derive(Debug, Serialize, Deserialize)]
struct Run {
    cpu_ms: f64,
    peak_mb: f64,
    /// Width and height of the pictures made.
    sizes: Vec<(u32, u32)>,
}

/// All runs, and the figures of each photo.
pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let sharp = install_sharp()?;
    let small = sample("small", 640, 480)?;
    let ours = std::env::current_exe().map_err(|e| e.to_string())?;
    let ours = |photo: &[&Path]| job(Command::new(&ours).arg(JOB).args(photo));
    let theirs = |way: &str, photo: &[&Path]| job(sharp.command().args((!photo.is_empty()).then_some(way)).args(photo));

    let mut empty = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        empty.0.push(ours(&[])?.peak_mb);
        empty.1.push(theirs("", &[])?.peak_mb);
    }
    let mut figures = vec![
        Figure::told("nothing to do: ours, memory", median(empty.0), "MB"),
        Figure::told("nothing to do: sharp, memory", median(empty.1), "MB"),
    ];
    for (megapixels, width, height) in PHOTOS {
        let photo = sample(&format!("{megapixels}mp"), width, height)?;
        let bytes = fs::metadata(&photo).map_err(|e| e.to_string())?.len();
        figures.push(Figure::told(format!("{megapixels} MP: the photo"), bytes as f64 / 1e6, "MB"));
        let files = [small.as_path(), photo.as_path()];
        let mut runs: Vec<(&str, Vec<Run>)> = vec![("ours", Vec::new())];
        runs.extend(WAYS.map(|(_, name)| (name, Vec::new())));
        for _ in 0..RUNS {
            runs[0].1.push(ours(&files)?);
            for (at, (way, _)) in (1..).zip(WAYS) {
                runs[at].1.push(theirs(way, &files)?);
            }
        }
        figures.extend(compared(megapixels, &runs)?);
    }
    Ok(figures)
}

/// The middle of each, and the ratios of the first to the second.
fn compared(megapixels: u32, runs: &[(&str, Vec<Run>)]) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    let mut middles = Vec::new();
    let made = &runs[0].1[0].sizes;
    for (name, runs) in runs {
        if let Some(other) = runs.iter().find(|run| run.sizes != *made) {
            return Err(format!("{name} made pictures of {:?}, not of {made:?}", other.sizes));
        }
        let cpu = median(runs.iter().map(|run| run.cpu_ms).collect());
        let memory = median(runs.iter().map(|run| run.peak_mb).collect());
        figures.push(Figure::told(format!("{megapixels} MP: {name}, CPU"), cpu, "ms"));
        figures.push(Figure::told(format!("{megapixels} MP: {name}, memory"), memory, "MB"));
        middles.push((cpu, memory));
    }
    let [(our_cpu, our_memory), (cpu, memory), ..] = middles[..] else { return Err("nothing to compare".to_owned()) };
    figures.push(Figure::at_most(format!("{megapixels} MP: CPU, ratio"), our_cpu / cpu, "ratio", CPU_TARGET));
    figures.push(Figure::at_most(
        format!("{megapixels} MP: memory, ratio"),
        our_memory / memory,
        "ratio",
        MEMORY_TARGET,
    ));
    Ok(figures)
}

/// What a process that was started as `parvis-bench photo-job [small photo]` does.
pub(crate) fn work(files: &[String]) -> Result<String, String> {
    let mut run = Run { cpu_ms: 0.0, peak_mb: 0.0, sizes: Vec::new() };
    if let [small, photo] = files {
        let read = |path: &String| fs::read(path).map_err(|e| format!("{path}: {e}"));
        let refused = |refusal: pipeline::Refusal| refusal.to_string();
        pipeline::process(read(small)?, MediaType::Jpeg).map_err(refused)?;
        let bytes = read(photo)?;
        let before = process_cpu();
        let made = pipeline::process(bytes, MediaType::Jpeg).map_err(refused)?;
        run.cpu_ms = (process_cpu() - before).as_secs_f64() * 1e3;
        run.sizes = [&made.large, &made.small].map(|picture| (picture.width, picture.height)).into();
    }
    run.peak_mb = peak_memory(std::process::id());
    serde_json::to_string(&run).map_err(|e| e.to_string())
}

/// Runs one process to its end on the last of our cores, where less else is done than on the first.
fn job(command: &Command) -> Result<Run, String> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let cores = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).unwrap_or("0").trim();
    let core = cores.rsplit([',', '-']).next().unwrap_or("0");
    let mut pinned = Command::new("taskset");
    pinned.args(["--cpu-list", core]).arg(command.get_program()).args(command.get_args());
    pinned.env("UV_THREADPOOL_SIZE", "1").stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = pinned.output().map_err(|e| format!("taskset (of util-linux) does not start: {e}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("{command:?}: {e}"))
}

/// Draws a photo into `target/bench`.
fn sample(name: &str, width: u16, height: u16) -> Result<PathBuf, String> {
    let path = crate::root().join(format!("target/bench/{name}.jpg"));
    let jpeg = photos_sample::jpeg(width, height)?;
    fs::write(&path, jpeg).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path)
}

/// Where sharp is installed.
struct Sharp(PathBuf);

impl Sharp {
    fn command(&self) -> Command {
        let mut node = Command::new("node");
        node.arg(self.0.join("job.js"));
        node
    }
}

/// Installs what the lock file names into `target/bench/sharp`, unless it is there.
fn install_sharp() -> Result<Sharp, String> {
    let from = crate::root().join("infra/bench/sharp");
    let to = crate::root().join("target/bench/sharp");
    let failed = |e: std::io::Error| format!("{}: {e}", to.display());
    fs::create_dir_all(&to).map_err(failed)?;
    let lock = |folder: &Path| fs::read(folder.join("package-lock.json")).ok();
    let is_there = to.join("node_modules/sharp").exists() && lock(&from) == lock(&to);
    for file in ["job.js", "package.json", "package-lock.json"] {
        fs::copy(from.join(file), to.join(file)).map_err(failed)?;
    }
    if !is_there {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--prefix"]).arg(&to).stdout(Stdio::null());
        let status = npm.status().map_err(|e| format!("npm (of Node 20 or newer) does not start: {e}"))?;
        if !status.success() {
            return Err(format!("npm cannot install sharp: {status}"));
        }
    }
    Ok(Sharp(to))
}
