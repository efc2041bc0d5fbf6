//! `GET /v1/{commune}/audit/export`.

use aws_lc_rs::digest::{SHA256, digest};
use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

/// All lines, page by page.
async fn export(nadia: &Actor, limit: u32) -> Vec<String> {
    let (mut lines, mut path) = (Vec::new(), format!("audit/export?limit={limit}"));
    loop {
        let page = nadia.get(&path).await.expect(200);
        assert_eq!(page.header("content-type"), "application/x-ndjson");
        let body = String::from_utf8(page.body.clone()).expect("UTF-8");
        assert!(body.is_empty() || body.ends_with('\n'));
        let here: Vec<String> = body.lines().map(str::to_owned).collect();
        assert!(here.len() <= limit as usize);
        lines.extend(here);
        match page.header("link").strip_prefix('<').and_then(|link| link.split_once('>')) {
            Some((next, relation)) => {
                assert_eq!(relation, "; rel=\"next\"");
                path = next.to_owned();
            }
            None => return lines,
        }
    }
}

fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The number of the first line that does not follow from the one before, found with nothing but the lines.
fn broken(lines: &[String]) -> Option<u64> {
    let mut previous = String::new();
    for line in lines {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        let own = entry["digest"].as_str().expect("a digest");
        let open = line.replace(&format!("\"digest\":\"{own}\""), "\"digest\":\"\"");
        if entry["previous"] != previous.as_str() || sha256(&open) != own {
            return entry["number"].as_u64();
        }
        previous = own.to_owned();
    }
    None
}

#[test]
fn every_entry_is_exported_in_order_and_whoever_has_the_lines_can_verify_them() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let nadia = town.administrator().await;
        let path = |what: &str| format!("communes/{}/{what}", town.id);
        for reason in ["facture impayée", "« essai » \\ \"deux\""] {
            operator.post(&path("suspend"), json!({ "reason": reason })).await.expect(200);
            operator.post(&path("resume"), json!({})).await.expect(200);
        }
        let lines = export(&nadia, 2).await;
        let numbers: Vec<Value> =
            lines.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["number"].clone()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5]);
        assert_eq!(lines, export(&nadia, 1_000).await);
        assert_eq!(broken(&lines), None);

        // What somebody altered, took out or put in shows.
        let mut altered = lines.clone();
        altered[2] = altered[2].replace("resume_commune", "suspend_commune");
        assert_eq!(broken(&altered), Some(3));
        let mut shorter = lines.clone();
        shorter.remove(1);
        assert_eq!(broken(&shorter), Some(3));
        let mut longer = lines.clone();
        longer.insert(3, lines[1].clone());
        assert_eq!(broken(&longer), Some(2));
    });
}

#[test]
fn the_size_of_a_page_and_a_cursor_of_another_commune_are_refused() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, alix) = (town.administrator().await, other.administrator().await);
        for limit in ["0", "1001"] {
            nadia.get(&format!("audit/export?limit={limit}")).await.refused_field("limit");
        }
        let operator = Actor::operator().await;
        operator.post(&format!("communes/{}/suspend", town.id), json!({ "reason": "essai" })).await.expect(200);
        let link = nadia.get("audit/export?limit=1").await.expect(200).header("link").to_owned();
        let cursor = link.split("cursor=").nth(1).and_then(|rest| rest.split('>').next()).expect("a cursor");
        nadia.get(&format!("audit/export?cursor={cursor}")).await.expect(200);
        alix.get(&format!("audit/export?cursor={cursor}")).await.refused_field("cursor");
        // Nor is it one of the list, or the other way round.
        nadia.get(&format!("audit?cursor={cursor}")).await.refused_field("cursor");
    });
}
