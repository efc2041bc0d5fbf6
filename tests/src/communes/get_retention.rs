//! `GET /v1/{commune}/retention`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::change;

#[test]
fn administrators_choose_within_bounds_and_read_what_holds() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let read = nadia.get("retention").await.expect(200);
        assert_eq!(read.json["chosen"], json!({ "closed_reports_months": 60, "unused_accounts_months": 24 }));
        assert_eq!((&read.json["ended"], &read.json["notices_days"]), (&json!([]), &json!(90)));
        for (months, field) in [(11, "retention.closed_reports_months"), (121, "retention.closed_reports_months")] {
            let chosen = json!({ "closed_reports_months": months, "unused_accounts_months": 24 });
            change(&nadia, |settings| settings["retention"] = chosen).await.refused_field(field);
        }
        let chosen = json!({ "closed_reports_months": 24, "unused_accounts_months": 37 });
        change(&nadia, |settings| settings["retention"] = chosen)
            .await
            .refused_field("retention.unused_accounts_months");
        let chosen = json!({ "closed_reports_months": 24, "unused_accounts_months": 36 });
        change(&nadia, |settings| settings["retention"] = chosen.clone()).await.expect(200);
        assert_eq!(nadia.get("retention").await.expect(200).json["chosen"], chosen);
        nadia.get("retention?limit=401").await.refused_field("limit");
        town.agent().await.get("retention").await.problem("forbidden");
    });
}
