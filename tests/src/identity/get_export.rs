//! `GET /v1/{commune}/me/export`.

use jiff::SignedDuration;
use parvis_store::ExportOf;
use parvis_testkit::{Actor, Call, Town, at, platform, run, run_alone};
use serde_json::json;

use super::export_accounts::{exported, links};

#[test]
fn nobody_sees_the_export_of_somebody_else() {
    run(async {
        let town = Town::new().await;
        let (claire, paul) = (town.resident().await, town.resident().await);
        claire.get("me/export").await.problem("not_found");
        exported(&claire).await;
        paul.get("me/export").await.problem("not_found");
        town.administrator().await.get("me/export").await.problem("not_found");
        claire.signed_out().get("me/export").await.problem("unauthenticated");
        claire.get("me/export").await.expect(200);
    });
}

#[test]
fn a_link_ends_after_an_hour_and_the_files_after_a_day() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let ready = exported(&claire).await;
        let url = links(&ready).remove(0);
        Call::new(reqwest::Method::GET, url.clone()).await.expect(200);
        let altered = url.replace("X-Amz-Expires=3600", "X-Amz-Expires=86400");
        assert_ne!(altered, url);
        Call::new(reqwest::Method::GET, altered).await.expect(403);
        let (commune, of) = (town.commune().await, ExportOf::Account(claire.account_id()));
        let export = commune.export(of).await.unwrap().expect("it is there");
        let earlier = jiff::Timestamp::now() - SignedDuration::from_mins(61);
        let old = commune.export_links(&export, earlier).await.unwrap().remove(0).1;
        Call::new(reqwest::Method::GET, old).await.expect(403);

        let tomorrow = at(SignedDuration::from_hours(25)).await;
        let mut later = claire.at(&tomorrow);
        later.refresh().await;
        later.get("me/export").await.problem("not_found");
        tomorrow.run_schedule("export_accounts").await.expect("a run");
        assert_eq!(commune.export(of).await.unwrap(), None);
        Call::new(reqwest::Method::GET, url).await.expect(404);
    });
}

#[test]
fn what_was_ordered_is_written_and_read_while_the_commune_is_suspended() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        claire.post("me/export", serde_json::Value::Null).await.expect(202);
        let suspend = format!("communes/{}/suspend", town.id);
        Actor::operator().await.post(&suspend, json!({ "reason": "facture impayée" })).await.expect(200);
        platform().await.run_schedule("export_accounts").await.expect("a run");
        let ready = super::export_accounts::ready(&claire, "me/export", "export_accounts").await;
        Call::new(reqwest::Method::GET, links(&ready).remove(0)).await.expect(200);
    });
}
