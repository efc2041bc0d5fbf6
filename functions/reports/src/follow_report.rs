//! `PUT /v1/{commune}/reports/{report}/followers/me`: somebody wants to be told how it goes on.

use parvis_edge::{Cx, Endpoint, Grant, NoContent, Path, Problem, Resident, Route, put};
use parvis_store::StoreError;

use crate::who::{ReportPath, Who};

/// How often the report is read again when it changed between the reading and the following.
const TRIES: u32 = 5;

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
        let mut tries = 0;
        loop {
            tries += 1;
            let report = who.sees(commune.report(path.report).await?)?;
            match commune.follow(report.id, report.version, account.id, cx.now()).await {
                // Who follows is told of every step after the one it saw, and of none before.
                Err(StoreError::Conflict { .. }) if tries < TRIES => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(NoContent),
            }
        }
    }
}
