//! What arrived on phones and in mailboxes, as `/_local/outbox` tells it.

use serde::Deserialize;

/// One message to one recipient.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Sent {
    pub(crate) id: u64,
    /// `sms`, `push` or `email`.
    pub(crate) channel: String,
    pub(crate) recipient: String,
    pub(crate) text: String,
    pub(crate) device_token: Option<String>,
    /// What it is about: `code`, or the notice's key.
    pub(crate) notice: Option<String>,
}

/// Which notice a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) event: String,
    pub(crate) account: String,
    pub(crate) channel: String,
}

impl Sent {
    pub(crate) fn is_code(&self) -> bool {
        self.notice.as_deref() == Some("code")
    }

    /// `<event>/<account>/<channel>`, for a device `/<device>` more; in mails, whose tags cannot hold a slash, with `_`.
    pub(crate) fn key(&self) -> Option<Key> {
        let mut parts = self.notice.as_deref()?.split(['/', '_']).map(str::to_owned);
        Some(Key { event: parts.next()?, account: parts.next()?, channel: parts.next()? })
    }

    /// The six digits.
    pub(crate) fn code(&self) -> Option<String> {
        let digits = self.text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6)?;
        Some(digits.to_owned())
    }
}

/// A text as an SMS can carry it, as far as this story's texts need: the alphabet of text messages has neither `À` nor `’`.
pub(crate) fn as_sms(text: &str) -> String {
    text.replace('À', "A").replace('’', "'").replace('û', "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(notice: &str) -> Sent {
        let (channel, recipient, text) = ("sms".to_owned(), "+33600000042".to_owned(), "Le 12 : 012345.".to_owned());
        Sent { id: 1, channel, recipient, text, device_token: None, notice: Some(notice.to_owned()) }
    }

    #[test]
    fn a_key_reads_the_same_from_a_text_message_a_push_message_and_a_mail() {
        let key = Some(Key { event: "0-e".to_owned(), account: "0-a".to_owned(), channel: "push".to_owned() });
        for notice in ["0-e/0-a/push", "0-e/0-a/push/0-d", "0-e_0-a_push"] {
            assert_eq!(about(notice).key(), key);
        }
        assert_eq!(about("code").key(), None);
        assert_eq!(about("code").code().as_deref(), Some("012345"));
    }
}
