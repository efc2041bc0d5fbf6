//! `DELETE /v1/{commune}/launch/invites/{invite}`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::in_days;

#[test]
fn a_withdrawn_code_is_good_for_nobody_and_who_redeemed_it_stays_invited() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, claire, paul) = (town.administrator().await, town.resident().await, town.resident().await);
        let new = json!({ "label": "École", "limit": 3, "expires_at": in_days(3) });
        let code = nadia.post("launch/invites", new).await.expect(201).text("code").to_owned();
        claire.post("launch/invitation", json!({ "code": code })).await.expect(204);
        let path = format!("launch/invites/{code}");
        other.administrator().await.delete(&path).await.problem("not_found");
        nadia.delete(&path).await.expect(204);
        nadia.delete(&path).await.problem("not_found");
        nadia.delete("launch/invites/%23").await.problem("not_found");
        paul.post("launch/invitation", json!({ "code": code })).await.problem("code_refused");
        claire.post("launch/invitation", json!({ "code": code })).await.expect(204);
        let acts: Vec<String> = town.acts().await.into_iter().map(|act| act.what).collect();
        assert_eq!(acts, ["delete_invite", "create_invite"]);
    });
}
