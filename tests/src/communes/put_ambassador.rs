//! `PUT /v1/{commune}/launch/ambassadors/{account}`, and what an ambassador sees.

use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

pub(super) async fn name(nadia: &Actor, resident: &Actor, zones: &[&str]) -> parvis_testkit::Answer {
    let path = format!("launch/ambassadors/{}", resident.account_id());
    nadia.put(&path, json!({ "zones": zones })).await
}

#[test]
fn an_ambassador_sees_the_adoption_of_their_zones_and_nothing_of_a_few_neighbours() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire, paul) = (town.administrator().await, town.resident().await, town.resident().await);
        for (count, east) in [(5, 300.0), (4, -300.0)] {
            for _ in 0..count {
                let mut body = town.problem();
                body["place"] = town.place(east, 0.0);
                paul.post("reports", body).await.expect(201);
            }
        }
        town.settled().await;
        claire.get("adoption").await.problem("forbidden");
        assert_eq!(name(&nadia, &claire, &["est"]).await.expect(200).json["zones"], json!(["est"]));
        let seen = claire.get("adoption").await.expect(200);
        let rows = seen.json["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), 1, "neither the commune nor another zone: {seen}");
        assert_eq!(
            (&rows[0]["zone"], &rows[0]["reports"], &rows[0]["joined"]),
            (&json!("est"), &json!(5), &Value::Null)
        );
        name(&nadia, &claire, &["ouest", "est"]).await.expect(200);
        let seen = claire.get("adoption").await.expect(200);
        let west = seen.json["rows"].as_array().expect("rows").iter().find(|row| row["zone"] == "ouest");
        let west = west.expect("the west").as_object().expect("a row");
        assert_eq!((&west["few"], west.contains_key("reports"), west.len()), (&json!(true), false, 3), "{seen}");
        // Staff see it all the same.
        let all = nadia.get("adoption").await.expect(200);
        let west = all.json["rows"].as_array().expect("rows").iter().find(|row| row["zone"] == "ouest");
        assert_eq!(west.expect("the west")["reports"], 4, "{all}");
        let acts: Vec<String> = town.acts().await.into_iter().map(|act| act.what).collect();
        assert_eq!(acts, ["put_ambassador", "put_ambassador"]);
    });
}

#[test]
fn only_an_account_of_the_commune_becomes_ambassador_of_zones_that_are_there() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, claire, stranger) = (town.administrator().await, town.resident().await, other.resident().await);
        name(&nadia, &stranger, &["est"]).await.problem("not_found");
        name(&nadia, &claire, &[]).await.refused_field("zones");
        name(&nadia, &claire, &["nord"]).await.refused_field("zones.0");
        name(&nadia, &claire, &["est", "est"]).await.refused_field("zones.1");
        name(&claire, &claire, &["est"]).await.problem("forbidden");
        assert!(town.acts().await.is_empty());
    });
}

#[test]
fn who_is_erased_is_no_ambassador_any_more() {
    run(async {
        let town = Town::new().await;
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        name(&nadia, &claire, &["est"]).await.expect(200);
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let proof = json!({ "contact": claire.contact, "code": claire.newest_code().await });
        claire.delete("me").json(&proof).await.expect(202);
        let listed = nadia.get("launch/ambassadors").await.expect(200);
        assert_eq!(listed.json, json!({ "ambassadors": [] }));
        name(&nadia, &claire, &["est"]).await.problem("not_found");
    });
}
