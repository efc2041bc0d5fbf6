//! `GET /v1/{commune}/reports/{report}`.

use jiff::{SignedDuration, Timestamp};
use parvis_testkit::{Actor, Town, run};
use serde_json::json;

use super::{change, to};

#[test]
fn each_sees_of_a_report_what_is_theirs_to_see() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let step = json!({ "to": "under_review", "note": "Nous regardons.", "internal_note": "Voir avec Luc." });
        change(&agent, &sent, step).await.expect(200);
        agent.post(&format!("{path}/comments"), json!({ "text": "Entre nous", "internal": true })).await.expect(201);

        let public = town.guest().await.get(&path).await.expect(200);
        assert_eq!(public.json["history"].as_array().map(Vec::len), Some(2), "{public}");
        assert_eq!(public.text("history/1/note"), "Nous regardons.");
        assert_eq!(public.text("history/1/actor/service"), "Services techniques");
        let text = String::from_utf8_lossy(&public.body).into_owned();
        let account = claire.account_id().to_string();
        for secret in ["Voir avec Luc", "Entre nous", "Ferrand", account.as_str(), "internal"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(public.json["mine"] == false && public.json["following"] == false);
        let own = claire.get(&path).await.expect(200);
        assert!(own.json["mine"] == true && own.json["following"] == true);
        assert!(!String::from_utf8_lossy(&own.body).contains("Entre nous"));

        let staff = agent.get(&path).await.expect(200);
        assert_eq!(staff.text("history/1/internal_note"), "Voir avec Luc.");
        assert_eq!(
            (staff.text("history/2/internal_note"), staff.text("history/2/agent")),
            ("Entre nous", "Luc Ferrand")
        );
        assert_eq!(staff.text("reporter"), account);
        assert!(staff.json["possible"].as_array().is_some_and(|p| p.contains(&json!("resolved"))), "{staff}");
        assert_eq!(staff.version(), 3);
    });
}

#[test]
fn a_private_report_is_there_for_its_reporter_and_staff_only() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let (claire, agent) = (town.resident().await, town.agent().await);
        let mut body = town.problem();
        body["category"] = json!("nuisances");
        let path = format!("reports/{}", claire.post("reports", body).await.expect(201).text("id"));
        claire.get(&path).await.expect(200);
        agent.get(&path).await.expect(200);
        town.resident().await.get(&path).await.problem("not_found");
        town.guest().await.get(&path).await.problem("not_found");
        elsewhere.agent().await.get(&path).await.problem("not_found");
        agent.in_commune(&elsewhere.id).get(&path).await.problem("forbidden");
    });
}

#[test]
fn what_is_no_report_is_not_found() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for id in ["01997d3c-0000-7000-8000-000000000000", "7", "..%2f..", "01997D3C-0000-7000-8000-000000000000"] {
            guest.get(&format!("reports/{id}")).await.problem("not_found");
        }
    });
}

#[test]
fn who_was_removed_from_the_staff_sees_as_a_resident_at_once() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        assert!(agent.get(&path).await.expect(200).json.get("possible").is_some());
        let commune = town.commune().await;
        let key = parvis_store::key::Key::new(commune.id(), &["staff"], agent.account_id().to_string());
        commune.table().delete(&key).await.expect("a removal");
        assert!(agent.get(&path).await.expect(200).json.get("possible").is_none());
        change(&agent, &sent, to("under_review")).await.problem("forbidden");
    });
}

#[test]
fn its_sender_alone_is_told_until_when_it_may_be_said_that_it_is_not_solved() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let until = async |actor: &Actor| actor.get(&path).await.expect(200).json.get("reopenable_until").cloned();
        assert_eq!(until(&claire).await, None);
        let resolved = change(&agent, &sent, to("resolved")).await.expect(200);
        let solved: Timestamp = resolved.value("resolved_at");
        let end = solved + SignedDuration::from_hours(14 * 24);
        assert_eq!(until(&claire).await, Some(json!(end)));
        for other in [&neighbour, &agent, &town.guest().await] {
            assert_eq!(until(other).await, None);
        }
        change(&claire, &resolved, json!({ "to": "reopen_requested", "note": "Toujours là." })).await.expect(200);
        assert_eq!(until(&claire).await, None, "it is asked for already");
    });
}
