//! `PUT /v1/operator/communes/{commune}/plan`: what a commune pays for.

use parvis_domain::Invalid;
use parvis_edge::{Cx, Endpoint, Grant, Json, OperatorOf, Problem, Route, put};
use parvis_store::Plan;

use crate::get_subscription::subscription;
use crate::view::SubscriptionView;

/// Sets a commune's plan.
pub struct SetPlan;

impl Endpoint for SetPlan {
    const ROUTE: Route = put("/v1/operator/communes/{commune}/plan");
    const SUMMARY: &'static str = "Set a commune's plan";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = OperatorOf;
    type Input = Json<Plan>;
    type Output = Json<SubscriptionView>;

    async fn run(cx: &Cx, caller: OperatorOf, Json(plan): Json<Plan>) -> Result<Self::Output, Problem> {
        check(&plan).map_err(Problem::from)?;
        let change = |standing: &mut parvis_store::Standing| {
            standing.plan = plan.clone();
            Ok::<(), Problem>(())
        };
        caller.commune.decide(caller.actor(), "set_plan", cx.now(), change).await?;
        Ok(Json(subscription(cx, &caller.commune).await?.into()))
    }
}

/// A name that fits on an invoice, and one seat at least: somebody has to answer residents.
pub(crate) fn check(plan: &Plan) -> Result<(), Vec<Invalid>> {
    let mut wrong = Vec::new();
    let length = plan.name.trim().chars().count();
    if !(1..=40).contains(&length) || plan.name.chars().any(char::is_control) {
        let detail = format!("name has {length} characters; 1 to 40 visible ones");
        wrong.push(Invalid::new("name", "malformed_name", detail));
    }
    if !(1..=10_000).contains(&plan.staff_seats) {
        let detail = format!("staff_seats is {}; 1 to 10,000", plan.staff_seats);
        wrong.push(Invalid::new("staff_seats", "out_of_range", detail));
    }
    if plan.sms_a_month > 10_000_000 {
        let detail = format!("sms_a_month is {}; at most 10,000,000", plan.sms_a_month);
        wrong.push(Invalid::new("sms_a_month", "out_of_range", detail));
    }
    if plan.photo_bytes > 100_000_000_000_000 {
        let detail = format!("photo_bytes is {}; at most 100 TB", plan.photo_bytes);
        wrong.push(Invalid::new("photo_bytes", "out_of_range", detail));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}
