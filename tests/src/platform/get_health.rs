//! `GET /v1/health`.

use std::time::{Duration, Instant};

use parvis_testkit::{Answer, FaultAction, NewFault, Service, Town, fault, run_alone};

fn reachable(health: &Answer, engine: &str) -> bool {
    let engines = health.json["engines"].as_array().expect("a list");
    let found = engines.iter().find(|e| e["name"] == engine).expect(engine);
    found["reachable"] == true
}

#[test]
fn all_engines_answer_and_the_queues_are_counted() {
    run_alone(async {
        let guest = Town::new().await.guest().await;
        let health = guest.get("/v1/health").await.expect(200);
        assert!(health.json["healthy"] == true, "{health}");
        for engine in ["table", "photos", "notice_queue", "photo_queue", "token_key"] {
            assert!(reachable(&health, engine), "{engine}: {health}");
        }
        for queue in health.json["queues"].as_array().expect("a list") {
            assert!(queue["waiting"].is_u64(), "{health}");
        }
        assert_eq!(health.text("version").split('.').count(), 3);
    });
}

#[test]
fn an_engine_that_fails_or_hangs_makes_503_that_names_it_within_seconds() {
    run_alone(async {
        let guest = Town::new().await.guest().await;
        let fails = NewFault {
            operation: Some("DescribeTable".to_owned()),
            ..NewFault::new(Service::Dynamodb, FaultAction::Fail)
        };
        let hangs = NewFault {
            operation: Some("GetPublicKey".to_owned()),
            ms: Some(20_000),
            ..NewFault::new(Service::Kms, FaultAction::Slow)
        };
        for (rule, engine) in [(fails, "table"), (hangs, "token_key")] {
            let out = fault(rule).await;
            let begun = Instant::now();
            let health = guest.get("/v1/health").await.expect(503);
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
            assert!(health.json["healthy"] == false && !reachable(&health, engine), "{health}");
            assert!(reachable(&health, "photos"), "the others are still told: {health}");
            assert!(out.hits() > 0);
            drop(out);
            assert!(reachable(&guest.get("/v1/health").await.expect(200), engine));
        }
    });
}
