//! The schedule that writes the exports of accounts. Who else may be at one: `export_leases.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Language, Report, ReportId};
use parvis_photos::pipeline::sample;
use parvis_store::FarewellClaim;
use parvis_store::key::Key;
use parvis_store::table::Condition;
use parvis_testkit::{
    Actor, Answer, Call, FaultAction, NewFault,
    Service::{self, Dynamodb as D, S3},
    Town, at, dies_in_call, fault, platform, run, run_alone, scratch,
};
use serde_json::{Value, json};

use super::address;
use super::traces::items_with;
use crate::notices::{change, follow};

/// Orders an export and has it written.
pub(crate) async fn exported(actor: &Actor) -> Answer {
    actor.post("me/export", Value::Null).await.expect(202);
    ready(actor, "me/export", "export_accounts").await
}

/// The export once it is written; the schedule runs until then.
pub(crate) async fn ready(actor: &Actor, path: &str, schedule: &str) -> Answer {
    for _ in 0..100 {
        let export = actor.get(path).await.expect(200);
        if export.text("state") == "ready" {
            return export;
        }
        // Another test's may be at it just now.
        if platform().await.run_schedule(schedule).await == Ok(json!({ "done": 0 })) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    panic!("it is not written");
}

/// The same where a run left the export in the middle: once its lease is over.
pub(crate) async fn ready_after(actor: &Actor, path: &str, schedule: &str, by: SignedDuration) -> Answer {
    let later = at(by).await;
    for _ in 0..100 {
        later.run_schedule(schedule).await.expect("a run");
        let export = actor.get(path).await.expect(200);
        if export.text("state") == "ready" {
            return export;
        }
    }
    panic!("it is not written");
}

/// Where its files are.
pub(crate) fn links(export: &Answer) -> Vec<String> {
    let files = export.json["files"].as_array().expect("files");
    files.iter().map(|file| file["url"].as_str().expect("a link").to_owned()).collect()
}

/// What is in its files, one map for each.
pub(crate) async fn unzipped(export: &Answer) -> Vec<BTreeMap<String, Vec<u8>>> {
    unzipped_from(export, 0).await
}

/// The same of those behind the first so many.
pub(super) async fn unzipped_from(export: &Answer, first: usize) -> Vec<BTreeMap<String, Vec<u8>>> {
    let mut all = Vec::new();
    for url in links(export).split_off(first) {
        let file = Call::new(reqwest::Method::GET, url).await.expect(200);
        let mut zip = zip::ZipArchive::new(Cursor::new(file.body)).expect("a zip file");
        let mut contents = BTreeMap::new();
        for place in 0..zip.len() {
            let mut entry = zip.by_index(place).expect("an entry");
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("whole");
            let name = entry.name().expect("a name").into_owned();
            let twice = contents.insert(name.clone(), bytes);
            assert!(twice.is_none(), "{name} is there twice");
        }
        all.push(contents);
    }
    all
}

fn json_of(file: &BTreeMap<String, Vec<u8>>) -> Value {
    serde_json::from_slice(&file["donnees.json"]).expect("JSON")
}

#[test]
fn an_export_holds_everything_of_its_owner_and_nothing_of_others() {
    run(async {
        let town = Town::new().await;
        let (mut claire, paul, agent) = (town.resident().await, town.resident().await, town.agent().await);
        claire.add_device().await;
        let (photo, _) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
        let (alone, _) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
        let (pauls, _) = paul.upload_photo(sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
        let mut problem = town.problem();
        problem["photos"] = json!([{ "id": photo.photo }]);
        problem["description"] = json!("Un trou <script>alert('ici')</script> & \"rien\"");
        let own = claire.post("reports", problem).await.expect(201).text("id").to_owned();
        let mut problem = town.problem();
        problem["photos"] = json!([{ "id": pauls.photo }]);
        problem["description"] = json!("Le lampadaire de Paul");
        let theirs = paul.post("reports", problem).await.expect(201).text("id").to_owned();
        follow(&claire, &theirs).await;
        follow(&paul, &own).await;
        let asked = json!({ "to": "awaiting_reporter", "note": "Où exactement ?", "internal_note": "un râleur connu" });
        change(&agent, &own, asked).await;
        agent
            .post(&format!("reports/{own}/comments"), json!({ "text": "à ne pas dire", "internal": true }))
            .await
            .expect(201);
        paul.post(&format!("reports/{own}/comments"), json!({ "text": "Moi aussi." })).await.expect(201);
        claire
            .post(&format!("reports/{theirs}/comments"), json!({ "text": "Pareil <b>chez moi</b>." }))
            .await
            .expect(201);
        paul.post(&format!("reports/{theirs}/comments"), json!({ "text": "Paul à Paul." })).await.expect(201);
        town.settled().await;

        let files = unzipped(&exported(&claire).await).await;
        let [file] = files.as_slice() else { panic!("{} files", files.len()) };
        let data = json_of(file);
        assert_eq!((&data["file"], &data["last"]), (&json!(1), &json!(true)));
        assert_eq!(data["account"]["id"], claire.account_id().to_string());
        assert_eq!(data["account"]["phone"], address(&claire));
        assert_eq!(data["account"]["channels"], json!(["push", "sms"]));
        assert_eq!(data["account"]["devices"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["account"]["sessions"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["reports"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["reports"][0]["id"], own.as_str());
        let notes: Vec<&str> =
            data["reports"][0]["history"].as_array().unwrap().iter().filter_map(|e| e["note"].as_str()).collect();
        assert_eq!(notes, ["Où exactement ?", "Moi aussi."]);
        assert_eq!(data["comments"].as_array().map(Vec::len), Some(1));
        assert_eq!(data["comments"][0]["note"], "Pareil <b>chez moi</b>.");
        let mut follows: Vec<&str> =
            data["follows"].as_array().unwrap().iter().map(|f| f["report"].as_str().unwrap()).collect();
        follows.sort_unstable();
        assert_eq!(follows, {
            let mut both = [own.as_str(), theirs.as_str()];
            both.sort_unstable();
            both
        });
        assert!(data["notices"].as_array().is_some_and(|notices| !notices.is_empty()), "{data:#}");
        let pictures: BTreeSet<&str> =
            file.keys().filter_map(|name| name.strip_prefix("photos/")?.strip_suffix(".jpg")).collect();
        assert_eq!(pictures, BTreeSet::from([photo.photo.as_str(), alone.photo.as_str()]));
        for picture in [&photo.photo, &alone.photo] {
            assert!(file[&format!("photos/{picture}.jpg")].starts_with(&[0xff, 0xd8]), "a JPEG");
        }

        let page = String::from_utf8(file["lisez-moi.html"].clone()).expect("UTF-8");
        assert!(
            page.contains("Un trou &lt;script&gt;alert(&#39;ici&#39;)&lt;/script&gt; &amp; &quot;rien&quot;"),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
        assert!(page.contains(&format!("photos/{}.jpg", photo.photo)) && page.contains("Moi aussi."), "{page}");
        let everything = format!("{data}{page}");
        let secrets = [
            "râleur",
            "à ne pas dire",
            "Luc Ferrand",
            "lampadaire",
            "Paul à Paul",
            &address(&paul),
            &paul.account_id().to_string(),
            &agent.account_id().to_string(),
            claire.device_token.as_ref().unwrap(),
            "arn:",
        ];
        for secret in secrets {
            assert!(!everything.contains(secret), "{secret} is in the export");
        }
    });
}

#[test]
fn an_export_says_what_the_commune_made_of_its_owner() {
    run(async {
        let town = Town::new().await;
        let (claire, nadia, commune) = (town.resident().await, town.administrator().await, town.commune().await);
        let (now, account) = (Timestamp::now(), claire.account_id());
        let data = json_of(&unzipped(&exported(&claire).await).await[0]);
        for (field, nothing) in [
            ("ambassador", Value::Null),
            ("invited", Value::Null),
            ("launch", json!([])),
            ("farewells", json!([])),
            ("bans", json!([])),
        ] {
            assert_eq!(data["account"][field], nothing, "{field}");
        }

        let paul = town.resident().await;
        let account_of_paul = commune.account(paul.account_id()).await.unwrap().expect("an account");
        nadia.put(&format!("launch/ambassadors/{}", paul.account_id()), json!({ "zones": ["est"] })).await.expect(200);
        let invite = json!({ "label": "Marché", "limit": 4, "expires_at": now + SignedDuration::from_hours(24) });
        let code = nadia.post("launch/invites", invite).await.expect(201).text("code").to_owned();
        paul.post("launch/invitation", json!({ "code": code })).await.expect(204);
        let contact = paul.contact.clone().expect("a contact");
        let waiting = commune.with_interest(commune.table().transaction(), &contact, Language::Fr, now);
        waiting.commit().await.expect("in the list");
        let farewell = commune.claim_farewell(&account_of_paul, 1, now, now).await.expect("an answer");
        let FarewellClaim::Held(farewell) = farewell else { panic!("{farewell:?}") };
        commune.mark_farewell(farewell, now).await.expect("sent");
        let banned =
            json!({ "account": account, "reason": "rien pour Paul", "until": now + SignedDuration::from_hours(24) });
        nadia.post("bans", banned).await.expect(201);
        let banned = json!({ "account": paul.account_id(), "reason": "insultes <b>", "until": now + SignedDuration::from_hours(24) });
        nadia.post("bans", banned).await.expect(201);

        let file = unzipped(&exported(&paul).await).await.remove(0);
        let data = json_of(&file);
        let own = &data["account"];
        assert_eq!(own["ambassador"]["zones"], json!(["est"]));
        assert!(own["invited"].is_string(), "{own:#}");
        assert_eq!(
            (own["launch"].as_array().map(Vec::len), &own["launch"][0]["phone"]),
            (Some(1), &json!(address(&paul)))
        );
        assert_eq!(own["farewells"].as_array().map(Vec::len), Some(1));
        assert_eq!(
            (own["bans"].as_array().map(Vec::len), &own["bans"][0]["reason"]),
            (Some(1), &json!("insultes <b>"))
        );
        let page = String::from_utf8(file["lisez-moi.html"].clone()).expect("UTF-8");
        for told in ["Vous êtes ambassadeur de", "Vous avez accepté une invitation", "insultes &lt;b&gt;", "ouverture"]
        {
            assert!(page.contains(told), "{told}: {page}");
        }
        for secret in [&code, &nadia.account_id().to_string(), "rien pour Paul"] {
            assert!(!format!("{data}{page}").contains(secret), "{secret} is in the export");
        }
    });
}

/// As many reports as nobody has.
async fn write_many(town: &Town, claire: &Actor, many: usize) -> BTreeSet<ReportId> {
    let sent = town.report(claire).await;
    let commune = town.commune().await;
    let model = commune.report(sent.value("id")).await.unwrap().expect("a report");
    let ids: BTreeSet<ReportId> = (1..many).map(|_| ReportId::new(Timestamp::now())).collect();
    let made = stream::iter(ids.clone()).map(|id| {
        let report = Report { id, version: 1, last_event: None, followers: 1, ..model.clone() };
        let commune = &commune;
        async move { commune.create_report(&report, None, &[], None).await.expect("written") }
    });
    made.buffer_unordered(16).collect::<Vec<()>>().await;
    ids.into_iter().chain([model.id]).collect()
}

#[test]
fn a_thousand_reports_are_whole_in_several_files_although_who_writes_them_dies_again_and_again() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let reports = write_many(&town, &claire, 1_000).await;
        claire.post("me/export", Value::Null).await.expect(202);
        let mut deaths = 0;
        let calls = [(4, D), (2, S3), (8, D), (16, D), (2, S3), (24, D), (32, D), (48, D)];
        for (lives, (call, service)) in (1..).zip(calls) {
            // Each once the lease of the one before is over.
            let later = at(LEASE * lives).await;
            let run = later.run_schedule("export_accounts");
            deaths += usize::from(dies_in_call(call, service, town.id.as_str(), run).await.is_none());
        }
        assert!(deaths > 2, "{deaths}");
        let files = unzipped(&ready_after(&claire, "me/export", "export_accounts", LEASE * 9).await).await;
        assert!(files.len() > 2, "{}", files.len());
        let (mut found, mut followed) = (Vec::new(), BTreeSet::new());
        for (place, file) in files.iter().enumerate() {
            let data = json_of(file);
            assert_eq!(data["file"], json!(place + 1));
            assert_eq!(data["last"], json!(place + 1 == files.len()));
            assert_eq!(data["account"].is_object(), place == 0);
            found.extend(data["reports"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().to_owned()));
            followed.extend(data["follows"].as_array().unwrap().iter().map(|f| f["report"].to_string()));
        }
        assert_eq!(found.len(), reports.len(), "each once");
        assert_eq!(found.iter().map(|id| id.parse().unwrap()).collect::<BTreeSet<ReportId>>(), reports);
        assert_eq!(followed.len(), reports.len());
        assert_eq!(left_over(&town, files.len()).await, 0, "files that nothing names");
    });
}

/// A minute more than a run holds an export for.
pub(super) const LEASE: SignedDuration = SignedDuration::from_mins(6);

/// How many more files lie in the bucket of this commune than so many.
async fn left_over(town: &Town, named: usize) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        entries
            .map(
                |path| {
                    if path.is_dir() { count(&path) } else { usize::from(path.extension().is_some_and(|e| e == "zip")) }
                },
            )
            .sum()
    }
    let bucket = scratch("").join("ministack/s3/000000000000/parvis-exports");
    assert!(bucket.is_dir(), "{}", bucket.display());
    count(&bucket.join(town.id.as_str())).saturating_sub(named)
}

#[test]
fn an_export_that_meets_a_failing_bucket_or_table_goes_on_at_the_next_run() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        town.report(&claire).await;
        claire.post("me/export", Value::Null).await.expect(202);
        let bucket = NewFault { contains: Some(town.id.to_string()), ..NewFault::new(Service::S3, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("PutObject".to_owned()), ..bucket }).await;
        assert!(platform().await.run_schedule("export_accounts").await.is_err() && failing.hits() > 0);
        drop(failing);
        // Between the file and the note of it: a file that nothing names is removed.
        let noted = Some("\"ready\"".to_owned());
        let table = NewFault { contains: noted, ..NewFault::new(Service::Dynamodb, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("PutItem".to_owned()), ..table }).await;
        assert!(at(LEASE).await.run_schedule("export_accounts").await.is_err() && failing.hits() > 0);
        drop(failing);
        let files = unzipped(&ready_after(&claire, "me/export", "export_accounts", LEASE * 2).await).await;
        assert_eq!((files.len(), json_of(&files[0])["reports"].as_array().map(Vec::len)), (1, Some(1)));
        assert_eq!(left_over(&town, 1).await, 0);
    });
}

#[test]
fn an_erasure_that_was_cut_off_removes_the_export_later() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        exported(&claire).await;
        let bucket = NewFault { contains: Some(town.id.to_string()), ..NewFault::new(Service::S3, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("DeleteObject".to_owned()), ..bucket }).await;
        claire.post("me/erasure", json!({ "contact": claire.contact })).await.expect(202);
        let code = claire.newest_code().await;
        claire.delete("me").json(&json!({ "contact": claire.contact, "code": code })).await.problem("unavailable");
        assert!(failing.hits() > 0);
        drop(failing);
        platform().await.run_schedule("erase_accounts").await.expect("a run");
        let later = at(SignedDuration::from_hours(26)).await;
        later.run_schedule("erase_accounts").await.expect("a run");
        assert_eq!(left_over(&town, 0).await, 0);
        let found = items_with(&super::table().await, &[claire.account_id().to_string()]).await;
        assert_eq!(found, Vec::<String>::new());
        claire.get("me/export").await.problem("not_found");
    });
}

#[test]
fn an_export_whose_account_is_gone_without_an_erasure_is_removed() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let (commune, account) = (town.commune().await, claire.account_id());
        let ordered = commune.order_export(account, Timestamp::now()).await.expect("an order");
        let key = Key::new(commune.id(), &["account", &account.to_string()], "account");
        commune.table().delete(&key).await.expect("removed");
        // The schedule may have been at it before the account was gone: written anew, as the order was.
        commune.table().put(&ordered, Condition::Any).await.expect("a write");
        let soon = at(SignedDuration::from_mins(1)).await;
        soon.run_schedule("export_accounts").await.expect("a run");
        let left = commune.export(ordered.of).await.expect("an answer");
        assert!(left.is_none(), "{left:?}");
    });
}
