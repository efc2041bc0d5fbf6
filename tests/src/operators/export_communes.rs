//! The schedule that writes the exports of communes.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Report, ReportId};
use parvis_photos::pipeline::sample;
use parvis_store::Record;
use parvis_testkit::{Actor, Service, Town, at, dies_in_call, platform, run, run_alone};
use serde_json::{Value, json};

use crate::identity::export_accounts::{ready, ready_after, unzipped};
use crate::notices::{change, follow};

/// The lines of one kind in all files.
fn lines(files: &[BTreeMap<String, Vec<u8>>], kind: &str) -> Vec<Value> {
    let name = format!("{kind}.jsonl");
    let all = files.iter().filter_map(|file| file.get(&name));
    let text = all.map(|bytes| String::from_utf8(bytes.clone()).expect("UTF-8")).collect::<String>();
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

async fn exported(town: &Town) -> Vec<BTreeMap<String, Vec<u8>>> {
    let (operator, path) = (Actor::operator().await, format!("communes/{}/export", town.id));
    operator.post(&path, Value::Null).await.expect(202);
    unzipped(&ready(&operator, &path, "export_communes").await).await
}

#[test]
fn an_export_holds_everything_of_a_commune_but_secrets_and_nothing_of_another() {
    run(async {
        let (town, there) = (Town::new().await, Town::new().await);
        let theirs = there.report(&there.resident().await).await;
        let (mut claire, agent) = (town.resident().await, town.agent().await);
        claire.add_device().await;
        let (photo, _) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
        let mut problem = town.problem();
        problem["photos"] = json!([{ "id": photo.photo }]);
        problem["description"] = json!("=HYPERLINK(\"http://x\")\ndeux, lignes");
        let own = claire.post("reports", problem).await.expect(201).text("id").to_owned();
        follow(&agent, &own).await;
        change(&agent, &own, json!({ "to": "in_progress", "internal_note": "vu sur place" })).await;
        let nadia = town.administrator().await;
        let banned = json!({ "contact": town.new_contact(), "reason": "insultes", "until": Timestamp::now() + SignedDuration::from_hours(24) });
        nadia.post("bans", banned).await.expect(201);
        let invited =
            json!({ "email": "personne@exemple.fr", "name": "Ana", "role": "agent", "services": ["techniques"] });
        nadia.post("staff/invitations", invited).await.expect(201);
        town.settled().await;

        let files = exported(&town).await;
        assert_eq!(files.len(), 1);
        let one = |kind: &str| lines(&files, kind);
        assert_eq!(one("report").iter().map(|r| r["id"].as_str().unwrap()).collect::<Vec<_>>(), [own.as_str()]);
        assert!(one("event").iter().any(|event| event["internal_note"] == "vu sur place"), "it is the commune's own");
        assert_eq!(one("account").len(), 3);
        assert_eq!((one("staff").len(), one("ban").len(), one("invitation").len()), (2, 1, 1));
        assert_eq!(one("device").len(), 1);
        assert!(!one("audit").is_empty() && !one("notice").is_empty() && !one("settings_version").is_empty());
        assert_eq!(one("settings")[0]["json"]["name"], town.settings.name.as_str());
        assert!(files[0][&format!("photos/{}.jpg", photo.photo)].starts_with(&[0xff, 0xd8]));
        let table = String::from_utf8(files[0]["signalements.csv"].clone()).expect("UTF-8");
        assert!(table.starts_with('\u{feff}') && table.contains("\r\n"), "{table}");
        assert!(table.contains("\"'=HYPERLINK(\"\"http://x\"\")\ndeux, lignes\"\r\n"), "{table}");

        let everything: Vec<u8> = files.iter().flat_map(|file| file.values().flatten().copied()).collect();
        let holds = |text: &str| everything.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(holds(&own), "what is looked for is found");
        let secrets =
            [claire.device_token.as_ref().unwrap(), "arn:aws", "challenge", "recovery", "refresh", theirs.text("id")];
        for secret in secrets {
            assert!(!holds(secret), "{secret} is in the export");
        }
        let names: BTreeSet<&str> = files[0].keys().filter_map(|name| name.strip_suffix(".jsonl")).collect();
        for kind in ["session", "second_factor", "token", "contact", "challenge", "export"] {
            assert!(!names.contains(kind), "{names:?}");
        }
    });
}

#[test]
fn fifteen_hundred_reports_are_each_there_once_although_who_writes_them_dies_again_and_again() {
    run_alone(async {
        let town = Town::new().await;
        let sent = town.report(&town.resident().await).await;
        let commune = town.commune().await;
        let model = commune.report(sent.value("id")).await.unwrap().expect("a report");
        let ids: BTreeSet<ReportId> = (1..1_500).map(|_| ReportId::new(Timestamp::now())).collect();
        let made = stream::iter(ids.clone()).map(|id| {
            let report = Report { id, version: 1, last_event: None, reporter: None, followers: 0, ..model.clone() };
            let commune = &commune;
            async move { commune.create_report(&report, None, &[], None).await.expect("written") }
        });
        made.buffer_unordered(16).collect::<Vec<()>>().await;
        let (operator, path) = (Actor::operator().await, format!("communes/{}/export", town.id));
        operator.post(&path, Value::Null).await.expect(202);
        let mut deaths = 0;
        for (lives, call) in (1..).zip([2, 3, 4, 5, 6]) {
            // Each once the lease of the one before is over.
            let later = at(SignedDuration::from_mins(16) * lives).await;
            let run = later.run_schedule("export_communes");
            deaths += u32::from(dies_in_call(call, Service::Dynamodb, town.id.as_str(), run).await.is_none());
        }
        assert!(deaths > 0, "nobody died");
        let written = ready_after(&operator, &path, "export_communes", SignedDuration::from_mins(16 * 6)).await;
        let files = unzipped(&written).await;
        let found = lines(&files, "report");
        let all: BTreeSet<ReportId> = found.iter().map(|r| r["id"].as_str().unwrap().parse().unwrap()).collect();
        assert_eq!((found.len(), all), (1_500, ids.into_iter().chain([model.id]).collect()));
        let rows: usize =
            files.iter().map(|file| file["signalements.csv"].split(|byte| *byte == b'\n').count() - 2).sum();
        assert_eq!(rows, 1_500);
    });
}

#[test]
fn a_walk_that_stops_after_any_item_goes_on_behind_it() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for _ in 0..5 {
            town.report(&claire).await;
        }
        town.settled().await;
        let (store, commune) = (&platform().await.cx().store, town.commune().await);
        let (mut seen, mut after, mut stops) = (Vec::new(), None, 0);
        loop {
            let found = store.items_of(&commune, after.as_ref()).await.expect("a slice");
            let mut items = found.all.into_iter();
            let mut stopped = None;
            for item in items.by_ref().take(3) {
                let (place, record) = Record::of(item).expect("readable");
                seen.extend(record.filter(|r| r.kind == "report").map(|r| r.value["id"].to_string()));
                stopped = Some(place);
            }
            let more = items.next().is_some();
            stops += usize::from(more);
            after = if more { stopped } else { found.next };
            if after.is_none() {
                break;
            }
        }
        assert!(stops > 3, "{stops}");
        assert_eq!((seen.len(), seen.iter().collect::<BTreeSet<_>>().len()), (5, 5));
    });
}
