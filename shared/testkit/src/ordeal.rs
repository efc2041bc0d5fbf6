//! A platform that is killed again and again while people use it, and the books that are kept of it: what was answered,
//! what was told, and what was out and not marked at each kill.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use futures::future::{join_all, join4};
use jiff::Timestamp;
use parvis_domain::{Alert, Event, ReportId};
use parvis_local::engines::{DataDir, Engines, Ports};
use parvis_local::tap::NewFault;
use parvis_local::{Options, Platform, Process};
use parvis_store::{Notice, NoticeState};
use serde_json::json;

use crate::actor::Actor;
use crate::call::{Answer, Call};
use crate::delivery::deliver_what_is_left;
use crate::tally::{Doubled, Outcome, Tally, items, named, sent_in, table_at};
use crate::world::World;

/// Before a call that failed is made again.
const RETRY_PAUSE: Duration = Duration::from_millis(100);
/// A life goes on until so many changes were answered in it, at most for so long.
const AT_LEAST: usize = 2;
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const LOOK_PAUSE: Duration = Duration::from_millis(10);
/// On how many reports, the newest, they work.
const AT_WORK: usize = 6;
/// How long what is left may take: each kill leaves notices that wait for their lease, and work that waits behind them.
const SETTLE_LIMIT: Duration = Duration::from_secs(900);

/// Versions of reports that somebody was told of by an answer.
type Answered = Mutex<BTreeSet<(ReportId, u32)>>;

/// How a life of the platform ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// `kill -9` of all its processes.
    Kill,
    /// Ctrl-C.
    Interrupt,
}

/// The platform, the people on it and the books so far. The seed decides what everybody tries and when; the machine
/// decides how far they come.
#[derive(Debug)]
pub struct Ordeal {
    process: Process,
    world: World,
    random: Rng,
    pause: Range<u64>,
    answered: Answered,
    in_window: BTreeMap<String, i128>,
}

/// How it came out.
#[derive(Debug)]
pub struct Verdict {
    /// Changes that were answered.
    pub answered: usize,
    /// Events there are.
    pub events: usize,
    /// Alerts among what was told.
    pub alerts: usize,
    /// Answered, and not there.
    pub gone: Vec<(ReportId, u32)>,
    /// The notices.
    pub outcome: Outcome,
    /// Notices that were out and not marked at a kill, and how many milliseconds before it they went out.
    pub in_window: BTreeMap<String, i128>,
}

impl Ordeal {
    /// People and reports on a platform with this data directory. Between two actions somebody waits for `pause`
    /// milliseconds: what one machine cannot send in the time in which it is planned has to be waited for in the end.
    ///
    /// # Errors
    /// Why it cannot begin.
    pub async fn prepare(
        data: std::path::PathBuf,
        seed: u64,
        residents: u32,
        reports: usize,
        pause: Range<u64>,
    ) -> Result<Ordeal, String> {
        let process = Process::prepare(data)?;
        let platform = in_this_process(&process).await?;
        let world = World::on(&platform, residents, reports).await;
        // In order, so that the token key is kept.
        platform.stop().await;
        let (answered, in_window) = (Mutex::default(), BTreeMap::new());
        Ok(Ordeal { process, world, random: Rng::with_seed(seed), pause, answered, in_window })
    }

    /// What decides the rest.
    pub fn random(&mut self) -> &mut Rng {
        &mut self.random
    }

    /// Starts the platform, lets everybody work among these faults for so long, and until somebody was answered, and ends it.
    ///
    /// # Errors
    /// It did not start or end as it should.
    pub async fn live(&mut self, how_long: Duration, faults: &[NewFault], end: End) -> Result<(), String> {
        self.process.start().await?;
        let url = format!("{}/_local/faults", self.process.url());
        for fault in faults {
            let rule = serde_json::to_value(fault).map_err(|e| e.to_string())?;
            Call::new(reqwest::Method::POST, url.clone()).json(&rule).attempt().await?;
        }
        let newcomer = newcomer(&self.world, Rng::with_seed(self.random.u64(..)));
        let alarm = alarm(&self.world, self.random.u64(..));
        let load = load(&self.world, &mut self.random, &self.pause, &self.answered);
        let so_far = answers(&self.answered);
        let ending = async {
            tokio::time::sleep(how_long).await;
            // A slow machine may not have answered anybody by then; a life is one in which somebody was.
            let some = async {
                while answers(&self.answered) < so_far + AT_LEAST {
                    tokio::time::sleep(LOOK_PAUSE).await;
                }
            };
            let _ = tokio::time::timeout(ANSWER_LIMIT, some).await;
            match end {
                End::Kill => self.process.kill().await.map(drop),
                End::Interrupt => self.process.interrupt().await,
            }?;
            Ok::<_, String>(Timestamp::now())
        };
        let (newcomer, (), (), ended) = join4(newcomer, load, alarm, ending).await;
        self.world.reports.extend(newcomer);
        let ended = ended?;
        if end == End::Kill {
            for (notice, before) in self.sent_and_unmarked(ended).await? {
                self.in_window.entry(notice).or_insert(before);
            }
        }
        Ok(())
    }

    /// What was out and not marked, read from what the dead left behind: each will be sent again.
    async fn sent_and_unmarked(&self, killed: Timestamp) -> Result<BTreeMap<String, i128>, String> {
        let engines = Engines::start(&DataDir::new(self.process.data()), Ports::free()).await;
        let engines = engines.map_err(|e| e.to_string())?;
        let ledger: Vec<Notice> = items(&table_at(&engines.direct_dynamodb_url()), &self.world.commune).await;
        engines.stop().await;
        let taken = ledger.into_iter().filter(|notice| matches!(notice.state, NoticeState::Sending { .. }));
        let taken: BTreeSet<String> = taken.map(|notice| named(&notice.key.to_string())).collect();
        let sent = sent_in(self.process.data());
        let about = sent.iter().filter_map(|sent| Some((named(sent.message.notice.as_deref()?), sent.at)));
        let taken = about.filter(|(name, _)| taken.contains(name));
        Ok(taken.map(|(name, at)| (name, at.duration_until(killed).as_millis())).collect())
    }

    /// Lets everything that is left be delivered, and compares the books.
    ///
    /// # Errors
    /// The platform does not start, or does not come to rest.
    pub async fn verdict(self) -> Result<Verdict, String> {
        let platform = in_this_process(&self.process).await?;
        let commune = &self.world.commune;
        platform.settled(commune.as_str(), SETTLE_LIMIT).await.map_err(|e| e.to_string())?;
        deliver_what_is_left(&platform, commune).await;
        let table = table_at(&platform.engines().direct_dynamodb_url());
        let events: Vec<Event> = items(&table, commune).await;
        let there: BTreeSet<(ReportId, u32)> = events.iter().map(|event| (event.report, event.version)).collect();
        let answered = self.answered.into_inner().unwrap_or_default();
        let mut tally = Tally::default();
        // The first entry of a history was before anybody followed, and is the reporter's own.
        events.iter().filter(|event| event.version > 1).for_each(|event| tally.expect(event, &self.world.ways));
        let alerts: Vec<Alert> = items(&table, commune).await;
        alerts.iter().for_each(|alert| tally.expect_alert(alert));
        tally.count(&sent_in(self.process.data()));
        tally.record(items(&table, commune).await);
        platform.stop().await;
        Ok(Verdict {
            answered: answered.len(),
            events: events.len(),
            alerts: alerts.len(),
            gone: answered.difference(&there).copied().collect(),
            outcome: tally.outcome(),
            in_window: self.in_window,
        })
    }
}

impl Verdict {
    /// Whether nothing is lost, and nothing doubled but within the documented window.
    pub fn holds(&self) -> bool {
        self.gone.is_empty() && self.outcome.holds()
    }

    /// What was doubled within the window though at no kill it was out and not marked: its answer was lost.
    pub fn not_by_a_kill(&self) -> impl Iterator<Item = &Doubled> {
        self.outcome.doubled_in_window.iter().filter(|doubled| !self.in_window.contains_key(&doubled.notice))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verdict { answered, events, alerts, outcome, .. } = self;
        writeln!(f, "{answered} answers, {events} events, {alerts} alerts; {outcome}")?;
        let before: Vec<_> = self.in_window.values().collect();
        write!(f, "sent and not marked at a kill: {}, milliseconds before it: {before:?}", before.len())?;
        if !self.gone.is_empty() {
            write!(f, "\nanswered and gone: {:?}", self.gone)?;
        }
        for doubled in self.not_by_a_kill() {
            write!(f, "\nout and not marked at no kill: {doubled:?}")?;
        }
        Ok(())
    }
}

fn answers(answered: &Answered) -> usize {
    answered.lock().unwrap_or_else(PoisonError::into_inner).len()
}

/// The platform in this process, on the same data and the same ports.
async fn in_this_process(process: &Process) -> Result<Platform, String> {
    let ports = Ports::fixed(process.port()).map_err(|e| e.to_string())?;
    let options = Options::new(DataDir::new(process.data()), ports);
    Platform::start(options, parvis_catalog::functions()).await.map_err(|e| e.to_string())
}

/// A new report, sent again until it is answered, that everybody follows; none if the platform ends before that.
async fn newcomer(world: &World, mut random: Rng) -> Option<ReportId> {
    let reporter = &world.residents[random.usize(0..world.residents.len())];
    let idea = json!({ "kind": "idea", "description": "Une fontaine sur la place" });
    let key = uuid::Builder::from_random_bytes(random.u128(..).to_le_bytes()).into_uuid().to_string();
    let made = again_and_again(|| reporter.post("reports", idea.clone()).idempotency_key(&key)).await?;
    let id: ReportId = made.expect(201).value("id");
    for resident in &world.residents {
        let follows = || resident.put(&format!("reports/{id}/followers/me"), json!({}));
        again_and_again(follows).await?.expect(204);
    }
    Some(id)
}

/// Gives the all-clear for whatever was told, and sends another alert.
async fn alarm(world: &World, key: u64) {
    let Some(list) = again_and_again(|| world.agent.get("alerts?in_force=true")).await else { return };
    for alert in list.expect(200).json["alerts"].as_array().into_iter().flatten() {
        let path = format!("alerts/{}", alert["id"].as_str().unwrap_or_default());
        let Some(read) = again_and_again(|| world.agent.get(&path)).await else { return };
        // Of one that nobody heard of, nobody hears that it is over.
        if read.expect(200).json["told"]["state"] == "sent"
            && again_and_again(|| world.agent.post(&format!("{path}/end"), json!({}))).await.is_none()
        {
            return;
        }
    }
    let alert = json!({ "category": "met", "severity": "severe", "headline": "Orage", "description": "Grêle" });
    let send = || world.agent.post("alerts", alert.clone()).idempotency_key(&format!("alert-{key}"));
    if let Some(sent) = again_and_again(send).await {
        sent.expect(201);
    }
}

/// Until the answer is no failure of the platform; none when nobody answers any more.
async fn again_and_again(call: impl Fn() -> Call) -> Option<Answer> {
    loop {
        let answer = call().attempt().await.ok()?;
        if answer.status != 503 {
            return Some(answer);
        }
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}

/// An agent changes the status of the newest reports, and somebody comments on each, until nobody answers any more.
async fn load(world: &World, random: &mut Rng, pause: &Range<u64>, answered: &Answered) {
    let mut people = Vec::new();
    for (n, report) in world.reports.iter().rev().take(AT_WORK).enumerate() {
        let resident = &world.residents[(n + 1) % world.residents.len()];
        people.push(works(&world.agent, *report, true, random.fork(), pause, answered));
        people.push(works(resident, *report, false, random.fork(), pause, answered));
    }
    join_all(people).await;
}

async fn works(actor: &Actor, id: ReportId, agent: bool, mut random: Rng, pause: &Range<u64>, answered: &Answered) {
    loop {
        let act = match agent {
            true => {
                let read = again_and_again(|| actor.get(&format!("reports/{id}")));
                let Some(now) = read.await else { return };
                let now = now.expect(200);
                let to = if now.json["status"] == "under_review" { "in_progress" } else { "under_review" };
                actor.post(&format!("reports/{id}/status"), json!({ "to": to })).if_match(now.version())
            }
            false => actor.post(&format!("reports/{id}/comments"), json!({ "text": "Toujours pareil." })),
        };
        let Ok(done) = act.attempt().await else { return };
        assert!(done.status < 500 || done.status == 503, "{done}");
        if done.status < 300 {
            let version = u32::try_from(done.version()).unwrap_or(u32::MAX);
            answered.lock().unwrap_or_else(PoisonError::into_inner).insert((id, version));
        }
        tokio::time::sleep(Duration::from_millis(random.u64(pause.clone()))).await;
    }
}
