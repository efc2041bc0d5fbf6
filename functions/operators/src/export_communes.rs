//! Schedule: writes the exports of communes, file by file, and removes those whose day is over.
//!
//! A commune's keys cannot be listed, so the whole table is walked through for each, as when a commune leaves. A file is
//! closed at 128 MB and the walk goes on behind its last item, in this run or a later one: what is bounded is a file, not the
//! export. Its links are one answer, which holds some two thousand: 250 GB.

mod contents;
mod csv;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_export};
use parvis_store::key::DueTask;
use parvis_store::{Commune, Export, ExportMark, Record, StoreError};

use contents::Contents;

/// Exports looked at in one run and shard.
const BATCH: u32 = 10;
/// No function lives longer, so who comes after this time finds an export that its writer left.
const LEASE: SignedDuration = SignedDuration::from_secs(ExportCommunes::TIMEOUT_S as i64);
/// No file is begun later in a run; it has two minutes and a half left to end in order.
const BUDGET: Duration = Duration::from_secs(12 * 60);
/// A file is closed when so much is in it, before compression.
const FILE_BYTES: usize = 128 * 1024 * 1024;
/// Or when writing it took so long.
const FILE_TIME: Duration = Duration::from_secs(60);

/// See the module.
pub struct ExportCommunes;

impl ScheduledWorker for ExportCommunes {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Write the exports of communes, and remove them after a day";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::SCAN,
        Grant::GET,
        Grant::PUT,
        Grant::DELETE,
        Grant::GET_PHOTO,
        Grant::PUT_EXPORT,
        Grant::DELETE_EXPORT,
    ];
    const MEMORY_MB: u32 = 1024;
    const TIMEOUT_S: u32 = 900;

    /// How many files were written or exports removed. One that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_export(cx, DueTask::CommuneExport, BATCH, |commune, export| async move {
            go_on(cx, &commune, export, until).await
        })
        .await
    }
}

async fn go_on(cx: &Cx, commune: &Commune, mut export: Export, until: Instant) -> Result<usize, StoreError> {
    let mut done = 0;
    while let (Some(mark), true) = (export.mark.clone(), Instant::now() < until) {
        let Some(held) = commune.claim_export(&export, LEASE, cx.now()).await? else { return Ok(done) };
        let mut contents = Contents::new(commune, cx.now());
        let rest = write(cx, &mut contents, mark).await?;
        let (records, file) = (contents.records(), contents.finish()?);
        let Some(kept) = commune.keep_export(&held, file, records, rest, cx.now()).await? else { return Ok(done) };
        export = kept;
        done += 1;
    }
    if export.is_over(cx.now()) {
        commune.remove_export(&export).await?;
        done += 1;
    }
    Ok(done)
}

/// Walks on until the file is full; where the next one begins, if there is more.
async fn write(cx: &Cx, contents: &mut Contents<'_>, mut mark: ExportMark) -> Result<Option<ExportMark>, StoreError> {
    let until = Instant::now() + FILE_TIME;
    loop {
        let found = cx.store.items_of(contents.commune, mark.after.as_ref()).await?;
        for item in found.all {
            let (place, record) = Record::of(item)?;
            if let Some(record) = record {
                contents.add(record).await?;
            }
            if contents.bytes() >= FILE_BYTES || Instant::now() >= until {
                return Ok(Some(ExportMark { after: Some(place), ..mark }));
            }
        }
        match found.next {
            None => return Ok(None),
            next if Instant::now() >= until => return Ok(Some(ExportMark { after: next, ..mark })),
            next => mark.after = next,
        }
    }
}
