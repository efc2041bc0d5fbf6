//! `GET /v1/{commune}/audit`: what staff and operators did, newest first.

use jiff::Timestamp;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get, page_limit};
use parvis_store::{AuditActor, AuditEntry, StoreError, cursor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Entries on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// The most entries on a page.
const MAX_LIMIT: u32 = 200;

/// Reads the audit log. Entries are kept for a year.
pub struct ListAudit;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Entries on a page, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of the log.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditPage {
    /// Newest first.
    entries: Vec<AuditView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One act.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AuditView {
    /// 1, 2, 3, … without a gap.
    number: u32,
    /// When.
    at: Timestamp,
    /// Who: of the staff, an operator of the platform, or a function by itself.
    by: AuditActor,
    /// Which function of the API.
    what: String,
    /// What it was done to, by its id.
    about: String,
    /// What changed, before; null for what is new.
    before: Value,
    /// What changed, after; null for what is gone.
    after: Value,
    /// Digest of the entry, in which the one before is: 64 hexadecimal digits.
    digest: String,
}

impl Endpoint for ListAudit {
    const ROUTE: Route = get("/v1/{commune}/audit");
    const SUMMARY: &'static str = "Read what staff and operators did, newest first";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<AuditQuery>;
    type Output = Json<AuditPage>;

    async fn run(cx: &Cx, caller: Administrator, Query(query): Query<AuditQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (commune, seal) = (&caller.commune, &cx.store.seal);
        let about = format!("{} audit", commune.id());
        let start = query.cursor.map(|cursor| cursor::decode(seal, &about, &cursor)).transpose()?;
        let (entries, next) = commune.audit_entries(limit, start).await?;
        let next = next.map(|next| cursor::encode(seal, &about, &next)).transpose()?;
        Ok(Json(AuditPage { entries: entries.into_iter().map(view).collect::<Result<_, _>>()?, next }))
    }
}

fn view(entry: AuditEntry) -> Result<AuditView, StoreError> {
    let read = |json: &str| serde_json::from_str(json).map_err(|e| StoreError::Defect(format!("an audit entry: {e}")));
    Ok(AuditView {
        before: read(&entry.before)?,
        after: read(&entry.after)?,
        number: entry.number,
        at: entry.at,
        by: entry.by,
        what: entry.what,
        about: entry.about,
        digest: entry.digest,
    })
}
