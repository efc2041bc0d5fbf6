//! Push messages to devices, by SNS platform endpoints. (Browsers: [`crate::WebSubscription`].)

use std::collections::BTreeMap;

use aws_sdk_sns::error::ProvideErrorMetadata as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::StoreError;
use crate::sending::{OnlyIfRefused, limits, unsent};
use crate::sms::{about_attributes, text_attribute};
use crate::{Commune, Device, Store};

/// Whose push service a device listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Firebase Cloud Messaging: Android.
    Fcm,
    /// Apple Push Notification service.
    Apns,
    /// The push service of a browser's maker (Push API).
    Web,
}

impl Platform {
    /// As on the wire and in digests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Platform::Fcm => "fcm",
            Platform::Apns => "apns",
            Platform::Web => "web",
        }
    }
}

impl Store {
    /// The ARN of the endpoint for a device's token, made if there is none and enabled if it was disabled: who registers
    /// a device wants its messages.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when SNS does not take the token.
    pub async fn create_endpoint(&self, platform: Platform, token: &str) -> Result<String, StoreError> {
        let application = match platform {
            Platform::Fcm => &self.names.fcm_application,
            Platform::Apns => &self.names.apns_application,
            Platform::Web => return Err(StoreError::Defect("a browser has no endpoint at SNS".to_owned())),
        };
        let sns = self.clients().sns();
        let made = sns.create_platform_endpoint().platform_application_arn(application).token(token).send().await;
        let arn = match made {
            Ok(made) => made.endpoint_arn.ok_or_else(|| StoreError::Defect("SNS gave no endpoint ARN".to_owned()))?,
            Err(e) => {
                let why = e.message().unwrap_or_default();
                match existing_endpoint(why) {
                    Some(arn) => arn.to_owned(),
                    None if why.contains("Token") => return Err(StoreError::Gone(why.to_owned())),
                    None => return Err(StoreError::from_sdk("SNS", e)),
                }
            }
        };
        let set = sns.set_endpoint_attributes().endpoint_arn(&arn);
        let set = set.attributes("Enabled", "true").attributes("Token", token).send().await;
        set.map_err(|e| StoreError::from_sdk("SNS", e))?;
        Ok(arn)
    }

    /// Removes an endpoint; removing it twice is the same, and so is the empty one of a browser, which has none.
    pub async fn delete_endpoint(&self, arn: &str) -> Result<(), StoreError> {
        if arn.is_empty() {
            return Ok(());
        }
        let removed = self.clients().sns().delete_endpoint().endpoint_arn(arn).send().await;
        removed.map(drop).map_err(|e| StoreError::from_sdk("SNS", e))
    }
}

impl Commune {
    /// Sends a push message to a device that has an endpoint at SNS. `data` is what the app reads (strings only, as FCM
    /// wants them); all together must stay under 4,096 bytes. `about` is the notice's key, a message attribute. `replaces`
    /// (at most 64 bytes) names the message on the device: one that comes again under the same name takes the place of
    /// the first. Answers the id that SNS gave the message.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when the endpoint is disabled: the device will not come back by itself;
    /// [`StoreError::NoEndpoint`] when it is not there.
    /// [`StoreError::InDoubt`] when SNS did not answer.
    pub async fn publish_push(
        &self,
        device: &Device,
        title: &str,
        body: &str,
        data: &BTreeMap<&str, String>,
        about: &str,
        replaces: &str,
    ) -> Result<String, StoreError> {
        let mut attributes = about_attributes(self, about)?;
        if device.platform == Platform::Apns {
            attributes.insert("AWS.SNS.MOBILE.APNS.COLLAPSE_ID".to_owned(), text_attribute(replaces)?);
        }
        let sent = self
            .store()
            .clients()
            .sns()
            .publish()
            .target_arn(&device.endpoint)
            .message_structure("json")
            .message(push_message(device.platform, title, body, data, replaces).to_string())
            .set_message_attributes(Some(attributes))
            .customize()
            .config_override(aws_sdk_sns::Config::builder().timeout_config(limits()).retry_classifier(OnlyIfRefused))
            .send()
            .await;
        sent.map(|sent| sent.message_id.unwrap_or_default()).map_err(|e| {
            let why = e.message().unwrap_or_default();
            match e.code().unwrap_or_default() {
                "EndpointDisabled" | "EndpointDisabledException" => StoreError::Gone(format!("disabled: {why}")),
                "NotFound" | "NotFoundException" => StoreError::NoEndpoint(why.to_owned()),
                "InvalidParameter" | "InvalidParameterException" if why.contains("TargetArn") => {
                    StoreError::NoEndpoint(why.to_owned())
                }
                _ => unsent("SNS", e),
            }
        })
    }
}

/// The message for a device's platform (SNS `MessageStructure` `json`): each value is a string, for a platform JSON again.
/// SNS wants a `default` beside it, which nobody reads.
///
/// Android replaces a notification by one with the same tag (FCM v1 `AndroidNotification.tag`); APNs has a header for it,
/// which is a message attribute of SNS.
pub fn push_message(
    platform: Platform,
    title: &str,
    body: &str,
    data: &BTreeMap<&str, String>,
    replaces: &str,
) -> Value {
    let notification = json!({"title": title, "body": body});
    if platform == Platform::Apns {
        let mut apns = json!({"aps": {"alert": notification, "sound": "default"}});
        for (name, value) in data {
            apns[*name] = json!(value);
        }
        return json!({"default": title, "APNS": apns.to_string(), "APNS_SANDBOX": apns.to_string()});
    }
    let android = json!({"notification": {"tag": replaces}});
    let message = json!({"notification": notification, "data": data, "android": android});
    json!({"default": title, "GCM": json!({"fcmV1Message": {"message": message}}).to_string()})
}

/// SNS refuses a token that has an endpoint with other attributes (a disabled one, say) and names the endpoint in the
/// sentence; there is no other way to learn it.
fn existing_endpoint(why: &str) -> Option<&str> {
    let begins = why.find("arn:")?;
    let (arn, rest) = why[begins..].split_once(' ')?;
    rest.starts_with("already exists").then_some(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_that_has_the_token_is_read_from_the_refusal() {
        let why = "Invalid parameter: Token Reason: Endpoint arn:aws:sns:eu-west-3:123456789012:endpoint/GCM/parvis/0a1b \
                   already exists with the same Token, but different attributes.";
        assert_eq!(existing_endpoint(why), Some("arn:aws:sns:eu-west-3:123456789012:endpoint/GCM/parvis/0a1b"));
        assert_eq!(
            existing_endpoint("Invalid parameter: Token Reason: must be at most 400 hexadecimal characters"),
            None
        );
        assert_eq!(existing_endpoint("Endpoint arn:aws:sns:x is unknown"), None);
    }

    #[test]
    fn a_message_says_the_same_on_every_platform_and_carries_no_others() {
        let data = BTreeMap::from([("report", "0192".to_owned())]);
        let [fcm, apns] = [Platform::Fcm, Platform::Apns]
            .map(|platform| push_message(platform, "Résolu", "Merci \"beaucoup\"", &data, "0193"));
        let inner = |message: &Value, platform: &str| -> Value {
            serde_json::from_str(message[platform].as_str().expect("a string")).expect("JSON")
        };
        let android = &inner(&fcm, "GCM")["fcmV1Message"]["message"];
        assert_eq!(android["notification"], json!({"title": "Résolu", "body": "Merci \"beaucoup\""}));
        assert_eq!(android["data"], json!({"report": "0192"}));
        assert_eq!(
            android["android"],
            json!({"notification": {"tag": "0193"}}),
            "one that comes again takes its place"
        );
        for apple in ["APNS", "APNS_SANDBOX"] {
            assert_eq!(inner(&apns, apple)["aps"]["alert"], android["notification"]);
            assert_eq!(inner(&apns, apple)["report"], "0192");
            assert!(fcm.get(apple).is_none());
        }
        assert!(apns.get("GCM").is_none());
        for message in [fcm, apns] {
            assert_eq!(message["default"], "Résolu", "SNS refuses a message without it");
        }
    }
}
