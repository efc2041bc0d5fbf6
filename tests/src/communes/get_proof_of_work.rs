//! `GET /v1/{commune}/proof-of-work`, and the reports and codes that guests need it for.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::limit::Limit;
use parvis_testkit::{Actor, Answer, Town, at, run, strict};
use serde_json::{Value, json};

/// Finds the number, as a client does.
fn solve(task: &Answer) -> Value {
    let (salt, challenge) = (task.text("salt"), task.text("challenge"));
    let most = task.json["maxnumber"].as_u64().expect("a number");
    let hash = |n: u64| -> String {
        digest(&SHA256, format!("{salt}{n}").as_bytes()).as_ref().iter().map(|b| format!("{b:02x}")).collect()
    };
    let number = (0..=most).find(|n| hash(*n) == challenge).expect("one of them is it");
    json!({
        "algorithm": task.json["algorithm"],
        "challenge": challenge,
        "number": number,
        "salt": salt,
        "signature": task.json["signature"],
    })
}

async fn report(guest: &Actor, town: &Town, answer: &Value) -> Answer {
    guest.post("reports", town.problem()).header("proof-of-work", &STANDARD.encode(answer.to_string())).await
}

async fn strict_town() -> Town {
    Town::with(|settings| {
        settings["guests_without_contact"] = json!(true);
        settings["guests_prove_work"] = json!(true);
    })
    .await
}

#[test]
fn a_guest_who_is_asked_for_a_proof_solves_it_and_it_is_good_once() {
    run(async {
        let town = strict_town().await;
        let guest = town.guest().await;
        let refused = guest.post("reports", town.problem()).await.problem("proof_required");
        assert!(refused.text("detail").contains("/proof-of-work"), "{refused}");
        guest.post("challenges", json!({ "contact": town.new_contact() })).await.problem("proof_required");
        let task = guest.get("proof-of-work").await.expect(200);
        assert_eq!((task.text("algorithm"), task.header("cache-control")), ("SHA-256", "no-store"));
        let answer = solve(&task);
        report(&guest, &town, &answer).await.expect(201);
        let again = report(&guest, &town, &answer).await.problem("proof_required");
        assert!(again.text("detail").contains("a déjà servi"), "{again}");
        let next = STANDARD.encode(solve(&guest.get("proof-of-work").await.expect(200)).to_string());
        let ask = guest.post("challenges", json!({ "contact": town.new_contact() }));
        ask.header("proof-of-work", &next).await.expect(202);
        town.settled().await;
    });
}

#[test]
fn of_ten_requests_with_one_proof_one_passes() {
    run(async {
        let town = strict_town().await;
        let guest = town.guest().await;
        let answer = solve(&guest.get("proof-of-work").await.expect(200));
        let all = futures::future::join_all((0..10).map(|_| report(&guest, &town, &answer))).await;
        assert_eq!(all.iter().filter(|answer| answer.status == 201).count(), 1, "{all:?}");
        town.settled().await;
    });
}

#[test]
fn a_proof_of_another_commune_an_old_one_and_one_that_is_made_up_are_refused() {
    run(async {
        let (town, other) = (strict_town().await, strict_town().await);
        let guest = town.guest().await;
        let elsewhere = solve(&other.guest().await.get("proof-of-work").await.expect(200));
        report(&guest, &town, &elsewhere).await.problem("proof_required");
        let good = solve(&guest.get("proof-of-work").await.expect(200));
        let changed = |field: &str, value: Value| {
            let mut answer = good.clone();
            answer[field] = value;
            answer
        };
        let later = format!("{}9", good["salt"].as_str().unwrap().trim_end_matches('&'));
        for bad in [
            changed("number", json!(good["number"].as_u64().unwrap() + 1)),
            changed("signature", json!("0".repeat(64))),
            changed("algorithm", json!("SHA-1")),
            changed("salt", json!(later)),
            changed("salt", json!("")),
            json!({}),
            json!("nothing"),
        ] {
            report(&guest, &town, &bad).await.problem("proof_required");
        }
        let too_late = at(SignedDuration::from_mins(21)).await;
        report(&guest.at(&too_late), &town, &good).await.problem("proof_required");
        report(&guest, &town, &good).await.expect(201);
        town.settled().await;
    });
}

#[test]
fn guests_are_asked_while_more_of_them_write_than_usual_and_residents_never() {
    run(async {
        let town = Town::with(|settings| settings["guests_without_contact"] = json!(true)).await;
        let (guest, claire) = (town.guest().await, town.resident().await);
        let now = strict(SignedDuration::ZERO).await;
        guest.at(&now).post("reports", town.problem()).await.expect(201);
        let commune = town.commune().await;
        // Others, from other networks.
        let usual = Limit::new(200, 60_000);
        while commune
            .take_token("guests", "unproven", usual, Timestamp::now())
            .await
            .expect("the table answers")
            .is_ok()
        {}
        guest.at(&now).post("reports", town.problem()).await.problem("proof_required");
        claire.at(&now).post("reports", town.problem()).await.expect(201);
        let answer = solve(&guest.get("proof-of-work").await.expect(200));
        report(&guest.at(&now), &town, &answer).await.expect(201);
        let later = strict(SignedDuration::from_mins(2)).await;
        guest.at(&later).post("reports", town.problem()).await.expect(201);
        town.settled().await;
    });
}
