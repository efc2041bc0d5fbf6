//! `POST /v1/{commune}/launch/invites`: a code with which residents take part in the training or the pilot.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::Label;
use parvis_edge::{Administrator, Created, Cx, Endpoint, Grant, Json, Problem, Route, post};
use parvis_store::Invite;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::invite::InviteView;

/// More is no pilot any more.
const MOST: u32 = 10_000;
/// Whoever pilots longer makes a new code.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Makes an invite code.
pub struct CreateInvite;

/// For whom, how many and until when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvite {
    /// What it is for, on one line; staff alone see it.
    label: Label,
    /// How many accounts may redeem it, 1 to 10,000.
    limit: u32,
    /// Until when, at most 366 days from now.
    expires_at: Timestamp,
}

impl Endpoint for CreateInvite {
    const ROUTE: Route = post("/v1/{commune}/launch/invites");
    const SUMMARY: &'static str = "Make a code that invites residents to the training or the pilot";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = Administrator;
    type Input = Json<NewInvite>;
    type Output = Created<InviteView>;

    async fn run(cx: &Cx, caller: Administrator, Json(new): Json<NewInvite>) -> Result<Self::Output, Problem> {
        let now = cx.now();
        let NewInvite { label, limit, expires_at } = new;
        if !(1..=MOST).contains(&limit) {
            let detail = format!("limit is {limit}; it must be from 1 to {MOST}");
            return Err(Problem::field("limit", "out_of_range", detail));
        }
        if expires_at <= now || now.duration_until(expires_at) > LONGEST {
            let detail = format!("expires_at is {expires_at}; it must be after {now:.0} and at most 366 days from now");
            return Err(Problem::field("expires_at", "out_of_range", detail));
        }
        let invite = Invite::new(label, limit, expires_at, now)?;
        caller.commune.put_invite(caller.actor(), &invite, now).await?;
        Ok(Created(InviteView::of(&caller.commune, invite, now)))
    }
}
