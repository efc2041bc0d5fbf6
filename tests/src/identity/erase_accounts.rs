//! The schedule that takes erased accounts' names off what stays.

use jiff::SignedDuration;
use parvis_domain::{AccountId, ReportId};
use parvis_store::key::DueTask;
use parvis_store::table::Condition;
use parvis_store::{Ambassador, Erasure};
use parvis_testkit::{Actor, Town, at, platform, run_alone, scratch};
use serde_json::{Value, json};

use super::delete_me::erase;
use super::traces::{items_with, traces};
use super::{address, table};
use crate::notices::{change, follow};

async fn run_schedule(hours: i64) {
    at(SignedDuration::from_hours(hours)).await.run_schedule("erase_accounts").await.expect("a run");
}

/// Makes her an ambassador who says so, as no act in the audit log.
async fn with_badge(town: &Town, claire: &Actor) {
    let zones = vec!["est".parse().expect("a zone")];
    let (account, since) = (claire.account_id(), jiff::Timestamp::now());
    let ambassador = Ambassador { account, zones, since, badge: true, version: 1 };
    town.commune().await.table().put(&ambassador, Condition::Any).await.expect("a write");
}

/// Everything that a resident can leave behind. Answers the report of their own, and their comment's on Paul's.
async fn lived(town: &Town, claire: &mut Actor, paul: &Actor) -> (String, String) {
    claire.add_device().await;
    let (photo, _) = claire.upload_photo(parvis_photos::pipeline::sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
    let (_unused, _) =
        claire.upload_photo(parvis_photos::pipeline::sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
    let mut problem = town.problem();
    problem["photos"] = json!([{ "id": photo.photo }]);
    let own =
        claire.post("reports", problem).idempotency_key("once-and-only-once").await.expect(201).text("id").to_owned();
    let (theirs, third) = (town.report(paul).await, town.report(paul).await);
    let (theirs, third) = (theirs.text("id").to_owned(), third.text("id").to_owned());
    let agent = town.agent().await;
    for report in [&theirs, &third] {
        follow(claire, report).await;
    }
    follow(paul, &own).await;
    for report in [&own, &theirs, &third] {
        change(&agent, report, json!({ "to": "awaiting_reporter", "note": "Où exactement ?" })).await;
    }
    town.settled().await;
    claire.post(&format!("reports/{own}/comments"), json!({ "text": "Devant l’école." })).await.expect(201);
    with_badge(town, claire).await;
    let comment = claire.post(&format!("reports/{theirs}/comments"), json!({ "text": "Chez moi aussi." })).await;
    assert_eq!(comment.expect(201).json["history"][2]["actor"], json!({ "type": "resident", "ambassador": true }));
    claire.delete(&format!("reports/{third}/followers/me")).await.expect(204);
    town.settled().await;
    (own, theirs)
}

#[test]
fn nothing_of_an_erased_account_is_left_and_its_reports_stay_without_an_author() {
    run_alone(async {
        let town = Town::new().await;
        let (mut claire, paul) = (town.resident().await, town.resident().await);
        let (own, theirs) = lived(&town, &mut claire, &paul).await;
        let commune = town.commune().await;
        let counts = commune.status_counts().await.unwrap();
        let told = paul.notices().await.len();
        let (phone, account) = (address(&claire), claire.account_id());
        assert!(items_with(&table().await, &[account.to_string()]).await.len() > 10, "there is something to erase");

        erase(&claire).await.expect(202);
        run_schedule(0).await;
        let left = items_with(&table().await, &[account.to_string(), phone.clone()]).await;
        assert!(left.len() == 1 && left[0].contains("erasure"), "only that all is done once more: {left:#?}");
        run_schedule(0).await;
        run_schedule(26).await;
        let looked_for = [account.to_string(), phone.clone(), claire.device_token.clone().unwrap()];
        let found = traces(&table().await, &scratch(""), &looked_for).await;
        assert_eq!(found, Vec::<String>::new());

        town.settled().await;
        assert_eq!(commune.status_counts().await.unwrap(), counts, "counters are intact");
        assert_eq!(paul.notices().await.len(), told, "nobody is told");
        let report = commune.report(own.parse::<ReportId>().unwrap()).await.unwrap().expect("the report stays");
        assert_eq!((report.reporter, report.followers), (None, 1));
        let agent = town.agent().await;
        let read = agent.get(&format!("reports/{own}")).await.expect(200);
        assert_eq!(read.json["reporter"], Value::Null);
        assert_eq!(read.text("history/0/actor/type"), "former_resident");
        assert_eq!(read.text("history/2/note"), "Devant l’école.", "what was written stays");
        assert_eq!(read.json["photos"].as_array().map(Vec::len), Some(1));
        let commented = paul.get(&format!("reports/{theirs}")).await.expect(200);
        assert_eq!(commented.text("history/2/actor/type"), "former_resident");
        let kept = commune.dossier(theirs.parse::<ReportId>().unwrap()).await.unwrap().expect("it stays");
        assert!(kept.events.iter().all(|event| !event.ambassador), "{:?}", kept.events);
        assert_eq!(commented.json["followers"], 1);

        // The report lives on, and Paul is told of what becomes of it.
        change(&agent, &own, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert_eq!(paul.wait_for_notices(told + 1).await.len(), told + 1);
        let mut again = town.guest().await;
        again.sign_in(claire.contact.clone().unwrap()).await;
        assert_ne!(again.account, Some(account), "the same phone is a new account");
        let sent = town.report(&again).await;
        assert_eq!(sent.json["mine"], true);
        again.get(&format!("reports/{own}")).await.expect(200);
    });
}

#[test]
fn what_an_access_token_still_did_after_the_erasure_is_forgotten_a_day_later() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        erase(&claire).await.expect(202);
        run_schedule(0).await;
        let sent = town.report(&claire).await;
        let device = json!({ "platform": "fcm", "token": "a-ghost" });
        claire.put("me/devices", device).await.problem("unauthenticated");
        town.settled().await;
        run_schedule(26).await;
        let found =
            traces(&table().await, &scratch(""), &[claire.account_id().to_string(), "a-ghost".to_owned()]).await;
        assert_eq!(found, Vec::<String>::new());
        let report = town.commune().await.report(sent.value("id")).await.unwrap().expect("the report stays");
        assert_eq!((report.reporter, report.followers), (None, 0));
    });
}

#[test]
fn devices_that_an_erasure_could_not_remove_at_once_go_with_the_next_run() {
    use parvis_testkit::{FaultAction, NewFault, Service, fault};
    run_alone(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        claire.add_device().await;
        let endpoint = town.commune().await.devices(claire.account_id()).await.unwrap()[0].endpoint.clone();
        let contains = endpoint.rsplit('/').next().map(str::to_owned);
        let rule = NewFault { contains, ..NewFault::new(Service::Sns, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("DeleteEndpoint".to_owned()), ..rule }).await;
        erase(&claire).await.problem("unavailable");
        assert!(failing.hits() > 0);
        drop(failing);
        claire.get("me").await.problem("unauthenticated");
        run_schedule(0).await;
        assert!(town.commune().await.devices(claire.account_id()).await.unwrap().is_empty());
        let sns = platform().await.cx().store.clients().sns().clone();
        assert!(sns.get_endpoint_attributes().endpoint_arn(&endpoint).send().await.is_err(), "the endpoint is gone");
    });
}

#[test]
fn an_erasure_that_meets_a_failing_table_goes_on_at_the_next_run() {
    use parvis_testkit::{FaultAction, NewFault, Service, fault};
    run_alone(async {
        let town = Town::new().await;
        let (mut claire, paul) = (town.resident().await, town.resident().await);
        lived(&town, &mut claire, &paul).await;
        erase(&claire).await.expect(202);
        let rule = NewFault {
            operation: Some("TransactWriteItems".to_owned()),
            contains: Some(claire.account_id().to_string()),
            ..NewFault::new(Service::Dynamodb, FaultAction::Fail)
        };
        let failing = fault(rule).await;
        let run = platform().await.run_schedule("erase_accounts").await;
        assert!(run.is_err() && failing.hits() > 0, "{run:?}");
        drop(failing);
        run_schedule(0).await;
        run_schedule(26).await;
        let found = items_with(&table().await, &[claire.account_id().to_string(), address(&claire)]).await;
        assert_eq!(found, Vec::<String>::new());
    });
}

#[test]
fn a_run_takes_all_erasures_of_a_shard_and_not_the_first_page_only() {
    run_alone(async {
        let (town, now) = (Town::new().await, jiff::Timestamp::now());
        let commune = town.commune().await;
        let shard = |id: &AccountId| {
            let sum = id.to_string().bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
            sum % parvis_store::key::DUE_SHARDS
        };
        let many: Vec<AccountId> =
            std::iter::repeat_with(|| AccountId::new(now)).filter(|id| shard(id) == 0).take(30).collect();
        for account in &many {
            let erasure = Erasure { account: *account, due: now, once_more: false };
            commune.table().put(&erasure, Condition::Absent).await.expect("a write");
        }
        run_schedule(0).await;
        let due = platform().await.cx().store.due(DueTask::Erasure, 0, jiff::Timestamp::now(), 100, None).await;
        assert_eq!(due.expect("a read").items.len(), 0, "none waits: all are done, and due once more in a day");
        run_schedule(26).await;
    });
}
