//! Push messages to browsers: they arrive once, what is gone is removed, and nobody makes us call anything else.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::Channel;
use parvis_store::{Claim, DropReason, NoticeKey, NoticeState};
use parvis_testkit::{
    Actor, Browser, FaultAction, FaultGuard, NewFault, Service, Town, at, fault, platform, run, run_alone,
};
use serde_json::{Value, json};

use super::{
    assert_dropped, assert_sent, carrying, change, channels, deliver, follow, history, ledger, planned, reported,
};

/// Somebody who follows a report and is told of it by their browser only.
async fn listening(town: &Town, report: &str) -> Actor {
    let mut paul = town.resident().await;
    paul.add_browser().await;
    paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
    follow(&paul, report).await;
    paul
}

/// What the push service does to messages for somebody's browser.
async fn meets(actor: &Actor, action: FaultAction, times: u32) -> FaultGuard {
    let browser = actor.device_token.as_deref().and_then(|endpoint| endpoint.rsplit('/').next()).map(str::to_owned);
    fault(NewFault { contains: browser, times: Some(times), ..NewFault::new(Service::Push, action) }).await
}

async fn planned_for(town: &Town, report: &str, actor: &Actor) -> NoticeKey {
    let device = town.commune().await.devices(actor.account_id()).await.unwrap().remove(0).id;
    planned(town, report, actor, Channel::Push, Some(device)).await
}

#[test]
fn a_browser_reads_what_happened_and_nobody_else_can() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = listening(&town, &report).await;
        change(&town.agent().await, &report, json!({ "to": "under_review", "note": "Nous venons demain." })).await;
        town.settled().await;
        let told = paul.notices().await;
        assert_eq!(channels(&told), ["push"]);
        let event = history(&town, &report).await.pop().unwrap();
        let read = told[0].message.payload.clone().unwrap();
        assert_eq!(read["url"], json!(format!("/{}/reports/{report}", town.id)));
        assert_eq!((&read["tag"], &read["commune"]), (&json!(event.id), &json!(town.id)));
        assert_eq!(read["title"], "À l’étude : Nous venons demain.");
        assert!(read["body"].as_str().is_some_and(|body| body.contains("Nous venons demain.")), "{read}");
        let device = town.commune().await.devices(paul.account_id()).await.unwrap().remove(0);
        let key = NoticeKey {
            event: event.id,
            account: Some(paul.account_id()),
            channel: Channel::Push,
            device: Some(device.id),
        };
        assert_sent(&town, &key).await;
        assert_eq!(carrying(&paul, &key).await.len(), 1);
    });
}

#[test]
fn the_local_page_gives_the_subscription_of_any_browser() {
    run(async {
        let guest = Town::new().await.guest().await;
        let key = guest.get("").await.expect(200).text("push_key").to_owned();
        let given = guest.get("/_local/browsers/firefox-1").await.expect(200);
        let expected = Browser::new(&key, "firefox-1").subscription(&platform().await.engines().aws_url());
        assert_eq!(given.json, expected);
        guest.get("/_local/browsers/a%2Fb").await.problem("bad_request");
    });
}

#[test]
fn a_browser_that_gave_its_subscription_up_is_removed_and_its_account_told_by_the_next_channel() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = listening(&town, &report).await;
        let key = planned_for(&town, &report, &paul).await;
        let gone = meets(&paul, FaultAction::EndpointDisabled, 9).await;
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        town.settled().await;
        assert_eq!(gone.hits(), 1);
        assert_dropped(&town, &key, DropReason::RecipientGone).await;
        assert!(town.commune().await.devices(paul.account_id()).await.unwrap().is_empty());
        assert_eq!(paul.get("me").await.expect(200).json["devices"], json!([]));
        assert_eq!(channels(&paul.notices().await), ["sms"]);
    });
}

#[test]
fn a_push_service_that_throttles_and_fails_gets_the_message_once_when_it_is_back() {
    for action in [FaultAction::Throttle, FaultAction::Fail] {
        run(async {
            let town = Town::new().await;
            let (_, report) = reported(&town).await;
            let paul = listening(&town, &report).await;
            let key = planned_for(&town, &report, &paul).await;
            let broken = meets(&paul, action, 1).await;
            let one = std::slice::from_ref(&key);
            assert_eq!(deliver(platform().await.cx(), &town, one).await.len(), 1, "the queue delivers it again");
            let notice = ledger(&town, &key).await;
            assert_eq!((&notice.state, notice.doubts), (&NoticeState::Planned, 0));
            assert!(notice.error.is_some_and(|error| error.contains("web push")));
            assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
            assert_eq!((broken.hits(), carrying(&paul, &key).await.len()), (1, 1));
            assert_sent(&town, &key).await;
        });
    }
}

#[test]
fn a_message_whose_answer_is_lost_is_in_doubt_and_sent_again_when_the_lease_has_ended() {
    run_alone(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = listening(&town, &report).await;
        let key = planned_for(&town, &report, &paul).await;
        let lost = meets(&paul, FaultAction::DropAnswer, 1).await;
        let one = std::slice::from_ref(&key);
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_eq!((lost.hits(), carrying(&paul, &key).await.len()), (1, 1));
        assert!(matches!(ledger(&town, &key).await.state, NoticeState::Sending { .. }), "nobody knows");
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&paul, &key).await.len(), 1, "also when the queue delivers again");

        let later = at(SignedDuration::from_secs(61)).await;
        assert!(deliver(later.cx(), &town, one).await.is_empty());
        let both = carrying(&paul, &key).await;
        assert_eq!(both.len(), 2, "lost would be worse than double");
        let tag = |n: usize| both[n].message.payload.as_ref().map(|read| read["tag"].clone());
        assert_eq!(tag(0), tag(1), "on the screen the second takes the place of the first");
        assert_sent(&town, &key).await;
        assert_eq!(ledger(&town, &key).await.doubts, 1);
        town.settled().await;
    });
}

#[test]
fn a_deliverer_that_dies_between_the_push_service_and_the_mark_leaves_a_doubt() {
    run_alone(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = listening(&town, &report).await;
        let key = planned_for(&town, &report, &paul).await;
        let (commune, now) = (town.commune().await, Timestamp::now());
        let lease = SignedDuration::from_secs(60);
        let held = commune.claim_notice(ledger(&town, &key).await, now, lease).await.unwrap();
        assert!(matches!(held, Claim::Held(_)));
        let device = commune.devices(paul.account_id()).await.unwrap().remove(0);
        let event = key.event.to_string();
        let message = json!({ "title": "x", "body": "y", "tag": event, "notice": key.to_string() });
        commune.send_web_push(&device, &message, &event.replace('-', ""), now).await.unwrap();
        // And it is gone: nothing was marked.
        let one = std::slice::from_ref(&key);
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&paul, &key).await.len(), 1, "the claim holds");

        let later = at(SignedDuration::from_secs(61)).await;
        assert!(deliver(later.cx(), &town, one).await.is_empty());
        assert_eq!(carrying(&paul, &key).await.len(), 2);
        assert_sent(&town, &key).await;
        assert_eq!(ledger(&town, &key).await.doubts, 1, "so many copies may be out beside the one that is meant");
        town.settled().await;
    });
}

#[test]
fn a_subscription_to_somebody_else_s_messages_is_not_written_to_and_not_given_up() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = listening(&town, &report).await;
        let engines = platform().await.engines().aws_url();
        let foreign = Browser::new("BAAA", "foreign").subscription(&engines);
        paul.put("me/devices", json!({ "platform": "web", "subscription": foreign })).await.expect(200);
        let commune = town.commune().await;
        let devices = commune.devices(paul.account_id()).await.unwrap();
        let foreign = devices.iter().find(|device| device.token.ends_with("/foreign")).unwrap();
        let key = planned(&town, &report, &paul, Channel::Push, Some(foreign.id)).await;
        assert_eq!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.len(), 1);
        let notice = ledger(&town, &key).await;
        assert!(notice.error.as_ref().is_some_and(|error| error.contains("403")), "{notice:?}");
        assert_eq!(commune.devices(paul.account_id()).await.unwrap().len(), 2);
        // Nobody is to try it for days.
        paul.delete(&format!("me/devices/{}", foreign.id)).await.expect(204);
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert_dropped(&town, &key, DropReason::ChannelChanged).await;
    });
}

#[test]
fn only_addresses_of_push_services_are_taken_and_only_keys_that_are_some() {
    run(async {
        let town = Town::new().await;
        let paul = town.resident().await;
        let engines = platform().await.engines().aws_url();
        let good = Browser::new("BAAA", "good").subscription(&engines);
        let put =
            |subscription: Value| paul.put("me/devices", json!({ "platform": "web", "subscription": subscription }));
        let direct = platform().await.engines().direct_aws_url();
        for address in [
            "http://169.254.169.254/latest/meta-data",
            "https://169.254.169.254/latest/meta-data",
            "https://localhost/x",
            "https://example.org/push",
            "https://fcm.googleapis.com.example.org/fcm/send/x",
            "https://fcm.googleapis.com:8443/fcm/send/x",
            "https://user@fcm.googleapis.com/fcm/send/x",
            "http://fcm.googleapis.com/fcm/send/x",
            &format!("{engines}/"),
            &format!("{direct}/_push/BAAA/x"),
            &format!("https://fcm.googleapis.com/{}", "x".repeat(2_048)),
            "",
        ] {
            let mut subscription = good.clone();
            subscription["endpoint"] = json!(address);
            let refused = put(subscription).await.refused_field("subscription.endpoint");
            assert_eq!(refused.rule("subscription.endpoint"), "not_a_push_service", "{address}");
        }
        for (key, value) in [("p256dh", "BAAA"), ("p256dh", ""), ("auth", "AAAA"), ("auth", "é")] {
            let mut subscription = good.clone();
            subscription["keys"][key] = json!(value);
            put(subscription).await.refused_field(&format!("subscription.keys.{key}"));
        }
        paul.put("me/devices", json!({ "platform": "web" })).await.refused_field("subscription");
        paul.put("me/devices", json!({ "platform": "web", "token": "x" })).await.refused_field("subscription");
        let both = json!({ "platform": "fcm", "token": "x", "subscription": good });
        paul.put("me/devices", both).await.refused_field("token");
        for real in ["https://fcm.googleapis.com/fcm/send/a:b", "https://updates.push.services.mozilla.com/wpush/v2/g"]
        {
            let mut subscription = good.clone();
            subscription["endpoint"] = json!(format!("{real}{}", town.id));
            put(subscription).await.expect(200);
        }
        assert_eq!(paul.get("me").await.expect(200).json["devices"].as_array().map(Vec::len), Some(2));
    });
}

#[test]
fn a_browser_belongs_to_who_registered_it_last_and_is_another_in_each_commune() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (claire, paul, elsewhere) = (town.resident().await, town.resident().await, other.resident().await);
        let key = town.guest().await.get("").await.expect(200).text("push_key").to_owned();
        assert_eq!(other.guest().await.get("").await.expect(200).text("push_key"), key, "the platform has one");
        let browser = Browser::new(&key, &format!("shared-{}", town.id));
        let body =
            json!({ "platform": "web", "subscription": browser.subscription(&platform().await.engines().aws_url()) });
        let hers = claire.put("me/devices", body.clone()).await.expect(200);
        let theirs = elsewhere.put("me/devices", body.clone()).await.expect(200);
        assert_ne!(hers.text("id"), theirs.text("id"));
        let his = paul.put("me/devices", body).await.expect(200);
        assert_eq!(hers.text("id"), his.text("id"));
        let count = async |actor: &Actor| actor.get("me").await.expect(200).json["devices"].as_array().map(Vec::len);
        assert_eq!((count(&claire).await, count(&paul).await, count(&elsewhere).await), (Some(0), Some(1), Some(1)));
        assert_eq!(his.text("platform"), "web");
        paul.delete(&format!("me/devices/{}", his.text("id"))).await.expect(204);
        assert_eq!((count(&paul).await, count(&elsewhere).await), (Some(0), Some(1)));
    });
}
