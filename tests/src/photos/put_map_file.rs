//! `PUT /v1/{commune}/map-file`.

use jiff::SignedDuration;
use parvis_domain::{MapFileId, Settings};
use parvis_testkit::{
    Actor, Answer, FaultAction, NewFault, Service, Town, at, fault, platform, run, run_alone, wait_until,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::path_of;

/// A file of tiles of the commune (PMTiles, version 3), with one PNG at zoom 0, and so many bytes after it.
pub(crate) fn pmtiles(settings: &Settings, spare: usize) -> Vec<u8> {
    let tile = include_bytes!("tile.png");
    // One entry: tile 0, a run of 1, so long, at the begin of the data.
    let mut root = vec![1, 0, 1];
    let mut length = tile.len();
    while length >= 0x80 {
        root.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    root.extend([length as u8, 1]);
    let parts = [(127, root.len()), (127 + root.len(), 2), (0, 0), (129 + root.len(), tile.len())];
    let mut file = b"PMTiles\x03".to_vec();
    for (from, length) in parts {
        file.extend((from as u64).to_le_bytes());
        file.extend((length as u64).to_le_bytes());
    }
    file.extend([1u64; 3].map(u64::to_le_bytes).concat());
    file.extend([1, 1, 1, 2, 0, 0]);
    let bounds = settings.boundary.bbox();
    let corners = [bounds.west, bounds.south, bounds.east, bounds.north];
    file.extend(corners.map(|degrees| ((degrees * 1e7) as i32).to_le_bytes()).concat());
    file.resize(127, 0);
    file.extend(root);
    file.extend(b"{}");
    file.extend(tile);
    file.extend(vec![0; spare]);
    file
}

/// Announces a file of that size.
pub(super) async fn announce(actor: &Actor, size: usize) -> Answer {
    actor.post("map-file", json!({ "size": size })).await
}

/// Sends a file where the answer says.
pub(super) async fn send(announced: &Answer, file: Vec<u8>) -> u16 {
    let mut put = reqwest::Client::new().put(announced.text("upload/url")).body(file);
    for header in announced.json["upload"]["headers"].as_array().expect("headers") {
        let (name, value) = (header["name"].as_str().expect("a name"), header["value"].as_str().expect("a value"));
        // As a browser does, the client says how long its body is.
        if name != "content-length" {
            put = put.header(name, value);
        }
    }
    put.send().await.expect("S3 answers").status().as_u16()
}

/// Announces and sends a file; its id.
async fn sent(actor: &Actor, file: &[u8]) -> Value {
    let announced = announce(actor, file.len()).await.expect(201);
    assert_eq!(send(&announced, file.to_vec()).await, 200);
    announced.json["file"].clone()
}

async fn choose(actor: &Actor, file: &Value) -> Answer {
    actor.put("map-file", json!({ "file": file, "attribution": "© Ville, 2026" })).await
}

pub(crate) async fn put(actor: &Actor, file: &[u8]) -> Answer {
    choose(actor, &sent(actor, file).await).await
}

/// What an address has now.
async fn at_address(answer: &Answer, range: Option<&str>) -> (u16, Vec<u8>) {
    let mut get = reqwest::Client::new().get(answer.text("url"));
    if let Some(range) = range {
        get = get.header("range", range);
    }
    let found = get.send().await.expect("an answer");
    (found.status().as_u16(), found.bytes().await.expect("bytes").to_vec())
}

#[test]
fn maps_are_drawn_from_the_file_which_is_read_in_parts_on_the_host_of_the_web() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        assert_eq!(guest.get("").await.expect(200).json["map"], json!({ "kind": "usual" }));
        let file = pmtiles(&town.settings, 0);
        let kept = put(&nadia, &file).await.expect(200);
        let mut shown = kept.json.clone();
        shown["kind"] = json!("file");
        assert_eq!(guest.get("").await.expect(200).json["map"], shown);
        assert_eq!((kept.text("tiles"), kept.text("attribution")), ("png", "© Ville, 2026"));
        assert_eq!(kept.json["size"], file.len());
        assert!(kept.text("url").starts_with(&platform().await.cx().store.names.public_url), "{kept}");
        assert_eq!(at_address(&kept, None).await, (200, file.clone()));
        assert_eq!(at_address(&kept, Some("bytes=127-130")).await, (206, file[127..131].to_vec()));
    });
}

#[test]
fn what_is_no_file_of_tiles_of_the_commune_is_refused_by_name_and_the_one_before_stays() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let good = pmtiles(&town.settings, 0);
        let kept = put(&nadia, &good).await.expect(200);
        let with = |at: usize, byte: u8| {
            let mut file = good.clone();
            file[at] = byte;
            file
        };
        for (file, rule) in [
            (vec![b'<'; 400], "not_pmtiles"),
            (with(7, 2), "not_pmtiles"),
            (with(97, 3), "compression_not_supported"),
            (with(99, 0), "type_not_supported"),
            (good[..good.len() - 1].to_vec(), "truncated"),
            (with(105, 0x40), "outside_boundary"),
        ] {
            let refused = put(&nadia, &file).await.refused_field("file");
            assert_eq!(refused.rule("file"), rule, "{refused}");
        }
        let never_sent = announce(&nadia, 500).await.expect(201);
        let refused = choose(&nadia, &never_sent.json["file"]).await.refused_field("file");
        assert_eq!(refused.rule("file"), "not_arrived");
        // Another commune's upload is none of this one's.
        let elsewhere = sent(&other.administrator().await, &pmtiles(&other.settings, 0)).await;
        assert_eq!(choose(&nadia, &elsewhere).await.refused_field("file").rule("file"), "not_arrived");
        let file = sent(&nadia, &good).await;
        let unnamed = nadia.put("map-file", json!({ "file": file, "attribution": " " })).await;
        assert_eq!(unnamed.refused_field("attribution").rule("attribution"), "malformed_attribution");
        assert_eq!(guest.get("").await.expect(200).json["map"]["url"], kept.json["url"]);
        assert_eq!(at_address(&kept, None).await.0, 200);
    });
}

#[test]
fn who_asks_again_is_told_the_same_and_may_name_another_source() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let file = sent(&nadia, &pmtiles(&town.settings, 0)).await;
        let first = choose(&nadia, &file).await.expect(200);
        assert_eq!(choose(&nadia, &file).await.expect(200).json, first.json);
        assert_eq!(town.acts().await.len(), 1);
        let renamed = nadia.put("map-file", json!({ "file": file, "attribution": "© IGN" })).await.expect(200);
        assert_eq!((renamed.text("attribution"), renamed.text("url")), ("© IGN", first.text("url")));
        assert_eq!(at_address(&renamed, None).await.0, 200);
    });
}

#[test]
fn another_file_has_another_address_the_one_before_goes_with_the_next_change_and_what_is_stored_is_counted() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let stored = async || town.commune().await.photo_bytes_stored().await.expect("a count");
        let small = pmtiles(&town.settings, 0);
        let first = put(&nadia, &small).await.expect(200);
        assert_eq!(stored().await, small.len() as u64);
        let large = pmtiles(&town.settings, 1_000);
        let second = put(&nadia, &large).await.expect(200);
        assert_ne!(first.text("url"), second.text("url"));
        assert_eq!(stored().await, large.len() as u64);
        assert_eq!(at_address(&first, None).await.0, 200, "pages that are open read it");
        assert_eq!(at_address(&second, None).await, (200, large));
        let third = put(&nadia, &small).await.expect(200);
        assert_eq!(at_address(&first, None).await.0, 404);
        nadia.delete("map-file").await.expect(204);
        assert_eq!(stored().await, 0);
        for gone in [&second, &third] {
            assert_eq!(at_address(gone, None).await.0, 404);
        }
        let acts: Vec<String> = town.acts().await.into_iter().map(|act| act.what).collect();
        assert_eq!(acts, ["delete_map_file", "put_map_file", "put_map_file", "put_map_file"]);
    });
}

#[test]
fn of_those_who_set_one_at_the_same_moment_the_file_that_is_shown_is_there() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let file = pmtiles(&town.settings, 0);
        let one = sent(&nadia, &file).await;
        let uploads = [one.clone(), one, sent(&nadia, &file).await, sent(&nadia, &file).await];
        let answers = futures::future::join_all(uploads.iter().map(|upload| choose(&nadia, upload))).await;
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409 | 422)), "{answers:?}");
        let shown = guest.get("").await.expect(200).json["map"]["url"].clone();
        let winner = answers.iter().find(|answer| answer.json["url"] == shown).expect("the one that is shown");
        assert_eq!(at_address(winner, None).await, (200, file.clone()));
        assert_eq!(town.commune().await.photo_bytes_stored().await.expect("a count"), file.len() as u64);
    });
}

#[test]
fn a_file_that_was_not_copied_is_not_shown_and_can_be_chosen_again() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let file = sent(&nadia, &pmtiles(&town.settings, 0)).await;
        let copying = NewFault {
            operation: Some("CopyObject".to_owned()),
            contains: Some(format!("maps/{}/", town.id)),
            ..NewFault::new(Service::S3, FaultAction::Fail)
        };
        let failing = fault(copying).await;
        assert!(choose(&nadia, &file).await.status >= 500);
        assert!(failing.hits() > 0);
        drop(failing);
        assert_eq!(guest.get("").await.expect(200).json["map"], json!({ "kind": "usual" }));
        let kept = choose(&nadia, &file).await.expect(200);
        assert_eq!(at_address(&kept, None).await.0, 200);
    });
}

#[test]
fn a_file_that_is_sent_anew_while_it_is_taken_is_not_shown() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let good = pmtiles(&town.settings, 1);
        let announced = announce(&nadia, good.len()).await.expect(201);
        assert_eq!(send(&announced, good.clone()).await, 200);
        let copying = NewFault {
            operation: Some("CopyObject".to_owned()),
            contains: Some(format!("maps/{}/", town.id)),
            ms: Some(60_000),
            ..NewFault::new(Service::S3, FaultAction::Slow)
        };
        let slow = fault(copying).await;
        let other = good.iter().map(|byte| !byte).collect();
        let sent_anew = async {
            wait_until("it is looked at", || async { (slow.hits() > 0).then_some(()) }).await;
            let status = send(&announced, other).await;
            drop(slow);
            status
        };
        let (answer, status) = futures::join!(choose(&nadia, &announced.json["file"]), sent_anew);
        assert_eq!(status, 200);
        answer.problem("conflict");
        assert_eq!(guest.get("").await.expect(200).json["map"], json!({ "kind": "usual" }));
    });
}

#[test]
fn nobody_but_the_communes_own_administrators_sets_it() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let id = json!(MapFileId::new("2026-11-22T10:00:00Z".parse().expect("a time")));
        choose(&town.agent().await, &id).await.problem("forbidden");
        choose(&town.resident().await, &id).await.problem("forbidden");
        choose(&town.guest().await, &id).await.problem("unauthenticated");
        choose(&other.administrator().await.in_commune(&town.id), &id).await.problem("forbidden");
    });
}

#[test]
fn its_files_go_with_the_commune() {
    run_alone(async {
        let (operator, town) = (Actor::operator().await, Town::new().await);
        let nadia = town.administrator().await;
        let file = pmtiles(&town.settings, 0);
        let first = put(&nadia, &file).await.expect(200);
        let second = put(&nadia, &file).await.expect(200);
        for there in [&first, &second] {
            assert_eq!(at_address(there, None).await.0, 200);
        }
        town.settled().await;
        let leave = operator.delete(&format!("communes/{}", town.id)).json(&json!({ "reason": "fin du contrat" }));
        leave.await.expect(202);
        let day = at(SignedDuration::from_hours(30 * 24 + 1)).await;
        let mut runs = 0;
        while day.run_schedule("purge_communes").await.expect("a run") == json!({ "done": 0 }) {
            runs += 1;
            assert!(runs < 6, "it does not end");
        }
        for gone in [&first, &second] {
            assert!(operator.call(Method::GET, &path_of(gone, "url")).await.status >= 400);
        }
    });
}
