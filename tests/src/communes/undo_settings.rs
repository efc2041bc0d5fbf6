//! `POST /v1/{commune}/settings/undo`.

use parvis_domain::Role;
use parvis_testkit::{Actor, Answer, Town, run};
use serde_json::{Value, json};

use super::change;

async fn undo(administrator: &Actor) -> Answer {
    let version = administrator.get("settings").await.expect(200).version();
    administrator.post("settings/undo", Value::Null).if_match(version).await
}

#[test]
fn undoing_every_change_restores_exactly_what_was_and_then_there_is_nothing_to_undo() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let mut history = vec![nadia.get("settings").await.expect(200).json];
        for step in 1..=4 {
            let changed = change(&nadia, |s| {
                s["name"] = json!(format!("Ville {step}"));
                let new =
                    json!({ "id": format!("zone-{step}"), "name": "Neuve", "boundary": s["zones"][0]["boundary"] });
                s["zones"].as_array_mut().expect("a list").push(new);
            });
            history.push(changed.await.expect(200).json);
        }
        history.pop();
        let mut version = 5;
        while let Some(before) = history.pop() {
            version += 1;
            let undone = undo(&nadia).await.expect(200);
            assert_eq!((&undone.json, undone.version()), (&before, version));
            assert_eq!(nadia.get("settings").await.expect(200).json, before);
        }
        undo(&nadia).await.problem("nothing_to_undo");
        // A new change after all that is the one that the next undo takes back.
        let first = nadia.get("settings").await.expect(200).json;
        change(&nadia, |s| s["name"] = json!("Encore une fois")).await.expect(200);
        assert_eq!(undo(&nadia).await.expect(200).json, first);
        undo(&nadia).await.problem("nothing_to_undo");
    });
}

#[test]
fn of_two_undos_at_once_one_is_done() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        for name in ["Deux", "Trois"] {
            change(&nadia, |s| s["name"] = json!(name)).await.expect(200);
        }
        let call = || async { nadia.post("settings/undo", Value::Null).if_match(3).await };
        let (one, other) = futures::join!(call(), call());
        let (done, late) = if one.status == 200 { (one, other) } else { (other, one) };
        late.problem("version_conflict");
        assert_eq!(done.expect(200).text("name"), "Deux");
        nadia.post("settings/undo", Value::Null).await.problem("version_required");
    });
}

#[test]
fn a_category_that_reports_took_up_since_is_not_undone() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        let new = json!({ "id": "eau", "name": "Eau", "expected": { "days": 2, "calendar": "calendar" } });
        change(&nadia, |s| s["categories"].as_array_mut().expect("a list").push(new)).await.expect(200);
        let mut report = town.problem();
        report["category"] = json!("eau");
        claire.post("reports", report).await.expect(201);
        let refused = undo(&nadia).await.refused_field("categories");
        assert_eq!(refused.rule("categories"), "in_use", "{refused}");
    });
}

#[test]
fn a_service_that_has_staff_meanwhile_is_not_undone() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        change(&nadia, |s| {
            let services = s["services"].as_array_mut().expect("a list");
            services.push(json!({ "id": "espaces-verts", "name": "Espaces verts" }));
        })
        .await
        .expect(200);
        town.staff(Role::Agent, &["espaces-verts"], "Inès Moulin").await;
        let refused = nadia.post("settings/undo", Value::Null).if_match(2).await.refused_field("services");
        assert!(refused.text("detail").contains("des agents en font partie"), "{refused}");
        assert_eq!(nadia.get("settings").await.expect(200).version(), 2);
    });
}
