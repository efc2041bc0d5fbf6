//! `GET /v1/{commune}/reports`.

use std::collections::BTreeSet;

use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

use super::{change, to};

/// The ids on a page, in order.
async fn ids(actor: &Actor, query: &str) -> Vec<String> {
    let page = actor.get(&format!("reports{query}")).await.expect(200);
    let reports = page.json["reports"].as_array().cloned().unwrap_or_default();
    reports.iter().map(|report| report["id"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn send(actor: &Actor, body: Value) -> String {
    actor.post("reports", body).await.expect(201).text("id").to_owned()
}

#[test]
fn reports_come_newest_first_and_page_by_page_each_once() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut sent = Vec::new();
        for n in 0..7 {
            sent.insert(0, send(&claire, json!({ "kind": "idea", "description": format!("Idée {n}") })).await);
        }
        let guest = town.guest().await;
        assert_eq!(ids(&guest, "").await, sent);
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = guest.get(&format!("reports?limit=3{cursor}")).await.expect(200);
            for report in page.json["reports"].as_array().expect("reports") {
                seen.push(report["id"].as_str().expect("an id").to_owned());
            }
            match page.json["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, sent);
    });
}

#[test]
fn every_filter_leaves_what_it_says_alone_and_with_others() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let mut west = town.problem();
        west["place"] = town.place(-500.0, 0.0);
        let pothole = send(&claire, west).await;
        let mut east = town.problem();
        east["category"] = json!("eclairage");
        east["answers"] = json!({ "panne": "eteint" });
        east["place"] = town.place(500.0, 0.0);
        let lamp = send(&neighbour, east).await;
        let idea = send(&claire, json!({ "kind": "idea", "description": "Un banc" })).await;
        let seen = agent.get(&format!("reports/{lamp}")).await.expect(200);
        change(&agent, &seen, to("under_review")).await.expect(200);
        claire.put(&format!("reports/{lamp}/followers/me"), Value::Null).await.expect(204);

        let all = [idea.clone(), lamp.clone(), pothole.clone()];
        let cases: [(&Actor, &str, &[&String]); 14] = [
            (&claire, "", &[&all[0], &all[1], &all[2]]),
            (&claire, "?kind=idea", &[&idea]),
            (&claire, "?kind=problem", &[&lamp, &pothole]),
            (&claire, "?category=eclairage", &[&lamp]),
            (&claire, "?zone=ouest", &[&pothole]),
            (&claire, "?zone=est&kind=problem", &[&lamp]),
            (&claire, "?status=under_review", &[&lamp]),
            (&claire, "?status=received", &[&idea, &pothole]),
            (&claire, "?status=received&category=voirie", &[&pothole]),
            (&claire, "?mine=true", &[&idea, &pothole]),
            (&claire, "?mine=true&status=received&kind=idea", &[&idea]),
            (&claire, "?following=true", &[&idea, &lamp, &pothole]),
            (&claire, "?following=true&mine=true&kind=problem", &[&pothole]),
            (&neighbour, "?following=true&status=under_review", &[&lamp]),
        ];
        for (actor, query, expected) in cases {
            let expected: Vec<String> = expected.iter().map(|id| (*id).clone()).collect();
            assert_eq!(ids(actor, query).await, expected, "{query}");
        }
        let since = claire.get(&format!("reports/{idea}")).await.expect(200).text("created").to_owned();
        for (query, expected) in [("", vec![&idea]), ("&mine=true", vec![&idea]), ("&following=true", vec![&idea])] {
            let expected: Vec<String> = expected.into_iter().cloned().collect();
            assert_eq!(ids(&claire, &format!("?since={since}{query}")).await, expected, "{query}");
        }
        assert!(ids(&claire, "?since=2100-01-01T00:00:00Z").await.is_empty());
    });
}

#[test]
fn private_reports_are_listed_to_their_reporter_and_staff_only() {
    run(async {
        let town = Town::new().await;
        let (claire, neighbour, agent) = (town.resident().await, town.resident().await, town.agent().await);
        let mut body = town.problem();
        body["category"] = json!("nuisances");
        let private = send(&claire, body).await;
        for (actor, sees) in [(&claire, true), (&agent, true), (&neighbour, false), (&town.guest().await, false)] {
            for query in ["", "?status=received", "?category=nuisances"] {
                assert_eq!(ids(actor, query).await == [private.clone()], sees, "{query}");
            }
        }
    });
}

#[test]
fn a_page_that_filters_much_away_goes_on_where_it_stopped() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let mut wanted = BTreeSet::new();
        for n in 0..12 {
            let kind = if n % 4 == 0 { "opinion" } else { "idea" };
            let id = send(&claire, json!({ "kind": kind, "description": format!("Numéro {n}") })).await;
            if kind == "opinion" {
                wanted.insert(id);
            }
        }
        let (mut found, mut path) = (BTreeSet::new(), "reports?kind=opinion&limit=1".to_owned());
        loop {
            let page = claire.get(&path).await.expect(200);
            for report in page.json["reports"].as_array().expect("reports") {
                assert!(found.insert(report["id"].as_str().expect("an id").to_owned()), "twice: {page}");
            }
            match page.json["next"].as_str() {
                Some(next) => path = format!("reports?kind=opinion&limit=1&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, wanted);
    });
}

#[test]
fn a_cursor_is_good_for_its_own_query_caller_and_commune_and_unaltered() {
    run(async {
        let (town, elsewhere) = (Town::new().await, Town::new().await);
        let (claire, neighbour) = (town.resident().await, town.resident().await);
        for n in 0..3 {
            send(&claire, json!({ "kind": "idea", "description": format!("Idée {n}") })).await;
        }
        let page = claire.get("reports?kind=idea&limit=1").await.expect(200);
        let next = page.text("next").to_owned();
        claire.get(&format!("reports?kind=idea&limit=1&cursor={next}")).await.expect(200);
        // Another limit is the same query.
        claire.get(&format!("reports?kind=idea&limit=2&cursor={next}")).await.expect(200);
        let flipped = if next.starts_with('A') { "B" } else { "A" };
        let altered = format!("{flipped}{}", &next[1..]);
        let guest = elsewhere.guest().await;
        let cases = [
            (&claire, format!("reports?kind=idea&cursor={altered}")),
            (&claire, "reports?kind=idea&cursor=AAAA".to_owned()),
            (&claire, format!("reports?kind=opinion&cursor={next}")),
            (&claire, format!("reports?cursor={next}")),
            (&claire, format!("reports?kind=idea&mine=true&cursor={next}")),
            (&neighbour, format!("reports?kind=idea&cursor={next}")),
            (&guest, format!("reports?kind=idea&cursor={next}")),
        ];
        for (actor, path) in cases {
            let refused = actor.get(&path).await.refused_field("cursor");
            assert_eq!(refused.rule("cursor"), "not_of_this_query", "{path}");
        }
    });
}

#[test]
fn queries_that_make_no_sense_are_refused_at_their_parameter() {
    run(async {
        let town = Town::new().await;
        let guest = town.guest().await;
        for (query, field) in [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=beaucoup", "limit"),
            ("kind=plainte", "kind"),
            ("status=ouvert", "status"),
            ("category=PAS%20UN%20SLUG", "category"),
            ("since=hier", "since"),
        ] {
            guest.get(&format!("reports?{query}")).await.refused_field(field);
        }
        guest.get("reports?catégorie=voirie").await.problem("invalid");
        guest.get("reports?mine=true").await.problem("unauthenticated");
        guest.get("reports?following=true").await.problem("unauthenticated");
        guest.get("/v1/nulle-part/reports").await.problem("not_found");
        assert!(ids(&guest, "?category=jamais-vue").await.is_empty());
    });
}

#[test]
fn the_group_leaves_open_or_closed_ones_alone_and_with_others() {
    run(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let open = town.report(&claire).await.text("id").to_owned();
        let solved = town.report(&claire).await;
        change(&agent, &solved, to("resolved")).await.expect(200);
        let withdrawn = town.report(&claire).await.text("id").to_owned();
        claire.delete(&format!("reports/{withdrawn}")).await.expect(204);
        let solved = solved.text("id").to_owned();
        for actor in [&town.guest().await, &claire, &agent] {
            assert_eq!(ids(actor, "?group=open").await, std::slice::from_ref(&open));
            assert_eq!(ids(actor, "?group=closed").await, [withdrawn.clone(), solved.clone()]);
            assert_eq!(ids(actor, "?group=closed&status=resolved").await, std::slice::from_ref(&solved));
            assert_eq!(ids(actor, "?group=open&status=resolved").await, Vec::<String>::new());
        }
        assert_eq!(ids(&claire, "?group=closed&mine=true").await, [withdrawn.clone(), solved.clone()]);
        assert_eq!(ids(&claire, "?group=open&following=true").await, [open]);
        claire.get("reports?group=all").await.refused_field("group");
    });
}
