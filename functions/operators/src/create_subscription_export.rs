//! `POST /v1/operator/communes/{commune}/export`: everything of a commune, to hand over to it.

use parvis_edge::{Accepted, Cx, Endpoint, ExportView, Grant, OperatorOf, Problem, Route, post};

/// Orders the export of a commune, also of one that is suspended or leaves: one at a time, and none while the last one is
/// there.
pub struct CreateSubscriptionExport;

impl Endpoint for CreateSubscriptionExport {
    const ROUTE: Route = post("/v1/operator/communes/{commune}/export");
    const SUMMARY: &'static str = "Order the export of everything of a commune";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::GET_EXPORT];
    type Caller = OperatorOf;
    type Input = ();
    type Output = Accepted<ExportView>;

    async fn run(cx: &Cx, caller: OperatorOf, (): ()) -> Result<Self::Output, Problem> {
        let by = caller.actor();
        let export = caller.commune.order_commune_export(by, "create_subscription_export", cx.now()).await?;
        Ok(Accepted(ExportView::ordered(&caller.commune, &export, cx.now()).await?))
    }
}
