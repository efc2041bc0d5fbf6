//! `GET /v1/{commune}/launch/invites`: the invite codes, with how many accounts redeemed each.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get, page_limit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invite::InviteView;

/// Codes on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;
/// The most codes on a page; each comes with its picture.
const MAX_LIMIT: u32 = 50;

/// Lists invite codes.
pub struct ListInvites;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteQuery {
    /// Codes on a page, 1 to 50; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of invite codes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InvitePage {
    /// In the order of the codes; those that ended stay for thirty days.
    invites: Vec<InviteView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Endpoint for ListInvites {
    const ROUTE: Route = get("/v1/{commune}/launch/invites");
    const SUMMARY: &'static str = "List the codes that invite residents";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<InviteQuery>;
    type Output = Json<InvitePage>;

    async fn run(cx: &Cx, caller: Administrator, Query(query): Query<InviteQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (invites, next) = caller.commune.invites(limit, query.cursor.as_deref()).await?;
        let view = |invite| InviteView::of(&caller.commune, invite, cx.now());
        Ok(Json(InvitePage { invites: invites.into_iter().map(view).collect(), next }))
    }
}
