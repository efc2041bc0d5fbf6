//! `GET /v1/{commune}/retention`: how long the commune keeps what, and how much has ended by its age.

use jiff::civil::Date;
use parvis_domain::{Retention, UNCONFIRMED_HOURS};
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Problem, Query, Route, get, page_limit};
use parvis_store::{Ended, cursor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// The most days on a page.
const MAX_LIMIT: u32 = 400;
/// How long the ledger of notices is kept (`parvis_store::Notice`), days.
const NOTICES_DAYS: u32 = 90;
/// How long the audit log is kept (`parvis_store::AuditEntry`), days.
const AUDIT_DAYS: u32 = 365;

/// Reads what is kept for how long, and the counts of what ended: by kind and day, and nothing else.
pub struct GetRetention;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionQuery {
    /// Days on a page, 1 to 400; 50 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What is kept for how long, and what ended.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RetentionView {
    /// What the commune chose; it changes with the settings.
    chosen: Retention,
    /// Hours until a report that nobody confirmed ends.
    unconfirmed_hours: i64,
    /// Days that the ledger of notices is kept.
    notices_days: u32,
    /// Days that the audit log is kept.
    audit_days: u32,
    /// Days on which something ended, newest first.
    ended: Vec<EndedView>,
    /// Cursor of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What ended on one day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EndedView {
    /// The day, in Paris.
    #[schemars(with = "String")]
    day: Date,
    /// Closed reports that became anonymous.
    reports: u64,
    /// Their photos, which were removed.
    photos: u64,
    /// Accounts that nobody used, whose erasure began.
    accounts: u64,
}

impl Endpoint for GetRetention {
    const ROUTE: Route = get("/v1/{commune}/retention");
    const SUMMARY: &'static str = "Read how long the commune keeps what, and how much has ended";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<RetentionQuery>;
    type Output = Json<RetentionView>;

    async fn run(cx: &Cx, caller: Administrator, Query(query): Self::Input) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let (commune, seal) = (&caller.commune, &cx.store.seal);
        let about = format!("{} retention", commune.id());
        let start = query.cursor.map(|cursor| cursor::decode(seal, &about, &cursor)).transpose()?;
        let (ended, next) = commune.ended(limit, start).await?;
        let view = |Ended { day, reports, photos, accounts }| EndedView { day, reports, photos, accounts };
        Ok(Json(RetentionView {
            chosen: commune.settings.retention,
            unconfirmed_hours: UNCONFIRMED_HOURS,
            notices_days: NOTICES_DAYS,
            audit_days: AUDIT_DAYS,
            ended: ended.into_iter().map(view).collect(),
            next: next.map(|next| cursor::encode(seal, &about, &next)).transpose()?,
        }))
    }
}
