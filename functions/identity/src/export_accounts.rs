//! Schedule: writes the exports of accounts, file by file, and removes those whose day is over.

mod contents;
mod page;

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_export};
use parvis_store::key::DueTask;
use parvis_store::{Commune, Export, ExportMark, ExportOf, ExportStep, StoreError};

use contents::Contents;

/// Exports looked at in one run and shard at most; the next run goes on.
const BATCH: u32 = 25;
/// No function lives longer, so who comes after this time finds an export that its writer left.
const LEASE: SignedDuration = SignedDuration::from_secs(ExportAccounts::TIMEOUT_S as i64);
/// No file is begun later in a run.
const BUDGET: Duration = Duration::from_secs(200);
/// One account does not keep the others waiting for longer.
const OF_ONE: Duration = Duration::from_secs(60);
/// A file is closed when so much is in it, before compression; one page of reports with their photos may come on top.
const FILE_BYTES: usize = 32 * 1024 * 1024;
/// The same for what is not pictures: reports and notices in it.
const FILE_RECORDS: u64 = 500;
/// Or when writing it took so long.
const FILE_TIME: Duration = Duration::from_secs(30);
/// Reports read at a time, with at most six photos each and what their histories hold.
const PAGE: u32 = 10;

/// See the module.
pub struct ExportAccounts;

impl ScheduledWorker for ExportAccounts {
    const EVERY_MINUTES: u32 = 1;
    const SUMMARY: &'static str = "Write the exports of accounts, and remove them after a day";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::QUERY_AUTHOR,
        Grant::PUT,
        Grant::DELETE,
        Grant::GET_PHOTO,
        Grant::PUT_EXPORT,
        Grant::DELETE_EXPORT,
    ];
    const MEMORY_MB: u32 = 512;
    const TIMEOUT_S: u32 = 300;

    /// How many files were written or exports removed. One that fails does not keep the others waiting; it stays due.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_export(cx, DueTask::Export, BATCH, |commune, export| async move {
            go_on(cx, &commune, export, until.min(Instant::now() + OF_ONE)).await
        })
        .await
    }
}

async fn go_on(cx: &Cx, commune: &Commune, mut export: Export, until: Instant) -> Result<usize, StoreError> {
    let mut done = 0;
    while let (Some(mark), ExportOf::Account(account), true) = (export.mark.clone(), export.of, Instant::now() < until)
    {
        let Some(held) = commune.claim_export(&export, LEASE, cx.now()).await? else { return Ok(done) };
        let part = held.files.len() + 1;
        let mut contents = Contents::new(commune, account, cx.now(), part);
        if part == 1 && !contents.add_account().await? {
            // Erased meanwhile, or gone with its training. An erasure takes the export away too, a wipe does so last.
            commune.remove_export(&held).await?;
            return Ok(done);
        }
        let (rest, began) = (write(&mut contents, mark).await?, contents.records());
        let file = contents.finish(rest.is_none())?;
        let Some(kept) = commune.keep_export(&held, Some(file), began, rest, cx.now()).await? else { return Ok(done) };
        export = kept;
        done += 1;
    }
    if export.is_over(cx.now()) {
        commune.remove_export(&export).await?;
        done += 1;
    }
    Ok(done)
}

/// Adds to a file until it is full; what comes next, if anything does.
async fn write(contents: &mut Contents<'_>, mark: ExportMark) -> Result<Option<ExportMark>, StoreError> {
    let (until, mut at) = (Instant::now() + FILE_TIME, Some(mark));
    while let Some(mark) = at {
        if contents.bytes() >= FILE_BYTES || contents.records() >= FILE_RECORDS || Instant::now() >= until {
            return Ok(Some(mark));
        }
        let after = mark.after.as_ref();
        let next = match mark.step {
            ExportStep::Reports => contents.add_reports(PAGE, after).await?,
            ExportStep::Acts => contents.add_acts(PAGE, after).await?,
            ExportStep::Followed => contents.add_followed(PAGE, after).await?,
            ExportStep::Left => contents.add_left(PAGE, after).await?,
            ExportStep::Photos => contents.add_photos(PAGE, after).await?,
            ExportStep::Table => None,
        };
        at = mark.after(next);
    }
    Ok(None)
}
