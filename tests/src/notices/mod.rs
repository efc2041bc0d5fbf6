//! Telling people: nobody is forgotten, nobody is told twice. What the tests of this domain share is here.

mod deliver_notice;
mod gone;
mod list_notices;
mod plan_notices;
mod sms_budget;
mod sweep_unsent;
mod web_push;

pub(crate) use sms_budget::{set_budget, used};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use parvis_domain::{Channel, DeviceId, Event, EventId, ReportId};
use parvis_edge::Cx;
use parvis_store::item::to_attributes;
use parvis_store::{DropReason, Notice, NoticeJob, NoticeKey, NoticeState};
use parvis_testkit::{Actor, Answer, FaultAction, NewFault, Sent, Service, Town, platform};
use serde_json::{Value, json};

/// A report of somebody who signed in by phone, and its id.
pub(crate) async fn reported(town: &Town) -> (Actor, String) {
    let claire = town.resident().await;
    let report = town.report(&claire).await;
    (claire, report.text("id").to_owned())
}

/// An agent changes the report's status.
pub(crate) async fn change(agent: &Actor, report: &str, change: Value) -> Answer {
    let version = agent.get(&format!("reports/{report}")).await.expect(200).version();
    agent.post(&format!("reports/{report}/status"), change).if_match(version).await.expect(200)
}

pub(crate) async fn follow(actor: &Actor, report: &str) {
    actor.put(&format!("reports/{report}/followers/me"), json!({})).await.expect(204);
}

/// Every entry of the report's history.
pub(crate) async fn history(town: &Town, report: &str) -> Vec<Event> {
    let id: ReportId = report.parse().unwrap();
    town.commune().await.dossier(id).await.unwrap().unwrap().events
}

/// The channels of messages, sorted by name, so that they can be compared.
fn channels(sent: &[Sent]) -> Vec<String> {
    let mut channels: Vec<String> = sent.iter().map(|s| format!("{:?}", s.message.channel).to_lowercase()).collect();
    channels.sort();
    channels
}

/// Writes a notice about the newest event of the report into the ledger and wakes nobody up: as if the message had been
/// lost. The event's id is new, so that it is not the notice that went out already.
pub(crate) async fn planned(
    town: &Town,
    report: &str,
    actor: &Actor,
    channel: Channel,
    device: Option<DeviceId>,
) -> NoticeKey {
    let event = history(town, report).await.pop().unwrap();
    let key = NoticeKey { event: EventId::new(Timestamp::now()), account: Some(actor.account_id()), channel, device };
    let notice = Notice::new(key.clone(), (event.report, event.version), Timestamp::now());
    assert!(town.commune().await.plan_notice(&notice).await.unwrap());
    key
}

pub(crate) async fn ledger(town: &Town, key: &NoticeKey) -> Notice {
    town.commune().await.notice(key).await.unwrap().expect("a notice in the ledger")
}

pub(crate) async fn assert_sent(town: &Town, key: &NoticeKey) {
    let notice = ledger(town, key).await;
    assert!(matches!(&notice.state, NoticeState::Sent { message, .. } if !message.is_empty()), "{notice:?}");
}

async fn assert_dropped(town: &Town, key: &NoticeKey, why: DropReason) {
    let notice = ledger(town, key).await;
    assert!(matches!(notice.state, NoticeState::Dropped { reason, .. } if reason == why), "{notice:?}");
}

/// The messages that carry this notice.
pub(crate) async fn carrying(actor: &Actor, key: &NoticeKey) -> Vec<Sent> {
    let mut sent = actor.notices().await;
    // SES allows no slash in a tag.
    let name = key.to_string();
    sent.retain(|s| s.message.notice.as_ref().is_some_and(|n| *n == name || *n == name.replace('/', "_")));
    sent
}

/// Calls a function with an event, as Lambda does; answers the items it reports as failed.
pub(crate) async fn invoke(cx: &Cx, function: &str, event: Value) -> Vec<Value> {
    let answer = try_invoke(cx, function, event).await.expect("an answer");
    answer["batchItemFailures"].as_array().cloned().unwrap_or_default()
}

/// The same for a function that may fail as a whole: what it answers, or why it failed.
pub(crate) async fn try_invoke(cx: &Cx, function: &str, event: Value) -> Result<Value, String> {
    let functions = platform().await.functions();
    let function = functions.iter().find(|f| f.id == function).expect("a function of that name");
    function.invoke(cx, event).await.map_err(|failure| failure.to_string())
}

/// Hands messages for these notices to `deliver_notice`, side by side in one batch.
async fn deliver(cx: &Cx, town: &Town, keys: &[NoticeKey]) -> Vec<Value> {
    let mut records = Vec::new();
    for (n, key) in keys.iter().enumerate() {
        let body = message(town, key).await;
        records.push(json!({ "messageId": n.to_string(), "body": body }));
    }
    invoke(cx, "deliver_notice", json!({ "Records": records })).await
}

/// The message for this notice. One that is not in the ledger is taken for one about a report that is not there.
pub(crate) async fn message(town: &Town, key: &NoticeKey) -> String {
    let now = Timestamp::now();
    let notice = town.commune().await.notice(key).await.unwrap();
    let notice = notice.unwrap_or_else(|| Notice::new(key.clone(), (ReportId::new(now), 1), now));
    serde_json::to_string(&[NoticeJob::of(&town.id, &notice)]).unwrap()
}

/// Hands a new event of a report to `plan_notices`, as the stream does.
pub(crate) async fn plan(cx: &Cx, town: &Town, event: &Event) -> Vec<Value> {
    let image = to_attributes(&town.id, event).unwrap();
    let image: Value = image.iter().map(|(name, value)| (name.clone(), as_json(value))).collect();
    let record = json!({
        "eventID": "1",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-3",
        "eventSourceARN": "arn:aws:dynamodb:eu-west-3:123456789012:table/parvis/stream/1",
        "dynamodb": {
            "SequenceNumber": "1",
            "SizeBytes": 1,
            "ApproximateCreationDateTime": 1_700_000_000.0,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            "Keys": { "pk": image["pk"], "sk": image["sk"] },
            "NewImage": image,
        },
    });
    invoke(cx, "plan_notices", json!({ "Records": [record] })).await
}

pub(crate) fn as_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(yes) => json!({ "BOOL": yes }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(as_json).collect::<Vec<_>>() }),
        AttributeValue::M(map) => {
            let map: Value = map.iter().map(|(name, value)| (name.clone(), as_json(value))).collect();
            json!({ "M": map })
        }
        _ => json!({ "NULL": true }),
    }
}

/// What SNS answers to whoever sends a text message to this account.
fn to_phone(actor: &Actor, action: FaultAction) -> NewFault {
    let phone = serde_json::to_value(actor.contact.as_ref().unwrap()).unwrap()["phone"].as_str().unwrap().to_owned();
    NewFault { operation: Some("Publish".to_owned()), contains: Some(phone), ..NewFault::new(Service::Sns, action) }
}

/// The key of the notice about the newest event.
async fn newest(town: &Town, report: &str, actor: &Actor, channel: Channel) -> NoticeKey {
    let event = history(town, report).await.pop().unwrap();
    NoticeKey { event: event.id, account: Some(actor.account_id()), channel, device: None }
}
