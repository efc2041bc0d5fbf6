//! E-mails, by SES: plain text, because that is what every mail program shows and no spam filter minds.

use aws_sdk_sesv2::error::ProvideErrorMetadata as _;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};
use parvis_domain::EmailAddress;

use crate::Commune;
use crate::error::StoreError;
use crate::sending::{OnlyIfRefused, limits, unsent};
use crate::sms::{ABOUT, ABOUT_CODE, ABOUT_LAUNCH, ABOUT_STAFF, SPEAKER};

impl Commune {
    /// Sends a mail in the commune's name. `about` is the notice's key, [`ABOUT_CODE`] or [`ABOUT_STAFF`]; it goes along as a tag. Notices
    /// carry a `List-Unsubscribe` header (RFC 2369) that leads to the page where channels are chosen.
    /// Answers the id that SES gave the message.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when SES will not deliver to this address; [`StoreError::InDoubt`] when SES did not answer.
    pub async fn send_mail(
        &self,
        to: &EmailAddress,
        subject: &str,
        text: &str,
        about: &str,
    ) -> Result<String, StoreError> {
        let body = Body::builder().text(utf8(text)?).build();
        let mut message = Message::builder().subject(utf8(subject)?).body(body);
        if ![ABOUT_CODE, ABOUT_LAUNCH, ABOUT_STAFF].contains(&about) {
            let page = format!("<{}/{}/me#channels>", self.store().names.public_url, self.id());
            let header = MessageHeader::builder().name("List-Unsubscribe").value(page).build();
            message = message.headers(header.map_err(|e| StoreError::Defect(e.to_string()))?);
        }
        let sent = self
            .store()
            .clients()
            .ses()
            .send_email()
            .from_email_address(&self.store().names.mail_from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message.build()).build())
            .email_tags(tag(ABOUT, about)?)
            .email_tags(tag(SPEAKER, self.id().as_str())?)
            .customize()
            .config_override(aws_sdk_sesv2::Config::builder().timeout_config(limits()).retry_classifier(OnlyIfRefused))
            .send()
            .await;
        sent.map(|sent| sent.message_id.unwrap_or_default()).map_err(|e| match (e.code(), e.message()) {
            (Some("MessageRejected"), Some(why)) if why.contains("suppress") || why.contains("blacklist") => {
                StoreError::Gone(format!("{}: {why}", to.masked()))
            }
            (Some("BadRequestException"), Some(why)) if why.contains("address") => {
                StoreError::Gone(format!("{}: {}", to.masked(), why.replace(to.as_str(), "its address")))
            }
            _ => unsent("SES", e),
        })
    }
}

fn utf8(text: &str) -> Result<Content, StoreError> {
    Content::builder().charset("UTF-8").data(text).build().map_err(|e| StoreError::Defect(e.to_string()))
}

fn tag(name: &str, value: &str) -> Result<MessageTag, StoreError> {
    let tag = MessageTag::builder().name(name).value(tag_value(value)).build();
    tag.map_err(|e| StoreError::Defect(e.to_string()))
}

/// SES allows ASCII letters, digits, `_`, `-`, `.` and `@` in a tag, at most 256 of them.
fn tag_value(value: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.@".contains(c);
    value.chars().take(256).map(|c| if allowed(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_holds_only_what_ses_allows() {
        assert_eq!(tag_value("0192/0193#email é"), "0192_0193_email__");
        assert_eq!(tag_value(&"x".repeat(300)).len(), 256);
    }
}
