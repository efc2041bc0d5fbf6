//! `DELETE /v1/{commune}/reports/{report}`.

use parvis_testkit::{Town, run};

use super::{change, to};

#[test]
fn its_reporter_takes_a_report_back_once_and_for_all() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        for _ in 0..2 {
            claire.delete(&path).await.expect(204);
        }
        let read = agent.get(&path).await.expect(200);
        assert_eq!((read.version(), read.text("status"), read.text("close_reason")), (2, "closed", "withdrawn"));
        assert_eq!(read.text("history/1/what/type"), "withdrawn");
        town.settled().await;
        assert!(claire.notices().await.is_empty());
    });
}

#[test]
fn nobody_else_takes_it_back_and_what_is_solved_stays_solved() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        neighbour.delete(&path).await.problem("forbidden");
        agent.delete(&path).await.problem("forbidden");
        town.guest().await.delete(&path).await.problem("unauthenticated");
        change(&agent, &sent, to("resolved")).await.expect(200);
        let refused = claire.delete(&path).await.problem("step_refused");
        assert!(refused.text("detail").contains("résolu"), "{refused}");
        claire.delete("reports/01997d3c-0000-7000-8000-000000000000").await.problem("not_found");
    });
}
