//! `PUT /v1/{commune}/reports/{report}/followers/me`: somebody wants to be told how it goes on.

use parvis_edge::{Cx, Endpoint, Grant, NoContent, Path, Problem, Resident, Route, put};

use crate::who::{ReportPath, Who};

/// Follows a report; following it twice is following it.
pub struct FollowReport;

impl Endpoint for FollowReport {
    const ROUTE: Route = put("/v1/{commune}/reports/{report}/followers/me");
    const SUMMARY: &'static str = "Follow a report";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::UPDATE, Grant::DELETE];
    const LAUNCHED: bool = true;
    type Caller = Resident;
    type Input = Path<ReportPath>;
    type Output = NoContent;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        Path(path): Path<ReportPath>,
    ) -> Result<Self::Output, Problem> {
        let who = Who::is(&commune, Some(&account)).await?;
        let report = who.sees(commune.report(path.report).await?)?;
        commune.follow(report.id, report.version, account.id, cx.now()).await?;
        Ok(NoContent)
    }
}
