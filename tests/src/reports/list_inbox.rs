//! `GET /v1/{commune}/inbox`.

use jiff::SignedDuration;
use parvis_domain::{AccountId, Report};
use parvis_testkit::{Actor, Answer, Town, run};
use serde_json::{Value, json};

use super::{change, id, to};

fn ids(page: &Answer) -> Vec<String> {
    let reports = page.json["reports"].as_array().cloned().unwrap_or_default();
    reports.iter().map(|report| report["id"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn inbox(staff: &Actor, query: &str) -> Vec<String> {
    ids(&staff.get(&format!("inbox{query}")).await.expect(200))
}

async fn lamp(town: &Town, resident: &Actor) -> Answer {
    let mut lamp = town.problem();
    lamp["category"] = json!("eclairage");
    lamp["answers"] = json!({ "panne": "eteint" });
    resident.post("reports", lamp).await.expect(201)
}

async fn idea(resident: &Actor) -> Answer {
    resident.post("reports", json!({ "kind": "idea", "description": "Un banc à l’ombre" })).await.expect(201)
}

#[test]
fn what_is_expected_first_is_at_the_top_and_what_is_done_is_gone() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let idea = idea(&claire).await;
        let hole = town.report(&claire).await;
        let lamp = lamp(&town, &claire).await;
        let all = [&lamp, &hole, &idea].map(|answer| answer.text("id").to_owned());
        let by_day = |answer: &Answer| answer.json["expected"].as_str().map(str::to_owned);
        assert!(by_day(&lamp) < by_day(&hole) && by_day(&idea).is_none(), "{lamp} {hole}");
        assert_eq!(inbox(&agent, "").await, all);
        assert_eq!(inbox(&agent, "?service=techniques").await, all[..2]);
        assert_eq!(inbox(&agent, "?service=accueil").await, all[2..]);
        assert_eq!(inbox(&agent, "?kind=problem&category=voirie").await, all[1..2]);
        assert_eq!(inbox(&agent, "?status=in_progress").await, [""; 0]);
        change(&agent, &hole, to("in_progress")).await.expect(200);
        assert_eq!(inbox(&agent, "?status=in_progress").await, all[1..2]);
        let seen = agent.get(&format!("reports/{}", all[1])).await.expect(200);
        change(&agent, &seen, to("resolved")).await.expect(200);
        assert_eq!(inbox(&agent, "").await, [all[0].clone(), all[2].clone()]);
        // A page at a time, each once.
        let first = agent.get("inbox?limit=1").await.expect(200);
        let next = first.text("next").to_owned();
        let second = agent.get(&format!("inbox?limit=1&cursor={next}")).await.expect(200);
        assert_eq!((ids(&first), ids(&second)), (all[..1].to_vec(), all[2..].to_vec()));
        assert_eq!(second.json["counts"], Value::Null, "counts are on the first page");
        // A cursor is good for its own filters.
        agent.get(&format!("inbox?limit=1&kind=idea&cursor={next}")).await.expect(422);
    });
}

#[test]
fn late_is_what_was_expected_before_today_in_paris() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        idea(&claire).await;
        let lamp = lamp(&town, &claire).await;
        let commune = town.commune().await;
        let stored: Report = commune.report(id(&lamp)).await.expect("a read").expect("the report");
        let day = stored.expected.expect("a day");
        let noon = |days: i64| {
            let at = day.to_zoned(parvis_domain::paris()).expect("a time").timestamp() + SignedDuration::from_hours(12);
            at + SignedDuration::from_hours(24 * days)
        };
        assert_eq!(inbox(&agent, "?late=true").await, [""; 0]);
        let late_on = async |at| {
            let filter = parvis_store::Filter::default();
            let viewer = parvis_store::Viewer::Staff(AccountId::new(at));
            let (reports, _) =
                commune.list_inbox(&filter, Some(parvis_domain::today(at)), viewer, 10, None).await.expect("a read");
            reports.into_iter().map(|report| report.id).collect::<Vec<_>>()
        };
        assert_eq!(late_on(noon(0)).await, [], "the day itself is not late");
        assert_eq!(late_on(noon(1)).await, [stored.id]);
    });
}

#[test]
fn reports_are_counted_by_service_and_status() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let first = town.report(&claire).await;
        town.report(&claire).await;
        idea(&claire).await;
        change(&agent, &first, to("resolved")).await.expect(200);
        town.settled().await;
        let page = agent.get("inbox").await.expect(200);
        let counts = json!([
            { "service": "accueil", "by_status": { "received": 1 } },
            { "service": "techniques", "by_status": { "received": 1, "resolved": 1 } },
        ]);
        assert_eq!(page.json["counts"], counts);
    });
}

#[test]
fn only_staff_have_an_inbox_and_what_is_asked_has_to_make_sense() {
    run(async {
        let town = Town::new().await;
        let (guest, claire, agent) = (town.guest().await, town.resident().await, town.agent().await);
        guest.get("inbox").await.expect(401);
        claire.get("inbox").await.expect(403);
        let refused = agent.get("inbox?status=closed").await.expect(422);
        assert_eq!(refused.json["errors"][0]["field"], "status", "{refused}");
        for query in ["limit=0", "limit=101"] {
            let refused = agent.get(&format!("inbox?{query}")).await.expect(422);
            assert_eq!(refused.json["errors"][0]["field"], "limit", "{refused}");
        }
        // A guest's report that is not confirmed is nobody's work yet.
        super::guests_report(&town).await;
        assert_eq!(inbox(&agent, "").await, [""; 0]);
    });
}
