//! `POST /v1/{commune}/reports/{report}/status`: the commune acts, or the reporter asks for more.
//!
//! The report, the entry of its history, the photos and the link to an original are written in one transaction, on the
//! version that the caller saw; for staff also the entry of the audit log. The followers of a duplicate come to follow its original too; the stream worker moves
//! them along (see `project_reports`), so that a report with thousands of them closes as fast as any other.

use parvis_domain::{Change, CloseReason, Report, StaffAct};
use parvis_edge::{Code, Cx, Endpoint, Grant, IfMatch, Json, Path, Problem, Resident, Route, Versioned, post};
use parvis_store::{Commune, Dossier, StoreError};

use crate::refused;
use crate::view::ReportView;
use crate::who::{ReportPath, Who, act};

/// Brings a report to another status.
pub struct ChangeStatus;

impl Endpoint for ChangeStatus {
    const ROUTE: Route = post("/v1/{commune}/reports/{report}/status");
    const SUMMARY: &'static str = "Change a report's status (staff), or ask to reopen one's own";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::PUT, Grant::UPDATE, Grant::DELETE];
    const LAUNCHED: bool = true;
    type Caller = Resident;
    type Input = (Path<ReportPath>, IfMatch, Json<Change>);
    type Output = Versioned<ReportView>;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        (Path(path), IfMatch(version), Json(change)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let who = Who::is(&commune, Some(&account)).await?;
        let dossier = commune.dossier(path.report).await?.filter(|d| who.viewer.may_see(&d.report));
        let Dossier { report: old, mut events, duplicates } = dossier.ok_or_else(|| Problem::not_found("report"))?;
        if old.version != version {
            return Err(changed(version));
        }
        let actor = who.acts_on(&old, StaffAct::Treat, &commune)?;
        let (wanted, original) = (change.photos.clone(), change.duplicate_of);
        let (new, event) = match old.change(change, actor.clone(), commune.standing.resumed, cx.now()) {
            Ok(changed) => changed,
            Err(refused) => return Err(who.refused(&commune, refused::problem(refused, &old)).await),
        };
        let photos = commune.attachable("photos", &wanted, Some(account.id)).await??;
        if let Some(original) = original {
            check_original(&commune, commune.report(original).await?)?;
        }
        let act = act(&actor, "change_status", &old, &new);
        commune.change_report(&old, &new, &event, &photos, act.as_ref(), None).await.map_err(|error| match error {
            StoreError::Conflict { item: 0 } => changed(version),
            other => other.into(),
        })?;
        events.push(event);
        let view = ReportView::read(&commune, Dossier { report: new, events, duplicates }, who.viewer).await?;
        Ok(Versioned { version: view.version, body: view })
    }
}

fn changed(seen: u32) -> Problem {
    let detail = format!("the report is no longer at version {seen}; read it again and decide again");
    Problem::new(Code::VersionConflict, detail)
}

/// An original is a report that others can be led to: with the commune, and no duplicate itself.
fn check_original(commune: &Commune, original: Option<Report>) -> Result<(), Problem> {
    let refuse = |code: &str, detail: String| Err(Problem::field("duplicate_of", code, detail));
    match original.filter(|report| report.status.is_with_commune()) {
        None => refuse("unknown_report", format!("{} has no such report", commune.settings.name)),
        Some(Report { close_reason: Some(CloseReason::Duplicate), duplicate_of: Some(first), .. }) => {
            refuse("original_is_duplicate", format!("that report is a duplicate itself; its original is {first}"))
        }
        Some(_) => Ok(()),
    }
}
