//! What a stream or a queue brings twice, late or in the wrong order changes nothing.

use std::collections::BTreeMap;

use fastrand::Rng;
use parvis_domain::ReportId;
use parvis_photos::pipeline::sample;
use parvis_store::item::{Item, to_attributes};
use parvis_testkit::{Tally, Town, Way, platform, run, seed};
use serde_json::{Value, json};

use super::close_the_books;
use crate::notices::{as_json, change, follow, history, invoke, plan, reported};

/// A change of an item as the stream brings it.
pub(crate) fn changed<T: Item>(town: &Town, old: Option<&T>, new: &T) -> Value {
    let image = |value: &T| -> Value {
        let item = to_attributes(&town.id, value).unwrap();
        item.iter().map(|(name, value)| (name.clone(), as_json(value))).collect()
    };
    let new = image(new);
    let mut change = json!({
        "SequenceNumber": "1",
        "SizeBytes": 1,
        "ApproximateCreationDateTime": 1_700_000_000.0,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "Keys": { "pk": new["pk"], "sk": new["sk"] },
        "NewImage": new,
    });
    if let Some(old) = old {
        change["OldImage"] = image(old);
    }
    let name = if old.is_some() { "MODIFY" } else { "INSERT" };
    json!({
        "eventID": "1",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-3",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-3:123456789012:table/parvis/stream/1",
        "dynamodb": change,
    })
}

#[test]
fn stream_records_that_come_twice_and_in_any_order_tell_nobody_twice_and_count_nothing_twice() {
    let seed = seed(23);
    println!("PARVIS_SEED={seed}");
    run(async {
        let mut random = Rng::with_seed(seed);
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let (jeanne, agent) = (town.resident_by_mail().await, town.agent().await);
        follow(&jeanne, &report).await;
        let (id, commune): (ReportId, _) = (report.parse().unwrap(), town.commune().await);
        let mut versions = vec![commune.report(id).await.unwrap().unwrap()];
        for to in ["under_review", "in_progress", "resolved"] {
            change(&agent, &report, json!({ "to": to })).await;
            versions.push(commune.report(id).await.unwrap().unwrap());
        }
        town.settled().await;
        let counted = commune.status_counts().await.unwrap();
        assert_eq!(counted.values().sum::<u64>(), 1);

        let (cx, events) = (platform().await.cx(), history(&town, &report).await);
        let mut records: Vec<Value> = versions.windows(2).map(|two| changed(&town, Some(&two[0]), &two[1])).collect();
        records.push(changed(&town, None, &versions[0]));
        for _ in 0..3 {
            random.shuffle(&mut records);
            assert_eq!(invoke(cx, "project_reports", json!({ "Records": records })).await, Vec::<Value>::new());
            for n in 0..events.len() {
                let event = &events[random.usize(0..=n)];
                assert!(plan(cx, &town, event).await.is_empty());
            }
        }
        town.settled().await;
        assert_eq!(commune.status_counts().await.unwrap(), counted);
        let mut tally = Tally::default();
        let way = |actor: &parvis_testkit::Actor, channel| Way { account: actor.account_id(), channel, device: None };
        let ways = [way(&claire, parvis_domain::Channel::Sms), way(&jeanne, parvis_domain::Channel::Email)];
        events[1..].iter().for_each(|event| tally.expect(event, &ways));
        close_the_books(platform().await, &town.id, &mut tally).await;
        let outcome = tally.outcome();
        assert!(outcome.holds() && outcome.sent == 6 && outcome.doubts == 0, "PARVIS_SEED={seed}: {outcome}");
    });
}

/// An object's arrival as S3 tells the queue.
pub(crate) fn arrived(town: &Town, photo: &str) -> Value {
    let key = format!("incoming/{}/{photo}", town.id);
    let event = json!({ "Records": [{ "eventName": "ObjectCreated:Put", "s3": { "object": { "key": key } } }] });
    json!({ "messageId": photo, "body": event.to_string() })
}

#[test]
fn arrivals_that_come_twice_early_late_or_after_the_photo_is_used_or_gone_change_nothing() {
    run(async {
        let town = Town::new().await;
        let (claire, cx) = (town.resident().await, platform().await.cx());
        let commune = town.commune().await;
        let picture = || sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6);
        // Announced and not there yet.
        let announced = claire.post("photos", json!({ "size": 10, "media_type": "image/jpeg" })).await.expect(201);
        let early = announced.text("photo").to_owned();
        let again = async |photos: &[&str]| {
            let records: Vec<Value> = photos.iter().chain(photos).map(|photo| arrived(&town, photo)).collect();
            assert_eq!(invoke(cx, "process_photo", json!({ "Records": records })).await, Vec::<Value>::new());
        };
        again(&[&early]).await;
        assert_eq!(claire.get(&format!("photos/{early}")).await.expect(200).text("status"), "pending");

        let (attached, _) = claire.upload_photo(picture()).await;
        let (free, _) = claire.upload_photo(picture()).await;
        let mut problem = town.problem();
        problem["photos"] = json!([{ "id": attached.photo }]);
        let report = claire.post("reports", problem).await.expect(201);
        town.settled().await;
        let state = async || {
            let mut all = BTreeMap::new();
            for photo in [&attached.photo, &free.photo] {
                all.insert(photo.clone(), format!("{:?}", commune.photo(photo.parse().unwrap()).await.unwrap()));
            }
            all
        };
        let before = state().await;
        again(&[&free.photo, &attached.photo]).await;
        assert_eq!(state().await, before);
        let seen = claire.get(&format!("reports/{}", report.text("id"))).await.expect(200);
        assert!(seen.json.to_string().contains(&attached.photo), "{seen}");

        // Swept: nobody used it for a week.
        let photo = commune.photo(free.photo.parse().unwrap()).await.unwrap().unwrap();
        commune.delete_pictures(photo.id).await.unwrap();
        commune.forget_photo(&photo).await.unwrap();
        again(&[&free.photo]).await;
        assert_eq!(commune.photo(free.photo.parse().unwrap()).await.unwrap(), None, "it does not come back");
        town.settled().await;
    });
}
