//! `GET /v1/operator/communes/{commune}/export`.

use parvis_testkit::{Actor, Call, Town, run};
use serde_json::Value;

use crate::identity::export_accounts::{links, ready};

#[test]
fn an_operator_fetches_what_was_ordered() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let path = format!("communes/{}/export", town.id);
        operator.get(&path).await.problem("not_found");
        operator.post(&path, Value::Null).await.expect(202);
        let export = ready(&operator, &path, "export_communes").await;
        let file = Call::new(reqwest::Method::GET, links(&export).remove(0)).await.expect(200);
        assert_eq!(file.header("content-type"), "application/zip");
        assert!(file.header("content-disposition").contains(town.id.as_str()), "{file}");
        town.administrator().await.get(&format!("/v1/operator/{path}")).await.problem("forbidden");
    });
}
