//! `GET /v1/{commune}/adoption`: how residents take to it, for staff.

use jiff::SignedDuration;
use parvis_domain::ZoneId;
use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, Query, Route, Staff, get};
use parvis_store::{Adoption, iso_week};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weeks unless the caller says otherwise.
const DEFAULT_WEEKS: u32 = 12;
/// The most weeks: a year.
const MAX_WEEKS: u32 = 53;

/// Reads the counts. They begin with the first week in which they were kept, and are a moment behind.
pub struct GetAdoption;

/// How far back.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptionQuery {
    /// So many weeks, this one included, 1 to 53; 12 unless given.
    weeks: Option<u32>,
}

/// The counts, week by week.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptionView {
    /// The oldest week first; of each week the whole commune, then its zones. Where nothing happened there is no row.
    rows: Vec<AdoptionRow>,
}

/// One ISO week in one zone, or in the whole commune.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdoptionRow {
    /// `2026-W47`, in Paris.
    week: String,
    /// Absent for the whole commune.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneId>,
    /// Visitors who became residents: accounts made in the week. Only for the whole commune: an account has no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<u64>,
    /// Of those, who sent a report 28 days or more after joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    stayed: Option<u64>,
    /// Reports sent in the week that reached the commune.
    reports: u64,
    /// Reports of guests that had to be confirmed, sent in the week.
    drafts: u64,
    /// Of those, how many were confirmed.
    confirmed: u64,
    /// The same as a share, 0 to 1; absent without drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_share: Option<f64>,
    /// Of the reports, how many staff answered: by a public note or another status.
    answered: u64,
    /// Mean time from when those were received to the first answer, in seconds; absent without answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_answer_s: Option<u64>,
}

impl Endpoint for GetAdoption {
    const ROUTE: Route = get("/v1/{commune}/adoption");
    const SUMMARY: &'static str = "See how residents take to it, by week and zone";
    const GRANTS: &'static [Grant] = &[Grant::QUERY];
    type Caller = Staff;
    type Input = Query<AdoptionQuery>;
    type Output = Json<AdoptionView>;

    async fn run(cx: &Cx, caller: Staff, Query(query): Query<AdoptionQuery>) -> Result<Self::Output, Problem> {
        let weeks = query.weeks.unwrap_or(DEFAULT_WEEKS);
        if !(1..=MAX_WEEKS).contains(&weeks) {
            let detail = format!("weeks is {weeks}; it must be from 1 to {MAX_WEEKS}");
            return Err(Problem::field("weeks", "out_of_range", detail));
        }
        let back = SignedDuration::from_hours(i64::from(weeks - 1) * 7 * 24);
        let from = cx.now().checked_sub(back).unwrap_or(jiff::Timestamp::MIN);
        let rows = caller.commune.adoption(&iso_week(from), &iso_week(cx.now())).await?;
        Ok(Json(AdoptionView { rows: rows.into_iter().map(AdoptionRow::from).collect() }))
    }
}

impl From<Adoption> for AdoptionRow {
    fn from(counts: Adoption) -> AdoptionRow {
        let Adoption { week, zone, joined, stayed, drafts, confirmed, reports, answered, answered_s } = counts;
        let whole = zone.is_none();
        // Counts of one commune: far below where a float counts no further.
        let share = |part: u64, of: u64| part as f64 / of as f64;
        AdoptionRow {
            week,
            zone,
            joined: whole.then_some(joined),
            stayed: whole.then_some(stayed),
            reports,
            drafts,
            confirmed,
            confirmed_share: (drafts > 0).then(|| share(confirmed, drafts)),
            answered,
            first_answer_s: answered_s.checked_div(answered),
        }
    }
}
