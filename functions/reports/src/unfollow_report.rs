//! `DELETE /v1/{commune}/reports/{report}/followers/me`: somebody has heard enough.

use parvis_edge::{Class, Cx, Endpoint, Grant, NoContent, Path, Problem, Resident, Route, delete};

use crate::who::ReportPath;

/// Follows a report no longer, whether or not it did: also one that the caller may see no longer.
pub struct UnfollowReport;

impl Endpoint for UnfollowReport {
    const ROUTE: Route = delete("/v1/{commune}/reports/{report}/followers/me");
    const SUMMARY: &'static str = "Stop following a report";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::UPDATE, Grant::DELETE];
    const LIMIT: Class = Class::Own;
    const LAUNCHED: bool = true;
    type Caller = Resident;
    type Input = Path<ReportPath>;
    type Output = NoContent;

    async fn run(
        _: &Cx,
        Resident { commune, account }: Resident,
        Path(path): Path<ReportPath>,
    ) -> Result<Self::Output, Problem> {
        commune.unfollow(path.report, account.id).await?;
        Ok(NoContent)
    }
}
