//! `GET /v1/{commune}/staff`: who works for the commune.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, Route, Staff, get};
use schemars::JsonSchema;
use serde::Serialize;

use crate::page::{self, PageQuery};
use crate::staff::StaffView;

/// Lists the staff.
pub struct ListStaff;

/// A page of the staff.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StaffPage {
    /// Oldest accounts first.
    staff: Vec<StaffView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListStaff {
    const ROUTE: Route = get("/v1/{commune}/staff");
    const SUMMARY: &'static str = "List who works for the commune";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Staff;
    type Input = Query<PageQuery>;
    type Output = Json<StaffPage>;

    async fn run(cx: &Cx, Staff { commune, .. }: Staff, Query(query): Self::Input) -> Result<Self::Output, Problem> {
        let (limit, start) = query.read(cx, &commune, "staff")?;
        let (members, next) = commune.staff(limit, start).await?;
        let next = page::next(cx, &commune, "staff", next)?;
        Ok(Json(StaffPage { staff: members.into_iter().map(StaffView::from).collect(), next }))
    }
}
