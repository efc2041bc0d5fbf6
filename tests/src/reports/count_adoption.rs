//! The command that counts for adoption what was there before it was counted.

use parvis_testkit::{Town, platform, run};
use serde_json::json;

#[test]
fn what_was_there_before_adoption_was_counted_is_counted_once() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (claire, agent) = (town.resident().await, town.agent().await);
        town.report(&claire).await;
        let report = town.report(&claire).await.text("id").to_owned();
        crate::notices::change(&agent, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        let commune = town.commune().await;
        let counts = async || commune.adoption("2000-W01", "2999-W53").await.expect("the counts");
        let before = counts().await;
        assert!(before.iter().any(|row| row.zone.is_none() && row.reports == 2 && row.answered == 1), "{before:?}");

        // As if none of it had ever been counted.
        let store = &platform().await.cx().store;
        let table = store.clients().dynamodb();
        let mut after = None;
        loop {
            let found = store.items_of(&commune, after.as_ref()).await.expect("a slice");
            for item in found.all {
                let kind = item["type"].as_s().expect("a type");
                if ["adopted", "adopting", "adoption"].contains(&kind.as_str()) {
                    let gone = table.delete_item().table_name(&store.names.table);
                    let gone = gone.key("pk", item["pk"].clone()).key("sk", item["sk"].clone());
                    gone.send().await.expect("removed");
                }
            }
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(counts().await, []);
        let path = "/_local/commands/count_adoption";
        let done = claire.post(path, json!({ "commune": town.id })).await.expect(200);
        assert!(done.json["done"].as_u64() >= Some(4), "{done}");
        assert_eq!(counts().await, before);
        let again = claire.post(path, json!({ "commune": town.id })).await.expect(200);
        assert_eq!((again.json, counts().await), (json!({ "done": 0 }), before));
        claire.post(path, json!({ "commune": "nulle-part" })).await.problem("conflict");
        let next_door = other.commune().await.adoption("2000-W01", "2999-W53").await.expect("the counts");
        assert_eq!(next_door.iter().map(|row| row.reports).sum::<u64>(), 0);
    });
}
