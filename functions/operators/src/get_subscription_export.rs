//! `GET /v1/operator/communes/{commune}/export`: how far the export of a commune is, and where to fetch it.

use parvis_edge::{Cx, Endpoint, ExportView, Grant, Json, OperatorOf, Problem, Route, get};
use parvis_store::ExportOf;

/// Reads the export of a commune. Its files are there for a day; each answer has links that are good for an hour.
pub struct GetSubscriptionExport;

impl Endpoint for GetSubscriptionExport {
    const ROUTE: Route = get("/v1/operator/communes/{commune}/export");
    const SUMMARY: &'static str = "Read how far the export of a commune is, with links to its files";
    const GRANTS: &'static [Grant] = &[Grant::GET_EXPORT];
    type Caller = OperatorOf;
    type Input = ();
    type Output = Json<ExportView>;

    async fn run(cx: &Cx, caller: OperatorOf, (): ()) -> Result<Self::Output, Problem> {
        let export = caller.commune.export(ExportOf::Commune).await?;
        ExportView::read(&caller.commune, export, cx.now()).await.map(Json)
    }
}
