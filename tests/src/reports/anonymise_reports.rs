//! The schedule that makes old closed reports anonymous.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Actor as By, Report, ReportId};
use parvis_photos::pipeline::sample;
use parvis_store::table::Condition;
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, fault, platform, run, run_alone};
use serde_json::json;

use crate::identity::traces::items_with;
use crate::notices::{change, follow};

async fn run_schedule() {
    platform().await.run_schedule("anonymise_reports").await.expect("a run");
}

/// A closed report with everything that residents leave at one; and who followed it.
async fn closed(town: &Town) -> (Actor, Actor, ReportId, String) {
    let (claire, paul, agent) = (town.resident().await, town.resident().await, town.agent().await);
    let (photo, seen) = claire.upload_photo(sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6)).await;
    let mut problem = town.problem();
    problem["photos"] = json!([{ "id": photo.photo }]);
    problem["description"] = json!("Un trou. Appelez le 06 12 34 56 78.");
    let id = claire.post("reports", problem).await.expect(201).text("id").to_owned();
    follow(&paul, &id).await;
    paul.post(&format!("reports/{id}/comments"), json!({ "text": "Écrivez à paul@exemple.fr !" })).await.expect(201);
    let done = json!({ "to": "resolved", "note": "Rebouché.", "internal_note": "voir claire@exemple.fr" });
    change(&agent, &id, done).await;
    town.settled().await;
    (claire, paul, id.parse().expect("an id"), seen.text("large/url").to_owned())
}

/// Makes a report as old as if it had last changed so many days ago.
async fn aged(town: &Town, id: ReportId, days: i64) {
    let commune = town.commune().await;
    let report = commune.report(id).await.unwrap().expect("the report");
    let old = Report { updated: Timestamp::now() - SignedDuration::from_hours(24 * days), ..report.clone() };
    commune.table().put(&old, Condition::Version(report.version)).await.expect("written");
}

#[test]
fn a_report_that_was_closed_five_years_ago_says_what_happened_and_not_to_whom() {
    run(async {
        let town = Town::new().await;
        let (claire, paul, id, picture) = closed(&town).await;
        let commune = town.commune().await;
        aged(&town, id, 5 * 365 - 10).await;
        run_schedule().await;
        run_schedule().await;
        let report = commune.report(id).await.unwrap().expect("the report");
        assert_eq!((report.reporter, report.anonymous, report.photos.len()), (claire.account, None, 1));

        let (told, counts) = (paul.notices().await.len(), commune.status_counts().await.unwrap());
        aged(&town, id, 5 * 366 + 1).await;
        run_schedule().await;
        town.settled().await;
        let dossier = commune.dossier(id).await.unwrap().expect("the report stays");
        let report = dossier.report;
        assert!(report.anonymous.is_some());
        assert_eq!((report.reporter, report.followers, report.photos.len()), (None, 0, 0));
        assert_eq!(report.description.as_str(), "Un trou. Appelez le […].");
        let notes: Vec<&str> =
            dossier.events.iter().filter_map(|e| e.public_note.as_ref()).map(|n| n.as_str()).collect();
        assert_eq!(notes, ["Écrivez à […] !", "Rebouché."]);
        assert_eq!(dossier.events[2].internal_note.as_ref().map(|note| note.as_str()), Some("voir […]"));
        assert!(dossier.events[..2].iter().all(|event| event.actor == By::FormerResident), "{:?}", dossier.events);
        assert!(matches!(dossier.events[2].actor, By::Staff { .. }), "what staff did is the commune's");
        let table = crate::identity::table().await;
        for person in [&claire, &paul] {
            let left = items_with(&table, &[person.account_id().to_string()]).await;
            let elsewhere: Vec<&String> = left.iter().filter(|item| item.contains(&id.to_string())).collect();
            assert_eq!(elsewhere, Vec::<&String>::new());
        }
        let gone = claire.call(reqwest::Method::GET, picture.trim_start_matches(platform().await.url())).await;
        assert!(gone.status >= 400, "{gone}");
        assert_eq!(paul.notices().await.len(), told, "nobody is told");
        assert_eq!(commune.status_counts().await.unwrap(), counts);
        claire.get(&format!("reports/{id}")).await.expect(200);

        run_schedule().await;
        let log = town.administrator().await.get("retention").await.expect(200);
        assert_eq!(log.json["ended"].as_array().map(Vec::len), Some(1), "{log}");
        assert_eq!((&log.json["ended"][0]["reports"], &log.json["ended"][0]["photos"]), (&json!(1), &json!(1)));
    });
}

#[test]
fn a_commune_that_keeps_less_is_followed_and_open_reports_stay_as_they_are() {
    run(async {
        let town = Town::with(|settings| {
            settings["retention"] = json!({ "closed_reports_months": 12, "unused_accounts_months": 24 });
        })
        .await;
        let (_, _, id, _) = closed(&town).await;
        let open = town.report(&town.resident().await).await.value("id");
        for report in [id, open] {
            aged(&town, report, 367).await;
        }
        run_schedule().await;
        let commune = town.commune().await;
        assert!(commune.report(id).await.unwrap().expect("it stays").anonymous.is_some());
        assert_eq!(commune.report(open).await.unwrap().expect("it stays").anonymous, None);
    });
}

#[test]
fn one_that_was_cut_off_goes_on_and_is_counted_once() {
    run_alone(async {
        let town = Town::new().await;
        let (_, _, id, _) = closed(&town).await;
        aged(&town, id, 5 * 366 + 1).await;
        let commune = Some(town.id.to_string());
        let pictures = NewFault { contains: commune, ..NewFault::new(Service::S3, FaultAction::Fail) };
        let pictures = NewFault { operation: Some("DeleteObject".to_owned()), ..pictures };
        let count = Some("ADD reports".to_owned());
        let last = NewFault { contains: count, ..NewFault::new(Service::Dynamodb, FaultAction::Fail) };
        for failing in [last, pictures] {
            let failing = fault(failing).await;
            let run = platform().await.run_schedule("anonymise_reports").await;
            assert!(run.is_err() && failing.hits() > 0, "{run:?}");
        }
        run_schedule().await;
        run_schedule().await;
        let report = town.commune().await.report(id).await.unwrap().expect("it stays");
        assert!(report.anonymous.is_some() && report.followers == 0);
        let log = town.administrator().await.get("retention").await.expect(200);
        assert_eq!(log.json["ended"][0]["reports"], 1, "{log}");
    });
}

#[test]
fn who_changes_a_report_that_almost_became_anonymous_finds_its_followers_and_pictures() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, paul, id, picture) = closed(&town).await;
        aged(&town, id, 5 * 366 + 1).await;
        let rule = NewFault {
            contains: Some("ADD reports".to_owned()),
            ..NewFault::new(Service::Dynamodb, FaultAction::Fail)
        };
        let failing = fault(rule).await;
        let run = platform().await.run_schedule("anonymise_reports").await;
        assert!(run.is_err() && failing.hits() > 0, "{run:?}");
        drop(failing);
        let text = json!({ "text": "C’est de nouveau ouvert." });
        town.agent().await.post(&format!("reports/{id}/comments"), text).await.expect(201);
        run_schedule().await;
        let report = town.commune().await.report(id).await.unwrap().expect("it stays");
        assert_eq!((report.anonymous, report.reporter, report.photos.len()), (None, claire.account, 1));
        for person in [&claire, &paul] {
            let follows = town.commune().await.follower(id, person.account_id()).await.unwrap();
            assert!(follows.is_some(), "{} of them follow it", report.followers);
        }
        claire.call(reqwest::Method::GET, picture.trim_start_matches(platform().await.url())).await.expect(200);
    });
}

#[test]
fn what_is_added_to_an_anonymous_report_stays_its_time_and_becomes_anonymous_in_turn() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, paul, id, _) = closed(&town).await;
        aged(&town, id, 5 * 366 + 1).await;
        let rule = NewFault { contains: Some(town.id.to_string()), ..NewFault::new(Service::S3, FaultAction::Fail) };
        let failing = fault(NewFault { operation: Some("DeleteObject".to_owned()), ..rule }).await;
        let run = platform().await.run_schedule("anonymise_reports").await;
        assert!(run.is_err() && failing.hits() > 0, "{run:?}");
        drop(failing);
        // Between the report and what is around it.
        let nadia = town.resident().await;
        let text = json!({ "text": "Nadia, nadia@exemple.fr" });
        nadia.post(&format!("reports/{id}/comments"), text).await.expect(201);
        follow(&nadia, &id.to_string()).await;
        run_schedule().await;
        let commune = town.commune().await;
        let dossier = commune.dossier(id).await.unwrap().expect("it stays");
        let note = |place: usize| dossier.events[place].public_note.as_ref().map(|note| note.as_str().to_owned());
        assert_eq!(
            (note(1), note(3)),
            (Some("Écrivez à […] !".to_owned()), Some("Nadia, nadia@exemple.fr".to_owned()))
        );
        assert!(commune.follower(id, nadia.account_id()).await.unwrap().is_some());
        for person in [&claire, &paul] {
            assert_eq!(commune.follower(id, person.account_id()).await.unwrap(), None);
        }
        assert_eq!((dossier.report.reporter, dossier.report.anonymous, dossier.report.followers), (None, None, 1));

        aged(&town, id, 5 * 366 + 1).await;
        run_schedule().await;
        let dossier = commune.dossier(id).await.unwrap().expect("it stays");
        assert!(dossier.report.anonymous.is_some());
        assert_eq!(dossier.events[3].public_note.as_ref().map(|note| note.as_str()), Some("Nadia, […]"));
        assert_eq!((dossier.report.followers, &dossier.events[3].actor), (0, &By::FormerResident));
    });
}
