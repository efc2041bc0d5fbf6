//! `GET /v1/{commune}/me/export`: how far the export of one's own account is, and where to fetch it.

use parvis_edge::{Cx, Endpoint, ExportView, Grant, Json, Problem, Resident, Route, get};
use parvis_store::ExportOf;

/// Reads one's own export. Its files are there for a day; each answer has links that are good for an hour.
pub struct GetExport;

impl Endpoint for GetExport {
    const ROUTE: Route = get("/v1/{commune}/me/export");
    const SUMMARY: &'static str = "Read how far the export of one's own account is, with links to its files";
    const GRANTS: &'static [Grant] = &[Grant::GET_EXPORT];
    type Caller = Resident;
    type Input = ();
    type Output = Json<ExportView>;

    async fn run(cx: &Cx, Resident { commune, account }: Resident, (): ()) -> Result<Self::Output, Problem> {
        let export = commune.export(ExportOf::Account(account.id)).await?;
        ExportView::read(&commune, export, cx.now()).await.map(Json)
    }
}
