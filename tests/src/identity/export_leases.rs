//! An export that is written is due to nobody else, and one that cannot be read stops no other.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_store::item::Item as _;
use parvis_testkit::{Town, at, platform, run_alone};

use super::export_accounts::{LEASE, exported, links, ready, unzipped_from};

#[test]
fn a_run_that_begins_while_another_one_writes_leaves_it_its_file() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (commune, now) = (town.commune().await, Timestamp::now());
        let ordered = commune.order_export(claire.account_id(), now).await.expect("an order");
        let held = commune.claim_export(&ordered, LEASE, now).await.expect("an answer").expect("ours");
        let soon = at(SignedDuration::from_mins(1)).await;
        soon.run_schedule("export_accounts").await.expect("a run");
        let kept = commune.keep_export(&held, Some(vec![1]), 0, held.mark.clone(), now).await.expect("an answer");
        assert!(kept.is_some(), "the other run took it and threw the file away");
        let files = unzipped_from(&ready(&claire, "me/export", "export_accounts").await, 1).await;
        assert_eq!(files.len(), 1, "it went on behind the file that was there");
    });
}

#[test]
fn an_export_that_cannot_be_read_keeps_no_other_from_being_written() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, paul, commune) = (town.resident().await, town.resident().await, town.commune().await);
        let now = Timestamp::now();
        let ordered = commune.order_export(paul.account_id(), now - LEASE).await.expect("an order");
        let key = ordered.placement(commune.id()).key;
        let (store, partition) = (&platform().await.cx().store, key.partition().to_owned());
        let broken = store.clients().dynamodb().update_item().table_name(&store.names.table);
        let broken = broken.key("pk", AttributeValue::S(partition)).key("sk", AttributeValue::S("export".to_owned()));
        let broken = broken.update_expression("REMOVE #data.#version");
        let broken =
            broken.expression_attribute_names("#data", "data").expression_attribute_names("#version", "version");
        broken.send().await.expect("a write");
        commune.export(ordered.of).await.expect_err("it cannot be read");
        assert_eq!(links(&exported(&claire).await).len(), 1);
        commune.table().delete(&key).await.expect("removed");
    });
}
