//! `GET /v1/{commune}/staff/invitations`: who is invited and has not accepted yet.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get};
use schemars::JsonSchema;
use serde::Serialize;

use crate::page::{self, PageQuery};
use crate::staff::InvitationView;

/// Lists the invitations.
pub struct ListInvitations;

/// A page of invitations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvitationPage {
    /// In no order. One that has ended is left out, so a page may be short.
    invitations: Vec<InvitationView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListInvitations {
    const ROUTE: Route = get("/v1/{commune}/staff/invitations");
    const SUMMARY: &'static str = "List who is invited to the staff";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<PageQuery>;
    type Output = Json<InvitationPage>;

    async fn run(
        cx: &Cx,
        Administrator { commune, .. }: Administrator,
        Query(query): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let (limit, start) = query.read(cx, &commune, "invitations")?;
        let (invitations, next) = commune.invitations(limit, start).await?;
        let next = page::next(cx, &commune, "invitations", next)?;
        let live = invitations.into_iter().filter(|invitation| invitation.is_live(cx.now()));
        Ok(Json(InvitationPage { invitations: live.map(InvitationView::from).collect(), next }))
    }
}
