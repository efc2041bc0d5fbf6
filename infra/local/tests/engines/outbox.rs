//! What goes out to people is written down, and only that.

use std::time::Duration;

use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use parvis_local::tap::{COMMUNE_TAG, Channel, NOTICE_TAG, OutboxQuery, Sent};
use serde_json::json;

use crate::support::{Clients, endpoint_of, engines, push_endpoint};

fn text(value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder().data_type("String").string_value(value).build().unwrap()
}

async fn sent_to(recipient: &str) -> Vec<Sent> {
    let query = OutboxQuery { recipient: Some(recipient.to_owned()), ..OutboxQuery::default() };
    engines().await.outbox().list(&query)
}

#[tokio::test]
async fn an_sms_is_there_when_its_publish_returns() {
    let sns = Clients::of(engines().await).sns;
    let publish = sns.publish().phone_number("+33612000001").message("Code 123456 & bonne journée");
    let publish = publish.message_attributes(COMMUNE_TAG, text("valbonne")).message_attributes(NOTICE_TAG, text("n1"));
    publish.send().await.unwrap();
    let sent = sent_to("+33612000001").await;
    assert_eq!(sent.len(), 1);
    let message = &sent[0].message;
    assert_eq!((message.channel, &*message.text), (Channel::Sms, "Code 123456 & bonne journée"));
    assert_eq!((message.commune.as_deref(), message.notice.as_deref()), (Some("valbonne"), Some("n1")));
}

#[tokio::test]
async fn a_push_is_written_with_its_device_and_what_the_phone_shows() {
    let sns = Clients::of(engines().await).sns;
    let endpoint = push_endpoint(&sns, "device-shown").await;
    let gcm = json!({"notification": {"title": "Nid-de-poule", "body": "Résolu : merci"}});
    let message = json!({"default": "Résolu", "GCM": gcm.to_string()}).to_string();
    let publish = sns.publish().target_arn(&endpoint).message_structure("json").message(message);
    publish.message_attributes(NOTICE_TAG, text("n2")).send().await.unwrap();
    let sent = sent_to(&endpoint).await;
    let message = &sent[0].message;
    assert_eq!((message.channel, &*message.text), (Channel::Push, "Nid-de-poule\nRésolu : merci"));
    assert_eq!(message.payload, Some(json!({"default": "Résolu", "GCM": gcm})));
    assert_eq!((message.device_token.as_deref(), message.notice.as_deref()), (Some("device-shown"), Some("n2")));
}

#[tokio::test]
async fn a_disabled_or_deleted_device_is_refused_as_sns_does_and_nothing_is_written() {
    let sns = Clients::of(engines().await).sns;
    let endpoint = push_endpoint(&sns, "device-disabled").await;
    sns.set_endpoint_attributes().endpoint_arn(&endpoint).attributes("Enabled", "false").send().await.unwrap();
    let refused = sns.publish().target_arn(&endpoint).message("x").send().await.unwrap_err().into_service_error();
    assert!(refused.is_endpoint_disabled_exception(), "{refused:?}");
    sns.delete_endpoint().endpoint_arn(&endpoint).send().await.unwrap();
    let refused = sns.publish().target_arn(&endpoint).message("x").send().await.unwrap_err().into_service_error();
    assert!(refused.is_invalid_parameter_exception(), "{refused:?}");
    assert!(sent_to(&endpoint).await.is_empty());
}

#[tokio::test]
async fn a_topic_is_written_once_for_each_publish_and_each_entry_of_a_batch() {
    let sns = Clients::of(engines().await).sns;
    let topic = sns.create_topic().name("alertes").send().await.unwrap().topic_arn.unwrap();
    sns.publish().topic_arn(&topic).subject("Alerte").message("Crue").send().await.unwrap();
    let entry = |id: &str, message: &str| {
        let commune = text("valbonne");
        let entry = PublishBatchRequestEntry::builder().id(id).message(message);
        entry.message_attributes(COMMUNE_TAG, commune).build().unwrap()
    };
    let too_long = "x".repeat(300_000);
    let batch = sns.publish_batch().topic_arn(&topic);
    let batch =
        batch.publish_batch_request_entries(entry("1", "Vent")).publish_batch_request_entries(entry("2", &too_long));
    let answer = batch.send().await.unwrap();
    assert_eq!((answer.successful().len(), answer.failed().len()), (1, 1));
    let sent = sent_to(&topic).await;
    let texts: Vec<&str> = sent.iter().map(|sent| &*sent.message.text).collect();
    assert_eq!(texts, ["Crue", "Vent"]);
    assert_eq!(sent[0].message.subject.as_deref(), Some("Alerte"));
    assert_eq!(sent[1].message.commune.as_deref(), Some("valbonne"));
}

/// Subscribes a device to a topic; gives the subscription.
async fn subscribe(sns: &aws_sdk_sns::Client, topic: &str, endpoint: &str) -> String {
    let subscribe = sns.subscribe().topic_arn(topic).protocol("application").endpoint(endpoint);
    subscribe.send().await.unwrap().subscription_arn.unwrap()
}

/// All messages since `before` that belong to `notice`, once one of them is for `last`. Devices are told in the order in which
/// they subscribed, so who comes before `last` and has nothing by then gets nothing.
async fn told_until(last: &str, before: u64, notice: &str) -> Vec<Sent> {
    let outbox = engines().await.outbox();
    let query = OutboxQuery { after: Some(before), recipient: Some(last.to_owned()), ..OutboxQuery::default() };
    assert!(!outbox.wait_for(&query, 1, Duration::from_secs(60)).await.is_empty(), "{last} is told nothing");
    let all = outbox.list(&OutboxQuery { recipient: None, limit: usize::MAX, ..query });
    all.into_iter().filter(|sent| sent.message.notice.as_deref() == Some(notice)).collect()
}

#[tokio::test]
async fn a_topics_message_reaches_each_device_that_takes_it_as_its_platform_shows_it() {
    let engines = engines().await;
    let sns = Clients::of(engines).sns;
    let topic = sns.create_topic().name("alertes-appareils").send().await.unwrap().topic_arn.unwrap();
    let [disabled, left, deleted, android] =
        ["topic-disabled", "topic-left", "topic-deleted", "topic-android"].map(|token| push_endpoint(&sns, token));
    let (disabled, left, deleted, android) = tokio::join!(disabled, left, deleted, android);
    let apple = endpoint_of("APNS", &sns, "topic-apple").await;
    let mut subscriptions = Vec::new();
    for endpoint in [&disabled, &left, &deleted, &android, &apple] {
        subscriptions.push(subscribe(&sns, &topic, endpoint).await);
    }
    sns.set_endpoint_attributes().endpoint_arn(&disabled).attributes("Enabled", "false").send().await.unwrap();
    sns.unsubscribe().subscription_arn(&subscriptions[1]).send().await.unwrap();
    sns.delete_endpoint().endpoint_arn(&deleted).send().await.unwrap();

    let gcm = json!({"fcmV1Message": {"message": {"notification": {"title": "Crue", "body": "Montez à l’étage"}}}});
    let aps = json!({"aps": {"alert": {"title": "Crue", "body": "Montez à l’étage (iOS)"}}});
    let message = json!({
        "default": "Crue", "GCM": gcm.to_string(), "APNS": aps.to_string(), "APNS_SANDBOX": "never to a phone",
    });
    let before = engines.outbox().last_id();
    let publish = sns.publish().topic_arn(&topic).subject("Alerte").message_structure("json");
    let publish = publish.message(message.to_string()).message_attributes(COMMUNE_TAG, text("valbonne"));
    publish.message_attributes(NOTICE_TAG, text("n-alerte")).send().await.unwrap();

    let told = told_until(&apple, before, "n-alerte").await;
    let told: Vec<_> = told.into_iter().map(|sent| sent.message).collect();
    let recipients: Vec<&str> = told.iter().map(|message| &*message.recipient).collect();
    assert_eq!(recipients, [&*topic, &*android, &*apple]);
    let of_topic = &told[0];
    assert_eq!((of_topic.channel, &*of_topic.text), (Channel::Topic, "Crue"));
    assert_eq!((of_topic.subject.as_deref(), &of_topic.payload), (Some("Alerte"), &None));
    for (message, token, shown, payload) in [
        (&told[1], "topic-android", "Crue\nMontez à l’étage", json!({"default": "Crue", "GCM": gcm})),
        (&told[2], "topic-apple", "Crue\nMontez à l’étage (iOS)", json!({"default": "Crue", "APNS": aps})),
    ] {
        assert_eq!((message.channel, &*message.text), (Channel::Push, shown));
        assert_eq!((message.device_token.as_deref(), message.payload.as_ref()), (Some(token), Some(&payload)));
        assert_eq!((message.commune.as_deref(), message.subject.as_deref()), (Some("valbonne"), None));
    }
}

#[tokio::test]
async fn more_devices_than_are_looked_up_at_once_get_each_accepted_entry_of_a_batch() {
    let engines = engines().await;
    let sns = Clients::of(engines).sns;
    let topic = sns.create_topic().name("alertes-nombreuses").send().await.unwrap().topic_arn.unwrap();
    let mut devices = Vec::new();
    for n in 1..=40 {
        let endpoint = push_endpoint(&sns, &format!("topic-many-{n}")).await;
        subscribe(&sns, &topic, &endpoint).await;
        devices.push(endpoint);
    }
    let entry = |id: &str, message: &str| {
        let entry = PublishBatchRequestEntry::builder().id(id).message(message);
        entry.message_attributes(NOTICE_TAG, text("n-batch")).build().unwrap()
    };
    let before = engines.outbox().last_id();
    let batch = sns.publish_batch().topic_arn(&topic).publish_batch_request_entries(entry("1", "Vent"));
    let batch = batch.publish_batch_request_entries(entry("2", &"x".repeat(300_000)));
    batch.publish_batch_request_entries(entry("3", "Neige")).send().await.unwrap();

    let told = told_until(&devices[39], before, "n-batch").await;
    let told: Vec<_> = told.iter().map(|sent| (&*sent.message.recipient, &*sent.message.text)).collect();
    let expected = std::iter::once(&topic).chain(&devices).flat_map(|to| [(&**to, "Vent"), (&**to, "Neige")]);
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn a_mail_is_written_with_subject_text_and_tags() {
    let engines = engines().await;
    let ses = Clients::of(engines).ses;
    let sender = "mairie@valbonne.example";
    ses.create_email_identity().email_identity(sender).send().await.unwrap();
    let content = |data: &str| Content::builder().data(data).charset("UTF-8").build().unwrap();
    let body = Body::builder().text(content("Votre signalement est résolu.")).html(content("<p>Résolu</p>")).build();
    let message = Message::builder().subject(content("Résolu : nid-de-poule")).body(body).build();
    let tag = |name: &str, value: &str| MessageTag::builder().name(name).value(value).build().unwrap();
    let before = engines.outbox().last_id();
    ses.send_email()
        .from_email_address(sender)
        .destination(Destination::builder().to_addresses("lea@exemple.fr").build())
        .content(EmailContent::builder().simple(message).build())
        .email_tags(tag(NOTICE_TAG, "n3"))
        .email_tags(tag(COMMUNE_TAG, "valbonne"))
        .send()
        .await
        .unwrap();
    let recipient = Some("lea@exemple.fr".to_owned());
    let query = OutboxQuery { after: Some(before), recipient, ..OutboxQuery::default() };
    let sent = engines.outbox().wait_for(&query, 1, Duration::from_secs(5)).await;
    let message = &sent[0].message;
    assert_eq!((message.channel, &*message.text), (Channel::Email, "Votre signalement est résolu."));
    assert_eq!(message.subject.as_deref(), Some("Résolu : nid-de-poule"));
    assert_eq!((message.commune.as_deref(), message.notice.as_deref()), (Some("valbonne"), Some("n3")));
}

#[tokio::test]
async fn a_call_that_sends_nothing_or_fails_is_not_written() {
    let sns = Clients::of(engines().await).sns;
    let nowhere = "arn:aws:sns:eu-west-3:000000000000:nowhere";
    assert!(sns.publish().topic_arn(nowhere).message("x").send().await.is_err());
    assert!(sent_to(nowhere).await.is_empty());
}
