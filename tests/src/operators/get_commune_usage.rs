//! `GET /v1/operator/communes/{commune}/usage`: the counts are exact, whatever a stream brings twice, late or interrupted.

use fastrand::Rng;
use futures::future::join_all;
use jiff::Timestamp;
use parvis_domain::{Actor as Author, Channel, Event, EventId};
use parvis_edge::Cx;
use parvis_store::{Fact, Notice, NoticeKey, NoticeState};
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, fault, platform, run, seed};
use serde_json::{Value, json};

use crate::faults::replays::changed;
use crate::notices::{change, follow, history, invoke, try_invoke};

async fn usage(operator: &Actor, town: &Town) -> Value {
    operator.get(&format!("communes/{}/usage", town.id)).await.expect(200).json
}

/// A notice of that channel as the ledger has it before and after it was sent.
fn sent(channel: Channel, account: &Actor, at: Timestamp) -> (Notice, Notice) {
    let key = NoticeKey { event: EventId::new(at), account: Some(account.account_id()), channel, device: None };
    let planned = Notice::new(key, (parvis_domain::ReportId::new(at), 1), at);
    let sending = Notice { state: NoticeState::Sending { lease_until: at }, version: 2, ..planned };
    let sent = NoticeState::Sent { at, message: "1".to_owned() };
    (sending.clone(), Notice { state: sent, version: 3, ..sending })
}

#[test]
fn a_month_counts_what_happened_and_replays_of_it_change_nothing() {
    let seed = seed(29);
    println!("PARVIS_SEED={seed}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let (claire, jeanne) = (town.resident().await, town.resident_by_mail().await);
        let (paul, agent) = (town.neighbour_with_push().await, town.agent().await);
        let report = town.report(&claire).await.text("id").to_owned();
        // Nobody confirms it: it is no report of the month. Its code is a text message.
        let mut unconfirmed = town.problem();
        unconfirmed["contact"] = town.new_contact();
        town.guest().await.post("reports", unconfirmed).await.expect(201);
        for actor in [&jeanne, &paul] {
            follow(actor, &report).await;
        }
        jeanne.post(&format!("reports/{report}/comments"), json!({ "text": "Moi aussi." })).await.expect(201);
        change(&agent, &report, json!({ "to": "under_review" })).await;
        change(&agent, &report, json!({ "to": "resolved" })).await;
        town.settled().await;

        let commune = town.commune().await;
        let (mut ledger, mut told) = (Vec::new(), json!({ "push": 0, "sms": 0, "email": 0 }));
        let events = history(&town, &report).await;
        for event in &events {
            for account in [&claire, &jeanne, &paul] {
                ledger.extend(commune.notices_of(event.id, account.account_id()).await.expect("a read"));
            }
        }
        ledger.retain(|notice| matches!(notice.state, NoticeState::Sent { .. }));
        for notice in &ledger {
            let name = notice.key.channel.as_str();
            told[name] = (told[name].as_u64().expect("a count") + 1).into();
        }
        assert!(told["push"].as_u64() >= Some(2) && told["sms"].as_u64() >= Some(2), "{told}");
        let seen = usage(&operator, &town).await;
        assert_eq!((&seen["reports"], &seen["active_residents"]), (&json!(1), &json!(2)), "{seen}");
        assert_eq!(seen["notices"], told, "{seen}");
        let parts = commune.sms_used(Timestamp::now()).await.expect("a read").parts;
        assert!(parts >= 3 && seen["sms_parts"] == parts, "{seen}");

        let mut records: Vec<Value> = events.iter().map(|event| changed(&town, None, event)).collect();
        for notice in &ledger {
            let before = Notice { state: NoticeState::Planned, ..notice.clone() };
            records.push(changed(&town, Some(&before), notice));
        }
        let cx = platform().await.cx();
        for _ in 0..3 {
            random.shuffle(&mut records);
            let twice: Vec<&Value> = records.iter().chain(&records).collect();
            assert_eq!(invoke(cx, "project_reports", json!({ "Records": twice })).await, Vec::<Value>::new());
        }
        assert_eq!(usage(&operator, &town).await, seen, "PARVIS_SEED={seed}");
    });
}

#[test]
fn what_is_cut_off_in_between_is_counted_once_by_the_next_try() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let claire = town.resident().await;
        let (cx, now) = (platform().await.cx(), Timestamp::now());
        // More than one transaction holds, some of them twice.
        let mut records: Vec<Value> = Vec::new();
        for n in 0..130 {
            let channel = [Channel::Push, Channel::Email][n % 2];
            let (before, after) = sent(channel, &claire, now);
            records.push(changed(&town, Some(&before), &after));
        }
        records.extend_from_within(0..20);
        for (action, times) in [(FaultAction::Fail, 30), (FaultAction::DropAnswer, 1)] {
            let meters = fault(NewFault {
                operation: Some("TransactWriteItems".to_owned()),
                contains: Some(format!("C#{}#metered", town.id)),
                times: Some(times),
                ..NewFault::new(Service::Dynamodb, action)
            })
            .await;
            let done = try_invoke(cx, "project_reports", json!({ "Records": &records[..100] })).await;
            assert!(meters.hits() > 0, "{action:?}");
            if action == FaultAction::Fail {
                assert!(done.is_err_and(|why| why.contains("100 records together")), "the batch comes again");
                assert_eq!(usage(&operator, &town).await["notices"], json!({ "push": 0, "sms": 0, "email": 0 }));
            }
        }
        for batch in [&records[50..], &records[..], &records[..60]] {
            assert_eq!(invoke(cx, "project_reports", json!({ "Records": batch })).await, Vec::<Value>::new());
        }
        let seen = usage(&operator, &town).await;
        assert_eq!(seen["notices"], json!({ "push": 65, "sms": 0, "email": 65 }), "{seen}");
    });
}

#[test]
fn a_record_that_cannot_be_read_fails_its_batch_and_in_the_end_alone_also_when_all_of_it_is_handed_over_again() {
    for (poisoned, by_letter) in [("a report", false), ("a notice", false), ("a report", true), ("a notice", true)] {
        run(async {
            let (town, operator) = (Town::new().await, Actor::operator().await);
            let claire = town.resident().await;
            let report = town.report(&claire).await;
            town.settled().await;
            let (cx, now) = (platform().await.cx(), Timestamp::now());
            let commune = town.commune().await;
            let report = commune.report(report.value("id")).await.expect("a read").expect("the report");
            let mut records: Vec<Value> = (0..3)
                .map(|_| {
                    let (before, after) = sent(Channel::Email, &claire, now);
                    changed(&town, Some(&before), &after)
                })
                .collect();
            let (before, notice) = sent(Channel::Email, &claire, now);
            let mut poison = match poisoned {
                "a report" => changed(&town, None, &report),
                _ => changed(&town, Some(&before), &notice),
            };
            poison["dynamodb"]["NewImage"]["data"]["M"]["version"] = json!({ "S": "nothing that can be read" });
            records.insert(1, poison);
            for (n, record) in records.iter_mut().enumerate() {
                record["dynamodb"]["SequenceNumber"] = n.to_string().into();
            }
            let before = usage(&operator, &town).await["notices"]["email"].clone();
            assert_eq!(before, 0);
            let alone = if by_letter { handed_over(cx, &records).await } else { halved(cx, &records).await };
            assert!(matches!(&alone[..], [why] if why.starts_with("record 1: ")), "{alone:?}");
            assert_eq!(usage(&operator, &town).await["notices"]["email"], 3);
        });
    }
}

/// Hands records over as Lambda does: halves of what fails, in order. Answers why those failed that were alone.
async fn halved(cx: &Cx, records: &[Value]) -> Vec<String> {
    let (mut parts, mut alone) = (vec![records], Vec::new());
    while let Some(part) = parts.pop() {
        match try_invoke(cx, "project_reports", json!({ "Records": part })).await {
            Err(why) if part.len() == 1 => alone.push(why),
            Err(_) => parts.extend([&part[part.len() / 2..], &part[..part.len() / 2]]),
            Ok(_) => {}
        }
    }
    alone
}

/// Hands records over as a person does who found them in a letter, and then without those that failed.
async fn handed_over(cx: &Cx, records: &[Value]) -> Vec<String> {
    let letter = |records: &[Value]| {
        let payload = json!({ "Records": records }).to_string();
        json!({ "requestContext": { "condition": "RetryAttemptsExhausted" }, "version": "1.0", "payload": payload })
    };
    let why = try_invoke(cx, "project_reports", letter(records)).await.expect_err("one of them cannot be read");
    let why = why.strip_prefix("1 of 4 records failed again: ").expect("how many failed");
    assert!(try_invoke(cx, "project_reports", letter(&[])).await.is_err(), "nothing is no letter");
    assert_eq!(try_invoke(cx, "project_reports", letter(&records[2..])).await, Ok(json!({ "done": 2 })));
    vec![why.to_owned()]
}

#[test]
fn readers_that_count_side_by_side_count_each_resident_of_a_month_once() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let (claire, paul) = (town.resident().await, town.resident().await);
        let report = town.report(&claire).await.text("id").to_owned();
        town.settled().await;
        let event = history(&town, &report).await.pop().expect("an entry");
        let by = |actor: &Actor, at: &str| Event {
            id: EventId::new(Timestamp::now()),
            actor: Author::Resident(actor.account_id()),
            what: parvis_domain::What::Commented,
            at: at.parse().expect("a time"),
            ..event.clone()
        };
        let october = "2026-10-31T22:59:59Z";
        let facts: Vec<Fact> = [by(&claire, october), by(&paul, october), by(&paul, "2026-10-02T08:00:00Z")]
            .iter()
            .flat_map(Fact::of_event)
            .collect();
        let commune = town.commune().await;
        let tries = (0..6).map(|_| commune.meter(&facts, Timestamp::now()));
        for done in join_all(tries).await {
            done.expect("it is counted");
        }
        let path = |month: &str| format!("communes/{}/usage?month={month}", town.id);
        let seen = operator.get(&path("2026-10")).await.expect(200);
        assert_eq!((&seen.json["active_residents"], &seen.json["reports"]), (&json!(2), &json!(0)), "{seen}");
        assert_eq!(operator.get(&path("2026-09")).await.expect(200).json["active_residents"], 0);
        operator.get(&path("2026-9")).await.refused_field("month");
    });
}
