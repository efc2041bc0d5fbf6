//! `deliver_notice`: a device, a phone or a mailbox that is gone is forgotten, and its account told by another channel.

use jiff::Timestamp;
use parvis_domain::Channel;
use parvis_store::{Account, DropReason, Notice, NoticeKey, NoticeState};
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, fault, platform, run, wait_until};
use serde_json::json;

use super::{
    assert_dropped, assert_sent, carrying, change, channels, deliver, follow, history, ledger, newest, planned,
    reported, to_phone,
};

/// The devices of an account, and a fault that SNS answers for each.
async fn disabled(town: &Town, actor: &Actor) -> Vec<(parvis_store::Device, parvis_testkit::FaultGuard)> {
    let mut faults = Vec::new();
    for device in town.commune().await.devices(actor.account_id()).await.unwrap() {
        let rule = NewFault::new(Service::Sns, FaultAction::EndpointDisabled);
        let rule = NewFault { operation: Some("Publish".to_owned()), contains: Some(device.endpoint.clone()), ..rule };
        faults.push((device, fault(rule).await));
    }
    faults
}

#[test]
fn a_disabled_device_is_removed_and_its_account_told_by_the_next_channel() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        let dead = disabled(&town, &paul).await;
        change(&town.agent().await, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["sms"]);
        assert!(town.commune().await.devices(paul.account_id()).await.unwrap().is_empty());
        let key = newest(&town, &report, &paul, Channel::Push).await;
        assert_dropped(&town, &NoticeKey { device: Some(dead[0].0.id), ..key }, DropReason::RecipientGone).await;
        drop(dead);
        // The next event goes the new way at once.
        change(&town.agent().await, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["sms", "sms"]);
    });
}

#[test]
fn a_device_that_is_gone_after_another_channel_falls_back_to_what_is_left() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        follow(&paul, &report).await;
        let commune = town.commune().await;
        let account = commune.account(paul.account_id()).await.unwrap().unwrap();
        let email = format!("{}@exemple.fr", paul.account_id()).parse().unwrap();
        let wants = vec![Channel::Push, Channel::Sms];
        commune.update_account(&Account { email: Some(email), channels: wants, ..account }).await.unwrap();
        let dead = disabled(&town, &paul).await;
        let push = planned(&town, &report, &paul, Channel::Push, Some(dead[0].0.id)).await;
        // The number turned out to be none a moment ago.
        let sms = NoticeKey { channel: Channel::Sms, device: None, ..push.clone() };
        let state = NoticeState::Dropped { at: Timestamp::now(), reason: DropReason::RecipientGone };
        let dropped = Notice { key: sms, state, ..ledger(&town, &push).await };
        assert!(commune.plan_notice(&dropped).await.unwrap());
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&push)).await.is_empty());
        assert_dropped(&town, &push, DropReason::RecipientGone).await;
        town.settled().await;
        assert_sent(&town, &NoticeKey { channel: Channel::Email, device: None, ..push }).await;
    });
}

#[test]
fn an_app_that_is_signed_out_in_one_commune_is_told_in_the_other() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let claire = here.resident().await;
        let paul = there.resident().await;
        let body = json!({ "platform": "fcm", "token": format!("device-{}", uuid::Uuid::new_v4().simple()) });
        claire.put("me/devices", body.clone()).await.expect(200);
        let his = paul.put("me/devices", body).await.expect(200);
        let devices = |actor: Actor, commune: parvis_store::Commune| async move {
            commune.devices(actor.account_id()).await.unwrap()
        };
        let hers = devices(claire.clone(), here.commune().await).await;
        assert_eq!(hers[0].endpoint, devices(paul.clone(), there.commune().await).await[0].endpoint, "SNS has one");
        paul.delete(&format!("me/devices/{}", his.text("id"))).await.expect(204);

        let report = here.report(&claire).await.text("id").to_owned();
        claire.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        change(&here.agent().await, &report, json!({ "to": "under_review" })).await;
        here.settled().await;
        let again = devices(claire.clone(), here.commune().await).await;
        assert_eq!((again.len(), again[0].id), (1, hers[0].id));
        assert_ne!(again[0].endpoint, hers[0].endpoint);
        let event = history(&here, &report).await.pop().unwrap().id;
        let key =
            NoticeKey { event, account: Some(claire.account_id()), channel: Channel::Push, device: Some(hers[0].id) };
        assert_sent(&here, &key).await;
    });
}

#[test]
fn two_devices_that_are_gone_at_the_same_moment_fall_back_to_one_message() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let mut paul = town.neighbour_with_push().await;
        paul.add_device().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        let dead = disabled(&town, &paul).await;
        assert_eq!(dead.len(), 2);
        let mut keys = Vec::new();
        for (device, _) in &dead {
            keys.push(planned(&town, &report, &paul, Channel::Push, Some(device.id)).await);
        }
        // Both are about the same event.
        let commune = town.commune().await;
        let event = keys[0].event;
        let second = ledger(&town, &keys[1]).await;
        keys[1].event = event;
        commune.plan_notice(&parvis_store::Notice { key: keys[1].clone(), ..second }).await.unwrap();
        assert!(deliver(platform().await.cx(), &town, &keys).await.is_empty());
        town.settled().await;
        let sms = NoticeKey { channel: Channel::Sms, device: None, ..keys[0].clone() };
        assert_eq!(carrying(&paul, &sms).await.len(), 1);
        assert_eq!(channels(&paul.notices().await), ["sms"]);
    });
}

#[test]
fn a_device_that_was_signed_out_before_delivery_does_not_swallow_the_notice() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        let device = town.commune().await.devices(paul.account_id()).await.unwrap()[0].id;
        let key = planned(&town, &report, &paul, Channel::Push, Some(device)).await;
        paul.delete(&format!("me/devices/{device}")).await.expect(204);
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&key)).await.is_empty());
        assert_dropped(&town, &key, DropReason::ChannelChanged).await;
        paul.wait_for_notices(1).await;
        assert_eq!(channels(&paul.notices().await), ["sms"]);
        town.settled().await;
    });
}

#[test]
fn an_app_that_signs_out_while_its_message_goes_out_stays_signed_out() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        paul.patch("me", json!({ "channels": ["push"] })).await.expect(200);
        follow(&paul, &report).await;
        let device = town.commune().await.devices(paul.account_id()).await.unwrap().remove(0);
        let key = planned(&town, &report, &paul, Channel::Push, Some(device.id)).await;
        let one = std::slice::from_ref(&key);
        let slow = NewFault { ms: Some(60_000), times: Some(1), ..NewFault::new(Service::Sns, FaultAction::Slow) };
        let slow = NewFault { operation: Some("Publish".to_owned()), contains: Some(device.endpoint.clone()), ..slow };
        let slow = fault(slow).await;
        let leaves = async {
            wait_until("the message is going out", || async { (slow.hits() > 0).then_some(()) }).await;
            paul.delete(&format!("me/devices/{}", device.id)).await.expect(204);
            drop(slow);
        };
        // On the heap: a test's thread has room for one such future, not for two.
        let delivered = Box::pin(deliver(platform().await.cx(), &town, one));
        let (failed, ()) = futures::join!(delivered, leaves);
        assert_eq!(failed.len(), 1, "its endpoint was gone, so it is tried again");
        let left = town.commune().await.devices(paul.account_id()).await.unwrap();
        assert!(left.is_empty(), "nobody gets it back: {left:?}");
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_dropped(&town, &key, DropReason::ChannelChanged).await;
        town.settled().await;
        assert_eq!(channels(&paul.notices().await), ["sms"]);
    });
}

/// Somebody who signed in by phone and has a mailbox too; the same as who reads there.
async fn with_mailbox(town: &Town, claire: &Actor) -> Actor {
    let commune = town.commune().await;
    let account = commune.account(claire.account_id()).await.unwrap().unwrap();
    let mailbox = format!("claire-{}@exemple.fr", town.id);
    commune.update_account(&Account { email: Some(mailbox.parse().unwrap()), ..account }).await.unwrap();
    let mut by_mail = claire.clone();
    by_mail.contact = Some(serde_json::from_value(json!({ "email": mailbox })).unwrap());
    by_mail
}

#[test]
fn who_changes_the_channel_and_changes_it_back_is_told_over_it() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let by_mail = with_mailbox(&town, &claire).await;
        let mail = planned(&town, &report, &claire, Channel::Email, None).await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        let refused = fault(to_phone(&claire, FaultAction::Fail)).await;
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&mail)).await.is_empty());
        assert_dropped(&town, &mail, DropReason::ChannelChanged).await;
        let sms = NoticeKey { channel: Channel::Sms, ..mail.clone() };
        let given_back = || async { ledger(&town, &sms).await.error };
        wait_until("SNS refused the text message", given_back).await;
        claire.patch("me", json!({ "channels": ["email"] })).await.expect(200);
        drop(refused);
        deliver(platform().await.cx(), &town, std::slice::from_ref(&sms)).await;
        let dropped = || async { ledger(&town, &sms).await.is_done().then_some(()) };
        wait_until("the text message is not wanted any more", dropped).await;
        assert_dropped(&town, &sms, DropReason::ChannelChanged).await;
        town.settled().await;
        assert_sent(&town, &mail).await;
        assert_eq!((carrying(&by_mail, &mail).await.len(), carrying(&claire, &sms).await.len()), (1, 0));
    });
}

#[test]
fn a_channel_that_was_switched_off_stands_in_when_nothing_else_is_left() {
    run(async {
        let town = Town::new().await;
        let (_, report) = reported(&town).await;
        let paul = town.neighbour_with_push().await;
        follow(&paul, &report).await;
        with_mailbox(&town, &paul).await;
        paul.patch("me", json!({ "channels": ["push", "email"] })).await.expect(200);
        let dead = disabled(&town, &paul).await;
        let push = planned(&town, &report, &paul, Channel::Push, Some(dead[0].0.id)).await;
        let of = |channel| NoticeKey { channel, device: None, ..push.clone() };
        for (channel, reason) in
            [(Channel::Sms, DropReason::ChannelChanged), (Channel::Email, DropReason::RecipientGone)]
        {
            let state = NoticeState::Dropped { at: Timestamp::now(), reason };
            let dropped = Notice { key: of(channel), state, ..ledger(&town, &push).await };
            assert!(town.commune().await.plan_notice(&dropped).await.unwrap());
        }
        assert!(deliver(platform().await.cx(), &town, std::slice::from_ref(&push)).await.is_empty());
        assert_dropped(&town, &push, DropReason::RecipientGone).await;
        town.settled().await;
        assert_sent(&town, &of(Channel::Sms)).await;
        assert_eq!(carrying(&paul, &of(Channel::Sms)).await.len(), 1);
        assert_eq!(ledger(&town, &of(Channel::Sms)).await.attempts, 1, "at the first try");
    });
}

#[test]
fn a_channel_that_is_switched_on_again_between_two_looks_is_tried_again() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        with_mailbox(&town, &claire).await;
        claire.patch("me", json!({ "channels": ["email"] })).await.expect(200);
        let key = planned(&town, &report, &claire, Channel::Sms, None).await;
        let one = std::slice::from_ref(&key);
        // Nobody but the deliverer reads it from here on.
        town.settled().await;
        let account = Some(format!("C#{}#account#{}", town.id, claire.account_id()));
        let slow = NewFault { ms: Some(60_000), times: Some(1), ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let slow = fault(NewFault { operation: Some("GetItem".to_owned()), contains: account, ..slow }).await;
        let changes = async {
            wait_until("the account is read again", || async { (slow.hits() > 0).then_some(()) }).await;
            claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
            drop(slow);
        };
        let (failed, ()) = futures::join!(deliver(platform().await.cx(), &town, one), changes);
        assert_eq!(failed.len(), 1, "to be tried again");
        assert!(deliver(platform().await.cx(), &town, one).await.is_empty());
        assert_sent(&town, &key).await;
        assert_eq!(carrying(&claire, &key).await.len(), 1);
    });
}

#[test]
fn a_phone_that_answers_stop_is_told_otherwise_from_then_on_and_the_account_shows_it() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let by_mail = with_mailbox(&town, &claire).await;
        claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);

        let agent = town.agent().await;
        let stop = fault(to_phone(&claire, FaultAction::OptedOut)).await;
        change(&agent, &report, json!({ "to": "under_review" })).await;
        by_mail.wait_for_notices(1).await;
        town.settled().await;
        assert_eq!(channels(&by_mail.notices().await), ["email"]);
        assert_dropped(&town, &newest(&town, &report, &claire, Channel::Sms).await, DropReason::RecipientGone).await;
        let me = claire.get("me").await.expect(200);
        assert_eq!((&me.json["channels"], me.text("sms_consent/withdrawn/by")), (&json!(["email"]), "stop"));
        assert!(me.text("sms_consent/withdrawn/at").parse::<Timestamp>().is_ok(), "{me}");

        // SNS is not asked again, also where a text message would be the last resort.
        let asked = stop.hits();
        change(&agent, &report, json!({ "to": "in_progress" })).await;
        by_mail.wait_for_notices(2).await;
        town.settled().await;
        assert_eq!((channels(&by_mail.notices().await), stop.hits()), (vec!["email".to_owned(); 2], asked));
        drop(stop);
        // Its owner wants them again, and the number is off the list.
        let me = claire.patch("me", json!({ "channels": ["sms"] })).await.expect(200);
        assert!(me.json["sms_consent"].get("withdrawn").is_none(), "{me}");
        change(&agent, &report, json!({ "to": "resolved" })).await;
        claire.wait_for_notices(1).await;
        town.settled().await;
        assert_eq!((channels(&claire.notices().await), by_mail.notices().await.len()), (vec!["sms".to_owned()], 2));
    });
}

#[test]
fn a_phone_that_answers_stop_and_has_no_mailbox_beside_it_is_left_alone() {
    run(async {
        let town = Town::new().await;
        let (claire, report) = reported(&town).await;
        let agent = town.agent().await;
        let stop = fault(to_phone(&claire, FaultAction::OptedOut)).await;
        change(&agent, &report, json!({ "to": "under_review" })).await;
        town.settled().await;
        assert_eq!(stop.hits(), 1);
        change(&agent, &report, json!({ "to": "in_progress" })).await;
        town.settled().await;
        assert_eq!((stop.hits(), claire.notices().await.len()), (1, 0));
        assert_eq!(claire.get("me").await.expect(200).json["channels"], json!(["push"]), "until they have a device");
    });
}

#[test]
fn a_device_that_was_registered_again_since_its_push_service_gave_it_up_stays() {
    run(async {
        let town = Town::new().await;
        let (mut claire, commune) = (town.resident().await, town.commune().await);
        claire.add_device().await;
        let lost = commune.devices(claire.account_id()).await.unwrap().remove(0);
        let again = json!({ "platform": "fcm", "token": lost.token });
        claire.put("me/devices", again).await.expect(200);
        commune.remove_lost_device(&lost).await.expect("an answer");
        let [found] = &commune.devices(claire.account_id()).await.unwrap()[..] else { panic!("it is gone") };
        assert_eq!((found.id, found.seen > lost.seen), (lost.id, true));
        commune.remove_lost_device(found).await.expect("an answer");
        assert_eq!(commune.devices(claire.account_id()).await.unwrap(), []);
    });
}
