//! The topic of a commune's alerts: one message to it, and SNS brings it to every app that listens, however many they are.
//! A topic is made when it is first needed.

use std::collections::BTreeMap;

use aws_sdk_sns::error::ProvideErrorMetadata as _;
use aws_sdk_sns::operation::publish::PublishError;
use serde_json::Value;

use crate::error::StoreError;
use crate::push::push_message;
use crate::sending::{OnlyIfRefused, limits, unsent};
use crate::sms::{about_attributes, text_attribute};
use crate::{Commune, Platform};

impl Commune {
    /// Sends a push message to everybody whose app listens: one call, whatever their number. The parameters and the answer are those
    /// of [`Commune::publish_push`]. Grants: `PUBLISH_TOPIC`, `CREATE_TOPIC`.
    ///
    /// # Errors
    /// [`StoreError::InDoubt`] when SNS did not answer.
    pub async fn publish_to_everybody(
        &self,
        title: &str,
        body: &str,
        data: &BTreeMap<&str, String>,
        about: &str,
        replaces: &str,
    ) -> Result<String, StoreError> {
        let mut attributes = about_attributes(self, about)?;
        attributes.insert("AWS.SNS.MOBILE.APNS.COLLAPSE_ID".to_owned(), text_attribute(replaces)?);
        let publish = self
            .store()
            .clients()
            .sns()
            .publish()
            .topic_arn(self.alert_topic())
            .message_structure("json")
            .message(topic_message(title, body, data, replaces).to_string())
            .set_message_attributes(Some(attributes));
        let send = || {
            let config = aws_sdk_sns::Config::builder().timeout_config(limits()).retry_classifier(OnlyIfRefused);
            publish.clone().customize().config_override(config).send()
        };
        let sent = match send().await {
            // No app has ever registered here.
            Err(e) if e.as_service_error().is_some_and(PublishError::is_not_found_exception) => {
                self.make_alert_topic().await?;
                send().await
            }
            sent => sent,
        };
        sent.map(|sent| sent.message_id.unwrap_or_default()).map_err(|e| unsent("SNS", e))
    }

    /// Has a push endpoint listen; answers the subscription's ARN, the same if it does already. Grants: `SUBSCRIBE`, `CREATE_TOPIC`.
    ///
    /// # Errors
    /// [`StoreError::NoEndpoint`] when it is not there.
    pub(crate) async fn subscribe(&self, endpoint: &str) -> Result<String, StoreError> {
        let sns = self.store().clients().sns();
        let subscribe = sns.subscribe().topic_arn(self.alert_topic()).protocol("application").endpoint(endpoint);
        let subscribed = match subscribe.clone().send().await {
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {
                self.make_alert_topic().await?;
                subscribe.send().await
            }
            subscribed => subscribed,
        };
        match subscribed {
            Ok(subscribed) => {
                let arn = subscribed.subscription_arn;
                arn.ok_or_else(|| StoreError::Defect("SNS gave no subscription ARN".to_owned()))
            }
            Err(e) if e.message().is_some_and(|why| why.contains("Endpoint Reason")) => {
                Err(StoreError::NoEndpoint(e.message().unwrap_or_default().to_owned()))
            }
            Err(e) => Err(StoreError::from_sdk("SNS", e)),
        }
    }

    /// Has a push endpoint listen no more; doing it twice is the same. Grant: `UNSUBSCRIBE`.
    pub(crate) async fn unsubscribe(&self, subscription: &str) -> Result<(), StoreError> {
        let done = self.store().clients().sns().unsubscribe().subscription_arn(subscription).send().await;
        match done {
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found_exception()) => Ok(()),
            done => done.map(drop).map_err(|e| StoreError::from_sdk("SNS", e)),
        }
    }

    /// Removes the topic, and with it whatever listens; doing it twice is the same. Grant: `DELETE_TOPIC`.
    pub(crate) async fn delete_alert_topic(&self) -> Result<(), StoreError> {
        let done = self.store().clients().sns().delete_topic().topic_arn(self.alert_topic()).send().await;
        match done {
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found_exception()) => Ok(()),
            done => done.map(drop).map_err(|e| StoreError::from_sdk("SNS", e)),
        }
    }

    /// The topic's ARN.
    pub fn alert_topic(&self) -> String {
        format!("{}-{}", self.store().names.alert_topics, self.id())
    }

    async fn make_alert_topic(&self) -> Result<(), StoreError> {
        let topic = self.alert_topic();
        let name = topic.rsplit(':').next().unwrap_or_default();
        let made = self.store().clients().sns().create_topic().name(name).send().await;
        made.map(drop).map_err(|e| StoreError::from_sdk("SNS", e))
    }
}

/// The message for every platform in one (SNS `MessageStructure` `json`): each device gets the part of its own.
fn topic_message(title: &str, body: &str, data: &BTreeMap<&str, String>, replaces: &str) -> Value {
    let mut all = push_message(Platform::Fcm, title, body, data, replaces);
    let apple = push_message(Platform::Apns, title, body, data, replaces);
    if let (Value::Object(all), Value::Object(apple)) = (&mut all, apple) {
        all.extend(apple);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_has_the_part_of_every_platform() {
        let data = BTreeMap::from([("alert", "0192".to_owned())]);
        let message = topic_message("Alerte", "Crue", &data, "0193");
        let names: Vec<&String> = message.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["APNS", "APNS_SANDBOX", "GCM", "default"]);
    }
}
