//! `requests`: what every function of the catalog asks of the engines for one request, one change or one message, and how
//! much CPU it takes, against the floor of the same calls made bare.
//!
//! Each function is called once while its calls are noted, with the commune's settings cached. Then the noted answers are
//! played to it and to the floor in turn, so that both do exactly the same work again and again, on one thread as on
//! Lambda, while nothing changes.

mod floor;
mod story;
mod town_hall;

use std::sync::Arc;
use std::time::Duration;

use parvis_edge::Function;
use serde_json::Value;

use crate::figure::{Figure, median};
use crate::recorder::Exchange;
use crate::stage::{Answer, Call, Stage};
use crate::usage::thread_cpu;

/// How often both are timed, in turn.
const ROUNDS: usize = 11;
/// Runs of each that are timed together.
const RUNS: usize = 30;
/// Ours against the floor. Beside the calls ours reads the event, checks, decides, writes the log's line and the answer.
const CPU_TARGET: f64 = 2.0;

/// What one run of a function costs.
#[derive(Debug)]
pub(crate) struct Row {
    /// The function's id, and in brackets which case of it.
    pub(crate) name: String,
    /// Id of the function.
    pub(crate) function: String,
    /// Calls of AWS, one after the other or side by side.
    pub(crate) round_trips: usize,
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
    /// CPU of one run in ms; absent where it is not timed.
    pub(crate) cpu_ms: Option<f64>,
    /// CPU against the floor; absent where nothing is called.
    pub(crate) ratio: Option<f64>,
    /// The calls, in order.
    pub(crate) run: Arc<Vec<Exchange>>,
}

/// Calls functions and keeps what they cost.
struct Measuring<'s> {
    stage: &'s Stage,
    rows: Vec<Row>,
}

/// The figures.
pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let rows = rows()?;
    let mut figures = Vec::new();
    for row in &rows {
        let trips = row.round_trips as f64;
        let name = |what: &str| format!("{}: {what}", row.name);
        figures.push(match story::most_round_trips(&row.name) {
            Some(most) => Figure::at_most(name("round trips"), trips, "1", most),
            None => Figure::told(name("round trips"), trips, "1"),
        });
        figures.push(Figure::told(name("read units"), row.read_units, "1"));
        figures.push(Figure::told(name("write units"), row.write_units, "1"));
        if let Some(cpu) = row.cpu_ms {
            figures.push(Figure::told(name("cpu"), cpu, "ms"));
        }
        if let Some(ratio) = row.ratio {
            figures.push(Figure::at_most(name("cpu, ratio"), ratio, "ratio", CPU_TARGET));
        }
    }
    let all = parvis_catalog::functions();
    let missing: Vec<&str> =
        all.iter().map(|f| f.id.as_str()).filter(|id| rows.iter().all(|row| row.function != *id)).collect();
    if !missing.is_empty() {
        eprintln!("not measured; infra/bench/src/requests/story.rs has to call them: {}", missing.join(", "));
    }
    figures.push(Figure::at_most("functions that are not measured", missing.len() as f64, "1", 0.0));
    Ok(figures)
}

/// What every function costs.
pub(crate) fn rows() -> Result<Vec<Row>, String> {
    let stage = Stage::start()?;
    let mut measuring = Measuring { stage: &stage, rows: Vec::new() };
    let told = story::tell(&mut measuring);
    let mut rows = measuring.rows;
    stage.stop();
    told?;
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

impl Measuring<'_> {
    /// An endpoint, measured; `case` is empty or says which case it is.
    fn call(&mut self, case: &str, call: &Call) -> Result<Answer, String> {
        let (function, event) = self.stage.invocation(call)?;
        let result = self.event(&function, case, &event)?;
        Answer::of(&function.id, &result)
    }

    /// An endpoint, noted and not timed: one that has the settings read anew makes other calls the second time.
    fn call_untimed(&mut self, call: &Call) -> Result<Answer, String> {
        let (function, event) = self.stage.invocation(call)?;
        let result = self.untimed(&function, "", &event)?;
        Answer::of(&function.id, &result)
    }

    /// A function and an event, measured.
    fn event(&mut self, function: &Function, case: &str, event: &Value) -> Result<Value, String> {
        let (result, run) = self.noted(function, event)?;
        let timed = match floor::knows(&run) {
            true => Some(self.timed(function, event, &run)?),
            false => None,
        };
        self.rows.push(Row::of(function, case, run, timed));
        Ok(result)
    }

    /// A function and an event, noted and not timed.
    fn untimed(&mut self, function: &Function, case: &str, event: &Value) -> Result<Value, String> {
        let (result, run) = self.noted(function, event)?;
        self.rows.push(Row::of(function, case, run, None));
        Ok(result)
    }

    fn noted(&self, function: &Function, event: &Value) -> Result<(Value, Arc<Vec<Exchange>>), String> {
        self.warm()?;
        self.stage.recorder.note();
        let result = self.stage.invoke(function, event.clone());
        let run = Arc::new(self.stage.recorder.noted());
        let result = result?;
        succeeded(function, &result)?;
        Ok((result, run))
    }

    /// What the commune's settings cost where they are not in the cache, as part of any request; noted, not timed.
    fn cold_settings(&mut self) -> Result<(), String> {
        let (function, event) = self.stage.invocation(&Call::get(""))?;
        let cx = self.stage.cold();
        self.stage.recorder.note();
        let result = self.stage.front.block_on(function.invoke(&cx, event)).map_err(|failure| failure.to_string());
        let run = Arc::new(self.stage.recorder.noted());
        succeeded(&function, &result?)?;
        self.rows.push(Row::of(&function, "settings not cached", run, None));
        Ok(())
    }

    /// The calls that were noted last.
    fn last_run(&self) -> Arc<Vec<Exchange>> {
        self.rows.last().map(|row| Arc::clone(&row.run)).unwrap_or_default()
    }

    /// Has the commune's settings read anew: they stay in the cache for ten seconds.
    fn warm(&self) -> Result<(), String> {
        let Stage { front, recorder, cx, commune, .. } = self.stage;
        recorder.pass();
        cx.store.forget_settings(commune);
        let read = front.block_on(cx.store.commune(commune));
        read.map(drop).map_err(|error| error.to_string())
    }

    /// CPU of one run in ms, and against the floor.
    fn timed(
        &self,
        function: &Function,
        event: &Value,
        run: &Arc<Vec<Exchange>>,
    ) -> Result<(f64, Option<f64>), String> {
        let Stage { front, recorder, cx, .. } = self.stage;
        let bare_calls = floor::prepared(run)?;
        let (mut ours, mut ratios) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            self.warm()?;
            recorder.play(run);
            let events = vec![event.clone(); RUNS];
            let began = thread_cpu();
            for event in events {
                let result = front.block_on(function.invoke(cx, event)).map_err(|failure| failure.to_string())?;
                succeeded(function, &result)?;
            }
            let took = thread_cpu() - began;
            self.all_known(function)?;
            recorder.play(run);
            let began = thread_cpu();
            for _ in 0..RUNS {
                front.block_on(floor::call(cx.store.clients(), &bare_calls))?;
            }
            let bare = thread_cpu() - began;
            self.all_known(function)?;
            // The first round opens connections and fills caches.
            if round > 0 {
                ours.push(each(took));
                ratios.push(took.as_secs_f64() / bare.as_secs_f64());
            }
        }
        recorder.pass();
        Ok((median(ours), (!run.is_empty()).then(|| median(ratios))))
    }

    /// Nothing was called but what was noted.
    fn all_known(&self, function: &Function) -> Result<(), String> {
        match self.stage.recorder.unknown() {
            0 => Ok(()),
            calls => Err(format!("{}: {calls} calls were other ones than noted", function.id)),
        }
    }
}

impl Row {
    fn of(function: &Function, case: &str, run: Arc<Vec<Exchange>>, timed: Option<(f64, Option<f64>)>) -> Row {
        Row {
            name: if case.is_empty() { function.id.clone() } else { format!("{} ({case})", function.id) },
            function: function.id.clone(),
            round_trips: run.len(),
            read_units: run.iter().fold(0.0, |sum, exchange| sum + exchange.read_units),
            write_units: run.iter().fold(0.0, |sum, exchange| sum + exchange.write_units),
            cpu_ms: timed.map(|(ours, _)| ours),
            ratio: timed.and_then(|(_, ratio)| ratio),
            run,
        }
    }
}

/// Milliseconds of one run.
fn each(all: Duration) -> f64 {
    all.as_secs_f64() * 1e3 / RUNS as f64
}

fn succeeded(function: &Function, result: &Value) -> Result<(), String> {
    if result["statusCode"].is_u64() {
        return Answer::of(&function.id, result).map(drop);
    }
    match result["batchItemFailures"].as_array() {
        Some(failures) if !failures.is_empty() => Err(format!("{} failed: {result}", function.id)),
        _ => Ok(()),
    }
}

/// The figures with one line per function.
pub(crate) fn table(figures: &[Figure]) -> String {
    const COLUMNS: [&str; 5] = ["round trips", "read units", "write units", "cpu", "cpu, ratio"];
    let mut lines =
        String::from("| function | round trips | read units | write units | CPU ms | CPU against the floor |\n");
    lines.push_str("|---|---|---|---|---|---|\n");
    let mut rest = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for figure in figures {
        match figure.figure.split_once(": ") {
            Some((name, column)) if COLUMNS.contains(&column) => {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            _ => rest.push(figure.clone()),
        }
    }
    for name in names {
        let (function, case) = name.split_once(' ').unwrap_or((name, ""));
        lines.push_str(&format!("| {} |", format!("`{function}` {case}").trim_end()));
        for column in COLUMNS {
            let figure = figures.iter().find(|f| f.figure.split_once(": ") == Some((name, column)));
            let cell = figure.map_or(String::new(), |f| {
                let missed = if f.holds { "" } else { " **no**" };
                let target = f.target.map_or(String::new(), |target| format!(" (≤ {target}{missed})"));
                format!("{}{target}", f.value)
            });
            lines.push_str(&format!(" {cell} |"));
        }
        lines.push('\n');
    }
    lines + "\n" + &crate::figure::table(&rest)
}
