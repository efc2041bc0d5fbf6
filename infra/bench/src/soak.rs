//! `soak`: for ten minutes people change and comment on reports while calls fail at random and the whole platform is killed
//! or stopped and started again; then everything is counted. `PARVIS_SOAK_MINUTES` and `PARVIS_SEED` change it.

use std::time::{Duration, Instant};

use parvis_testkit::{End, FaultAction, NewFault, Ordeal, Service, scratch, seed};

use crate::figure::Figure;

/// How long a life lasts, in milliseconds.
const LIFE: std::ops::Range<u64> = 2_000..20_000;
/// How long somebody waits between two actions, in milliseconds: twelve people make some 50 notices a second, which one
/// machine can send while it also bears what is done to it.
const PAUSE: std::ops::Range<u64> = 1_000..6_000;
const RESIDENTS: u32 = 12;
const REPORTS: usize = 6;

pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let minutes = std::env::var("PARVIS_SOAK_MINUTES").ok().and_then(|text| text.parse().ok()).unwrap_or(10.0);
    let seed = seed(20_261_122);
    eprintln!("{minutes} minutes, PARVIS_SEED={seed}");
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    runtime.block_on(soak(Duration::from_secs_f64(minutes * 60.0), seed))
}

async fn soak(how_long: Duration, seed: u64) -> Result<Vec<Figure>, String> {
    let folder = scratch("soak");
    let mut ordeal = Ordeal::prepare(folder.clone(), seed, RESIDENTS, REPORTS, PAUSE).await?;
    let (began, mut kills, mut stops, mut faults) = (Instant::now(), 0, 0, 0);
    while began.elapsed() < how_long {
        let random = ordeal.random();
        let life = Duration::from_millis(random.u64(LIFE));
        let rules: Vec<NewFault> = (0..random.usize(0..5)).map(|_| fault(random)).collect();
        let end = if random.u8(0..4) == 0 { End::Interrupt } else { End::Kill };
        faults += rules.len();
        match end {
            End::Kill => kills += 1,
            End::Interrupt => stops += 1,
        }
        ordeal.live(life, &rules, end).await?;
        eprintln!("  {:4.0} s: {kills} kills, {stops} stops, {faults} faults", began.elapsed().as_secs_f64());
    }
    let verdict = ordeal.verdict().await?;
    eprintln!("{verdict}");
    let outcome = &verdict.outcome;
    if verdict.holds() {
        let _ = std::fs::remove_dir_all(&folder);
    } else {
        eprintln!("everything is kept in {}", folder.display());
    }
    let count = |n: usize| n as f64;
    // Without a load nothing can be lost: each life has to have had one.
    let lives = f64::from(kills + stops);
    Ok(vec![
        Figure::told("soak: kills", f64::from(kills), "1"),
        Figure::told("soak: stops", f64::from(stops), "1"),
        Figure::told("soak: faults", count(faults), "1"),
        Figure::at_least("soak: changes answered", count(verdict.answered), "1", lives),
        Figure::told("soak: events", count(verdict.events), "1"),
        Figure::told("soak: alerts", count(verdict.alerts), "1"),
        Figure::told("soak: notices expected", count(outcome.expected), "1"),
        Figure::at_least("soak: messages sent", f64::from(outcome.sent), "1", lives),
        Figure::at_most("soak: answered and gone", count(verdict.gone.len()), "1", 0.0),
        Figure::at_most("soak: notices lost", count(outcome.lost.len()), "1", 0.0),
        Figure::at_most("soak: told to nobody's need", count(outcome.unasked.len()), "1", 0.0),
        Figure::at_most("soak: ledger and outbox differ", count(outcome.misrecorded.len()), "1", 0.0),
        Figure::at_most("soak: doubled outside the window", count(outcome.doubled.len()), "1", 0.0),
        Figure::told("soak: doubled inside the documented window", count(outcome.doubled_in_window.len()), "1"),
    ])
}

/// Some calls of some service that go wrong in some way.
fn fault(random: &mut fastrand::Rng) -> NewFault {
    use FaultAction::{Conflict, DropAnswer, Fail, Slow, Throttle};
    let (service, operations, actions): (_, &[&str], &[FaultAction]) = match random.u8(0..4) {
        0 => (Service::Sns, &["Publish"], &[Fail, Throttle, Slow, DropAnswer]),
        1 => (Service::Ses, &["SendEmail"], &[Fail, Throttle, Slow, DropAnswer]),
        2 => (Service::Sqs, &["SendMessageBatch"], &[Fail, Throttle, Slow, DropAnswer]),
        _ => (
            Service::Dynamodb,
            &["PutItem", "TransactWriteItems", "GetItem", "Query", "BatchGetItem"],
            &[Fail, Throttle, Slow, DropAnswer, Conflict],
        ),
    };
    let operation = operations[random.usize(0..operations.len())];
    let mut action = actions[random.usize(0..actions.len())];
    if action == Conflict && !matches!(operation, "PutItem" | "TransactWriteItems") {
        action = Throttle;
    }
    NewFault {
        operation: Some(operation.to_owned()),
        ms: (action == Slow).then(|| random.u64(20..2_000)),
        times: Some(random.u32(1..20)),
        ..NewFault::new(service, action)
    }
}
