//! `PUT /v1/operator/communes/{commune}/plan`.

use parvis_testkit::{Actor, run};
use serde_json::json;

use super::{guest_of, subscribed};

#[test]
fn a_plan_is_kept_where_the_commune_stands_and_in_its_audit_log() {
    run(async {
        let operator = Actor::operator().await;
        let made = subscribed(&operator).await;
        let path = format!("communes/{}/plan", made.text("id"));
        let plan =
            json!({ "name": "ville", "staff_seats": 60, "sms_a_month": 9_000, "photo_bytes": 50_000_000_000_u64 });
        assert_eq!(operator.put(&path, plan.clone()).await.expect(200).json["plan"], plan);
        let commune = guest_of(&made).await.opened().await;
        assert_eq!(commune.standing.plan.staff_seats, 60);
        let (entries, _) = commune.audit_entries(1, None).await.expect("a log");
        assert_eq!(entries[0].what, "set_plan");
        assert!(entries[0].before.contains("essentiel") && entries[0].after.contains("ville"), "{entries:?}");
    });
}

#[test]
fn limits_out_of_range_are_refused_by_field() {
    run(async {
        let operator = Actor::operator().await;
        let path = format!("communes/{}/plan", subscribed(&operator).await.text("id"));
        let plan = json!({ "name": "x", "staff_seats": 0, "sms_a_month": 10_000_001, "photo_bytes": u64::MAX });
        let refused = operator.put(&path, plan).await.refused_field("staff_seats");
        refused.refused_field("sms_a_month").refused_field("photo_bytes");
        operator.put(&path, json!({ "name": "x" })).await.refused_field("staff_seats");
    });
}
