//! Schedule: closed reports that are old enough become anonymous (docs/decisions/0027-retention.md).

use std::time::{Duration, Instant};

use parvis_domain::{Report, months_after};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker, each_due_in_communes};
use parvis_store::item::{Attributes, Item, from_attributes, type_of};
use parvis_store::key::DueTask;
use parvis_store::{Commune, StoreError, Sweep};

/// Items read at a time.
const PAGE: u32 = 100;
/// Nothing is begun later in a run; the next one goes on.
const BUDGET: Duration = Duration::from_secs(240);

/// See the module.
pub struct AnonymiseReports;

impl ScheduledWorker for AnonymiseReports {
    const EVERY_MINUTES: u32 = 60;
    const SUMMARY: &'static str =
        "Take residents' names, contacts and pictures off closed reports after the commune's time";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::DELETE_INCOMING,
        Grant::DELETE_PHOTO,
    ];

    /// How many reports became anonymous. One that fails does not keep the others from it; the next run meets it again.
    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let until = Instant::now() + BUDGET;
        each_due_in_communes(cx, DueTask::ClosedReport, PAGE, until, "a closed report", |commune, item| async move {
            age(cx, &commune, item).await.map(usize::from)
        })
        .await
    }
}

/// Whether it became anonymous.
async fn age(cx: &Cx, commune: &Commune, item: Attributes) -> Result<bool, StoreError> {
    if type_of(&item) == Sweep::TYPE {
        // It became anonymous in an earlier run, which was cut off.
        return commune.sweep_report(&from_attributes(item)?, cx.now()).await.map(|()| false);
    }
    let report: Report = from_attributes(item)?;
    let at = months_after(report.updated, commune.settings.retention.closed_reports_months);
    if at > cx.now() {
        commune.look_at_report(&report, at, cx.now()).await?;
        return Ok(false);
    }
    commune.anonymise_report(&report, cx.now()).await
}
