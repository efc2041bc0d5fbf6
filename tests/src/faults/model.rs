//! A random schedule: people follow and leave, change channels and devices, reports change and are commented on, while
//! senders, queue and table fail at random and records and messages come again. After each round a model of who follows what
//! over which channels says what had to go out; in the end the books have to agree.

use std::collections::BTreeSet;
use std::time::Duration;

use fastrand::Rng;
use futures::future::join_all;
use parvis_domain::{Channel, DeviceId, EventId};
use parvis_store::NoticeState;
use parvis_testkit::{
    Actor, FaultAction, FaultGuard, NewFault, Service, Tally, Town, Way, fault, named, platform, run, seed,
};
use serde_json::json;

use super::{close_the_books, deliver_in, deliver_what_is_left};
use crate::notices::{follow, history, plan};

const ROUNDS: usize = 4;
const REPORTS: usize = 2;

/// What the model knows of somebody.
struct Person {
    actor: Actor,
    contact: Channel,
    channels: BTreeSet<Channel>,
    devices: Vec<DeviceId>,
    follows: [bool; REPORTS],
}

impl Person {
    /// The rule of functions/notices/src/channels.rs, in the model's own words.
    fn ways(&self) -> Vec<Way> {
        let account = self.actor.account_id();
        let by_contact = Way { account, channel: self.contact, device: None };
        let mut ways = Vec::new();
        if self.channels.contains(&Channel::Push) {
            ways.extend(self.devices.iter().map(|d| Way { account, channel: Channel::Push, device: Some(*d) }));
        }
        if self.channels.contains(&self.contact) || (ways.is_empty() && !self.channels.is_empty()) {
            ways.push(by_contact);
        }
        ways
    }

    /// Changes something about themselves, all of it answered.
    async fn changes(&mut self, random: &mut Rng, reports: &[String]) {
        match random.u8(0..5) {
            0 | 1 => {
                let n = random.usize(0..REPORTS);
                let path = format!("reports/{}/followers/me", reports[n]);
                let call = if self.follows[n] { self.actor.delete(&path) } else { self.actor.put(&path, json!({})) };
                call.await.expect(204);
                self.follows[n] = !self.follows[n];
            }
            2 => {
                let all = [Channel::Push, self.contact];
                self.channels = all.into_iter().filter(|_| random.u8(0..4) > 0).collect();
                self.actor.patch("me", json!({ "channels": self.channels })).await.expect(200);
            }
            3 => {
                let token = format!("model-{}-{}", self.actor.commune, random.u64(..));
                let device =
                    self.actor.put("me/devices", json!({ "platform": "fcm", "token": token })).await.expect(200);
                self.devices.push(device.value("id"));
            }
            _ => {
                if let Some(device) = self.devices.pop() {
                    self.actor.delete(&format!("me/devices/{device}")).await.expect(204);
                }
            }
        }
    }
}

#[test]
fn whatever_people_and_faults_do_everybody_is_told_exactly_once() {
    let seed = seed(14);
    println!("PARVIS_SEED={seed}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let town = Town::new().await;
        let mut people = Vec::new();
        for n in 0..5 {
            let (actor, contact) = match n {
                3 => (town.resident_by_mail().await, Channel::Email),
                4 => (town.agent().await, Channel::Email),
                _ => (town.resident().await, Channel::Sms),
            };
            let channels = BTreeSet::from([Channel::Push, contact]);
            people.push(Person { actor, contact, channels, devices: Vec::new(), follows: [false; REPORTS] });
        }
        let mut reports = Vec::new();
        for (n, person) in people.iter_mut().take(REPORTS).enumerate() {
            reports.push(town.report(&person.actor).await.text("id").to_owned());
            person.follows[n] = true;
        }
        for person in &mut people {
            for (n, report) in reports.iter().enumerate().filter(|(n, _)| !person.follows[*n]).collect::<Vec<_>>() {
                follow(&person.actor, report).await;
                person.follows[n] = true;
            }
        }
        let agent = town.agent().await;
        let (mut tally, mut told, mut lost_answers) = (Tally::default(), BTreeSet::<EventId>::new(), 0);
        for round in 0..ROUNDS {
            for _ in 0..6 {
                let person = random.usize(0..people.len());
                people[person].changes(&mut random, &reports).await;
            }
            town.settled().await;
            let disabled = disabled(&town, &mut random, &people).await;
            let faults = faults(&town, &mut random, &people).await;
            let mut acts = Vec::new();
            for _ in 0..random.usize(2..5) {
                let report = &reports[random.usize(0..REPORTS)];
                let by = if random.bool() { &agent } else { &people[random.usize(0..people.len())].actor };
                acts.push(act(by, report, by.account == agent.account, random.fork()));
            }
            join_all(acts).await;
            // Most of them are met by now; what failed comes again, and finds them gone.
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            // Counted as each ends: one more may meet it until then.
            lost_answers += faults
                .into_iter()
                .map(|(lost, guard)| (lost, guard.end()))
                .filter(|end| end.0)
                .map(|end| end.1)
                .sum::<u64>();
            town.settled_with_dead_letters().await;
            deliver_what_is_left(platform().await, &town.id).await;
            town.settled_with_dead_letters().await;

            let mut round_s = Vec::new();
            for (person, device, guard) in &disabled {
                if guard.hits() > 0 {
                    people[*person].devices.retain(|d| d != device);
                }
            }
            for (n, report) in reports.iter().enumerate() {
                let ways: Vec<Way> = people.iter().filter(|p| p.follows[n]).flat_map(Person::ways).collect();
                for event in history(&town, report).await {
                    // The first entry of a history is its reporter's own.
                    if told.insert(event.id) && event.version > 1 {
                        tally.expect(&event, &ways);
                        round_s.push(event);
                    }
                }
            }
            drop(disabled);
            // What happened comes again, in any order.
            random.shuffle(&mut round_s);
            for event in &round_s {
                assert!(plan(platform().await.cx(), &town, event).await.is_empty());
            }
            let mut books = Tally::default();
            close_the_books(platform().await, &town.id, &mut books).await;
            let mut keys: Vec<_> = books.ledger.values().map(|notice| notice.key.clone()).collect();
            assert!(books.ledger.values().all(|notice| notice.is_done()), "round {round}: {:?}", books.ledger);
            random.shuffle(&mut keys);
            let some = keys.len().min(10);
            let again = deliver_in(platform().await, jiff::SignedDuration::ZERO, &town.id, &keys[..some]).await;
            assert_eq!(again, json!([]));
            town.settled_with_dead_letters().await;
        }
        close_the_books(platform().await, &town.id, &mut tally).await;
        let outcome = tally.outcome();
        println!("{lost_answers} answers lost; {outcome}");
        assert!(outcome.holds(), "PARVIS_SEED={seed}: {outcome}");
        let copies: u32 = outcome.doubled_in_window.iter().map(|doubled| doubled.copies - 1).sum();
        assert_eq!(u64::from(copies), lost_answers, "PARVIS_SEED={seed}: one copy for each lost answer: {outcome}");
        assert!(outcome.sent > 10, "something happened: {outcome}");
        let sent = |name: &String| matches!(tally.ledger[name].state, NoticeState::Sent { .. });
        assert!(tally.expected.iter().all(sent), "{:?}", tally.expected.iter().map(|e| named(e)).collect::<Vec<_>>());
    });
}

/// Somebody acts; an answer that is a refusal or a failure is one too: what happened is in the history.
async fn act(by: &Actor, report: &str, agent: bool, mut random: Rng) {
    let done = match agent {
        true => {
            let now = by.get(&format!("reports/{report}")).await;
            if now.status != 200 {
                return;
            }
            let to = if now.json["status"] == "under_review" { "in_progress" } else { "under_review" };
            by.post(&format!("reports/{report}/status"), json!({ "to": to })).if_match(now.version()).await
        }
        false => {
            let text = format!("Remarque {}", random.u16(..));
            by.post(&format!("reports/{report}/comments"), json!({ "text": text })).await
        }
    };
    assert!([200, 201, 412, 503].contains(&done.status), "{done}");
}

/// Some devices that SNS has disabled.
async fn disabled(town: &Town, random: &mut Rng, people: &[Person]) -> Vec<(usize, DeviceId, FaultGuard)> {
    let mut all = Vec::new();
    for (n, person) in people.iter().enumerate() {
        for device in town.commune().await.devices(person.actor.account_id()).await.unwrap() {
            if random.u8(0..3) == 0 {
                let rule = NewFault::new(Service::Sns, FaultAction::EndpointDisabled);
                let rule = NewFault { operation: Some("Publish".to_owned()), contains: Some(device.endpoint), ..rule };
                all.push((n, device.id, fault(rule).await));
            }
        }
    }
    all
}

/// Some faults, each for a few calls; and whether they lose the answer of a message that went out.
async fn faults(town: &Town, random: &mut Rng, people: &[Person]) -> Vec<(bool, FaultGuard)> {
    use FaultAction::{Conflict, DropAnswer, Fail, Slow, Throttle};
    let mut all = Vec::new();
    for _ in 0..random.usize(2..6) {
        let account = people[random.usize(0..people.len())].actor.account_id().to_string();
        let table = format!("C#{}#", town.id);
        let (service, operations, contains, actions): (_, &[&str], _, &[FaultAction]) = match random.u8(0..5) {
            0 => (Service::Sns, &["Publish"], account, &[Fail, Throttle, Slow, DropAnswer]),
            1 => (Service::Ses, &["SendEmail"], account, &[Fail, Throttle, Slow, DropAnswer]),
            2 => (Service::Sqs, &["SendMessageBatch"], account, &[Fail, Throttle, DropAnswer]),
            3 => (
                Service::Dynamodb,
                &["PutItem", "TransactWriteItems"],
                table,
                &[Fail, Throttle, Slow, DropAnswer, Conflict],
            ),
            _ => (Service::Dynamodb, &["GetItem", "Query", "BatchGetItem"], table, &[Fail, Throttle, Slow, DropAnswer]),
        };
        let (action, operation) =
            (actions[random.usize(0..actions.len())], operations[random.usize(0..operations.len())]);
        let rule = NewFault {
            operation: Some(operation.to_owned()),
            contains: Some(contains),
            ms: (action == Slow).then(|| random.u64(20..400)),
            times: Some(random.u32(1..4)),
            ..NewFault::new(service, action)
        };
        let sends = matches!(service, Service::Sns | Service::Ses);
        all.push((sends && action == DropAnswer, fault(rule).await));
    }
    all
}
