//! How far one function has read the stream, kept on disk so that nothing is skipped after a crash.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The place of one function.
#[derive(Debug)]
pub(super) struct Checkpoint {
    file: PathBuf,
    stream: String,
}

impl Checkpoint {
    /// For `function` on the stream of that ARN.
    pub(super) fn new(data: &Path, function: &str, stream: &str) -> io::Result<Checkpoint> {
        let folder = data.join("checkpoints");
        fs::create_dir_all(&folder)?;
        Ok(Checkpoint { file: folder.join(function), stream: stream.to_owned() })
    }

    /// The last record that was dealt with. None for a stream never read: its beginning is next.
    pub(super) fn read(&self) -> Option<String> {
        let text = fs::read_to_string(&self.file).ok()?;
        let (stream, sequence) = text.trim().split_once('\n')?;
        // A table that was made again has another stream.
        (stream == self.stream).then(|| sequence.to_owned())
    }

    /// Remembers a record. Written beside and renamed, so a crash leaves the old or the new one; the old one only means
    /// that records come twice, and workers bear that.
    pub(super) fn save(&self, sequence: &str) -> io::Result<()> {
        let beside = self.file.with_extension("new");
        fs::write(&beside, format!("{}\n{sequence}\n", self.stream))?;
        fs::rename(&beside, &self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_for_its_own_stream_only() {
        let data = std::env::temp_dir().join(format!("parvis-checkpoint-{}", std::process::id()));
        let first = Checkpoint::new(&data, "plan_notices", "arn:1").unwrap();
        assert_eq!(first.read(), None);
        first.save("17").unwrap();
        first.save("18").unwrap();
        assert_eq!(first.read().as_deref(), Some("18"));
        assert_eq!(Checkpoint::new(&data, "plan_notices", "arn:2").unwrap().read(), None);
        assert_eq!(Checkpoint::new(&data, "project_reports", "arn:1").unwrap().read(), None);
        fs::remove_dir_all(&data).unwrap();
    }
}
