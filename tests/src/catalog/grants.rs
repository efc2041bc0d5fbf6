//! A function can do what its grants say and nothing else, on one machine too.

use parvis_store::watch;
use parvis_testkit::{Town, platform, run};
use serde_json::json;

#[test]
fn a_call_without_a_grant_fails_and_names_the_grant() {
    run(async {
        let platform = platform().await;
        let mut sweeper = platform.functions().iter().find(|f| f.id == "sweep_unsent").expect("the sweeper").clone();
        sweeper.id = "sweeper_without_grants".to_owned();
        sweeper.grants.clear();
        let refused = sweeper.invoke(platform.cx(), json!({})).await.expect_err("no grant, no call").to_string();
        assert!(refused.contains("sweeper_without_grants has no grant for dynamodb:Query"), "{refused}");
    });
}

#[test]
fn what_a_function_does_is_remembered_as_the_use_of_its_grant() {
    run(async {
        let town = Town::new().await;
        town.guest().await.get("").await.expect(200);
        town.report(&town.resident().await).await;
        let used = watch::used();
        let creates = used.iter().filter(|(function, _)| function == "create_report").map(|(_, grant)| grant.action);
        assert!(creates.collect::<Vec<_>>().contains(&"dynamodb:PutItem"), "{used:?}");
    });
}
