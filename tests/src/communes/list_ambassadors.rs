//! `GET /v1/{commune}/launch/ambassadors`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::put_ambassador::name;

#[test]
fn ambassadors_are_listed_page_by_page_and_only_those_of_the_commune() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (nadia, stranger) = (here.administrator().await, there.administrator().await);
        for _ in 0..3 {
            name(&nadia, &here.resident().await, &["est"]).await.expect(200);
        }
        let first = nadia.get("launch/ambassadors?limit=2").await.expect(200);
        let next = first.text("next").to_owned();
        let path = format!("launch/ambassadors?limit=2&cursor={next}");
        stranger.get(&path).await.refused_field("cursor");
        let second = nadia.get(&path).await.expect(200);
        let count = |page: &parvis_testkit::Answer| page.json["ambassadors"].as_array().map_or(0, Vec::len);
        assert_eq!((count(&first), count(&second)), (2, 1));
        assert_eq!(stranger.get("launch/ambassadors").await.expect(200).json, json!({ "ambassadors": [] }));
        nadia.get("launch/ambassadors?limit=0").await.refused_field("limit");
    });
}
