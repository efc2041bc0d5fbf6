//! `DELETE /v1/operator/communes/{commune}`: the commune leaves; in thirty days everything of it is removed.

use jiff::SignedDuration;
use parvis_edge::{Accepted, Code, Cx, Endpoint, Grant, Json, OperatorOf, Problem, Route, delete};
use parvis_store::Standing;

use crate::get_subscription::subscription;
use crate::suspend_commune::{Suspension, checked};
use crate::view::SubscriptionView;

/// How long a commune that leaves can come back.
const WAITS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Begins a departure. Until the day comes the commune can be read, and `resume` takes it back.
pub struct RemoveCommune;

impl Endpoint for RemoveCommune {
    const ROUTE: Route = delete("/v1/operator/communes/{commune}");
    const SUMMARY: &'static str = "Let a commune leave: it is removed in thirty days";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = OperatorOf;
    type Input = Json<Suspension>;
    type Output = Accepted<SubscriptionView>;

    async fn run(
        cx: &Cx,
        caller: OperatorOf,
        Json(Suspension { reason }): Json<Suspension>,
    ) -> Result<Self::Output, Problem> {
        let reason = checked(&reason)?;
        let now = cx.now();
        let leaves = now.checked_add(WAITS).map_err(|e| Problem::new(Code::Internal, e.to_string()))?;
        let change = |standing: &mut Standing| {
            if let Some(leaves) = standing.leaves {
                return Err(Problem::new(Code::SuspendedAlready, format!("the commune leaves already, on {leaves}")));
            }
            standing.leaves = Some(leaves);
            standing.reason = Some(reason.clone());
            Ok(())
        };
        caller.commune.decide(caller.actor(), "remove_commune", now, change).await?;
        Ok(Accepted(subscription(cx, &caller.commune).await?.into()))
    }
}
