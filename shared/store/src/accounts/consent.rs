//! What an account's owner agreed to for text messages: given with a number, taken back in the settings or by STOP.

use jiff::Timestamp;
use parvis_domain::{Channel, Language, PhoneNumber, texts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Account;

/// That somebody agreed to text messages: to which words, and when (RGPD, article 7, paragraph 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SmsConsent {
    /// Which version of the words.
    pub version: u32,
    /// The words.
    pub text: String,
    /// When.
    pub given: Timestamp,
    /// When and how it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
}

/// An agreement was taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Withdrawn {
    /// When.
    pub at: Timestamp,
    /// How.
    pub by: WithdrawnBy,
}

/// How an agreement was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBy {
    /// Its owner switched text messages off.
    Owner,
    /// The phone is on the list of those that answered STOP, which only who operates the platform can take it off: until then
    /// SNS sends it nothing.
    Stop,
}

impl SmsConsent {
    pub(super) fn given(language: Language, now: Timestamp) -> SmsConsent {
        let text = texts::sms_consent(language);
        SmsConsent { version: texts::SMS_CONSENT_VERSION, text, given: now, withdrawn: None }
    }
}

impl Account {
    /// The number, unless its owner stopped text messages there.
    pub fn phone_for_sms(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref().filter(|_| !self.has_stopped_sms())
    }

    fn has_stopped_sms(&self) -> bool {
        let withdrawn = self.sms_consent.as_ref().and_then(|consent| consent.withdrawn.as_ref());
        withdrawn.is_some_and(|withdrawn| withdrawn.by == WithdrawnBy::Stop)
    }

    /// The same account told over these channels. Switching text messages on agrees to them, switching them off takes the
    /// agreement back.
    #[must_use]
    pub fn told_over(mut self, channels: Vec<Channel>, now: Timestamp) -> Account {
        let (was, is) = (self.channels.contains(&Channel::Sms), channels.contains(&Channel::Sms));
        if is && (!was || self.sms_consent.is_none()) {
            self.sms_consent = Some(SmsConsent::given(self.language, now));
        }
        if was && !is {
            self.withdraw_sms(WithdrawnBy::Owner, now);
        }
        self.channels = channels;
        self
    }

    /// The same account after its phone stopped text messages. Its owner still wants to hear: what is left when text messages
    /// were all they wanted is what reaches them otherwise.
    #[must_use]
    pub(super) fn stopped(mut self, now: Timestamp) -> Account {
        self.withdraw_sms(WithdrawnBy::Stop, now);
        let wanted = !self.channels.is_empty();
        self.channels.retain(|channel| *channel != Channel::Sms);
        if wanted && self.channels.is_empty() {
            self.channels.push(if self.email.is_some() { Channel::Email } else { Channel::Push });
        }
        self
    }

    fn withdraw_sms(&mut self, by: WithdrawnBy, now: Timestamp) {
        let mut consent = self.sms_consent.take().unwrap_or_else(|| SmsConsent::given(self.language, self.created));
        consent.withdrawn = Some(Withdrawn { at: now, by });
        self.sms_consent = Some(consent);
    }
}

#[cfg(test)]
mod tests {
    use parvis_domain::Contact;

    use super::*;

    fn contact(raw: &str) -> Contact {
        serde_json::from_str(raw).expect("a contact")
    }

    #[test]
    fn a_number_that_is_confirmed_is_agreed_to_and_the_agreement_can_be_taken_back_and_given_again() {
        let [made, off, on] = [1, 2, 3].map(|hour| Timestamp::from_second(hour * 3_600).expect("a time"));
        let account = Account::new(&contact(r#"{"phone":"0612345678"}"#), Language::Fr, made);
        let first = account.sms_consent.clone().expect("an agreement");
        assert_eq!((first.version, first.given, &first.withdrawn), (texts::SMS_CONSENT_VERSION, made, &None));
        assert_eq!(first.text, texts::sms_consent(Language::Fr));
        let quiet = account.clone().told_over(vec![Channel::Push], off);
        let withdrawn = Some(Withdrawn { at: off, by: WithdrawnBy::Owner });
        assert_eq!(quiet.sms_consent, Some(SmsConsent { withdrawn, ..first.clone() }));
        assert!(quiet.phone_for_sms().is_some(), "it stays the last resort");
        let again = quiet.told_over(vec![Channel::Sms], on).sms_consent.expect("an agreement");
        assert_eq!((again.given, again.withdrawn), (on, None));
        assert_eq!(account.clone().told_over(vec![Channel::Sms], on).sms_consent, Some(first), "it was on already");
        let by_mail = Account::new(&contact(r#"{"email":"claire@exemple.fr"}"#), Language::Fr, made);
        assert_eq!(by_mail.sms_consent, None);
    }

    #[test]
    fn a_phone_that_answers_stop_gets_nothing_more_and_its_owner_still_wants_to_hear() {
        let now = Timestamp::UNIX_EPOCH;
        let account = Account::new(&contact(r#"{"phone":"0612345678"}"#), Language::Fr, now);
        let stopped = account.clone().stopped(now);
        assert_eq!((stopped.phone_for_sms(), stopped.channels.as_slice()), (None, &[Channel::Push][..]));
        let with_mail = Account { email: Some("claire@exemple.fr".parse().expect("an address")), ..account.clone() };
        let only_sms = Account { channels: vec![Channel::Sms], ..with_mail };
        assert_eq!(only_sms.stopped(now).channels, [Channel::Email]);
        let nothing = Account { channels: Vec::new(), ..account };
        assert_eq!(nothing.stopped(now).channels, [], "who wants nothing goes on wanting nothing");
    }
}
