//! `POST /v1/{commune}/export`.

use parvis_testkit::{Town, run};
use serde_json::Value;

use crate::identity::export_accounts::ready;

#[test]
fn an_administrator_orders_one_export_at_a_time_and_the_log_says_so() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        town.agent().await.post("export", Value::Null).await.problem("forbidden");
        let (one, two) = futures::join!(async { nadia.post("export", Value::Null).await }, async {
            nadia.post("export", Value::Null).await
        });
        assert_eq!(one.expect(202).text("ordered"), two.expect(202).text("ordered"));
        let acts = town.acts().await;
        assert_eq!(acts.iter().filter(|act| act.what == "create_commune_export").count(), 1, "{acts:?}");
        ready(&nadia, "export", "export_communes").await;
        let again = nadia.post("export", Value::Null).await.expect(202);
        assert_eq!(again.text("state"), "ready");
        assert!(again.text("files/0/url").starts_with("http"));
    });
}
