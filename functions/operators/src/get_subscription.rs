//! `GET /v1/operator/communes/{commune}`: where a commune stands.

use parvis_edge::{Cx, Endpoint, Grant, Json, OperatorOf, Problem, Route, get};
use parvis_store::{Commune, StoreError, Subscription};

use crate::view::SubscriptionView;

/// Reads what the register says of a commune that exists.
pub struct GetSubscription;

impl Endpoint for GetSubscription {
    const ROUTE: Route = get("/v1/operator/communes/{commune}");
    const SUMMARY: &'static str = "Read where a commune stands";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = OperatorOf;
    type Input = ();
    type Output = Json<SubscriptionView>;

    async fn run(cx: &Cx, OperatorOf { commune, .. }: OperatorOf, (): ()) -> Result<Self::Output, Problem> {
        Ok(Json(subscription(cx, &commune).await?.into()))
    }
}

/// The register's entry; a commune that nobody subscribed (the demo) gets one with the first decision about it.
pub(crate) async fn subscription(cx: &Cx, commune: &Commune) -> Result<Subscription, StoreError> {
    let known = cx.store.subscription(commune.id()).await?;
    Ok(known.unwrap_or_else(|| Subscription::of(&commune.settings, cx.now())))
}
