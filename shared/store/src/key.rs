//! Keys. There is no way to make one without the commune it belongs to.

use std::fmt::Write as _;

use jiff::Timestamp;
use parvis_domain::CommuneId;

use crate::grant::Index;

/// Between the parts of a key. No id can hold it: ids are slugs, UUIDs and hexadecimal (`parvis_domain`).
const SEPARATOR: char = '#';

/// How many partitions the due index is spread over, so that a step that thousands follow does not heat one (1,000 writes a second each).
pub const DUE_SHARDS: u8 = 8;

/// Primary key of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl Key {
    /// `C#<commune>#<partition parts>` and the sort key.
    pub fn new(commune: &CommuneId, partition: &[&str], sort: impl Into<String>) -> Key {
        Key { pk: partition_of(commune, partition), sk: sort.into() }
    }

    /// The partition key as stored, for messages.
    pub fn partition(&self) -> &str {
        &self.pk
    }
}

/// `C#<commune>#a#b`.
pub(crate) fn partition_of(commune: &CommuneId, parts: &[&str]) -> String {
    let mut key = format!("C{SEPARATOR}{commune}");
    for part in parts {
        key.push(SEPARATOR);
        key.push_str(part);
    }
    key
}

/// The place of an item in one secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKey {
    pub(crate) index: Index,
    pub(crate) pk: String,
    pub(crate) sk: String,
}

impl IndexKey {
    /// A place in an index of the commune.
    pub fn new(index: Index, commune: &CommuneId, partition: &[&str], sort: impl Into<String>) -> IndexKey {
        IndexKey { index, pk: partition_of(commune, partition), sk: sort.into() }
    }

    /// A place in the due index: what the schedule of `task` must look at from `at` on. The one index that communes share,
    /// because a schedule serves them all; only workers hold a grant for it. `id` spreads over the shards.
    pub fn due(task: DueTask, at: Timestamp, commune: &CommuneId, id: &str) -> IndexKey {
        let shard = id.bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte)) % DUE_SHARDS;
        IndexKey {
            index: Index::Due,
            pk: task.partition(shard),
            sk: format!("{}{SEPARATOR}{commune}{SEPARATOR}{id}", sortable(at)),
        }
    }
}

/// What a schedule looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueTask {
    /// A notice that is not sent yet.
    Notice,
    /// A report whose contact was never verified, or that waits for its reporter.
    Report,
    /// A photo whose arrival nobody worked on.
    Photo,
    /// A commune that leaves the platform.
    Commune,
    /// An account that is being erased.
    Erasure,
    /// A closed report that becomes anonymous with its age.
    ClosedReport,
    /// An account that nobody uses.
    UnusedAccount,
    /// An account's export that is being written, or has been there for its day.
    Export,
    /// The same of a commune.
    CommuneExport,
    /// A commune whose training is being wiped.
    Wipe,
    /// A commune whose launch is to be told to who asked for it.
    Announcement,
}

impl DueTask {
    /// Partition of the due index for one shard.
    pub fn partition(self, shard: u8) -> String {
        let name = match self {
            DueTask::Notice => "notice",
            DueTask::Report => "report",
            DueTask::Photo => "photo",
            DueTask::Commune => "commune",
            DueTask::Erasure => "erasure",
            DueTask::ClosedReport => "closed_report",
            DueTask::UnusedAccount => "unused_account",
            DueTask::Export => "export",
            DueTask::CommuneExport => "commune_export",
            DueTask::Wipe => "wipe",
            DueTask::Announcement => "announcement",
        };
        let mut key = format!("due{SEPARATOR}{name}{SEPARATOR}");
        // Writing to a String cannot fail.
        let _ = write!(key, "{shard}");
        key
    }
}

/// A time whose text order is its time order: RFC 3339 in UTC with milliseconds, `2026-11-21T18:00:00.000Z`.
pub fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_two_communes_never_share_a_partition() {
        let a: CommuneId = "aubignac".parse().expect("a slug");
        let b: CommuneId = "aubignac-2".parse().expect("a slug");
        assert_eq!(Key::new(&a, &["report", "1"], "report").partition(), "C#aubignac#report#1");
        assert!(!Key::new(&b, &["report"], "x").partition().starts_with("C#aubignac#"));
    }

    #[test]
    fn due_keys_sort_by_time_whatever_the_commune() {
        let early: Timestamp = "2026-11-21T09:59:59.9Z".parse().expect("a time");
        let late: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
        let z: CommuneId = "zz".parse().expect("a slug");
        let a: CommuneId = "aa".parse().expect("a slug");
        assert!(IndexKey::due(DueTask::Notice, early, &z, "1").sk < IndexKey::due(DueTask::Notice, late, &a, "1").sk);
    }
}
