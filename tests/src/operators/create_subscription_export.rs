//! `POST /v1/operator/communes/{commune}/export`.

use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

use crate::identity::export_accounts::ready;

#[test]
fn an_operator_exports_a_suspended_commune_and_its_log_says_who() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let path = format!("communes/{}/export", town.id);
        operator
            .post(&format!("communes/{}/suspend", town.id), json!({ "reason": "fin du contrat" }))
            .await
            .expect(200);
        let ordered = operator.post(&path, Value::Null).await.expect(202);
        assert_eq!(ordered.text("state"), "running");
        let acts = town.acts().await;
        let act = acts.iter().find(|act| act.what == "create_subscription_export").expect("an entry");
        assert!(matches!(&act.by, parvis_store::AuditActor::Operator { name, .. } if name == "Camille Moreau"));
        ready(&operator, &path, "export_communes").await;
        assert_eq!(operator.post(&path, Value::Null).await.expect(202).text("state"), "ready");
        operator.post("communes/there-is-none/export", Value::Null).await.problem("not_found");
    });
}
