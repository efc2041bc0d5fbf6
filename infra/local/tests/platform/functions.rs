//! Functions that do on purpose what functions should not.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use parvis_domain::CommuneId;
use parvis_edge::*;
use parvis_store::item::{Attributes, Item, Placement, from_attributes};
use parvis_store::key::Key;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub fn all() -> Vec<Function> {
    vec![
        endpoint::<Echo>(),
        endpoint::<Newest>(),
        endpoint::<Panics>(),
        endpoint::<Sleeps>(),
        endpoint::<TooMuch>(),
        endpoint::<WhoAmI>(),
        stream::<Reads>(),
        queue::<Works>(),
        queue::<Ignores>(),
        schedule::<Ticks>(),
    ]
}

#[derive(Debug, Deserialize, JsonSchema)]
pub struct ThingPath {
    thing: String,
}

/// Says what it was given.
pub struct Echo;

impl Endpoint for Echo {
    const ROUTE: Route = put("/v1/things/{thing}");
    const SUMMARY: &'static str = "Says what it was given";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = (Path<ThingPath>, Json<Value>);
    type Output = Json<Value>;

    async fn run(_: &Cx, _: Anyone, (Path(path), Json(body)): Self::Input) -> Result<Json<Value>, Problem> {
        Ok(Json(json!({"thing": path.thing, "body": body})))
    }
}

/// Has a literal where [`Echo`] has a placeholder.
pub struct Newest;

impl Endpoint for Newest {
    const ROUTE: Route = put("/v1/things/newest");
    const SUMMARY: &'static str = "Is found before the placeholder";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = ();
    type Output = Json<Value>;

    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<Json<Value>, Problem> {
        Ok(Json(json!({"newest": true})))
    }
}

pub struct Panics;

impl Endpoint for Panics {
    const ROUTE: Route = get("/v1/panics");
    const SUMMARY: &'static str = "Panics";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = ();
    type Output = NoContent;

    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<NoContent, Problem> {
        panic!("a defect")
    }
}

pub struct Sleeps;

impl Endpoint for Sleeps {
    const ROUTE: Route = get("/v1/sleeps");
    const SUMMARY: &'static str = "Sleeps longer than it may";
    const GRANTS: &'static [Grant] = &[];
    const TIMEOUT_S: u32 = 1;
    type Caller = Anyone;
    type Input = ();
    type Output = NoContent;

    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<NoContent, Problem> {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok(NoContent)
    }
}

pub struct TooMuch;

impl Endpoint for TooMuch {
    const ROUTE: Route = get("/v1/too-much");
    const SUMMARY: &'static str = "Answers more than Lambda can";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Anyone;
    type Input = ();
    type Output = Html;

    async fn run(_: &Cx, _: Anyone, (): ()) -> Result<Html, Problem> {
        Ok(Html("x".repeat(7 * 1024 * 1024)))
    }
}

pub struct WhoAmI;

impl Endpoint for WhoAmI {
    const ROUTE: Route = get("/v1/{commune}/who-am-i");
    const SUMMARY: &'static str = "Needs a token";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Resident;
    type Input = ();
    type Output = Json<Value>;

    async fn run(_: &Cx, caller: Resident, (): ()) -> Result<Json<Value>, Problem> {
        Ok(Json(json!({"account": caller.account.id})))
    }
}

/// An item of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leaf {
    pub tree: String,
    pub number: u32,
    pub text: String,
}

impl Item for Leaf {
    const TYPE: &'static str = "leaf";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(Key::new(commune, &["tree", &self.tree], format!("{:05}", self.number)))
    }
}

/// Texts that were read, by tree, in order.
static READ: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());
/// How often a leaf was refused.
static REFUSED: AtomicUsize = AtomicUsize::new(0);
/// Whether poison is bearable now.
static HEALED: AtomicBool = AtomicBool::new(false);

pub fn read(tree: &str) -> Vec<String> {
    READ.lock().unwrap_or_else(PoisonError::into_inner).get(tree).cloned().unwrap_or_default()
}

pub fn refused() -> usize {
    REFUSED.load(Ordering::Relaxed)
}

pub fn heal() {
    HEALED.store(true, Ordering::Relaxed);
}

/// Reads leaves; fails on poison, panics on shocks.
pub struct Reads;

impl StreamWorker for Reads {
    const FILTERS: &'static [StreamFilter] = &[StreamFilter::of(&["INSERT"], &[Leaf::TYPE])];
    const SUMMARY: &'static str = "Reads leaves";
    const GRANTS: &'static [Grant] = &[];

    async fn run(_: &Cx, change: Change) -> Result<(), Failure> {
        let new: Attributes = change.new.expect("an insert has a new image");
        let leaf: Leaf = from_attributes(new)?;
        if leaf.text == "poison" && !HEALED.load(Ordering::Relaxed) {
            REFUSED.fetch_add(1, Ordering::Relaxed);
            return Err(Failure("poison".to_owned()));
        }
        assert!(leaf.text != "shock" || HEALED.load(Ordering::Relaxed), "a shock");
        READ.lock().unwrap_or_else(PoisonError::into_inner).entry(leaf.tree).or_default().push(leaf.text);
        Ok(())
    }
}

/// Whether [`Lags`] works now.
static CAUGHT_UP: AtomicBool = AtomicBool::new(false);

pub fn catch_up() {
    CAUGHT_UP.store(true, Ordering::Relaxed);
}

/// Reads the same leaves, later.
pub struct Lags;

impl StreamWorker for Lags {
    const FILTERS: &'static [StreamFilter] = Reads::FILTERS;
    const SUMMARY: &'static str = "Reads leaves when it is told to";
    const GRANTS: &'static [Grant] = &[];

    async fn run(_: &Cx, change: Change) -> Result<(), Failure> {
        if !CAUGHT_UP.load(Ordering::Relaxed) {
            return Err(Failure("not yet".to_owned()));
        }
        let leaf: Leaf = from_attributes(change.new.expect("an insert has a new image"))?;
        let tree = format!("{}, later", leaf.tree);
        READ.lock().unwrap_or_else(PoisonError::into_inner).entry(tree).or_default().push(leaf.text);
        Ok(())
    }
}

/// A message: fails so many times before it works.
#[derive(Debug, Serialize, Deserialize)]
pub struct Work {
    pub name: String,
    pub failures: u32,
}

/// How often each message was tried.
static TRIED: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

pub fn tried(name: &str) -> u32 {
    TRIED.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied().unwrap_or(0)
}

pub struct Works;

impl QueueWorker for Works {
    const QUEUE: Queue = Queue::Notices;
    const SUMMARY: &'static str = "Works after some failures";
    const GRANTS: &'static [Grant] = &[];
    type Job = Work;

    async fn run(_: &Cx, job: Work) -> Result<(), Failure> {
        let mut tried = TRIED.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = tried.entry(job.name).or_default();
        *tries += 1;
        if *tries <= job.failures { Err(Failure("not yet".to_owned())) } else { Ok(()) }
    }
}

/// Takes what S3 tells.
pub struct Ignores;

impl QueueWorker for Ignores {
    const QUEUE: Queue = Queue::Photos;
    const SUMMARY: &'static str = "Takes everything";
    const GRANTS: &'static [Grant] = &[];
    type Job = Value;

    async fn run(_: &Cx, _: Value) -> Result<(), Failure> {
        Ok(())
    }
}

static TICKS: AtomicUsize = AtomicUsize::new(0);

pub fn ticks() -> usize {
    TICKS.load(Ordering::Relaxed)
}

pub struct Ticks;

impl ScheduledWorker for Ticks {
    const EVERY_MINUTES: u32 = 60;
    const SUMMARY: &'static str = "Counts its runs";
    const GRANTS: &'static [Grant] = &[];

    async fn run(_: &Cx) -> Result<usize, Failure> {
        Ok(TICKS.fetch_add(1, Ordering::Relaxed) + 1)
    }
}
