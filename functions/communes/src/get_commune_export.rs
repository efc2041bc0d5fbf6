//! `GET /v1/{commune}/export`: how far the export of the commune is, and where to fetch it.

use parvis_edge::{Administrator, Cx, Endpoint, ExportView, Grant, Json, Problem, Route, get};
use parvis_store::ExportOf;

/// Reads the export of the commune. Its files are there for a day; each answer has links that are good for an hour.
pub struct GetCommuneExport;

impl Endpoint for GetCommuneExport {
    const ROUTE: Route = get("/v1/{commune}/export");
    const SUMMARY: &'static str = "Read how far the export of the commune is, with links to its files";
    const GRANTS: &'static [Grant] = &[Grant::GET_EXPORT];
    type Caller = Administrator;
    type Input = ();
    type Output = Json<ExportView>;

    async fn run(cx: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        let export = caller.commune.export(ExportOf::Commune).await?;
        ExportView::read(&caller.commune, export, cx.now()).await.map(Json)
    }
}
