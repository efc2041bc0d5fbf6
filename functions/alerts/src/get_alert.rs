//! `GET /v1/{commune}/alerts/{alert}`: one alert; staff also see what became of its message.

use parvis_edge::{Cx, Endpoint, Grant, Json, Path, Problem, ResidentOrGuest, Route, get};

use crate::alert::{AlertPath, AlertView, is_staff};

/// Reads an alert.
pub struct GetAlert;

impl Endpoint for GetAlert {
    const ROUTE: Route = get("/v1/{commune}/alerts/{alert}");
    const SUMMARY: &'static str = "Read a danger alert";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Path<AlertPath>;
    type Output = Json<AlertView>;

    async fn run(cx: &Cx, caller: ResidentOrGuest, Path(path): Path<AlertPath>) -> Result<Self::Output, Problem> {
        let ResidentOrGuest { commune, account } = caller;
        let alert = commune.alert(path.alert).await?.ok_or_else(|| Problem::not_found("alert"))?;
        if is_staff(&commune, account.as_ref()).await? {
            return Ok(Json(AlertView::for_staff(&commune, alert, cx.now()).await?));
        }
        Ok(Json(AlertView::of(alert, cx.now())))
    }
}
