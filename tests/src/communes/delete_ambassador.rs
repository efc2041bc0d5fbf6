//! `DELETE /v1/{commune}/launch/ambassadors/{account}`.

use parvis_testkit::{Town, run};

use super::put_ambassador::name;

#[test]
fn who_is_no_ambassador_any_more_sees_nothing_at_once() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, claire) = (town.administrator().await, town.resident().await);
        name(&nadia, &claire, &["est"]).await.expect(200);
        claire.get("adoption").await.expect(200);
        let path = format!("launch/ambassadors/{}", claire.account_id());
        other.administrator().await.delete(&path).await.problem("not_found");
        nadia.delete(&path).await.expect(204);
        nadia.delete(&path).await.problem("not_found");
        claire.get("adoption").await.problem("forbidden");
    });
}
