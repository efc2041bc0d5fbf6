//! `POST /v1/operator/communes/{commune}/suspend`: from now on the commune can be read and not written.

use parvis_edge::{Code, Cx, Endpoint, Grant, Json, OperatorOf, Problem, Route, post};
use parvis_store::Standing;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::get_subscription::subscription;
use crate::view::SubscriptionView;

/// Suspends a commune. Processes that know the commune already take part within ten seconds
/// (docs/decisions/0004-settings-cached-ten-seconds.md).
pub struct SuspendCommune;

/// Why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// 1 to 300 characters, shown to whoever wants to write.
    pub(crate) reason: String,
}

impl Endpoint for SuspendCommune {
    const ROUTE: Route = post("/v1/operator/communes/{commune}/suspend");
    const SUMMARY: &'static str = "Let a commune be read and not written";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = OperatorOf;
    type Input = Json<Suspension>;
    type Output = Json<SubscriptionView>;

    async fn run(
        cx: &Cx,
        caller: OperatorOf,
        Json(Suspension { reason }): Json<Suspension>,
    ) -> Result<Self::Output, Problem> {
        let reason = checked(&reason)?;
        let now = cx.now();
        let change = |standing: &mut Standing| {
            if standing.is_read_only() {
                return Err(Problem::new(Code::SuspendedAlready, "the commune is suspended or leaving already"));
            }
            standing.suspended = Some(now);
            standing.reason = Some(reason.clone());
            Ok(())
        };
        caller.commune.decide(caller.actor(), "suspend_commune", now, change).await?;
        Ok(Json(subscription(cx, &caller.commune).await?.into()))
    }
}

pub(crate) fn checked(reason: &str) -> Result<String, Problem> {
    let length = reason.trim().chars().count();
    if (1..=300).contains(&length) && !reason.chars().any(char::is_control) {
        return Ok(reason.trim().to_owned());
    }
    let detail = format!("reason has {length} characters; 1 to 300 visible ones on one line");
    Err(Problem::field("reason", "malformed_reason", detail))
}
