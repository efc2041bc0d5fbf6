//! `GET /v1/{commune}/me/notices`: what somebody was told over the last ninety days, and what did not reach them.
//!
//! A page costs one query and the reports and entries it is about. What one may no longer see (an agent took the report
//! down) is left out, so a page may be short, or even empty, and its cursor goes on.

use jiff::Timestamp;
use parvis_domain::{Channel, EventId, ReportId, Role, Status, What};
use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, Resident, Route, get, page_limit};
use parvis_store::{DropReason, Told, Viewer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Notices on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 25;
/// The most notices on a page.
const MAX_LIMIT: u32 = 50;
/// Characters of an excerpt.
const EXCERPT: usize = 160;

/// Lists notices.
pub struct ListNotices;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// Notices on a page, 1 to 50; 25 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of notices.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoticePage {
    /// Newest first. One event that was told over two channels is two of them.
    notices: Vec<NoticeView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One message to the caller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoticeView {
    /// The report it is about.
    report: ReportId,
    /// The beginning of that report, on one line of at most 160 characters.
    excerpt: String,
    /// The entry of the report's history that it told of.
    event: EventId,
    /// What happened.
    what: What,
    /// The report's status after it.
    status: Status,
    /// The beginning of the words that went with it, on one line of at most 160 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Over what it was told.
    channel: Channel,
    /// When it was sent, or given up.
    at: Timestamp,
    /// What became of it.
    state: Outcome,
    /// Why it failed; absent if it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Failure>,
    /// Whether it stood in for a channel that could not be used.
    fallback: bool,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It went out.
    Sent,
    /// It did not, and will not.
    Failed,
}

/// Why a notice did not go out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The device, phone or mailbox takes nothing any more; another channel told the same, if there is one.
    RecipientGone,
    /// The commune's text messages of the month are used up; another channel told the same.
    SmsBudget,
    /// It was tried for three days.
    GaveUp,
}

impl Endpoint for ListNotices {
    const ROUTE: Route = get("/v1/{commune}/me/notices");
    const SUMMARY: &'static str = "List what one was told, newest first";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::BATCH_GET, Grant::QUERY_AUTHOR];
    type Caller = Resident;
    type Input = Query<NoticeQuery>;
    type Output = Json<NoticePage>;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        Query(query): Query<NoticeQuery>,
    ) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let staff = account.role_in_force() != Role::Resident && commune.staff_member(account.id).await?.is_some();
        let viewer = if staff { Viewer::Staff(account.id) } else { Viewer::Resident(account.id) };
        let (told, next) = commune.told(account.id, limit, query.cursor.as_deref(), cx.now()).await?;
        let notices = told.into_iter().filter(|told| viewer.may_see(&told.report)).filter_map(view).collect();
        Ok(Json(NoticePage { notices, next }))
    }
}

/// A notice as its recipient sees it; nothing, of an event that residents must not learn of.
fn view(Told { notice, at, failed, report, event }: Told) -> Option<NoticeView> {
    if event.is_internal() {
        return None;
    }
    Some(NoticeView {
        report: report.id,
        excerpt: report.description.excerpt(EXCERPT),
        event: event.id,
        what: event.what,
        status: event.status,
        note: event.public_note.map(|note| note.excerpt(EXCERPT)),
        channel: notice.key.channel,
        at,
        state: if failed.is_some() { Outcome::Failed } else { Outcome::Sent },
        reason: failed.and_then(failure),
        fallback: notice.fallback,
    })
}

/// The reasons that come with a notice that is told of at all ([`parvis_store::Told`]).
fn failure(reason: DropReason) -> Option<Failure> {
    match reason {
        DropReason::RecipientGone => Some(Failure::RecipientGone),
        DropReason::SmsBudget => Some(Failure::SmsBudget),
        DropReason::GaveUp => Some(Failure::GaveUp),
        _ => None,
    }
}
