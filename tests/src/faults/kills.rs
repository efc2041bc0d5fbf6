//! The whole platform is killed at random moments with writes and notices in flight, and started again: everything that
//! was answered is there, and every event, follower and channel has exactly one message, but for the copies of the
//! documented window (functions/notices/src/deliver_notice.rs), which are recognised one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Duration;

use fastrand::Rng;
use futures::future::join_all;
use jiff::Timestamp;
use parvis_domain::{CommuneId, Event, ReportId};
use parvis_local::engines::{DataDir, Engines, Ports};
use parvis_local::{Options, Platform};
use parvis_store::{Notice, NoticeState};
use parvis_testkit::{Actor, Process, Tally, items, named, run, scratch, seed, sent_in, table_at};
use serde_json::json;

use super::deliver_what_is_left;
use super::world::World;

/// How long a life lasts, in milliseconds.
const LIFE: std::ops::Range<u64> = 200..3_000;
/// How long somebody waits between two actions, in milliseconds.
const PAUSE: std::ops::Range<u64> = 100..1_000;

/// Versions of reports that somebody was told of by an answer.
type Answered = Mutex<BTreeSet<(ReportId, u32)>>;

#[test]
fn a_platform_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing_outside_the_window() {
    let seed = seed(20_261_121);
    let kills = std::env::var("PARVIS_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    println!("PARVIS_SEED={seed} PARVIS_KILLS={kills}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let mut process = Process::prepare(scratch("kills")).unwrap();
        let platform = platform(&process).await;
        let world = World::on(&platform, 6, 3).await;
        // In order, so that the token key is kept.
        platform.stop().await;
        let (answered, mut in_window) = (Answered::default(), BTreeMap::new());
        for _ in 0..kills {
            process.start().await.unwrap();
            let life = Duration::from_millis(random.u64(LIFE));
            let load = load(&world, &mut random, &answered);
            let kill = async {
                tokio::time::sleep(life).await;
                process.kill().await.unwrap();
                Timestamp::now()
            };
            let ((), killed) = tokio::join!(load, kill);
            for (notice, before) in sent_and_unmarked(&process, &world.commune, killed).await {
                in_window.entry(notice).or_insert(before);
            }
        }

        let platform = self::platform(&process).await;
        platform.settled(world.commune.as_str(), Duration::from_secs(100)).await.unwrap();
        deliver_what_is_left(&platform, &world.commune).await;
        let table = table_at(&platform.engines().direct_dynamodb_url());
        let events: Vec<Event> = items(&table, &world.commune).await;
        let there: BTreeSet<(ReportId, u32)> = events.iter().map(|event| (event.report, event.version)).collect();
        let answered = answered.into_inner().unwrap();
        let gone: Vec<_> = answered.difference(&there).collect();
        assert!(gone.is_empty(), "answered and gone: {gone:?}");

        let mut tally = Tally::default();
        // The first entry of a history was before anybody followed, and is the reporter's own.
        events.iter().filter(|event| event.version > 1).for_each(|event| tally.expect(event, &world.ways));
        tally.count(&sent_in(process.data()));
        tally.record(items(&table, &world.commune).await);
        let outcome = tally.outcome();
        println!("{} answers, {} events; {outcome}", answered.len(), events.len());
        println!("sent and not marked when killed, milliseconds between: {:?}", in_window.values().collect::<Vec<_>>());
        assert!(outcome.holds(), "{outcome}");
        for doubled in &outcome.doubled_in_window {
            assert!(in_window.contains_key(&doubled.notice), "{doubled:?} was not in the window at a kill");
        }
        assert!(answered.len() > kills && outcome.sent > 0, "there was a load");
        platform.stop().await;
    });
}

/// The platform in this process, on the same data and the same ports.
async fn platform(process: &Process) -> Platform {
    let options = Options::new(DataDir::new(process.data()), Ports::fixed(process.port()).unwrap());
    Platform::start(options, parvis_catalog::functions()).await.unwrap()
}

/// What was out and not marked at a kill, read from what the dead left behind: each will be sent again. With how long
/// before the kill it went out, in milliseconds.
async fn sent_and_unmarked(process: &Process, commune: &CommuneId, killed: Timestamp) -> BTreeMap<String, i128> {
    let engines = Engines::start(&DataDir::new(process.data()), Ports::free()).await.unwrap();
    let ledger: Vec<Notice> = items(&table_at(&engines.direct_dynamodb_url()), commune).await;
    engines.stop().await;
    let taken = ledger.into_iter().filter(|notice| matches!(notice.state, NoticeState::Sending { .. }));
    let taken: BTreeSet<String> = taken.map(|notice| named(&notice.key.to_string())).collect();
    let sent = sent_in(process.data());
    let about = sent.iter().filter_map(|sent| Some((named(sent.message.notice.as_deref()?), sent.at)));
    let taken = about.filter(|(name, _)| taken.contains(name));
    taken.map(|(name, at)| (name, at.duration_until(killed).as_millis())).collect()
}

/// An agent changes the status of every report, and somebody comments on each, until nobody answers any more.
async fn load(world: &World, random: &mut Rng, answered: &Answered) {
    let mut people = Vec::new();
    for (n, report) in world.reports.iter().enumerate() {
        people.push(works(&world.agent, *report, true, random.fork(), answered));
        people.push(works(&world.residents[n + 1], *report, false, random.fork(), answered));
    }
    join_all(people).await;
}

async fn works(actor: &Actor, id: ReportId, agent: bool, mut random: Rng, answered: &Answered) {
    loop {
        let act = match agent {
            true => {
                let Ok(now) = actor.get(&format!("reports/{id}")).attempt().await else { return };
                let now = now.expect(200);
                let to = if now.json["status"] == "under_review" { "in_progress" } else { "under_review" };
                actor.post(&format!("reports/{id}/status"), json!({ "to": to })).if_match(now.version())
            }
            false => actor.post(&format!("reports/{id}/comments"), json!({ "text": "Toujours pareil." })),
        };
        let Ok(done) = act.attempt().await else { return };
        assert!(done.status < 500 || done.status == 503, "{done}");
        if done.status < 300 {
            answered.lock().unwrap().insert((id, u32::try_from(done.version()).unwrap()));
        }
        tokio::time::sleep(Duration::from_millis(random.u64(PAUSE))).await;
    }
}
