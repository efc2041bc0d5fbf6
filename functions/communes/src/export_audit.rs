//! `GET /v1/{commune}/audit/export`: the whole audit log as JSON lines, to be kept and verified elsewhere.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, JsonLines, Problem, Query, Route, get, page_limit};
use parvis_store::{AuditEntry, cursor};
use schemars::JsonSchema;
use serde::Deserialize;

/// The most entries on a page. DynamoDB ends a page at 1 MB, so that an answer stays far below the 6 MB of Lambda.
const MAX_LIMIT: u32 = 1_000;

/// Exports the audit log, the oldest entry first, a page at a time: `Link` says where the next one is. Each line is an entry
/// byte by byte as it was hashed, but for its own `digest`: empty that, and SHA-256 of the line is the digest, which the line
/// after has as `previous`.
pub struct ExportAudit;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// Entries on a page, 1 to 1,000; 1,000 unless given.
    limit: Option<u32>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
}

impl Endpoint for ExportAudit {
    const ROUTE: Route = get("/v1/{commune}/audit/export");
    const SUMMARY: &'static str = "Export what staff and operators did, as JSON lines that can be verified";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Administrator;
    type Input = Query<ExportQuery>;
    type Output = JsonLines<AuditEntry>;

    async fn run(cx: &Cx, caller: Administrator, Query(query): Query<ExportQuery>) -> Result<Self::Output, Problem> {
        let limit = page_limit(query.limit, MAX_LIMIT, MAX_LIMIT)?;
        let (commune, seal) = (&caller.commune, &cx.store.seal);
        let about = format!("{} audit export", commune.id());
        let start = query.cursor.map(|cursor| cursor::decode(seal, &about, &cursor)).transpose()?;
        let (items, next) = commune.audit_entries_in_order(limit, start).await?;
        let next = next.map(|next| cursor::encode(seal, &about, &next)).transpose()?;
        // A cursor is base64 for URLs.
        let next = next.map(|next| format!("/v1/{}/audit/export?limit={limit}&cursor={next}", commune.id()));
        Ok(JsonLines { items, next })
    }
}
