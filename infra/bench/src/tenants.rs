//! `tenants`: 200 communes with 20,000 residents are subscribed in one run, as an operator subscribes them; then what a
//! resident of the first one does is timed there and on a platform that has no other commune, in turn.

use std::ops::Range;
use std::time::Instant;

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use parvis_domain::{CommuneId, Contact, Language, Launch, ReportId};
use parvis_local::demo_commune;
use parvis_store::{Account, AuditActor};
use serde_json::{Value, json};

use crate::figure::{Figure, median};
use crate::stage::{Call, Person, Stage};

const COMMUNES: usize = 200;
/// In each commune.
const RESIDENTS: usize = 100;
const REPORTS: usize = 10;
/// How often each call is timed on each platform, in turn. A read is over in a quarter of a millisecond, and a few hundred of them
/// would be one moment of the machine.
const READS: usize = 3_001;
const WRITES: usize = 301;
/// With all communes against with one.
const TARGET: f64 = 1.1;
/// Accounts made side by side.
const MAKERS: usize = 16;
/// The communes of France, as the operators' functions know them.
const NATIONAL: &str = include_str!("../../../functions/operators/data/communes.tsv");

/// A platform and one resident of its first commune.
struct Place {
    stage: Stage,
    commune: CommuneId,
    claire: Person,
    report: String,
    /// A report of the last commune, which is another one where there are more.
    foreign: String,
}

pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let codes = insee_codes();
    let one = place(&codes[..1])?;
    let began = Instant::now();
    let all = place(&codes[..COMMUNES])?;
    let took = began.elapsed().as_secs_f64();
    let figures = measured(&one, &all);
    one.stage.stop();
    all.stage.stop();
    let mut figures = figures?;
    figures.insert(
        0,
        Figure::told(format!("{COMMUNES} communes, {} residents: made in", COMMUNES * RESIDENTS), took, "s"),
    );
    Ok(figures)
}

/// Codes of communes, département by département.
fn insee_codes() -> Vec<String> {
    let (mut department, mut codes) = ("", Vec::new());
    for line in NATIONAL.lines() {
        match line.strip_prefix('#') {
            Some(heading) => department = heading.split('\t').next().unwrap_or_default(),
            None => codes.extend(line.split_once('\t').map(|(rest, _)| format!("{department}{rest}"))),
        }
    }
    codes
}

/// A platform on which these communes have subscribed, with their residents and reports.
fn place(codes: &[String]) -> Result<Place, String> {
    let mut stage = Stage::start()?;
    stage.recorder.pass();
    stage.back.block_on(demo_commune::seed_operator(&stage.cx)).map_err(|e| e.to_string())?;
    let operator = stage.sign_in_operator()?;
    let (mut first, mut foreign) = (None, String::new());
    for (number, code) in codes.iter().enumerate() {
        let new = json!({ "insee": code, "boundary": square(number) });
        let made = stage.call(&Call::post("/v1/operator/communes", new).by(&operator))?;
        let id = made.json["id"].as_str().unwrap_or_default().to_owned();
        launch(&stage, &id)?;
        residents(&stage, &id, number)?;
        let claire = stage.sign_in_at(&id, json!({ "phone": phone(number, 0) }))?;
        let mut report = String::new();
        for _ in 0..REPORTS {
            let sent = stage.call(&Call::post(format!("/v1/{id}/reports"), idea()).by(&claire))?;
            report = sent.json["id"].as_str().unwrap_or_default().to_owned();
        }
        foreign.clone_from(&report);
        if first.is_none() {
            first = Some((id.parse().map_err(|e| format!("{id}: {e}"))?, claire, report));
        }
        if number % 20 == 19 {
            eprintln!("  {} communes", number + 1);
        }
    }
    let (commune, claire, report) = first.ok_or("no commune")?;
    stage.anew()?;
    Ok(Place { stage, commune, claire, report, foreign })
}

/// From the draft that a new commune is to where residents may write.
fn launch(stage: &Stage, commune: &str) -> Result<(), String> {
    let id: CommuneId = commune.parse().map_err(|e| format!("{commune}: {e}"))?;
    let cx = stage.past_recorder()?;
    stage.back.block_on(async {
        let commune = cx.store.commune(&id).await.map_err(|e| e.to_string())?;
        let seen = commune.current_launch().await.map_err(|e| e.to_string())?.version;
        let by = AuditActor::System { function: "bench".to_owned() };
        commune.change_launch(by, seen, &Launch::default(), cx.now()).await.map_err(|e| format!("{id}: {e}"))?;
        Ok(())
    })
}

/// Accounts as a redeemed code makes them; the first one's is made by its code.
fn residents(stage: &Stage, commune: &str, number: usize) -> Result<(), String> {
    let id: CommuneId = commune.parse().map_err(|e| format!("{commune}: {e}"))?;
    let cx = stage.past_recorder()?;
    stage.back.block_on(async {
        let commune = cx.store.commune(&id).await.map_err(|e| e.to_string())?;
        let commune = &commune;
        let accounts = (1..RESIDENTS).map(|resident| {
            let now = cx.now();
            async move {
                let contact: Contact =
                    serde_json::from_value(json!({ "phone": phone(number, resident) })).map_err(|e| e.to_string())?;
                commune.create_account(&Account::new(&contact, Language::Fr, now)).await.map_err(|e| e.to_string())
            }
        });
        futures::stream::iter(accounts).buffer_unordered(MAKERS).try_collect::<()>().await
    })
}

fn phone(commune: usize, resident: usize) -> String {
    format!("+336{:08}", 10_000_000 + commune * 1_000 + resident)
}

/// 4 km a side, each somewhere else.
fn square(number: usize) -> Value {
    let (west, south) = (-1.0 + 0.1 * (number % 40) as f64, 43.0 + 0.1 * (number / 40) as f64);
    let (east, north) = (west + 0.05, south + 0.036);
    let round = |x: f64| (x * 1e7).round() / 1e7;
    let corner = |x: f64, y: f64| [round(x), round(y)];
    let ring =
        [corner(west, south), corner(east, south), corner(east, north), corner(west, north), corner(west, south)];
    json!({ "type": "Polygon", "coordinates": [ring] })
}

fn idea() -> Value {
    json!({ "kind": "idea", "description": "Un banc à l’ombre devant l’école" })
}

/// What a resident asks a platform for.
type Asked = fn(&Place) -> Call;

fn measured(one: &Place, all: &Place) -> Result<Vec<Figure>, String> {
    let calls: [(&str, Asked); 5] = [
        ("get_commune", |place| Call::get(format!("/v1/{}", place.commune))),
        ("list_reports", |place| Call::get(format!("/v1/{}/reports", place.commune))),
        ("get_report", |place| Call::get(format!("/v1/{}/reports/{}", place.commune, place.report))),
        ("get_me", |place| Call::get(format!("/v1/{}/me", place.commune)).by(&place.claire)),
        ("create_report", |place| Call::post(format!("/v1/{}/reports", place.commune), idea()).by(&place.claire)),
    ];
    let mut figures = Vec::new();
    for (name, call) in calls {
        let looks = if name.starts_with("create_") { WRITES } else { READS };
        let [alone, among] = times([(one, call(one)), (all, call(all))], looks, 200..300)?;
        figures.push(Figure::told(format!("{name}, 1 commune"), alone, "ms"));
        figures.push(Figure::told(format!("{name}, {COMMUNES} communes"), among, "ms"));
        figures.push(Figure::at_most(format!("tenants: {name}, ratio"), among / alone, "ratio", TARGET));
    }
    // Whoever guesses an id must not learn from the time that another commune has it.
    let read = |id: &str| Call::get(format!("/v1/{}/reports/{id}", all.commune)).by(&all.claire);
    let nobodys = ReportId::new(Timestamp::now()).to_string();
    let [nowhere, elsewhere] = times([(all, read(&nobodys)), (all, read(&all.foreign))], READS, 404..405)?;
    figures.push(Figure::told("get_report, an id that is nobody's", nowhere, "ms"));
    figures.push(Figure::told("get_report, an id of another commune", elsewhere, "ms"));
    let apart = (elsewhere / nowhere).max(nowhere / elsewhere);
    figures.push(Figure::at_most("tenants: another commune's id against nobody's, ratio", apart, "ratio", TARGET));
    Ok(figures)
}

/// Milliseconds of two calls, in turn, past the recorder.
fn times(calls: [(&Place, Call); 2], looks: usize, status: Range<u64>) -> Result<[f64; 2], String> {
    let mut invocations = Vec::new();
    for (place, call) in calls {
        invocations.push((place, place.stage.past_recorder()?, place.stage.invocation(&call)?));
    }
    let mut times = [Vec::new(), Vec::new()];
    for look in 0..=looks {
        for ((place, cx, (function, event)), times) in invocations.iter().zip(&mut times) {
            let event = event.clone();
            let began = Instant::now();
            let result =
                place.stage.front.block_on(function.invoke(cx, event)).map_err(|failure| failure.to_string())?;
            // The first look fills caches and opens connections.
            if look > 0 {
                times.push(began.elapsed().as_secs_f64() * 1e3);
            }
            if !result["statusCode"].as_u64().is_some_and(|answered| status.contains(&answered)) {
                return Err(format!("{} answered {result}", function.id));
            }
        }
    }
    Ok(times.map(median))
}
