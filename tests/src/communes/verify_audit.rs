//! The command `verify_audit`, on logs that hold and logs that somebody touched.

use aws_sdk_dynamodb::types::AttributeValue::{N, S};
use futures::future::join_all;
use jiff::SignedDuration;
use parvis_domain::AccountId;
use parvis_store::{Act, AuditActor};
use parvis_testkit::{Town, platform, run};
use serde_json::{Value, json};

async fn verified(town: &Town) -> Result<u64, String> {
    let platform = platform().await;
    let command = platform.functions().iter().find(|f| f.id == "verify_audit").expect("the command");
    let done = command.invoke(platform.cx(), json!({ "commune": town.id })).await.map_err(|e| e.to_string())?;
    Ok(done["done"].as_u64().expect("a number"))
}

/// That many acts, all at once.
async fn acts(town: &Town, count: u32) {
    let now = platform().await.cx().now();
    let (commune, account) = (town.commune().await, AccountId::new(now));
    let act = |n: u32| Act {
        by: AuditActor::Staff { account, name: "Nadia Roux".to_owned() },
        what: "update_settings",
        about: n.to_string(),
        before: Value::Null,
        after: json!({ "n": n, "share": 0.1 }),
    };
    let acts: Vec<Act> = (0..count).map(act).collect();
    for done in join_all(acts.iter().map(|act| commune.commit_act(act, now, |writes| writes))).await {
        done.expect("the act is written");
    }
}

/// An item of the log, and where it lies.
async fn entry(town: &Town, number: u32) -> parvis_store::item::Attributes {
    let store = &platform().await.cx().store;
    let get = store.clients().dynamodb().get_item().table_name(&store.names.table);
    let get = get.key("pk", S(format!("C#{}#audit", town.id))).key("sk", S(format!("entry#{number:010}")));
    get.send().await.expect("a read").item.expect("the entry")
}

async fn put(item: parvis_store::item::Attributes) {
    let store = &platform().await.cx().store;
    let put = store.clients().dynamodb().put_item().table_name(&store.names.table).set_item(Some(item));
    put.send().await.expect("a write");
}

#[test]
fn acts_at_the_same_moment_get_numbers_without_a_gap() {
    run(async {
        let town = Town::new().await;
        acts(&town, 5).await;
        acts(&town, 4).await;
        let (entries, _) = town.commune().await.audit_entries(100, None).await.expect("a log");
        let numbers: Vec<u32> = entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(verified(&town).await, Ok(9));
    });
}

#[test]
fn an_empty_log_holds() {
    run(async {
        assert_eq!(verified(&Town::new().await).await, Ok(0));
    });
}

#[test]
fn an_entry_that_was_altered_is_named() {
    run(async {
        let town = Town::new().await;
        acts(&town, 3).await;
        let mut item = entry(&town, 2).await;
        let data = item
            .get_mut("data")
            .and_then(|data| if let aws_sdk_dynamodb::types::AttributeValue::M(m) = data { Some(m) } else { None });
        data.expect("a map").insert("about".to_owned(), S("somebody else".to_owned()));
        put(item).await;
        let told = verified(&town).await.expect_err("it was altered");
        assert!(told.contains("entry 2 was altered; 2 entries fit"), "{told}");
    });
}

#[test]
fn an_entry_that_was_removed_is_named_wherever_it_was() {
    run(async {
        for removed in [1, 2, 3] {
            let town = Town::new().await;
            acts(&town, 3).await;
            let store = &platform().await.cx().store;
            let delete = store.clients().dynamodb().delete_item().table_name(&store.names.table);
            let delete = delete.key("pk", S(format!("C#{}#audit", town.id)));
            delete.key("sk", S(format!("entry#{removed:010}"))).send().await.expect("a removal");
            let told = verified(&town).await.expect_err("it was removed");
            assert!(told.contains(&format!("entry {removed} is missing")), "{told}");
        }
    });
}

#[test]
fn an_entry_that_was_put_in_is_found() {
    run(async {
        let town = Town::new().await;
        acts(&town, 2).await;
        let mut item = entry(&town, 2).await;
        item.insert("sk".to_owned(), S("entry#0000000003".to_owned()));
        if let Some(aws_sdk_dynamodb::types::AttributeValue::M(data)) = item.get_mut("data") {
            data.insert("number".to_owned(), N("3".to_owned()));
        }
        put(item).await;
        assert!(verified(&town).await.is_err(), "the head says two entries");
    });
}

#[test]
fn entries_older_than_a_year_may_be_gone_and_the_rest_still_holds() {
    run(async {
        let town = Town::new().await;
        let (commune, now) = (town.commune().await, platform().await.cx().now());
        let by = AuditActor::System { function: "test".to_owned() };
        for days in [400, 380, 10, 1] {
            let at = now - SignedDuration::from_hours(24 * days);
            let (before, after) = (Value::Null, Value::Null);
            let act = Act { by: by.clone(), what: "update_settings", about: String::new(), before, after };
            commune.commit_act(&act, at, |writes| writes).await.expect("the act is written");
        }
        let store = &platform().await.cx().store;
        for old in [1, 2] {
            let delete = store.clients().dynamodb().delete_item().table_name(&store.names.table);
            let delete = delete.key("pk", S(format!("C#{}#audit", town.id))).key("sk", S(format!("entry#{old:010}")));
            delete.send().await.expect("a removal");
        }
        assert_eq!(verified(&town).await, Ok(2));
    });
}
