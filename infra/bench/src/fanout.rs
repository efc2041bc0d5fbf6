//! `fanout`: one status change and 10,000 followers with the app on their phones. How many notices go out in a second,
//! from the agent's request to the last phone, against a loop that does nothing but publish to the same endpoints, as
//! many at a time as the deliverers do. The local SNS has a core of its own in both, and the table where there are four.
//! Then an alert to the same apps: one publish.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use parvis_domain::{AccountId, Channel, EventId, Language, ReportId};
use parvis_local::engines::{DataDir, Ports};
use parvis_local::tap::{Channel as Medium, FaultAction, NewFault, OutboxQuery, Service};
use parvis_local::{Options, Platform};
use parvis_store::{Account, Commune, Platform as Push, push_message};
use parvis_testkit::World;
use serde_json::json;

use crate::cores::Cores;
use crate::figure::Figure;
use crate::stage;

const FOLLOWERS: usize = 10_000;
/// As many as the local pumps deliver side by side: five batches of ten.
const AT_ONCE: usize = 50;
/// Calls side by side while the followers are made.
const MAKERS: usize = 32;
/// Between two looks at the stream.
const PACE: Duration = Duration::from_millis(25);
/// Longer than any machine should need.
const PATIENCE: Duration = Duration::from_secs(600);

pub(crate) fn run() -> Result<Vec<Figure>, String> {
    let data = stage::scratch("fanout");
    let options = Options { pace: PACE, ..Options::new(DataDir::new(&data), Ports::free()) };
    let cores = Cores::set_apart();
    if cores.is_none() {
        eprintln!(
            "no core can be set apart for the local SNS: the floor is measured with more of the machine than the notices"
        );
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|e| e.to_string())?;
    let figures = runtime.block_on(measured(options, cores.as_ref()));
    let _ = std::fs::remove_dir_all(&data);
    figures
}

async fn measured(options: Options, cores: Option<&Cores>) -> Result<Vec<Figure>, String> {
    let functions = parvis_catalog::functions();
    let platform = Platform::start(options.clone(), functions.clone()).await.map_err(|e| e.to_string())?;
    let world = World::on(&platform, 1, 1).await;
    let id = *world.reports.first().ok_or("there is no report")?;
    let commune = platform.cx().store.commune(&world.commune).await.map_err(|e| e.to_string())?;
    eprintln!("{FOLLOWERS} residents register their phones and follow a report");
    let endpoints: Vec<String> = futures::stream::iter(0..FOLLOWERS)
        .map(|number| follower(&commune, id, number))
        .buffer_unordered(MAKERS)
        .try_collect()
        .await?;
    settled(&platform, &world).await?;
    let platform = stage::anew(platform, options, functions).await?;
    if let (Some(cores), Some(sns)) = (cores, platform.engines().ministack_pid()) {
        cores.give_out(sns)?;
    }

    let (first, second) = endpoints.split_at(FOLLOWERS / 2);
    // The floor before and after: what else the machine does changes slowly.
    let before = bare(&platform, first).await?;
    eprintln!("an agent changes the status");
    let version = world.agent.get(&format!("reports/{id}")).await.expect(200).version();
    let sent_so_far = platform.outbox().last_id();
    let began = Instant::now();
    let change = json!({ "to": "under_review", "note": "Nous passons demain." });
    world.agent.post(&format!("reports/{id}/status"), change).if_match(version).await.expect(200);
    // Who reported is told too.
    let took = all_told(&platform, sent_so_far, FOLLOWERS + 1, began).await?;
    settled(&platform, &world).await?;
    let doubled = doubled(&platform, sent_so_far);
    let after = bare(&platform, second).await?;
    let broadcast = broadcast(&platform, &world).await?;
    platform.stop().await;

    let ours = (FOLLOWERS + 1) as f64 / took.as_secs_f64();
    let floor = FOLLOWERS as f64 / (before + after).as_secs_f64();
    let mut figures = vec![
        Figure::told("floor: bare publishes", floor, "per second"),
        Figure::told("notices, from the change to the last phone", ours, "per second"),
        Figure::at_least("fanout: notices against bare publishes", ours / floor, "ratio", 0.8),
        Figure::at_most("fanout: notices sent twice", doubled as f64, "1", 0.0),
    ];
    figures.extend(broadcast);
    Ok(figures)
}

/// An alert to the same apps: how many calls it takes, and how long until SNS has it. How fast phones have it is SNS's.
async fn broadcast(platform: &Platform, world: &World) -> Result<Vec<Figure>, String> {
    eprintln!("an alert to all of them");
    // Holds nothing up that counts; it counts.
    let call = NewFault { operation: Some("Publish".to_owned()), ..NewFault::new(Service::Sns, FaultAction::Slow) };
    let calls = platform.faults().add(NewFault { ms: Some(1), ..call }).map_err(|e| e.to_string())?;
    let from = platform.outbox().last_id();
    let alert = json!({
        "category": "geo", "severity": "severe",
        "headline": "Crue de la Durance", "description": "L’eau monte de 20 cm par heure.",
    });
    let began = Instant::now();
    world.agent.post("alerts", alert).await.expect(201);
    let topic = all_told(platform, from, 1, began).await?;
    all_told(platform, from, FOLLOWERS + 1, began).await?;
    settled(platform, world).await?;
    let query = OutboxQuery { after: Some(from), limit: usize::MAX, ..OutboxQuery::default() };
    let mut apps: BTreeMap<String, u32> = BTreeMap::new();
    for sent in platform.outbox().list(&query) {
        *apps.entry(sent.message.device_token.unwrap_or_default()).or_default() +=
            u32::from(sent.message.channel == Medium::Push);
    }
    let told = apps.values().filter(|count| **count > 0).count();
    let twice = apps.values().filter(|count| **count > 1).count();
    let calls = platform.faults().remove(calls.id).map_or(0, |fault| fault.hits);
    Ok(vec![
        Figure::at_least("broadcast: apps that got an alert", told as f64, "1", FOLLOWERS as f64),
        Figure::at_most("broadcast: publishes that it took", calls as f64, "1", 1.0),
        Figure::at_most("broadcast: apps that got it twice", twice as f64, "1", 0.0),
        Figure::told("broadcast: from the request to SNS", topic.as_secs_f64() * 1_000.0, "ms"),
    ])
}

async fn settled(platform: &Platform, world: &World) -> Result<(), String> {
    let dead = platform.settled(world.commune.as_str(), PATIENCE).await?;
    if dead.is_empty() { Ok(()) } else { Err(format!("dead letters: {dead:?}")) }
}

/// Makes an account with a phone number and an app, which follows the report; gives its push endpoint.
async fn follower(commune: &Commune, report: ReportId, number: usize) -> Result<String, String> {
    let now = Timestamp::now();
    let contact = json!({ "phone": format!("+337{:08}", 50_000_000 + number) });
    let contact = serde_json::from_value(contact).map_err(|e| e.to_string())?;
    let account =
        Account { id: AccountId::new(now), channels: vec![Channel::Push], ..Account::new(&contact, Language::Fr, now) };
    let said = |e: parvis_store::StoreError| e.to_string();
    commune.create_account(&account).await.map_err(said)?;
    let token = format!("bench-{}-{number}", account.id);
    let device = commune.put_device(account.id, Push::Fcm, &token, None, now).await.map_err(said)?;
    commune.follow(report, 1, account.id, now).await.map_err(said)?;
    Ok(device.endpoint)
}

/// Publishes a message like a notice's to each endpoint, [`AT_ONCE`] at a time, and nothing else.
async fn bare(platform: &Platform, endpoints: &[String]) -> Result<Duration, String> {
    eprintln!("{} bare publishes", endpoints.len());
    let sns = platform.cx().store.clients().sns();
    let event = EventId::new(Timestamp::now()).to_string();
    let data = BTreeMap::from([("commune", "13055".to_owned()), ("report", event.clone()), ("event", event.clone())]);
    let title = "Votre signalement est en cours d’examen";
    let message = push_message(Push::Fcm, title, "Nous passons demain.", &data, &event).to_string();
    let began = Instant::now();
    let publishes =
        endpoints.iter().map(|arn| sns.publish().target_arn(arn).message_structure("json").message(&message));
    futures::stream::iter(publishes)
        .map(|publish| async { publish.send().await.map(drop) })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await
        .map_err(|e| format!("a bare publish failed: {e}"))?;
    Ok(began.elapsed())
}

/// How long it took until so many messages were sent after `from`.
async fn all_told(platform: &Platform, from: u64, count: usize, began: Instant) -> Result<Duration, String> {
    let mut last = platform.outbox().watch();
    let enough = last.wait_for(|last| (last - from) as usize >= count);
    match tokio::time::timeout(PATIENCE, enough).await {
        Ok(_) => Ok(began.elapsed()),
        Err(_) => Err(format!(
            "{} of {count} notices went out in {} s",
            platform.outbox().last_id() - from,
            PATIENCE.as_secs()
        )),
    }
}

/// How many of the notices sent after `from` were sent before.
fn doubled(platform: &Platform, from: u64) -> usize {
    let query = OutboxQuery { after: Some(from), limit: usize::MAX, ..OutboxQuery::default() };
    let mut seen = HashSet::new();
    platform
        .outbox()
        .list(&query)
        .into_iter()
        .filter_map(|sent| sent.message.notice)
        .filter(|n| !seen.insert(n.clone()))
        .count()
}
