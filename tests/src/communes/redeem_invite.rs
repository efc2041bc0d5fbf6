//! `POST /v1/{commune}/launch/invitation`.

use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::json;

use super::in_days;

#[test]
fn a_code_that_many_redeem_at_once_is_redeemed_as_often_as_it_may_be_and_no_more() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let new = json!({ "label": "Marché", "limit": 4, "expires_at": in_days(3) });
        let code = nadia.post("launch/invites", new).await.expect(201).text("code").to_owned();
        let mut residents = Vec::new();
        for _ in 0..12 {
            residents.push(town.resident().await);
        }
        // Everybody twice, at the same moment.
        let calls = residents.iter().chain(&residents).map(|resident| {
            let call = resident.post("launch/invitation", json!({ "code": code }));
            async move { call.attempt().await.expect("an answer") }
        });
        let answers = futures::future::join_all(calls).await;
        assert!(answers.iter().all(|answer| [204, 422, 503].contains(&answer.status)), "{answers:#?}");
        let commune = town.commune().await;
        let mut invited = 0;
        for resident in &residents {
            invited += usize::from(commune.has_redeemed_invite(resident.account_id()).await.expect("an answer"));
            // Again, for those whom a busy moment kept out.
            let again = resident.post("launch/invitation", json!({ "code": code })).await;
            assert!([204, 422].contains(&again.status), "{again}");
        }
        assert!(invited <= 4, "{invited}");
        let mut invited = 0;
        for resident in &residents {
            invited += usize::from(commune.has_redeemed_invite(resident.account_id()).await.expect("an answer"));
        }
        let listed = nadia.get("launch/invites").await.expect(200);
        assert_eq!((invited, listed.json["invites"][0]["used"].as_u64()), (4, Some(4)), "{listed}");
        assert_eq!(listed.json["invites"][0]["open"], false);
    });
}

#[test]
fn a_code_is_read_as_it_is_typed_and_refused_when_it_ended_or_is_of_another_commune() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, mut claire, paul) = (town.administrator().await, town.resident().await, town.resident().await);
        let new = json!({ "label": "Marché", "limit": 4, "expires_at": in_days(3) });
        let code = nadia.post("launch/invites", new).await.expect(201).text("code").to_owned();
        let typed = format!(" {} {}", code[..5].to_lowercase(), &code[5..]);
        paul.post("launch/invitation", json!({ "code": typed })).await.expect(204);
        let refused = other.resident().await.post("launch/invitation", json!({ "code": code })).await;
        assert_eq!(refused.problem("code_refused").rule("code"), "refused");
        claire.post("launch/invitation", json!({ "code": "x".repeat(5_000) })).await.problem("code_refused");
        let later = at(SignedDuration::from_hours(4 * 24)).await;
        claire = claire.at(&later);
        claire.refresh().await;
        let refused = claire.post("launch/invitation", json!({ "code": code })).await.problem("code_refused");
        assert!(refused.text("detail").contains("n’est plus valable depuis le"), "{refused}");
    });
}
