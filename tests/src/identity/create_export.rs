//! `POST /v1/{commune}/me/export`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Call, Town, at, platform, run, run_alone};

use super::delete_me::erase;
use super::export_accounts::{exported, links};

#[test]
fn two_orders_at_once_are_one_export_and_another_one_waits_until_it_is_over() {
    run_alone(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let (one, two) = futures::join!(order(&claire), order(&claire));
        let (one, two) = (one.await.expect(202), two.await.expect(202));
        assert_eq!((one.text("ordered"), one.text("state")), (two.text("ordered"), "running"));
        assert_eq!(one.json["files"].as_array().map(Vec::len), Some(0));
        let ready = exported(&claire).await;
        let again = order(&claire).await.await.expect(202);
        assert_eq!((again.text("ordered"), again.text("state")), (ready.text("ordered"), "ready"));

        let tomorrow = at(SignedDuration::from_hours(25)).await;
        claire = claire.at(&tomorrow);
        claire.refresh().await;
        claire.post("me/export", serde_json::Value::Null).await.problem("conflict");
        tomorrow.run_schedule("export_accounts").await.expect("a run");
        let new = claire.post("me/export", serde_json::Value::Null).await.expect(202);
        assert_ne!(new.text("ordered"), ready.text("ordered"));
        tomorrow.run_schedule("export_accounts").await.expect("a run");
        erase(&claire).await.expect(202);
    });
}

async fn order(actor: &Actor) -> Call {
    actor.post("me/export", serde_json::Value::Null)
}

#[test]
fn an_erased_account_takes_its_export_along_and_orders_no_other() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        town.report(&claire).await;
        let ready = exported(&claire).await;
        let url = links(&ready).remove(0);
        Call::new(reqwest::Method::GET, url.clone()).await.expect(200);
        erase(&claire).await.expect(202);
        Call::new(reqwest::Method::GET, url).await.expect(404);
        claire.post("me/export", serde_json::Value::Null).await.problem("unauthenticated");
        claire.get("me/export").await.problem("not_found");
        let account = parvis_store::ExportOf::Account(claire.account_id());
        assert_eq!(town.commune().await.export(account).await.unwrap(), None);
        platform().await.run_schedule("erase_accounts").await.expect("a run");
    });
}
