//! A mobile number in an allowed country, the only kind that an SMS with a code can reach.

use std::fmt;

use phonenumber::{Mode, Type, country::Id, metadata::DATABASE};
use serde::{Deserialize, Serialize};

use crate::{
    country::{Country, listed},
    ids::string_newtype,
    invalid::{Invalid, quoted},
};

/// A mobile number in E.164 (`+33612345678`) of an allowed country.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

string_newtype!(PhoneNumber, { "type": "string", "minLength": 8, "maxLength": 30 });

/// Country codes of the overseas departments whose mobile numbers are dialled in mainland France without them: 0690… rings in
/// Guadeloupe, which is +590 abroad. Which number is whose is in the library's copy of the numbering plan, block by block:
/// some of 0639 are Mayotte's and the others nobody's, 0709 is shared out among all.
const OVERSEAS_CODES: [&str; 4] = ["+262", "+590", "+594", "+596"];

impl PhoneNumber {
    /// Takes `+33612345678` and what people write: `06 12 34 56 78`, `06.12.34.56.78`, `0033 6 12 34 56 78`.
    /// Of these countries a commune allows some (`CommuneSettings::sms_countries`).
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let malformed = || {
            let detail = format!("{} is not a phone number like 06 12 34 56 78 or +33612345678", quoted(raw));
            Invalid::new("", "malformed_phone", detail)
        };
        let dialled = dialled(raw).ok_or_else(malformed)?;
        if is_mainland_mobile(&dialled) {
            return Ok(Self(format!("+33{}", &dialled[1..])));
        }
        let number = match overseas_mobile(&dialled) {
            Some(number) => number,
            None => phonenumber::parse(Some(Id::FR), &dialled).map_err(|_| malformed())?,
        };
        if !number.is_valid() {
            return Err(malformed());
        }
        if number.country().id().and_then(Country::of).is_none() {
            let detail = format!(
                "{} is not a number of an allowed country; allowed: {}; an e-mail address will do instead",
                quoted(raw),
                listed(&Country::ALL)
            );
            return Err(Invalid::new("", "country_not_allowed", detail));
        }
        if !matches!(number.number_type(&DATABASE), Type::Mobile | Type::FixedLineOrMobile) {
            let detail = format!("{} is not a mobile number; a code by SMS cannot reach it", quoted(raw));
            return Err(Invalid::new("", "not_a_mobile", detail));
        }
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }

    /// Whose numbering plan it is of; none only if the plans changed since it was taken.
    pub fn country(&self) -> Option<Country> {
        if self.0.strip_prefix("+33").is_some_and(|national| is_mainland_mobile(&format!("0{national}"))) {
            return Some(Country::Fr);
        }
        phonenumber::parse(None, &self.0).ok()?.country().id().and_then(Country::of)
    }

    /// The country code, the first group and the last two digits: `+33 6 •• •• •• 78`.
    pub fn masked(&self) -> String {
        if let Some([a, .., y, z]) = self.0.strip_prefix("+33").map(str::as_bytes) {
            let [a, y, z] = [a, y, z].map(|digit| char::from(*digit));
            return format!("+33 {a} •• •• •• {y}{z}");
        }
        let shown = match phonenumber::parse(None, &self.0) {
            Ok(number) => number.format().mode(Mode::International).to_string(),
            Err(_) => self.0.clone(),
        };
        let last_two = shown.char_indices().rev().filter(|(_, c)| c.is_ascii_digit()).nth(1).map_or(0, |(at, _)| at);
        let mut national = None;
        shown
            .char_indices()
            .map(|(at, c)| match c {
                ' ' => {
                    national.get_or_insert(at + 1);
                    ' '
                }
                '0'..='9' if national.is_some_and(|first| at > first) && at < last_two => '•',
                '-' | '.' => ' ',
                c => c,
            })
            .collect()
    }
}

/// Digits with an optional leading `+`, numbers of mainland France as dialled there; `None` for anything else. Only these
/// reach the parser: extensions, letters and `;phone-context` have no place in a mobile number.
fn dialled(raw: &str) -> Option<String> {
    let mut out = String::new();
    for c in raw.trim().chars() {
        match c {
            '+' if out.is_empty() => out.push(c),
            '0'..='9' => out.push(c),
            ' ' | '.' | '-' | '(' | ')' | '/' | '\u{a0}' | '\u{202f}' | '\u{2011}' => {}
            _ => return None,
        }
    }
    if !(8..=20).contains(&out.len()) {
        return None;
    }
    // "+33 (0)6 12 34 56 78" is on every French letterhead; the zero is for national calls only.
    if let Some(national) = out.strip_prefix("+330").or_else(|| out.strip_prefix("00330")) {
        out = format!("0{national}");
    } else if let Some(national) = out.strip_prefix("+33").or_else(|| out.strip_prefix("0033")) {
        out = format!("0{national}");
    }
    Some(out)
}

/// The overseas mobile number that these digits are when they are dialled in mainland France.
fn overseas_mobile(dialled: &str) -> Option<phonenumber::PhoneNumber> {
    let national = dialled.strip_prefix('0').filter(|rest| rest.len() == 9 && rest.starts_with(['6', '7']))?;
    OVERSEAS_CODES.iter().find_map(|code| {
        let number = phonenumber::parse(None, format!("{code}{national}")).ok()?;
        (number.is_valid() && number.number_type(&DATABASE) == Type::Mobile).then_some(number)
    })
}

/// Whether it is a mobile number of mainland France as dialled there: the pattern of the library, by hand, because the
/// library reads the numbering plans of the whole world first, which costs a function that has just started some 100 ms
/// for what nearly every resident types. A test holds the two against each other.
fn is_mainland_mobile(dialled: &str) -> bool {
    let &[b'0', first, second, third, ..] = dialled.as_bytes() else { return false };
    dialled.len() == 10
        && match (first, second) {
            (b'6', b'3') => third != b'9',
            (b'6', b'9') => matches!(third, b'5' | b'8' | b'9'),
            (b'6', _) => true,
            (b'7', b'3'..=b'9') => true,
            _ => false,
        }
}

/// Masked, because what is printed for debugging ends in logs, and logs hold no personal data.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(raw: &str) -> String {
        PhoneNumber::parse(raw).unwrap_or_else(|e| panic!("{raw}: {e}")).to_string()
    }

    fn code(raw: &str) -> &'static str {
        PhoneNumber::parse(raw).map_or_else(|e| e.code, |n| panic!("{raw} was taken as {}", n.as_str()))
    }

    #[test]
    fn every_spelling_of_a_french_mobile_is_one_number() {
        for raw in [
            "+33612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "0612345678",
            "0033612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            " 06\u{a0}12\u{202f}34 56 78 ",
        ] {
            assert_eq!(e164(raw), "+33612345678", "{raw}");
        }
        assert_eq!(e164("07 56 12 34 56"), "+33756123456");
    }

    #[test]
    fn overseas_mobiles_are_taken_in_international_form_and_in_the_national_form_dialled_in_france() {
        for (raw, kept) in [
            ("+590690123456", "+590690123456"),
            ("0690 12 34 56", "+590690123456"),
            ("+33690123456", "+590690123456"),
            ("+596696123456", "+596696123456"),
            ("0696 12 34 56", "+596696123456"),
            ("0694 20 12 34", "+594694201234"),
            ("0692 12 34 56", "+262692123456"),
            ("0639 69 12 34", "+262639691234"),
            ("+33 639 01 23 45", "+262639012345"),
            ("0709 03 12 34", "+590709031234"),
            ("0709 11 12 34", "+596709111234"),
            ("0709 22 12 34", "+262709221234"),
            ("0709 31 12 34", "+594709311234"),
            ("0709 36 12 34", "+262709361234"),
            ("+68987123456", "+68987123456"),
            ("+687 75.12.34", "+687751234"),
        ] {
            assert_eq!(e164(raw), kept, "{raw}");
        }
    }

    #[test]
    fn the_short_way_for_mainland_mobiles_agrees_with_the_library_on_every_block() {
        for block in 0..10_000 {
            let dialled = format!("0{block:04}00000");
            let number = phonenumber::parse(Some(Id::FR), &dialled);
            let mobile = number.is_ok_and(|n| n.is_valid() && n.number_type(&DATABASE) == Type::Mobile);
            assert_eq!(is_mainland_mobile(&dialled), mobile, "{dialled}");
        }
    }

    #[test]
    fn a_block_of_0639_that_nobody_has_is_not_sent_to_mayotte() {
        for raw in ["0639 81 12 34", "0639 08 12 34", "0691 99 12 34", "0709 99 12 34"] {
            assert_eq!(code(raw), "malformed_phone", "{raw}");
        }
    }

    #[test]
    fn no_block_of_mobile_numbers_is_of_two_countries() {
        for block in (6_000..8_000).filter(|block| !is_mainland_mobile(&format!("0{block}00000"))) {
            for last in 0..10 {
                let national = format!("{block}{last}0000");
                let parsed = |code: &&str| phonenumber::parse(None, format!("{code}{national}"));
                let is_mobile = |n: phonenumber::PhoneNumber| n.is_valid() && n.number_type(&DATABASE) == Type::Mobile;
                let claims = OVERSEAS_CODES.iter().filter(|code| parsed(code).is_ok_and(is_mobile)).count();
                assert!(claims <= 1, "0{national} is of {claims} countries");
            }
        }
    }

    #[test]
    fn a_landline_is_refused_because_no_sms_reaches_it() {
        assert_eq!(code("04 42 12 34 56"), "not_a_mobile");
        assert_eq!(code("+33142345678"), "not_a_mobile");
        assert_eq!(code("0800 123 456"), "not_a_mobile");
    }

    #[test]
    fn a_mobile_of_another_country_is_refused_and_the_allowed_ones_are_named() {
        for raw in ["+447911123456", "+48512345678", "+12025550123"] {
            assert_eq!(code(raw), "country_not_allowed", "{raw}");
        }
        assert!(PhoneNumber::parse("+447911123456").unwrap_err().detail.contains("FR, GP, MQ"));
    }

    #[test]
    fn a_number_knows_its_country() {
        for (raw, country) in [
            ("0612345678", Country::Fr),
            ("0690 12 34 56", Country::Gp),
            ("0692 12 34 56", Country::Re),
            ("0639 69 12 34", Country::Yt),
            ("+687751234", Country::Nc),
            ("+32470123456", Country::Be),
            ("+4915112345678", Country::De),
            ("+41781234567", Country::Ch),
        ] {
            assert_eq!(PhoneNumber::parse(raw).unwrap().country(), Some(country), "{raw}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused_without_a_panic() {
        for raw in [
            "",
            " ",
            "+",
            "06",
            "061234567",
            "06123456789",
            "99 99 99 99 99",
            "six",
            "06 12 34 56 78 ext. 5",
            "tel:+33612345678",
            "+33612345678;phone-context=+33",
            "06 12 34 56 7a",
            "++33612345678",
            "0612345678+",
            "٠٦١٢٣٤٥٦٧٨",
            "+000000000000",
            &"0".repeat(1000),
        ] {
            assert_eq!(code(raw), "malformed_phone", "{raw}");
        }
    }

    #[test]
    fn a_masked_number_shows_its_country_first_group_and_last_two_digits() {
        assert_eq!(PhoneNumber::parse("0612345678").unwrap().masked(), "+33 6 •• •• •• 78");
        for raw in ["+590690123456", "+68987123456", "+596696123456", "0692 12 34 56", "+687751299"] {
            let masked = PhoneNumber::parse(raw).unwrap().masked();
            assert!(masked.matches('•').count() >= 3, "{masked}");
        }
    }
}
