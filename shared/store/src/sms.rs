//! Text messages to a phone, by SNS.

use std::collections::HashMap;

use aws_sdk_sns::error::ProvideErrorMetadata as _;
use aws_sdk_sns::types::MessageAttributeValue;
use parvis_domain::PhoneNumber;

use crate::Commune;
use crate::error::StoreError;
use crate::sending::{OnlyIfRefused, limits, unsent};

/// What a message with a code is about; notices give their key instead.
pub const ABOUT_CODE: &str = "code";
/// What a mail to staff about their work is about: an invitation, their second factor.
pub const ABOUT_STAFF: &str = "staff";
/// What a message about the account itself is about.
pub const ABOUT_ACCOUNT: &str = "account";
/// What a message is about that tells who asked for it that the commune is open.
pub const ABOUT_LAUNCH: &str = "launch";
/// Message attribute (SNS) and tag (SES) of what a message is about.
pub(crate) const ABOUT: &str = "parvis-notice";
/// Message attribute (SNS) and tag (SES) of the commune that speaks.
pub(crate) const SPEAKER: &str = "parvis-commune";

impl Commune {
    /// Sends `text` to a phone in the commune's name. `about` is the notice's key or [`ABOUT_CODE`]; it goes along as a
    /// message attribute and is not shown. More than 160 GSM-7 characters (or 70 others) cost more than one message.
    /// Answers the id that SNS gave the message.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the phone answered STOP, [`StoreError::Gone`] when it is no phone; [`StoreError::InDoubt`]
    /// when SNS did not answer.
    pub async fn send_sms(&self, to: &PhoneNumber, text: &str, about: &str) -> Result<String, StoreError> {
        let mut attributes = about_attributes(self, about)?;
        attributes.insert("AWS.SNS.SMS.SMSType".to_owned(), text_attribute("Transactional")?);
        attributes.insert("AWS.SNS.SMS.SenderID".to_owned(), text_attribute(&self.settings.sms_sender)?);
        let sent = self
            .store()
            .clients()
            .sns()
            .publish()
            .phone_number(to.as_str())
            .message(text)
            .set_message_attributes(Some(attributes))
            .customize()
            .config_override(aws_sdk_sns::Config::builder().timeout_config(limits()).retry_classifier(OnlyIfRefused))
            .send()
            .await;
        sent.map(|sent| sent.message_id.unwrap_or_default()).map_err(|e| match (e.code(), e.message()) {
            // Where SNS has an error of its own for it (`OptedOut`, "Errors" of the API reference), `Publish` is not named.
            (Some("OptedOut" | "OptedOutException"), why) => StoreError::Stopped(masked(to, why.unwrap_or_default())),
            (Some("InvalidParameter" | "InvalidParameterException"), Some(why)) if why.contains("opted out") => {
                StoreError::Stopped(masked(to, why))
            }
            (Some("InvalidParameter" | "InvalidParameterException"), Some(why)) if why.contains("PhoneNumber") => {
                StoreError::Gone(masked(to, why))
            }
            _ => unsent("SNS", e),
        })
    }
}

/// What SNS said, for logs.
fn masked(to: &PhoneNumber, why: &str) -> String {
    format!("{}: {}", to.masked(), why.replace(to.as_str(), "its number"))
}

/// The message attributes that say what a message is about, and which commune speaks.
pub(crate) fn about_attributes(
    commune: &Commune,
    about: &str,
) -> Result<HashMap<String, MessageAttributeValue>, StoreError> {
    Ok(HashMap::from([
        (ABOUT.to_owned(), text_attribute(about)?),
        (SPEAKER.to_owned(), text_attribute(commune.id().as_str())?),
    ]))
}

pub(crate) fn text_attribute(text: &str) -> Result<MessageAttributeValue, StoreError> {
    let value = MessageAttributeValue::builder().data_type("String").string_value(text).build();
    value.map_err(|e| StoreError::Defect(e.to_string()))
}
