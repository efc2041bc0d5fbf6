//! `GET /v1/operator/communes/{commune}`.

use parvis_testkit::{Actor, Town, run};

use super::subscribed;

#[test]
fn an_operator_reads_where_a_commune_stands_also_one_that_nobody_subscribed() {
    run(async {
        let operator = Actor::operator().await;
        let made = subscribed(&operator).await;
        let read = operator.get(&format!("communes/{}", made.text("id"))).await.expect(200);
        assert_eq!(read.json, made.json);
        let town = Town::new().await;
        let read = operator.get(&format!("communes/{}", town.id)).await.expect(200);
        assert_eq!((read.text("id"), read.text("state")), (town.id.as_str(), "active"));
    });
}

#[test]
fn a_commune_that_does_not_exist_is_not_found() {
    run(async {
        let operator = Actor::operator().await;
        for nowhere in ["nulle-part", "operator", "A"] {
            operator.get(&format!("communes/{nowhere}")).await.problem("not_found");
        }
    });
}
