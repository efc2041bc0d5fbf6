//! `GET /v1/{commune}/settings/versions`.

use parvis_testkit::{Town, run};
use serde_json::{Value, json};

use super::change;

#[test]
fn who_changed_what_is_listed_newest_first_and_pages() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        change(&nadia, |s| s["name"] = json!("Deux")).await.expect(200);
        change(&nadia, |s| s["guests_without_contact"] = json!(true)).await.expect(200);
        nadia.post("settings/undo", Value::Null).if_match(3).await.expect(200);
        let first = nadia.get("settings/versions?limit=3").await.expect(200);
        let seen = |n: usize, field: &str| first.json["versions"][n][field].clone();
        assert_eq!([seen(0, "version"), seen(1, "version"), seen(2, "version")], [json!(4), json!(3), json!(2)]);
        assert_eq!((seen(0, "restores"), seen(0, "changed")), (json!(2), json!(["guests_without_contact"])));
        assert_eq!((seen(2, "restores"), seen(2, "changed")), (Value::Null, json!(["name"])));
        assert_eq!(seen(1, "by"), json!({ "kind": "staff", "account": nadia.account_id(), "name": "Nadia Roux" }));
        assert!(seen(1, "at").as_str().is_some_and(|at| at.parse::<jiff::Timestamp>().is_ok()), "{first}");
        let rest = nadia.get(&format!("settings/versions?limit=3&cursor={}", first.text("next"))).await.expect(200);
        assert_eq!(rest.json["versions"], json!([{ "version": 1, "changed": [] }]), "operators set it up");
        assert!(rest.json.get("next").is_none_or(Value::is_null), "{rest}");
        nadia.get("settings/versions?limit=0").await.refused_field("limit");
        nadia.get("settings/versions?cursor=made-up").await.refused_field("cursor");
    });
}

#[test]
fn every_change_is_in_the_audit_log_and_the_log_holds_together() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        change(&nadia, |s| s["name"] = json!("Deux")).await.expect(200);
        nadia.post("settings/undo", Value::Null).if_match(2).await.expect(200);
        let commune = nadia.opened().await;
        let entries = town.acts().await;
        let told: Vec<_> = entries.iter().map(|e| (e.what.as_str(), e.about.as_str(), e.after.as_str())).collect();
        let back = json!({ "name": town.settings.name }).to_string();
        assert_eq!(
            told,
            [
                ("undo_settings", "settings version 3", back.as_str()),
                ("update_settings", "settings version 2", r#"{"name":"Deux"}"#),
            ]
        );
        // And the one by which she got her second factor.
        assert_eq!(commune.verify_audit(jiff::Timestamp::now()).await.unwrap(), (3, vec![]));
    });
}
