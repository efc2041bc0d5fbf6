//! The platform is killed while it erases an account, and started again: the erasure ends all the same.

use jiff::SignedDuration;
use parvis_domain::{AccountId, Channel};
use parvis_local::engines::{DataDir, Ports};
use parvis_local::{Options, Platform, Process};
use parvis_testkit::{Actor, Call, FaultAction, NewFault, Service, World, run, scratch, sent_in, table_at, wait_until};
use reqwest::Method;
use serde_json::json;

use crate::identity::traces::items_with;

/// Reports of the account: many more than are let through.
const REPORTS: usize = 150;

async fn in_this_process(process: &Process) -> Platform {
    let ports = Ports::fixed(process.port()).unwrap();
    // The erasure runs when the test says so.
    let options = Options { schedules: false, ..Options::new(DataDir::new(process.data()), ports) };
    Platform::start(options, parvis_catalog::functions()).await.unwrap()
}

/// In how many items of the table the account is.
async fn traces_of(url: &str, account: AccountId) -> usize {
    items_with(&table_at(url), &[account.to_string()]).await.len()
}

async fn erase(process: &Process, actor: &Actor) {
    let me = actor.get("me").await.expect(200);
    let contact = json!({ "phone": me.text("phone") });
    actor.post("me/erasure", json!({ "contact": contact })).await.expect(202);
    let sent = sent_in(process.data());
    let code = sent.iter().rev().find(|sent| sent.message.notice.as_deref() == Some("code")).expect("a code");
    let code = code.message.text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
    actor.delete("me").json(&json!({ "contact": contact, "code": code })).await.expect(202);
}

/// Lets so many writes about the account through and holds the next one up.
async fn hold_up(process: &Process, account: AccountId, writes: u32) {
    let write = NewFault {
        operation: Some("TransactWriteItems".to_owned()),
        contains: Some(account.to_string()),
        ..NewFault::new(Service::Dynamodb, FaultAction::Slow)
    };
    let through = NewFault { ms: Some(1), times: Some(writes), ..write.clone() };
    for rule in [through, NewFault { ms: Some(600_000), ..write }] {
        Call::new(Method::POST, format!("{}/_local/faults", process.url()))
            .json(&serde_json::to_value(rule).unwrap())
            .await
            .expect(201);
    }
}

/// Whether a write is held up.
async fn held_up(url: &str) -> Option<()> {
    let faults = Call::new(Method::GET, format!("{url}/_local/faults")).await.expect(200);
    (faults.json["faults"][1]["hits"].as_u64() > Some(0)).then_some(())
}

#[test]
fn an_erasure_that_is_killed_in_the_middle_is_finished_after_the_next_start() {
    run(async {
        let mut process = Process::prepare(scratch("erasure")).unwrap();
        let platform = in_this_process(&process).await;
        let world = World::on(&platform, 1, 1).await;
        let claire = &world.residents[0];
        assert_eq!(world.ways[0].channel, Channel::Sms);
        for n in 1..REPORTS {
            let idea = json!({ "kind": "idea", "description": format!("Un banc à l’ombre, {n}") });
            claire.post("reports", idea).await.expect(201);
        }
        platform.stop().await;

        process.start().await.unwrap();
        let account = claire.account_id();
        let table = format!("http://127.0.0.1:{}", process.port() + 1);
        let all = traces_of(&table, account).await;
        // Before it is ordered: the platform's own run may come first.
        hold_up(&process, account, 40).await;
        erase(&process, claire).await;
        let url = process.url();
        let run = Call::new(Method::POST, format!("{url}/_local/schedules/erase_accounts")).attempt();
        let killed = async {
            wait_until("the erasure is in the middle", || held_up(&url)).await;
            process.kill().await.unwrap();
        };
        let (cut_off, ()) = futures::join!(run, killed);
        assert!(cut_off.is_err(), "{cut_off:?}");

        let platform = in_this_process(&process).await;
        let table = platform.engines().direct_dynamodb_url();
        let left = traces_of(&table, account).await;
        println!("killed with {left} of {all} items left");
        assert!(left > 1 && left < all, "it was killed in the middle: {left} of {all}");
        platform.run_schedule("erase_accounts").await.unwrap();
        assert_eq!(traces_of(&table, account).await, 1, "all but the erasure itself");
        platform.later(SignedDuration::from_hours(26)).await.unwrap().run_schedule("erase_accounts").await.unwrap();
        assert_eq!(traces_of(&table, account).await, 0);
        let reports = platform.cx().store.commune(&world.commune).await.unwrap().status_counts().await.unwrap();
        assert!(reports.values().sum::<u64>() >= u64::try_from(REPORTS).unwrap(), "the reports stay: {reports:?}");
        platform.stop().await;
    });
}
