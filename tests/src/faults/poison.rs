//! What always fails is put aside after its last try, the others proceed, and the redrive brings it back: on the real
//! functions, on a platform of its own, because a stream has one lane.

use std::time::Duration;

use parvis_domain::Event;
use parvis_local::engines::{DataDir, Ports};
use parvis_local::{Options, Platform};
use parvis_photos::pipeline::sample;
use parvis_testkit::{
    Actor, FaultAction, NewFault, Service, Tally, Way, World, items, run, scratch, table_at, wait_until,
};
use serde_json::{Value, json};

use super::close_the_books;

const SOON: Duration = Duration::from_secs(60);

async fn dead(platform: &Platform, queue: &str) -> u64 {
    platform.queues().await.unwrap().into_iter().find(|depth| depth.queue == queue).unwrap().dead
}

/// Waits for so many dead letters: ten deliveries of a record, each tried three times with the SDK's own tries in each, take a minute.
async fn buried(platform: &Platform, queue: &str, count: u64) {
    let wait = async {
        while dead(platform, queue).await != count {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), wait).await.unwrap_or_else(|_| panic!("dead letters of {queue}"));
}

async fn change(agent: &Actor, report: &str, to: &str) {
    let version = agent.get(&format!("reports/{report}")).await.expect(200).version();
    agent.post(&format!("reports/{report}/status"), json!({ "to": to })).if_match(version).await.expect(200);
}

#[test]
fn poison_in_the_stream_and_in_both_queues_is_put_aside_and_comes_back_and_nothing_else_waits_for_it() {
    run(async {
        let options = Options::new(DataDir::new(scratch("poison")), Ports::free());
        let options = Options { pace: Duration::from_millis(25), ..options };
        let platform = Platform::start(options, parvis_catalog::functions()).await.unwrap();
        let world = World::on(&platform, 6, 2).await;
        let (first, second) = (world.reports[0].to_string(), world.reports[1].to_string());
        let rule = |service, operation: &str, contains: String| NewFault {
            operation: Some(operation.to_owned()),
            contains: Some(contains),
            ..NewFault::new(service, FaultAction::Fail)
        };
        let account = |n: usize| world.residents[n].account_id().to_string();
        world.residents[2].delete(&format!("reports/{second}/followers/me")).await.expect(204);
        // In the stream: one follower's notices cannot be planned. In the notice queue: another's cannot be sent.
        let (unplanned, unsent) = (account(2), account(3));
        platform.faults().add(rule(Service::Dynamodb, "PutItem", unplanned.clone())).unwrap();
        platform.faults().add(rule(Service::Sns, "Publish", unsent.clone())).unwrap();

        let photos = async {
            let uploader = &world.residents[0];
            let picture = || sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6);
            // Nothing is read until it is known which one is the poison.
            let all = platform.faults().add(rule(Service::S3, "GetObject", "incoming/".to_owned())).unwrap();
            let poison = uploader.send_photo(picture(), "image/jpeg").await;
            platform.faults().add(rule(Service::S3, "GetObject", poison.photo.clone())).unwrap();
            platform.faults().remove(all.id);
            let good = uploader.send_photo(picture(), "image/jpeg").await;
            ready(uploader, &good.photo).await;
            buried(&platform, "photos", 1).await;
            poison.photo
        };
        let notices = async {
            // While plan_notices is held up by this one, two more come: one batch, and the poison is its first record.
            let reads = rule(Service::Dynamodb, "BatchGetItem", account(0));
            let slow = NewFault { action: FaultAction::Slow, ms: Some(3_000), ..reads };
            let slow = platform.faults().add(slow).unwrap();
            change(&world.agent, &second, "under_review").await;
            let met = || async { platform.faults().list().iter().any(|f| f.id == slow.id && f.hits > 0).then_some(()) };
            wait_until("plan_notices is held up", met).await;
            change(&world.agent, &first, "under_review").await;
            change(&world.agent, &second, "in_progress").await;
            platform.faults().remove(slow.id);
            buried(&platform, "stream", 1).await;
            buried(&platform, "notices", 3).await;
        };
        let (poison, ()) = futures::join!(photos, notices);

        let table = table_at(&platform.engines().direct_dynamodb_url());
        let events: Vec<Event> = items(&table, &world.commune).await;
        let mut tally = Tally::default();
        for event in events.iter().filter(|event| event.version > 1) {
            let second = event.report == world.reports[1];
            let follows = |way: &&Way| !second || way.account != world.residents[2].account_id();
            tally.expect(event, &world.ways.iter().filter(follows).cloned().collect::<Vec<_>>());
        }
        let everybody = tally.expected.clone();
        let poisoned = |name: &String| name.contains(&unplanned) || name.contains(&unsent);
        tally.expected.retain(|name| !poisoned(name));
        close_the_books(&platform, &world.commune, &mut tally).await;
        let meanwhile = tally.outcome();
        assert!(meanwhile.holds() && meanwhile.sent > 0, "the others were told: {meanwhile}");

        platform.faults().clear();
        let moved = async |queue: &str| platform.redrive(queue).await.unwrap();
        assert_eq!((moved("stream").await, moved("notices").await, moved("photos").await), (1, 3, 1));
        platform.settled(world.commune.as_str(), SOON).await.unwrap();
        ready(&world.residents[0], &poison).await;
        let mut tally = Tally { expected: everybody, ..Tally::default() };
        close_the_books(&platform, &world.commune, &mut tally).await;
        let outcome = tally.outcome();
        assert!(outcome.holds() && outcome.doubts == 0 && outcome.doubled_in_window.is_empty(), "{outcome}");
        for queue in ["stream", "notices", "photos"] {
            assert_eq!(dead(&platform, queue).await, 0, "{queue}");
        }
        platform.stop().await;
    });
}

async fn ready(uploader: &Actor, photo: &str) {
    let seen: Value = wait_until("the photo is ready", || async {
        let seen = uploader.get(&format!("photos/{photo}")).await.expect(200);
        (seen.json["status"] != "pending").then_some(seen.json)
    })
    .await;
    assert_eq!(seen["status"], "ready");
}
