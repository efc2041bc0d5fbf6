//! `DELETE /v1/{commune}/logo`.

use parvis_testkit::{Town, run};
use reqwest::Method;
use serde_json::Value;

use super::path_of;
use super::put_logo::{png, put};

#[test]
fn what_is_removed_is_shown_no_more_and_can_be_set_again() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        nadia.delete("logo").await.problem("not_found");
        let kept = put(&nadia, &png(100, 50)).await.expect(200);
        nadia.delete("logo").await.expect(204);
        assert_eq!(guest.get("").await.expect(200).json["logo"], Value::Null);
        assert!(guest.call(Method::GET, &path_of(&kept, "url")).await.status >= 400);
        nadia.delete("logo").await.problem("not_found");
        let again = put(&nadia, &png(100, 50)).await.expect(200);
        assert_eq!(guest.get("").await.expect(200).json["logo"], again.json);
        let acts: Vec<String> = town.acts().await.into_iter().map(|act| act.what).collect();
        assert_eq!(acts, ["put_logo", "delete_logo", "put_logo"]);
    });
}

#[test]
fn nobody_but_the_communes_own_administrators_removes_it() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, stranger) = (town.administrator().await, other.administrator().await);
        let kept = put(&nadia, &png(100, 50)).await.expect(200);
        town.agent().await.delete("logo").await.problem("forbidden");
        town.resident().await.delete("logo").await.problem("forbidden");
        stranger.in_commune(&town.id).delete("logo").await.problem("forbidden");
        stranger.delete("logo").await.problem("not_found");
        assert_eq!(town.guest().await.get("").await.expect(200).json["logo"], kept.json);
    });
}
