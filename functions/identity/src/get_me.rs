//! `GET /v1/{commune}/me`: the signed-in account.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Resident, Route, get};

use crate::me::{MeView, my_account, view};

/// Reads one's own account.
pub struct GetMe;

impl Endpoint for GetMe {
    const ROUTE: Route = get("/v1/{commune}/me");
    const SUMMARY: &'static str = "Read one's own account";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    const ENTRANCE: bool = true;
    type Caller = Resident;
    type Input = ();
    type Output = Json<MeView>;

    async fn run(_: &Cx, caller: Resident, (): ()) -> Result<Self::Output, Problem> {
        let account = my_account(&caller).await?;
        view(&caller, account).await.map(Json)
    }
}
