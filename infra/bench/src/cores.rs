//! Shares the machine's cores out, where Linux lets it: one for the local SNS, one for the local DynamoDB where four are there, and
//! the others for everything else. Those of AWS have machines of their own, too; here they would be slowed down by whatever else
//! runs, and what is measured would be how a machine shares its cores.

use std::path::Path;

use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};

/// The threads that work on the table, as the local platform names them.
const TABLE: &str = "dynamo";

/// The cores of this process at the beginning, and whose some of them are.
#[derive(Debug)]
pub(crate) struct Cores {
    all: CpuSet,
    sns: usize,
    table: Option<usize>,
}

impl Cores {
    /// Keeps this thread, and all that it starts from now on, off the last core, or the last two of four and more. `None` where
    /// there is only one, or no saying.
    pub(crate) fn set_apart() -> Option<Cores> {
        let all = sched_getaffinity(None).ok()?;
        let mut last = (0..CpuSet::MAX_CPU).rev().filter(|&core| all.is_set(core));
        let sns = last.next().filter(|_| all.count() > 1)?;
        let table = last.next().filter(|_| all.count() > 3);
        let mut others = all;
        for core in [Some(sns), table].into_iter().flatten() {
            others.unset(core);
        }
        sched_setaffinity(None, &others).ok()?;
        Some(Cores { all, sns, table })
    }

    /// Gives those that were left to the process that is the local SNS, and to this one's threads that work on the table.
    pub(crate) fn give_out(&self, sns: u32) -> Result<(), String> {
        give(self.sns, sns, |_| true)?;
        self.table.map_or(Ok(()), |core| give(core, std::process::id(), |name| name == TABLE))
    }
}

/// Gives a core to those threads of a process that have such a name.
fn give(core: usize, pid: u32, named: impl Fn(&str) -> bool) -> Result<(), String> {
    let mut alone = CpuSet::new();
    alone.set(core);
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).map_err(|e| e.to_string())?;
    for task in tasks.flatten().filter(|task| named(&name_of(&task.path()))) {
        let id = task.file_name().to_string_lossy().parse().ok().and_then(Pid::from_raw);
        sched_setaffinity(id, &alone).map_err(|e| format!("core {core} cannot be given to {pid}: {e}"))?;
    }
    Ok(())
}

/// Empty for one that has ended meanwhile.
fn name_of(task: &Path) -> String {
    std::fs::read_to_string(task.join("comm")).unwrap_or_default().trim_end().to_owned()
}

impl Drop for Cores {
    fn drop(&mut self) {
        let _ = sched_setaffinity(None, &self.all);
    }
}
