//! Where a notice goes, and how it is sent there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use parvis_domain::texts::NoticeText;
use parvis_domain::{Channel, EmailAddress, Language, PhoneNumber, ReportId};
use parvis_store::{Account, Commune, Device, Notice, Platform, StoreError};
use serde_json::json;

use crate::channels::{Target, channels_for};

/// Longest body of a push message in bytes. FCM and APNs refuse a message of more than 4,096 bytes, which title, data and
/// JSON share; SNS takes it and the phone never shows it. The app reads the whole text from the report.
pub(crate) const PUSH_BODY: usize = 2_500;

/// An address that is the account's own at this moment.
pub(crate) enum Recipient<'a> {
    Device(&'a Device),
    Phone(&'a PhoneNumber),
    Mailbox(&'a EmailAddress),
}

impl<'a> Recipient<'a> {
    /// Where `notice` goes; nowhere, if the account is told over something else by now (a device was removed, a channel
    /// switched off). `device` is that of a push notice. What stands in for a channel that is gone needs only its address and an account that wants to hear.
    pub(crate) fn of(notice: &Notice, account: &'a Account, device: Option<&'a Device>) -> Option<Recipient<'a>> {
        let target = Target { channel: notice.key.channel, device: notice.key.device };
        let stands_in = notice.fallback && !account.channels.is_empty();
        if !stands_in && !channels_for(account, &[]).contains(&target) {
            return None;
        }
        match target.channel {
            Channel::Push => device.map(Recipient::Device),
            Channel::Sms => account.phone_for_sms().map(Recipient::Phone),
            Channel::Email => account.email.as_ref().map(Recipient::Mailbox),
        }
    }

    /// Whether the account, as it is now, has something else in the place of an address that turned out to be gone: the device
    /// registered again, another number or mailbox.
    pub(crate) fn is_replaced(&self, notice: &Notice, account: &Account) -> bool {
        match self {
            Recipient::Device(_) => account.devices.iter().any(|device| Some(*device) == notice.key.device),
            Recipient::Phone(gone) => account.phone_for_sms().is_some_and(|phone| phone != *gone),
            Recipient::Mailbox(gone) => account.email.as_ref().is_some_and(|mailbox| mailbox != *gone),
        }
    }

    /// In which it is written to.
    pub(crate) fn language(&self, account: &Account) -> Language {
        match self {
            Recipient::Device(device) => device.language.unwrap_or(account.language),
            Recipient::Phone(_) | Recipient::Mailbox(_) => account.language,
        }
    }

    /// Sends it; answers the id that SNS, SES or the push service gave.
    pub(crate) async fn send(
        &self,
        commune: &Commune,
        text: &NoticeText,
        notice: &Notice,
        report: ReportId,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let about = notice.key.to_string();
        match self {
            Recipient::Device(device) if device.platform == Platform::Web => {
                let event = notice.key.event.to_string();
                let message = json!({
                    "title": text.title,
                    "body": shortened(&text.body, PUSH_BODY),
                    "url": format!("/{}/reports/{}", commune.id(), report),
                    "tag": event,
                    "commune": commune.id(),
                    "notice": about,
                });
                commune.send_web_push(device, &message, &event.replace('-', ""), now).await
            }
            Recipient::Device(device) => {
                let data = BTreeMap::from([
                    ("commune", commune.id().to_string()),
                    ("report", report.to_string()),
                    ("event", notice.key.event.to_string()),
                ]);
                let body = shortened(&text.body, PUSH_BODY);
                let event = notice.key.event.to_string();
                commune.publish_push(device, &text.title, &body, &data, &about, &event).await
            }
            Recipient::Phone(phone) => commune.send_sms(phone, &text.sms, &about).await,
            Recipient::Mailbox(email) => commune.send_mail(email, &text.email_subject, &text.email_body, &about).await,
        }
    }
}

/// The text, or its first words and `…` in at most `max` bytes as JSON writes them.
pub(crate) fn shortened(text: &str, max: usize) -> String {
    let in_json = |c: char| if matches!(c, '"' | '\\' | '\n' | '\t') { 2 } else { c.len_utf8() };
    if text.chars().map(in_json).sum::<usize>() <= max {
        return text.to_owned();
    }
    let mut used = '…'.len_utf8();
    let fits = |c: &char| {
        used += in_json(*c);
        used <= max
    };
    let head: String = text.chars().take_while(fits).collect();
    let whole_words = head.rfind(char::is_whitespace).filter(|end| *end > 0).unwrap_or(head.len());
    format!("{}…", head[..whole_words].trim_end())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use parvis_domain::{Contact, EventId};
    use parvis_store::NoticeKey;

    use super::*;

    #[test]
    fn what_stands_in_goes_to_an_address_nobody_chose_as_long_as_somebody_listens() {
        let now = Timestamp::UNIX_EPOCH;
        let contact: Contact = serde_json::from_str(r#"{"phone":"0612345678"}"#).unwrap();
        let mut account = Account::new(&contact, Language::Fr, now);
        account.email = Some("claire@exemple.fr".parse().unwrap());
        let key =
            NoticeKey { event: EventId::new(now), account: Some(account.id), channel: Channel::Email, device: None };
        let mut notice = Notice::new(key, (ReportId::new(now), 1), now);
        assert!(Recipient::of(&notice, &account, None).is_none(), "she takes text messages");
        notice.fallback = true;
        assert!(matches!(Recipient::of(&notice, &account, None), Some(Recipient::Mailbox(_))), "her phone is gone");
        account.channels.clear();
        assert!(Recipient::of(&notice, &account, None).is_none(), "she wants to hear nothing now");
    }

    #[test]
    fn a_push_body_is_cut_at_a_word_and_counts_as_json_does() {
        assert_eq!(shortened("Nid-de-poule réparé", 40), "Nid-de-poule réparé");
        assert_eq!(shortened("Nid-de-poule réparé", 20), "Nid-de-poule…");
        let quoted = "\"\n".repeat(2_000);
        let body = shortened(&quoted, PUSH_BODY);
        assert!(serde_json::to_string(&body).unwrap().len() <= PUSH_BODY + 2, "its own quotes beside");
        assert!(body.len() > PUSH_BODY / 3, "{}", body.len());
    }
}
