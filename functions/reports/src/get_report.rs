//! `GET /v1/{commune}/reports/{report}`: a report and how it went.
//!
//! One query reads the report, its history and its duplicates; a signed-in caller costs one more read, of whether they
//! follow it (and staff one of their membership).

use parvis_edge::{Cx, Endpoint, Grant, Path, Problem, ResidentOrGuest, Route, Versioned, get};

use crate::view::ReportView;
use crate::who::{ReportPath, Who};

/// Reads a report.
pub struct GetReport;

impl Endpoint for GetReport {
    const ROUTE: Route = get("/v1/{commune}/reports/{report}");
    const SUMMARY: &'static str = "Read a report with its history";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY];
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Path<ReportPath>;
    type Output = Versioned<ReportView>;

    async fn run(_: &Cx, caller: ResidentOrGuest, Path(path): Path<ReportPath>) -> Result<Self::Output, Problem> {
        let commune = caller.commune;
        let who = Who::is(&commune, caller.account.as_ref()).await?;
        let dossier = commune.dossier(path.report).await?.filter(|d| who.viewer.may_see(&d.report));
        let dossier = dossier.ok_or_else(|| Problem::not_found("report"))?;
        let view = ReportView::read(&commune, dossier, who.viewer).await?;
        Ok(Versioned { version: view.version, body: view })
    }
}
