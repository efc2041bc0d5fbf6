//! `POST /v1/{commune}/me/export`: all that is kept of an account, to take away (RGPD, articles 15 and 20).
//!
//! Written in the background by `export_accounts`, within some minutes. Nobody is told when it is ready: who asked for it
//! looks again (`GET`), and no message about it lies in a mailbox.

use parvis_edge::{Accepted, Class, Code, Cx, Endpoint, ExportView, Grant, Problem, Resident, Route, post};
use parvis_store::StoreError;

/// Orders the export of one's own account: one at a time, and none while the last one is there.
pub struct CreateExport;

impl Endpoint for CreateExport {
    const ROUTE: Route = post("/v1/{commune}/me/export");
    const SUMMARY: &'static str = "Order the export of all that is kept of one's own account";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::CHECK, Grant::GET_EXPORT];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = ();
    type Output = Accepted<ExportView>;

    async fn run(cx: &Cx, Resident { commune, account }: Resident, (): ()) -> Result<Self::Output, Problem> {
        let export = commune.order_export(account.id, cx.now()).await.map_err(|error| match error {
            StoreError::NotFound => Problem::new(Code::Unauthenticated, "the account no longer exists; sign in again"),
            other => other.into(),
        })?;
        Ok(Accepted(ExportView::ordered(&commune, &export, cx.now()).await?))
    }
}
