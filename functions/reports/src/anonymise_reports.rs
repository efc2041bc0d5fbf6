//! Schedule: closed reports that are old enough become anonymous (docs/decisions/0027-retention.md).

use std::time::{Duration, Instant};

use parvis_domain::{Report, months_after};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{Attributes, Item, commune_of, from_attributes, type_of};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::{StoreError, Sweep, watch};

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
        let (mut done, mut failed) = (0, 0);
        'shards: for shard in 0..DUE_SHARDS {
            let mut start = None;
            loop {
                let page = cx.store.due(DueTask::ClosedReport, shard, cx.now(), PAGE, start).await?;
                for item in page.items {
                    match age(cx, item).await {
                        Ok(true) => done += 1,
                        Ok(false) => {}
                        Err(error) => {
                            tracing::error!(%error, "a report did not become anonymous");
                            failed += 1;
                        }
                    }
                    if Instant::now() > until {
                        break 'shards;
                    }
                }
                start = page.next;
                if start.is_none() {
                    break;
                }
            }
        }
        if failed > 0 {
            Err(Failure(format!("{failed} reports did not become anonymous, {done} did")))
        } else {
            Ok(done)
        }
    }
}

/// Whether it became anonymous.
async fn age(cx: &Cx, item: Attributes) -> Result<bool, StoreError> {
    let commune = commune_of(&item).ok_or_else(|| StoreError::Defect("an item without its commune".to_owned()))?;
    watch::relied_on(Grant::GET);
    let commune = match cx.store.commune(&commune).await {
        Ok(commune) => commune,
        // It left the platform; what is left of it goes with it.
        Err(StoreError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
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
