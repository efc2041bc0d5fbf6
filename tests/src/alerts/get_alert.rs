//! `GET /v1/{commune}/alerts/{alert}`.

use jiff::SignedDuration;
use parvis_domain::Role;
use parvis_testkit::{Town, at, run};

use super::{flood, mayor, told};

#[test]
fn everybody_reads_an_alert_and_staff_see_what_became_of_its_message() {
    run(async {
        let town = Town::new().await;
        let helene = mayor(&town).await;
        let alert = helene.post("alerts", flood()).await.expect(201);
        let path = format!("alerts/{}", alert.text("id"));
        told(&helene, &alert, "told/").await;
        let agent = town.agent().await;
        assert_eq!(agent.get(&path).await.expect(200).text("told/state"), "sent");
        let unraised = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        for reader in [town.guest().await, town.resident().await, unraised] {
            let read = reader.get(&path).await.expect(200);
            assert_eq!(read.json.get("told"), None, "{read}");
            for field in ["category", "severity", "headline", "description", "instruction"] {
                assert_eq!(read.json[field], flood()[field], "{field}");
            }
            assert_eq!(read.json["in_force"], true);
        }
        let tomorrow = at(SignedDuration::from_hours(25)).await;
        let read = town.guest().await.at(&tomorrow).get(&path).await.expect(200);
        assert_eq!((&read.json["in_force"], read.json.get("ended")), (&false.into(), None), "over by itself");
        town.settled().await;
    });
}

#[test]
fn an_alert_of_another_commune_is_not_there() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let alert = mayor(&there).await.post("alerts", flood()).await.expect(201);
        let path = format!("alerts/{}", alert.text("id"));
        for reader in [here.guest().await, here.resident().await, here.administrator().await] {
            reader.get(&path).await.problem("not_found");
        }
        here.administrator().await.post(&format!("{path}/end"), serde_json::json!({})).await.problem("not_found");
        here.guest().await.get("alerts/not-an-id").await.problem("not_found");
        there.settled().await;
    });
}
