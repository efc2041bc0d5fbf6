//! `GET /v1/{commune}/staff`.

use parvis_testkit::{Town, run};
use serde_json::json;

#[test]
fn staff_see_each_other_page_by_page() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        let first = luc.get("staff?limit=1").await.expect(200);
        let next = first.text("next").to_owned();
        let second = luc.get(&format!("staff?limit=1&cursor={next}")).await.expect(200);
        let expected = json!([
            { "account": nadia.account, "name": "Nadia Roux", "role": "administrator", "services": [], "version": 1 },
        ]);
        assert_eq!(first.json["staff"], expected);
        let expected = json!([
            { "account": luc.account, "name": "Luc Ferrand", "role": "agent", "services": ["techniques"], "version": 1 },
        ]);
        assert_eq!(second.json["staff"], expected);
        for (query, field) in [("limit=0", "limit"), ("limit=101", "limit"), ("cursor=x", "cursor"), ("page=2", "page")]
        {
            luc.get(&format!("staff?{query}")).await.refused_field(field);
        }
        // A cursor of one list is none of another.
        nadia.get(&format!("staff/invitations?cursor={next}")).await.refused_field("cursor");
    });
}
