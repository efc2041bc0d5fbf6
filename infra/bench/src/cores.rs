//! Shares the machine's cores out, where Linux lets it: one for the local SNS, the others for everything else. The SNS of AWS has
//! machines of its own; here it would be slowed down by whatever else runs, and what is measured against it would be how a
//! machine shares its cores.

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

/// The cores of this process at the beginning.
#[derive(Debug)]
pub(crate) struct Cores {
    all: CpuSet,
    last: usize,
}

impl Cores {
    /// Keeps this thread, and all that it starts from now on, off the last core. `None` where there is only one, or no saying.
    pub(crate) fn leave_one() -> Option<Cores> {
        let all = sched_getaffinity(None).ok()?;
        let last = (0..CpuSet::MAX_CPU).rev().find(|&core| all.is_set(core)).filter(|_| all.count() > 1)?;
        let mut others = all;
        others.unset(last);
        sched_setaffinity(None, &others).ok()?;
        Some(Cores { all, last })
    }

    /// Gives the one that was left to this process.
    pub(crate) fn give_to(&self, pid: u32) -> Result<(), String> {
        let mut alone = CpuSet::new();
        alone.set(self.last);
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).map_err(|e| e.to_string())?;
        for task in tasks.flatten() {
            let id = task.file_name().to_string_lossy().parse().ok().and_then(Pid::from_raw);
            sched_setaffinity(id, &alone).map_err(|e| format!("core {} cannot be given to {pid}: {e}", self.last))?;
        }
        Ok(())
    }
}

impl Drop for Cores {
    fn drop(&mut self) {
        let _ = sched_setaffinity(None, &self.all);
    }
}
