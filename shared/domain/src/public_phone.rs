//! A number at which a service is called. It is printed and never dialled by the platform.

use serde::{Deserialize, Serialize};

use crate::{Invalid, ids::string_newtype, invalid::quoted};

/// A French number as it is dialled (`0442630001`), a short one (`3939`) or an international one (`+33442630001`). Only its
/// shape is checked: settings are read by every function that starts, and the plans of all countries take 100 ms to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicPhone(String);

string_newtype!(PublicPhone, { "type": "string", "minLength": 2, "maxLength": 30 });

impl PublicPhone {
    /// Takes what people write, with spaces, dots and dashes.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let dialled: String = raw.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}' | '\u{202f}')).collect();
        let digits = dialled.strip_prefix('+').unwrap_or(&dialled);
        let shaped = match (dialled.starts_with('+'), digits.as_bytes()) {
            (true, [b'1'..=b'9', ..]) => (8..=15).contains(&digits.len()),
            (false, [b'0', b'1'..=b'9', ..]) => digits.len() == 10,
            (false, [b'1'..=b'9', ..]) => (2..=6).contains(&digits.len()),
            _ => false,
        };
        if raw.len() <= 60 && shaped && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self(dialled));
        }
        let detail = format!("{} is not a phone number like 04 42 63 00 01, 3939 or +33442630001", quoted(raw));
        Err(Invalid::new("", "malformed_phone", detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_town_hall_prints_is_taken() {
        for (printed, kept) in [
            ("04 42 63 00 01", "0442630001"),
            ("04.42.63.00.01", "0442630001"),
            ("+33 4 42 63 00 01", "+33442630001"),
            ("39 39", "3939"),
            ("15", "15"),
        ] {
            assert_eq!(PublicPhone::parse(printed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_no_number_is_not() {
        let bad = [
            "",
            "0",
            "04 42 63 00",
            "00 33 4 42 63 00 01",
            "1234567",
            "+0442630001",
            "0442630001x",
            "mairie",
            "+",
            "٠٤",
        ];
        for bad in bad {
            assert_eq!(PublicPhone::parse(bad).unwrap_err().code, "malformed_phone", "{bad}");
        }
    }
}
