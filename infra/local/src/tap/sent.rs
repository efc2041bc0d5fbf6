//! Reads what a successful call sent out, and to whom, from the call itself.

use serde_json::Value;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::call::{Call, Service};
use super::outbox::{Channel, Message};
use super::topic::Device;

/// The message attribute (SNS) or e-mail tag (SES) that names the notice a message belongs to.
pub const NOTICE_TAG: &str = "parvis-notice";
/// The message attribute (SNS) or e-mail tag (SES) that names the commune that speaks.
pub const COMMUNE_TAG: &str = "parvis-commune";

/// The messages that `call` sent, none for a call that sends nothing. `answer` is the body of its success; `device` is the
/// one that a push goes to, or one of those that a topic's message goes on to.
pub(super) fn messages(call: &Call, answer: &[u8], device: Option<&Device>) -> Vec<Message> {
    if call.is(Service::Sns, "Publish") {
        return published(call, "", device).into_iter().collect();
    }
    if call.is(Service::Sns, "PublishBatch") {
        let answer = String::from_utf8_lossy(answer);
        let (accepted, _) = answer.split_once("<Failed>").unwrap_or((&answer, ""));
        let entries = (1..).map(|n| format!("PublishBatchRequestEntries.member.{n}."));
        let entries = entries.map_while(|prefix| Some((call.field(&format!("{prefix}Id"))?, prefix)));
        let accepted = entries.filter(|(id, _)| accepted.contains(&format!("<Id>{id}</Id>")));
        return accepted.filter_map(|(_, prefix)| published(call, &prefix, device)).collect();
    }
    if call.is(Service::Ses, "SendEmail") {
        return serde_json::from_slice(&call.body).map(|mail| mailed(&mail)).unwrap_or_default();
    }
    Vec::new()
}

/// The topic that `call` publishes to.
pub(super) fn topic(call: &Call) -> Option<&str> {
    target(call).filter(|arn| call.sends() && !is_endpoint(arn))
}

fn target(call: &Call) -> Option<&str> {
    call.field("TopicArn").or_else(|| call.field("TargetArn"))
}

/// A `Publish`, or one entry of a `PublishBatch` whose fields start with `prefix`.
fn published(call: &Call, prefix: &str, device: Option<&Device>) -> Option<Message> {
    let field = |name: &str| call.field(&format!("{prefix}{name}"));
    let target = device.map(|device| &*device.endpoint).or_else(|| target(call));
    let (channel, recipient) = match (target, call.field("PhoneNumber")) {
        (Some(arn), _) if is_endpoint(arn) => (Channel::Push, arn),
        (Some(arn), _) => (Channel::Topic, arn),
        (None, phone) => (Channel::Sms, phone?),
    };
    let message = field("Message")?;
    // With this structure a message is an object of one text per platform, JSON again for the push platforms.
    let parsed = match field("MessageStructure") {
        Some("json") => serde_json::from_str::<Value>(message).ok().map(|all| match channel {
            Channel::Push => unfold(for_platform_of(recipient, all)),
            Channel::Sms | Channel::Topic | Channel::Email => unfold(all),
        }),
        _ => None,
    };
    let chosen = parsed.as_ref().and_then(|payload| match channel {
        Channel::Push => push_text(payload),
        Channel::Sms => text_at(payload, "/sms").or_else(|| text_at(payload, "/default")),
        Channel::Topic | Channel::Email => text_at(payload, "/default"),
    });
    let attribute = |wanted: &str| {
        let names = (1..).map(|n| format!("MessageAttributes.entry.{n}."));
        let mut names = names.map_while(|entry| Some((field(&format!("{entry}Name"))?, entry)));
        let (_, entry) = names.find(|(name, _)| *name == wanted)?;
        field(&format!("{entry}Value.StringValue")).map(str::to_owned)
    };
    Some(Message {
        channel,
        recipient: recipient.to_owned(),
        text: chosen.unwrap_or_else(|| message.to_owned()),
        // Devices have none.
        subject: field("Subject").filter(|_| channel != Channel::Push).map(str::to_owned),
        payload: parsed.filter(|_| channel == Channel::Push),
        device_token: device.and_then(|device| device.token.clone()),
        notice: attribute(NOTICE_TAG),
        commune: attribute(COMMUNE_TAG),
    })
}

/// Whether an ARN is a device's and not a topic's, whose name cannot contain a slash. (ministack's say `app/` where AWS
/// says `endpoint/`.)
pub(super) fn is_endpoint(arn: &str) -> bool {
    arn.contains('/')
}

/// What SNS takes of a message for an endpoint: the key that is its application's platform, and the default.
fn for_platform_of(endpoint: &str, mut payload: Value) -> Value {
    let platform = endpoint.split('/').nth(1);
    if let Value::Object(platforms) = &mut payload {
        platforms.retain(|key, _| key == "default" || Some(key.as_str()) == platform);
    }
    payload
}

/// Parses the JSON that sits in strings one level down.
fn unfold(payload: Value) -> Value {
    let Value::Object(platforms) = payload else { return payload };
    let inner = |text: Value| match text.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        Some(parsed @ (Value::Object(_) | Value::Array(_))) => parsed,
        _ => text,
    };
    Value::Object(platforms.into_iter().map(|(platform, text)| (platform, inner(text))).collect())
}

/// Title and body as the phone would show them, from the first place that has any (FCM HTTP v1 inside SNS, legacy FCM,
/// data only, APNs).
fn push_text(payload: &Value) -> Option<String> {
    const PLACES: [&str; 5] = [
        "/GCM/fcmV1Message/message/notification",
        "/GCM/fcmV1Message/message/data",
        "/GCM/notification",
        "/GCM/data",
        "/APNS/aps/alert",
    ];
    let sandbox = "/APNS_SANDBOX/aps/alert";
    let shown = PLACES.into_iter().chain([sandbox]).find_map(|place| {
        let lines = ["title", "body"].into_iter().filter_map(|line| text_at(payload, &format!("{place}/{line}")));
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| lines.join("\n")).or_else(|| text_at(payload, place))
    });
    shown.or_else(|| text_at(payload, "/default"))
}

fn text_at(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer)?.as_str().map(str::to_owned)
}

/// A SES `SendEmail`: one message for each address it goes to.
fn mailed(mail: &Value) -> Vec<Message> {
    let raw = || {
        let bytes = BASE64.decode(mail.pointer("/Content/Raw/Data")?.as_str()?).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = text_at(mail, "/Content/Simple/Body/Text/Data")
        .or_else(|| text_at(mail, "/Content/Simple/Body/Html/Data"))
        .or_else(raw)
        .or_else(|| text_at(mail, "/Content/Template/TemplateData"))
        .unwrap_or_default();
    let tag = |wanted: &str| {
        let tags = mail.pointer("/EmailTags")?.as_array()?;
        let tag = tags.iter().find(|tag| tag.get("Name").and_then(Value::as_str) == Some(wanted))?;
        text_at(tag, "/Value")
    };
    let addresses = ["ToAddresses", "CcAddresses", "BccAddresses"]
        .into_iter()
        .filter_map(|list| mail.pointer(&format!("/Destination/{list}"))?.as_array())
        .flatten()
        .filter_map(Value::as_str);
    addresses
        .map(|address| Message {
            channel: Channel::Email,
            recipient: address.to_owned(),
            text: text.clone(),
            subject: text_at(mail, "/Content/Simple/Subject/Data"),
            payload: None,
            device_token: None,
            notice: tag(NOTICE_TAG),
            commune: tag(COMMUNE_TAG),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_push_reads_as_the_phone_shows_it_whatever_the_platform() {
        for (payload, shown) in [
            (
                json!({"GCM": {"fcmV1Message": {"message": {"notification": {"title": "Résolu", "body": "Merci"}}}}}),
                "Résolu\nMerci",
            ),
            (json!({"default": "x", "GCM": {"data": {"body": "Merci"}}}), "Merci"),
            (json!({"APNS": {"aps": {"alert": "Merci"}}}), "Merci"),
            (json!({"APNS_SANDBOX": {"aps": {"alert": {"title": "Résolu"}}}}), "Résolu"),
            (json!({"default": "Merci", "GCM": {}}), "Merci"),
        ] {
            assert_eq!(push_text(&payload).as_deref(), Some(shown), "{payload}");
        }
    }

    #[test]
    fn a_device_gets_what_is_for_its_platform_and_the_default() {
        let all = json!({"default": "d", "GCM": "g", "APNS": "a", "APNS_SANDBOX": "s"});
        for (endpoint, kept) in [
            ("arn:aws:sns:eu-west-3:000000000000:app/GCM/parvis/1", json!({"default": "d", "GCM": "g"})),
            ("arn:aws:sns:eu-west-3:000000000000:endpoint/APNS/parvis/1", json!({"default": "d", "APNS": "a"})),
            ("arn:aws:sns:eu-west-3:000000000000:app/APNS_SANDBOX/p/1", json!({"default": "d", "APNS_SANDBOX": "s"})),
            ("arn:aws:sns:eu-west-3:000000000000:app/ADM/parvis/1", json!({"default": "d"})),
        ] {
            assert_eq!(for_platform_of(endpoint, all.clone()), kept, "{endpoint}");
        }
    }

    #[test]
    fn the_json_inside_platform_keys_is_parsed_and_plain_text_stays() {
        let unfolded = unfold(json!({"default": "12", "GCM": "{\"data\":{\"a\":1}}"}));
        assert_eq!(unfolded, json!({"default": "12", "GCM": {"data": {"a": 1}}}));
    }

    #[test]
    fn a_mail_to_three_addresses_is_three_messages() {
        let mail = json!({
            "Destination": {"ToAddresses": ["a@ex.fr", "b@ex.fr"], "CcAddresses": ["c@ex.fr"]},
            "Content": {"Raw": {"Data": BASE64.encode("Subject: x\n\nBonjour")}},
        });
        let sent = mailed(&mail);
        assert_eq!(sent.iter().map(|m| &*m.recipient).collect::<Vec<_>>(), ["a@ex.fr", "b@ex.fr", "c@ex.fr"]);
        assert!(sent[0].text.ends_with("Bonjour"));
    }
}
