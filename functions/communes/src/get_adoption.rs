//! `GET /v1/{commune}/adoption`: how residents take to it, for staff, and for ambassadors as far as their zones go.

use jiff::SignedDuration;
use parvis_domain::ZoneId;
use parvis_edge::{Code, Cx, Endpoint, Grant, Json, Problem, Query, Resident, Route, get, second_factor_required};
use parvis_store::{Adoption, iso_week};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Weeks unless the caller says otherwise.
const DEFAULT_WEEKS: u32 = 12;
/// The most weeks: a year.
const MAX_WEEKS: u32 = 53;

/// A count of so few tells an ambassador about neighbours, and not about a zone.
const FEW: u64 = 5;

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
    /// Whether the counts are left out, because one of them is from 1 to 4 and an ambassador asks.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    few: bool,
    /// Visitors who became residents: accounts made in the week. Only for the whole commune: an account has no place.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<u64>,
    /// Of those, who sent a report 28 days or more after joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    stayed: Option<u64>,
    /// Reports sent in the week that reached the commune.
    #[serde(skip_serializing_if = "Option::is_none")]
    reports: Option<u64>,
    /// Reports of guests that had to be confirmed, sent in the week.
    #[serde(skip_serializing_if = "Option::is_none")]
    drafts: Option<u64>,
    /// Of those, how many were confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed: Option<u64>,
    /// The same as a share, 0 to 1; absent without drafts.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_share: Option<f64>,
    /// Of the reports, how many staff answered: by a public note or another status.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<u64>,
    /// Mean time from when those were received to the first answer, in seconds; absent without answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_answer_s: Option<u64>,
}

impl Endpoint for GetAdoption {
    const ROUTE: Route = get("/v1/{commune}/adoption");
    const SUMMARY: &'static str =
        "See how residents take to it, by week and zone (staff, and ambassadors of their zones)";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY];
    type Caller = Resident;
    type Input = Query<AdoptionQuery>;
    type Output = Json<AdoptionView>;

    async fn run(cx: &Cx, caller: Resident, Query(query): Query<AdoptionQuery>) -> Result<Self::Output, Problem> {
        let sees = sees(&caller).await?;
        let weeks = query.weeks.unwrap_or(DEFAULT_WEEKS);
        if !(1..=MAX_WEEKS).contains(&weeks) {
            let detail = format!("weeks is {weeks}; it must be from 1 to {MAX_WEEKS}");
            return Err(Problem::field("weeks", "out_of_range", detail));
        }
        let back = SignedDuration::from_hours(i64::from(weeks - 1) * 7 * 24);
        let from = cx.now().checked_sub(back).unwrap_or(jiff::Timestamp::MIN);
        let mut rows = caller.commune.adoption(&iso_week(from), &iso_week(cx.now())).await?;
        let rows = match sees {
            Sees::Everything => rows.into_iter().map(AdoptionRow::from).collect(),
            Sees::Zones(zones) => {
                rows.retain(|row| row.zone.as_ref().is_some_and(|zone| zones.contains(zone)));
                rows.into_iter().map(for_ambassadors).collect()
            }
        };
        Ok(Json(AdoptionView { rows }))
    }
}

/// What a caller sees.
enum Sees {
    Everything,
    Zones(Vec<ZoneId>),
}

/// Looked up for this request: who was removed is out at once.
async fn sees(caller: &Resident) -> Result<Sees, Problem> {
    let (commune, account) = (&caller.commune, &caller.account);
    if commune.staff_member(account.id).await?.is_some() {
        return match account.raised {
            true => Ok(Sees::Everything),
            false => Err(second_factor_required(commune, account.id).await?),
        };
    }
    match commune.ambassador(account.id).await? {
        Some(ambassador) => Ok(Sees::Zones(ambassador.zones)),
        None => Err(Problem::new(Code::Forbidden, "this is for the commune's staff and ambassadors")),
    }
}

/// The row without its counts where one of them is of a few people.
fn for_ambassadors(counts: Adoption) -> AdoptionRow {
    let Adoption { drafts, confirmed, reports, answered, .. } = counts;
    if ![drafts, confirmed, reports, answered].iter().any(|count| (1..FEW).contains(count)) {
        return counts.into();
    }
    AdoptionRow {
        week: counts.week,
        zone: counts.zone,
        few: true,
        joined: None,
        stayed: None,
        reports: None,
        drafts: None,
        confirmed: None,
        confirmed_share: None,
        answered: None,
        first_answer_s: None,
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
            few: false,
            joined: whole.then_some(joined),
            stayed: whole.then_some(stayed),
            reports: Some(reports),
            drafts: Some(drafts),
            confirmed: Some(confirmed),
            confirmed_share: (drafts > 0).then(|| share(confirmed, drafts)),
            answered: Some(answered),
            first_answer_s: answered_s.checked_div(answered),
        }
    }
}
