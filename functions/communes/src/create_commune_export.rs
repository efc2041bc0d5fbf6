//! `POST /v1/{commune}/export`: everything of the commune, for who administers it: to keep, or to take along.

use parvis_edge::{Accepted, Administrator, Class, Cx, Endpoint, ExportView, Grant, Problem, Route, post};

/// Orders the export of the commune: one at a time, and none while the last one is there. `export_communes` writes it.
pub struct CreateCommuneExport;

impl Endpoint for CreateCommuneExport {
    const ROUTE: Route = post("/v1/{commune}/export");
    const SUMMARY: &'static str = "Order the export of everything of the commune";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::GET_EXPORT];
    const LIMIT: Class = Class::Own;
    type Caller = Administrator;
    type Input = ();
    type Output = Accepted<ExportView>;

    async fn run(cx: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let by = caller.actor();
        let export = caller.commune.order_commune_export(by, "create_commune_export", cx.now()).await?;
        Ok(Accepted(ExportView::ordered(&caller.commune, &export, cx.now()).await?))
    }
}
