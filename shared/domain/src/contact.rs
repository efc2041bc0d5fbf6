//! How a resident can be reached: a mobile number or an e-mail address, the channels, the language.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{email::EmailAddress, invalid::Invalid, phone::PhoneNumber};

/// A way to reach a person; on the wire `{"phone": "+33612345678"}` or `{"email": "claire@exemple.fr"}`, exactly one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", try_from = "RawContact")]
pub enum Contact {
    /// By SMS.
    Phone(PhoneNumber),
    /// By e-mail.
    Email(EmailAddress),
}

impl Contact {
    /// Enough to recognise one's own contact, too little to learn another's: `+33 6 •• •• •• 78`, `c…@exemple.fr`.
    pub fn masked(&self) -> String {
        match self {
            Contact::Phone(phone) => phone.masked(),
            Contact::Email(email) => email.masked(),
        }
    }

    /// One spelling per mailbox or phone, to find the account of a contact: `phone:+33612345678`,
    /// `email:claire@exemple.fr`. Mail goes to the spelling the person gave; hardly any provider tells `Claire@` from
    /// `claire@`, and two accounts for one mailbox would tell somebody everything twice.
    pub fn key(&self) -> String {
        match self {
            Contact::Phone(phone) => format!("phone:{phone}"),
            Contact::Email(email) => format!("email:{}", email.as_str().to_lowercase()),
        }
    }

    /// The channel that reaches it.
    pub fn channel(&self) -> Channel {
        match self {
            Contact::Phone(_) => Channel::Sms,
            Contact::Email(_) => Channel::Email,
        }
    }
}

/// Masked, because what is printed for debugging ends in logs, and logs hold no personal data.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({})", self.masked())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContact {
    phone: Option<PhoneNumber>,
    email: Option<EmailAddress>,
}

impl TryFrom<RawContact> for Contact {
    type Error = Invalid;
    fn try_from(raw: RawContact) -> Result<Self, Invalid> {
        match (raw.phone, raw.email) {
            (Some(phone), None) => Ok(Contact::Phone(phone)),
            (None, Some(email)) => Ok(Contact::Email(email)),
            (None, None) => Err(Invalid::new(
                "",
                "contact_missing",
                "a contact has a \"phone\" or an \"email\"; this one has neither",
            )),
            (Some(_), Some(_)) => Err(Invalid::new(
                "",
                "contact_ambiguous",
                "a contact has a \"phone\" or an \"email\"; this one has both",
            )),
        }
    }
}

impl JsonSchema for Contact {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Contact".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let phone = generator.subschema_for::<PhoneNumber>();
        let email = generator.subschema_for::<EmailAddress>();
        json_schema!({
            "oneOf": [
                { "type": "object", "properties": { "phone": phone }, "required": ["phone"], "additionalProperties": false },
                { "type": "object", "properties": { "email": email }, "required": ["email"], "additionalProperties": false },
            ]
        })
    }
}

/// What a notice travels on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A push message to a device.
    Push,
    /// A text message to a phone.
    Sms,
    /// An e-mail.
    Email,
}

impl Channel {
    /// Every channel, in the order in which one falls back to the next.
    pub const ALL: [Channel; 3] = [Channel::Push, Channel::Sms, Channel::Email];

    /// As on the wire and in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Push => "push",
            Channel::Sms => "sms",
            Channel::Email => "email",
        }
    }
}

/// The language a resident reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language there are texts for.
    pub const ALL: [Language; 2] = [Language::Fr, Language::En];

    /// The BCP 47 tag, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Fr => "fr",
            Language::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Contact, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_contact_is_a_phone_or_an_email_and_writes_back_as_it_was_read() {
        let phone = read(r#"{"phone": "06 12 34 56 78"}"#).unwrap();
        assert_eq!(serde_json::to_string(&phone).unwrap(), r#"{"phone":"+33612345678"}"#);
        let email = read(r#"{"email": "Claire@Exemple.FR"}"#).unwrap();
        assert_eq!(serde_json::to_string(&email).unwrap(), r#"{"email":"Claire@exemple.fr"}"#);
        assert_eq!((phone.channel(), email.channel()), (Channel::Sms, Channel::Email));
    }

    #[test]
    fn neither_and_both_are_refused_by_a_sentence_that_says_which() {
        assert!(read("{}").unwrap_err().to_string().contains("neither"));
        assert!(read(r#"{"phone":"0612345678","email":"a@b.fr"}"#).unwrap_err().to_string().contains("both"));
        assert!(read(r#"{"fax":"0612345678"}"#).unwrap_err().to_string().contains("unknown field `fax`"));
    }

    #[test]
    fn one_mailbox_has_one_key_however_it_is_spelt() {
        let a = read(r#"{"email":"Claire@exemple.fr"}"#).unwrap();
        let b = read(r#"{"email":"claire@EXEMPLE.fr"}"#).unwrap();
        assert_eq!((a.key(), b.key()), ("email:claire@exemple.fr".to_owned(), "email:claire@exemple.fr".to_owned()));
        assert_eq!(read(r#"{"phone":"0612345678"}"#).unwrap().key(), "phone:+33612345678");
    }

    #[test]
    fn debug_output_holds_no_contact() {
        let printed = format!("{:?} {:?}", read(r#"{"phone":"0612345678"}"#), read(r#"{"email":"claire@exemple.fr"}"#));
        assert!(!printed.contains("123456") && !printed.contains("claire"), "{printed}");
    }

    #[test]
    fn channels_and_languages_are_written_in_snake_case() {
        assert!(Channel::ALL.iter().all(|c| serde_json::to_value(c).unwrap() == c.as_str()));
        assert!(Language::ALL.iter().all(|l| serde_json::to_value(l).unwrap() == l.as_str()));
        assert_eq!(Language::default(), Language::Fr);
    }
}
