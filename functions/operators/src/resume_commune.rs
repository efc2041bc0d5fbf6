//! `POST /v1/operator/communes/{commune}/resume`: a suspended or leaving commune is as before.

use parvis_edge::{Code, Cx, Endpoint, Grant, Json, OperatorOf, Problem, Route, post};
use parvis_store::Standing;

use crate::get_subscription::subscription;
use crate::view::SubscriptionView;

/// Ends a suspension, or takes a departure back before its day.
pub struct ResumeCommune;

impl Endpoint for ResumeCommune {
    const ROUTE: Route = post("/v1/operator/communes/{commune}/resume");
    const SUMMARY: &'static str = "End a commune's suspension or departure";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = OperatorOf;
    type Input = ();
    type Output = Json<SubscriptionView>;

    async fn run(cx: &Cx, caller: OperatorOf, (): ()) -> Result<Self::Output, Problem> {
        let now = cx.now();
        let change = |standing: &mut Standing| {
            if !standing.is_read_only() {
                return Err(Problem::new(Code::NotSuspended, "the commune is neither suspended nor leaving"));
            }
            *standing = Standing { plan: standing.plan.clone(), resumed: Some(now), ..Standing::default() };
            Ok(())
        };
        caller.commune.decide(caller.actor(), "resume_commune", now, change).await?;
        Ok(Json(subscription(cx, &caller.commune).await?.into()))
    }
}
