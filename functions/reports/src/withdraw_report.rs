//! `DELETE /v1/{commune}/reports/{report}`: its reporter takes it back.
//!
//! The report is closed as withdrawn, and stays: its followers are told, and what the commune did remains on record.

use parvis_domain::{Actor, CloseReason};
use parvis_edge::{Class, Code, Cx, Endpoint, Grant, NoContent, Path, Problem, Resident, Route, delete};
use parvis_store::StoreError;
use parvis_store::table::step_aside;

use crate::refused;
use crate::who::{ReportPath, Who};

/// How often it is tried again when the report changes at the same moment.
const TRIES: u32 = 10;

/// Takes a report back; taking it back twice is taking it back.
pub struct WithdrawReport;

impl Endpoint for WithdrawReport {
    const ROUTE: Route = delete("/v1/{commune}/reports/{report}");
    const SUMMARY: &'static str = "Take one's own report back";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::UPDATE];
    const LIMIT: Class = Class::Own;
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
        for tries in 1..=TRIES {
            let old = who.sees(commune.report(path.report).await?)?;
            // Staff may take back what they sent themselves like anybody else.
            let own = old.reporter == Some(account.id);
            if own && old.close_reason == Some(CloseReason::Withdrawn) {
                return Ok(NoContent);
            }
            let actor = if own { Actor::Reporter(account.id) } else { Actor::Resident(account.id) };
            let (new, event) = old.withdraw(actor, cx.now()).map_err(|refused| refused::problem(refused, &old))?;
            match commune.change_report(&old, &new, &event, &[], None, None).await {
                Ok(()) => return Ok(NoContent),
                Err(StoreError::Conflict { item: 0 }) => step_aside(tries).await,
                Err(other) => return Err(other.into()),
            }
        }
        let detail = format!("the report changed {TRIES} times meanwhile; try again");
        Err(Problem::new(Code::Unavailable, detail).retry_after(1))
    }
}
