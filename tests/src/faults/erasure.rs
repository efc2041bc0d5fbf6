//! The platform is killed while it erases an account, and started again: the erasure ends all the same.

use std::time::Duration;

use jiff::SignedDuration;
use parvis_domain::{AccountId, Channel};
use parvis_local::engines::{DataDir, Ports};
use parvis_local::{Options, Platform, Process};
use parvis_testkit::{Actor, World, run, scratch, table_at};
use serde_json::json;

use crate::identity::traces::items_with;

/// Reports of the account: some seconds of work.
const REPORTS: usize = 150;

async fn in_this_process(process: &Process) -> Platform {
    let options = Options::new(DataDir::new(process.data()), Ports::fixed(process.port()).unwrap());
    Platform::start(options, parvis_catalog::functions()).await.unwrap()
}

/// In how many items of the table the account is.
async fn traces_of(url: &str, account: AccountId) -> usize {
    items_with(&table_at(url), &[account.to_string()]).await.len()
}

async fn erase(platform: &Platform, actor: &Actor) {
    let me = actor.get("me").await.expect(200);
    let contact = json!({ "phone": me.text("phone") });
    actor.post("me/erasure", json!({ "contact": contact })).await.expect(202);
    let sent = platform.outbox().list(&parvis_local::tap::OutboxQuery::default());
    let code = sent.iter().rev().find(|sent| sent.message.notice.as_deref() == Some("code")).expect("a code");
    let code = code.message.text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
    actor.delete("me").json(&json!({ "contact": contact, "code": code })).await.expect(202);
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
        let account = claire.account_id();
        // Ordered, and not begun: the next start does it.
        erase(&platform, claire).await;
        platform.stop().await;

        process.start().await.unwrap();
        let table = format!("http://127.0.0.1:{}", process.port() + 1);
        let all = traces_of(&table, account).await;
        let mut left = all;
        while left == all {
            tokio::time::sleep(Duration::from_millis(50)).await;
            left = traces_of(&table, account).await;
        }
        process.kill().await.unwrap();
        println!("killed with {left} of {all} items left");

        let platform = in_this_process(&process).await;
        let table = platform.engines().direct_dynamodb_url();
        let left = traces_of(&table, account).await;
        assert!(left > 1, "it was killed in the middle");
        platform.run_schedule("erase_accounts").await.unwrap();
        assert_eq!(traces_of(&table, account).await, 1, "all but the erasure itself");
        platform.later(SignedDuration::from_hours(26)).await.unwrap().run_schedule("erase_accounts").await.unwrap();
        assert_eq!(traces_of(&table, account).await, 0);
        let reports = platform.cx().store.commune(&world.commune).await.unwrap().status_counts().await.unwrap();
        assert!(reports.values().sum::<u64>() >= u64::try_from(REPORTS).unwrap(), "the reports stay: {reports:?}");
        platform.stop().await;
    });
}
