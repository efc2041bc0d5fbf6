//! The stream worker that keeps counters.

use std::collections::BTreeMap;

use jiff::Timestamp;
use parvis_domain::{BBox, Status};
use parvis_store::Commune;
use parvis_testkit::{Town, run};
use serde_json::json;

use super::{change, id, to};

/// Open and closed reports of the whole map.
async fn on_map(commune: &Commune) -> (u64, u64) {
    let everywhere: BBox = "-10,35,15,55".parse().expect("a box");
    let clusters = commune.clusters(everywhere, 7, 1_000).await.expect("a read").expect("few clusters");
    clusters.iter().fold((0, 0), |(open, closed), cluster| (open + cluster.open, closed + cluster.closed))
}

#[test]
fn counters_are_exact_whatever_comes_twice_or_late() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let commune = town.commune().await;
        let first = commune.report(id(&sent)).await.expect("a read").expect("the report");
        change(&agent, &sent, to("resolved")).await.expect(200);
        town.settled().await;
        let second = commune.report(id(&sent)).await.expect("a read").expect("the report");
        assert_eq!((first.version, second.version), (1, 2));
        for report in [&first, &second, &first, &second] {
            assert!(!commune.count_report(report).await.expect("counted"), "version {} is no news", report.version);
        }
        assert_eq!(on_map(&commune).await, (0, 1));
        assert_eq!(commune.status_counts().await.expect("a read"), BTreeMap::from([(Status::Resolved, 1)]));
    });
}

#[test]
fn a_later_version_that_comes_first_is_not_undone_by_an_earlier_one() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let sent = town.report(&claire).await;
        town.settled().await;
        let commune = town.commune().await;
        let first = commune.report(id(&sent)).await.expect("a read").expect("the report");
        // What the stream would bring, in the wrong order.
        let mut third = first.clone();
        (third.version, third.status) = (3, Status::InProgress);
        let mut second = first.clone();
        (second.version, second.status) = (2, Status::Closed);
        assert!(commune.count_report(&third).await.expect("counted"));
        assert!(!commune.count_report(&second).await.expect("counted"));
        assert_eq!(on_map(&commune).await, (1, 0));
        assert_eq!(commune.status_counts().await.expect("a read"), BTreeMap::from([(Status::InProgress, 1)]));
        // Gone is gone, also for a record that comes once more.
        assert!(commune.uncount_report(first.id, Timestamp::now()).await.expect("counted"));
        assert!(!commune.count_report(&third).await.expect("counted"));
        assert_eq!((on_map(&commune).await, commune.status_counts().await.expect("a read")), ((0, 0), BTreeMap::new()));
    });
}

#[test]
fn counters_made_from_scratch_are_those_that_were_kept() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        for n in 0..4 {
            let mut body = town.problem();
            body["place"] = town.place(f64::from(n) * 200.0, 0.0);
            let sent = claire.post("reports", body).await.expect(201);
            if n == 0 {
                change(&agent, &sent, to("resolved")).await.expect(200);
            }
        }
        let mut private = town.problem();
        private["category"] = json!("nuisances");
        claire.post("reports", private).await.expect(201);
        super::guests_report(&town).await;
        town.settled().await;
        let commune = town.commune().await;
        let kept = (on_map(&commune).await, commune.status_counts().await.expect("a read"));
        assert_eq!(kept, ((3, 1), BTreeMap::from([(Status::Received, 4), (Status::Resolved, 1)])));
        for _ in 0..2 {
            assert_eq!(commune.rebuild_counters().await.expect("a rebuild"), 5);
            assert_eq!((on_map(&commune).await, commune.status_counts().await.expect("a read")), kept);
        }
        // And they are kept from there on.
        town.report(&claire).await;
        town.settled().await;
        assert_eq!(on_map(&commune).await, (4, 1));
    });
}

#[test]
fn counters_stay_exact_when_reports_change_while_they_are_rebuilt() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let mut sent = Vec::new();
        for _ in 0..6 {
            sent.push(town.report(&claire).await);
        }
        let commune = town.commune().await;
        let changes = async {
            for report in &sent[..3] {
                change(&agent, report, to("resolved")).await.expect(200);
            }
        };
        let (rebuilt, ()) = futures::join!(commune.rebuild_counters(), changes);
        rebuilt.expect("a rebuild");
        town.settled().await;
        assert_eq!(on_map(&commune).await, (3, 3));
        let counts = BTreeMap::from([(Status::Received, 3), (Status::Resolved, 3)]);
        assert_eq!(commune.status_counts().await.expect("a read"), counts);
    });
}
