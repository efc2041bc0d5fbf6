//! What the kernel says a process or thread has used. Linux only, like Lambda.

use std::fs;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of the calling thread. The kernel adds it up when the thread is put aside, so it is, for a moment.
pub(crate) fn thread_cpu() -> Duration {
    std::thread::sleep(Duration::from_micros(50));
    cpu("/proc/thread-self/schedstat")
}

/// CPU time of this process, also of its threads that have ended.
pub(crate) fn process_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Time on the CPU, the first number of a `schedstat` (Documentation/scheduler/sched-stats in the kernel's tree).
fn cpu(path: &str) -> Duration {
    let text = fs::read_to_string(path).unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0))
}

/// Greatest resident memory of a process so far, in MB.
pub(crate) fn peak_memory(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1e3
}
