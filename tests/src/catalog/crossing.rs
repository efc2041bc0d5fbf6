//! Nothing of another commune is there: for every endpoint that takes an id, what another commune has under it is answered
//! like what nobody has. The key is made of the commune and the id, so both are the same read of nothing, and take as long.

use std::collections::BTreeMap;

use fastrand::Rng;
use parvis_catalog::functions;
use parvis_domain::{AccountId, CommuneId};
use parvis_edge::Http;
use parvis_testkit::{Actor, Answer, Call, Town, platform, run, seed};
use serde_json::{Value, json};

/// Good bodies, so that an endpoint comes as far as looking the id up. `{}` does for the others.
fn body(function: &str) -> Value {
    match function {
        "change_status" => json!({ "to": "under_review" }),
        "create_comment" => json!({ "text": "Toujours pareil." }),
        "confirm_report" => json!({ "contact": { "phone": "+33612345678" }, "code": "123456" }),
        _ => json!({}),
    }
}

/// What the town has, by the placeholder that names it.
async fn treasures(town: &Town) -> BTreeMap<&'static str, Vec<String>> {
    let claire = town.neighbour_with_push().await;
    let public = town.report(&claire).await.text("id").to_owned();
    let private = json!({ "category": "nuisances" });
    let mut problem = town.problem();
    problem.as_object_mut().unwrap().extend(private.as_object().unwrap().clone());
    let private = claire.post("reports", problem).await.expect(201).text("id").to_owned();
    let jpeg = include_bytes!("../../../infra/local/demo/nid-de-poule.jpg").to_vec();
    let (upload, _) = claire.upload_photo(jpeg).await;
    let devices = town.commune().await.devices(claire.account_id()).await.unwrap();
    let account = claire.account_id().to_string();
    let alert = town.administrator().await.post("alerts", crate::alerts::flood()).await.expect(201);
    BTreeMap::from([
        ("report", vec![public, private]),
        ("alert", vec![alert.text("id").to_owned()]),
        ("photo", vec![upload.photo]),
        ("device", devices.iter().map(|device| device.id.to_string()).collect()),
        ("", vec![account]),
    ])
}

fn call(actor: &Actor, function: &str, http: &Http, id: &str) -> Call {
    let fill = |segment: &str| match segment {
        "{commune}" => actor.commune.to_string(),
        segment if segment.starts_with('{') => id.to_owned(),
        segment => segment.to_owned(),
    };
    let path: Vec<String> = http.route.path.split('/').map(fill).collect();
    let method = http.route.method.as_str().parse().expect("a method");
    actor.call(method, &path.join("/")).if_match(1).json(&body(function))
}

/// Status and body without what differs from call to call.
fn said(mut answer: Answer, id: &str) -> (u16, String) {
    if let Some(fields) = answer.json.as_object_mut() {
        fields.remove("request_id");
    }
    (answer.status, answer.json.to_string().replace(id, "<id>"))
}

#[test]
fn what_another_commune_has_is_answered_like_what_nobody_has() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let treasures = treasures(&there).await;
        let mut tried = 0;
        for actor in [here.guest().await, here.resident().await, here.agent().await, here.administrator().await] {
            for function in functions() {
                let Some(http) = function.http() else { continue };
                let placeholder = http.route.placeholders().find(|name| *name != "commune");
                let (Some(placeholder), true) = (placeholder, http.access.in_commune()) else { continue };
                let ids = treasures.get(placeholder).or(treasures.get("")).unwrap();
                for id in ids {
                    let nobodys = AccountId::new(jiff::Timestamp::now()).to_string();
                    let theirs = said(call(&actor, &function.id, http, id).await, id);
                    let nobodys = said(call(&actor, &function.id, http, &nobodys).await, &nobodys);
                    assert_eq!(theirs, nobodys, "{} with an id of another commune", function.id);
                    tried += 1;
                }
            }
        }
        assert!(tried > 40, "only {tried} calls were compared");
        there.settled().await;
    });
}

#[test]
fn no_spelling_of_a_commune_opens_another_one() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (claire, report) = (here.resident().await, there.report(&there.resident().await).await);
        let (mine, theirs) = (here.id.to_string(), there.id.to_string());
        let seed = seed(20_261_122);
        let mut random = Rng::with_seed(seed);
        let seams =
            ["%23", "%2F", "/", "/../", "%2e%2e%2f", "%00", "%20", ";", "%3F", ",", "%c3%a9", ".", "%5C", "C%23", "@"];
        for round in 0..400 {
            let seam = seams[random.usize(0..seams.len())];
            let mut spelling = match random.u8(0..4) {
                0 => format!("{mine}{seam}{theirs}"),
                1 => format!("{theirs}{seam}{mine}"),
                2 => format!("{seam}{theirs}"),
                _ => format!("{theirs}{seam}"),
            };
            if random.bool() {
                let at = random.usize(0..spelling.len());
                spelling.replace_range(at..=at, if random.bool() { "A" } else { "-" });
            }
            let answer = claire.get(&format!("/v1/{spelling}/reports/{}", report.text("id"))).await;
            assert!((400..500).contains(&answer.status), "PARVIS_SEED={seed}, round {round}, {spelling}: {answer}");
            assert!(!String::from_utf8_lossy(&answer.body).contains("nid-de-poule"), "{spelling}: {answer}");
        }
    });
}

#[test]
fn no_cursor_crosses_and_none_that_was_altered_is_taken() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        for town in [&here, &there] {
            let claire = town.resident().await;
            town.report(&claire).await;
            town.report(&claire).await;
        }
        let first = there.guest().await.get("reports?limit=1").await.expect(200);
        let cursor = first.text("next").to_owned();
        there.guest().await.get(&format!("reports?limit=1&cursor={cursor}")).await.expect(200);
        let guest = here.guest().await;
        guest.get(&format!("reports?limit=1&cursor={cursor}")).await.refused_field("cursor");
        let seed = seed(20_261_122);
        let mut random = Rng::with_seed(seed);
        for round in 0..300 {
            let mut altered: Vec<char> = cursor.chars().collect();
            for _ in 0..random.usize(1..4) {
                let at = random.usize(0..altered.len());
                match random.u8(0..3) {
                    0 => altered[at] = random.alphanumeric(),
                    1 => drop(altered.remove(at)),
                    _ => altered.insert(at, random.alphanumeric()),
                }
            }
            let altered: String = altered.into_iter().collect();
            if altered == cursor {
                continue;
            }
            for actor in [&guest, &there.guest().await] {
                let answer = actor.get(&format!("reports?limit=1&cursor={altered}")).await;
                assert_eq!(answer.status, 422, "PARVIS_SEED={seed}, round {round}, {altered}: {answer}");
            }
        }
    });
}

#[test]
fn a_key_of_one_commune_cannot_be_made_to_reach_into_another() {
    run(async {
        let here = Town::new().await;
        let store = &platform().await.cx().store;
        for id in ["a#b", "C#a", "", "a", "a\u{0}b", "A", "a/b", &"x".repeat(41)] {
            assert!(id.parse::<CommuneId>().is_err(), "{id:?} must not name a commune");
        }
        // Ids that begin alike are different communes.
        let longer: CommuneId = format!("{}-0", here.id).parse().unwrap();
        assert!(store.commune(&longer).await.is_err());
    });
}
