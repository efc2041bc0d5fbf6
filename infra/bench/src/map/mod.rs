//! `map`: read units and time of one view of the map in communes that hold 1,000, 10,000 and 100,000 reports. What is in
//! sight of a street is the same in each; beyond it a commune is as dense as its reports make it.

mod town;

use std::time::Instant;

use parvis_domain::CommuneId;
use parvis_edge::Cx;
use serde_json::{Value, json};

use crate::figure::{Figure, median};
use crate::stage::{Answer, Call, Stage};
use town::CENTRE;

/// Reports in each commune.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// How often each view is timed in each commune, in turn.
const LOOKS: usize = 41;
/// Read units of a view against those at the smallest size that has as much in sight.
const UNITS_TARGET: f64 = 1.2;
/// The same for its time.
const TIME_TARGET: f64 = 1.5;

/// What somebody looks at.
struct View {
    name: &'static str,
    path: String,
    /// The first of [`SIZES`] from which on as much is in sight, or more than a view reads, so that it must cost the same.
    from: usize,
}

fn views() -> Vec<View> {
    let (x, y) = CENTRE;
    let map = |x: f64, y: f64, half: (f64, f64), zoom: u8| {
        format!("map?bbox={:.6},{:.6},{:.6},{:.6}&zoom={zoom}", x - half.0, y - half.1, x + half.0, y + half.1)
    };
    let view = |name, path, from| View { name, path, from };
    vec![
        view("zoomed out", map(x, y, (0.3, 0.2), 10), 0),
        view("town", map(x, y, (0.026, 0.02), 13), 0),
        view("street", map(x, y, (0.004, 0.002), 17), 0),
        view("similar nearby", format!("reports/similar?category=voirie&longitude={x}&latitude={y}"), 0),
        // 1 km² with 80 reports at the smallest size, 800 and 8,000 at the others, where it is as dear as a view can be.
        view("full quarter", map(x + 0.016, y + 0.012, (0.006, 0.005), 15), 1),
    ]
}

/// The figures.
pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let stage = Stage::start()?;
    let figures = measured(&stage);
    stage.stop();
    figures
}

fn measured(stage: &Stage) -> Result<Vec<Figure>, String> {
    let mut communes = Vec::new();
    for size in SIZES {
        eprintln!("  {size} reports");
        communes.push(town::build(stage, size)?);
    }
    counters_are_right(stage, &communes[0])?;
    let mut figures = Vec::new();
    for view in views() {
        let mut units = Vec::new();
        for commune in &communes {
            units.push(read_units(stage, &call(commune, &view))?);
        }
        let times = times(stage, &communes, &view)?;
        for (at, size) in SIZES.iter().enumerate() {
            let name = |what: &str| format!("{}, {size} reports: {what}", view.name);
            figures.push(Figure::told(name("read units"), units[at], "1"));
            figures.push(Figure::told(name("time"), times[at], "ms"));
            if at > 0 && view.from > 0 {
                figures.push(Figure::told(name("units, against the smallest"), units[at] / units[0], "ratio"));
                figures.push(Figure::told(name("time, against the smallest"), times[at] / times[0], "ratio"));
            }
            if at > view.from {
                let (units, time) = (units[at] / units[view.from], times[at] / times[view.from]);
                figures.push(Figure::at_most(name("units, ratio"), units, "ratio", UNITS_TARGET));
                figures.push(Figure::at_most(name("time, ratio"), time, "ratio", TIME_TARGET));
            }
        }
    }
    Ok(figures)
}

fn call(commune: &CommuneId, view: &View) -> Call {
    Call::get(format!("/v1/{commune}/{}", view.path))
}

/// Read units of one call, the commune's settings being cached.
fn read_units(stage: &Stage, call: &Call) -> Result<f64, String> {
    stage.recorder.pass();
    // Twice, so that the second finds the settings.
    stage.call(call)?;
    stage.recorder.note();
    let answer = stage.call(call);
    let run = stage.recorder.noted();
    answer?;
    Ok(run.iter().fold(0.0, |sum, exchange| sum + exchange.read_units))
}

/// Milliseconds of one call in each commune, past the recorder.
fn times(stage: &Stage, communes: &[CommuneId], view: &View) -> Result<Vec<f64>, String> {
    let cx: Cx = stage.past_recorder()?;
    let mut calls = Vec::new();
    for commune in communes {
        calls.push(stage.invocation(&call(commune, view))?);
    }
    let mut times = vec![Vec::new(); communes.len()];
    for look in 0..=LOOKS {
        for ((function, event), times) in calls.iter().zip(&mut times) {
            let event = event.clone();
            let began = Instant::now();
            let result = stage.front.block_on(function.invoke(&cx, event)).map_err(|failure| failure.to_string())?;
            // The first look fills caches and opens connections.
            if look > 0 {
                times.push(began.elapsed().as_secs_f64() * 1e3);
            }
            Answer::of(&function.id, &result)?;
        }
    }
    Ok(times.into_iter().map(median).collect())
}

/// The counters were written beside the reports, for want of time to count 100,000 one by one: they are those that the
/// command makes.
fn counters_are_right(stage: &Stage, commune: &CommuneId) -> Result<(), String> {
    let town = &views()[1];
    let shown = |stage: &Stage| -> Result<Value, String> { Ok(stage.call(&call(commune, town))?.json) };
    let written = shown(stage)?;
    stage.invoke(&stage.function("rebuild_counters")?, json!({ "commune": commune }))?;
    let counted = shown(stage)?;
    if written == counted && !counted["features"].as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    Err(format!("the counters that were written are not those that rebuild_counters makes: {written} and {counted}"))
}
