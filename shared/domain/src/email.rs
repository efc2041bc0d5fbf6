//! An e-mail address as mail servers accept it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    ids::string_newtype,
    invalid::{Invalid, grouped, quoted},
};

/// An address in the dot-atom form of RFC 5321 within its limits (64 octets before the `@`, 254 in all), domain in lower
/// case. Quoted local parts and address literals exist on paper only; they are refused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

string_newtype!(EmailAddress, { "type": "string", "format": "email", "minLength": 6, "maxLength": 254 });

impl EmailAddress {
    /// Takes an address with or without spaces around it.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let raw = raw.trim();
        // RFC 5321, section 4.5.3.1.3: a path is at most 256 octets, of which two are its angle brackets.
        if raw.len() > 254 {
            let detail = format!("e-mail address is {} characters; at most 254", grouped(raw.chars().count()));
            return Err(Invalid::new("", "too_long", detail));
        }
        let malformed = |why: &str| {
            let detail = format!("{} is not an e-mail address like claire@exemple.fr: {why}", quoted(raw));
            Err(Invalid::new("", "malformed_email", detail))
        };
        let Some((local, domain)) = raw.rsplit_once('@') else { return malformed("it has no @") };
        if local.is_empty() || local.len() > 64 {
            return malformed("before the @ there must be 1 to 64 characters");
        }
        if local.split('.').any(|atom| atom.is_empty() || !atom.bytes().all(is_atext)) {
            return malformed("before the @ only a-z, 0-9, !#$%&'*+-/=?^_`{|}~ and single dots between them may stand");
        }
        let labels: Vec<&str> = domain.split('.').collect();
        if labels.len() < 2 || !labels.iter().all(|label| is_host_label(label)) {
            return malformed("after the @ there must be a domain like exemple.fr");
        }
        if labels
            .last()
            .is_some_and(|top| top.len() < 2 || top.bytes().any(|b| b.is_ascii_digit()) && !top.starts_with("xn--"))
        {
            return malformed("a domain ends in letters, like .fr");
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The first letter and the domain: `c…@exemple.fr`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or(("", ""));
        format!("{}…@{domain}", local.chars().take(1).collect::<String>())
    }
}

/// `atext` of RFC 5322, section 3.2.3.
fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}

/// A label of RFC 1035, section 2.3.1, as relaxed by RFC 1123, section 2.1.
fn is_host_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Masked, because what is printed for debugging ends in logs, and logs hold no personal data.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_addresses_are_taken_and_their_domain_lowercased() {
        for (raw, kept) in [
            ("claire@exemple.fr", "claire@exemple.fr"),
            (" Claire.Martin+parvis@Mairie.Exemple.FR ", "Claire.Martin+parvis@mairie.exemple.fr"),
            ("o'neill_99@a-b.museum", "o'neill_99@a-b.museum"),
            ("a@xn--caf-dma.xn--p1ai", "a@xn--caf-dma.xn--p1ai"),
        ] {
            assert_eq!(EmailAddress::parse(raw).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_no_server_takes_is_refused() {
        for bad in [
            "",
            "claire",
            "@exemple.fr",
            "claire@",
            "claire@exemple",
            "claire@@exemple.fr",
            "cl aire@exemple.fr",
            ".claire@exemple.fr",
            "claire.@exemple.fr",
            "cl..aire@exemple.fr",
            "claire@-exemple.fr",
            "claire@exemple-.fr",
            "claire@exemple..fr",
            "claire@exemple.fr.",
            "claire@[192.0.2.1]",
            "claire@192.0.2.1",
            "\"claire\"@exemple.fr",
            "clairé@exemple.fr",
            "claire@exémple.fr",
            "a@b.f",
            "a@b.fr\r\nBcc: c@d.fr",
            "a@b.fr, c@d.fr",
            "<a@b.fr>",
        ] {
            assert_eq!(EmailAddress::parse(bad).unwrap_err().code, "malformed_email", "{bad:?}");
        }
    }

    #[test]
    fn the_limits_of_the_standard_hold() {
        let longest = format!("{}@{}.fr", "l".repeat(64), ["d".repeat(61), "e".repeat(61), "f".repeat(60)].join("."));
        assert_eq!(longest.len(), 252);
        assert!(EmailAddress::parse(&longest).is_ok());
        assert!(EmailAddress::parse(&format!("{}@exemple.fr", "l".repeat(65))).is_err());
        assert!(EmailAddress::parse(&format!("a@{}.fr", "d".repeat(64))).is_err());
        let refused = EmailAddress::parse(&format!("a@{}.fr", vec!["d".repeat(63); 4].join("."))).unwrap_err();
        assert_eq!(
            (refused.code, refused.detail.as_str()),
            ("too_long", "e-mail address is 260 characters; at most 254")
        );
    }

    #[test]
    fn a_masked_address_shows_one_letter_and_the_domain() {
        assert_eq!(EmailAddress::parse("claire@exemple.fr").unwrap().masked(), "c…@exemple.fr");
    }
}
