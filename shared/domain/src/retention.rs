//! How long personal data is kept: what a commune may decide within the law's bounds, and what is taken out of texts.

use jiff::{Span, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Invalid, paris};

/// What a commune may choose for closed reports, in months: as long as the purpose needs them (RGPD, article 5 (1) e). Ten
/// years is how long claims for bodily damage last (Code civil, article 2226).
const CLOSED_REPORTS: (u32, u32) = (12, 120);
/// What it may choose for accounts that nobody uses, in months.
const UNUSED_ACCOUNTS: (u32, u32) = (12, 36);

/// How long a commune keeps what has come to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Months after its last change until a closed report is made anonymous: 12 to 120, 60 unless the commune says otherwise.
    #[schemars(range(min = 12, max = 120))]
    pub closed_reports_months: u32,
    /// Months after its last use until an account is erased, which is announced twice: 12 to 36, 24 unless the commune says
    /// otherwise.
    #[schemars(range(min = 12, max = 36))]
    pub unused_accounts_months: u32,
}

impl Default for Retention {
    fn default() -> Retention {
        Retention { closed_reports_months: 60, unused_accounts_months: 24 }
    }
}

impl Retention {
    /// Refuses what is outside the bounds.
    pub fn check(&self) -> Vec<Invalid> {
        let within = |field: &str, months: u32, (least, most): (u32, u32)| {
            let detail = format!("{field} is {months}; it must be from {least} to {most} months");
            (!(least..=most).contains(&months)).then(|| Invalid::new(field, "out_of_range", detail))
        };
        let reports = within("closed_reports_months", self.closed_reports_months, CLOSED_REPORTS);
        let accounts = within("unused_accounts_months", self.unused_accounts_months, UNUSED_ACCOUNTS);
        reports.into_iter().chain(accounts).collect()
    }
}

/// So many months later in the calendar of Paris.
pub fn months_after(at: Timestamp, months: u32) -> Timestamp {
    let later = at.to_zoned(paris()).checked_add(Span::new().months(i64::from(months.min(1_200))));
    later.map_or(Timestamp::MAX, |later| later.timestamp())
}

/// What stands for a contact that was taken out: shorter than any of them, so that a text stays within its limit.
const OUT: &str = "[…]";

/// A text without e-mail addresses and phone numbers. Names stay: no rule finds them without taking words out that are none.
pub fn without_contacts(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let at_word = !clean.ends_with(|c: char| c.is_alphanumeric());
        if at_word && let Some(length) = number_at(rest) {
            clean.push_str(OUT);
            rest = &rest[length..];
        } else if at_word && let Some(length) = address_at(rest) {
            clean.push_str(OUT);
            rest = &rest[length..];
        } else {
            clean.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    clean
}

/// The length of the phone number that a text begins with: nine digits or more after a 0 or +, with what stands between
/// them.
fn number_at(text: &str) -> Option<usize> {
    if !text.starts_with(['0', '+']) {
        return None;
    }
    let (mut digits, mut end) = (0, 0);
    for (place, letter) in text.char_indices() {
        match letter {
            '0'..='9' => {
                digits += 1;
                end = place + 1;
            }
            '+' if place == 0 => {}
            ' ' | '.' | '-' | '(' | ')' | '/' | '\u{a0}' | '\u{202f}' => {}
            _ => break,
        }
    }
    (digits >= 9).then_some(end)
}

/// The length of the e-mail address that a text begins with.
fn address_at(text: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let name = text.find(|c: char| !part(c))?;
    let domain = text[name..].strip_prefix('@')?;
    let length = domain.find(|c: char| !part(c)).unwrap_or(domain.len());
    // The full stop of the sentence is not part of it.
    let domain = domain[..length].trim_end_matches(['.', '-']);
    (name > 0 && domain.contains('.')).then_some(name + 1 + domain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_taken_out_and_nothing_else() {
        for (text, clean) in [
            ("Appelez-moi au 06 12 34 56 78, merci", "Appelez-moi au […], merci"),
            ("+33 (0)6.12.34.56.78", "[…]"),
            ("0612345678/claire@exemple.fr.", "[…]/[…]."),
            ("claire.d+x@mairie-exemple.fr et 12 rue Haute", "[…] et 12 rue Haute"),
            ("le 05 03 2026, 3 trous de 40 cm @ l’école", "le 05 03 2026, 3 trous de 40 cm @ l’école"),
            ("poteau n° 100200300400", "poteau n° 100200300400"),
            ("réf. A0612345678", "réf. A0612345678"),
            ("é@è", "é@è"),
            ("", ""),
        ] {
            assert_eq!(without_contacts(text), clean);
            assert_eq!(without_contacts(clean), clean);
        }
    }

    #[test]
    fn a_commune_chooses_within_the_bounds() {
        assert_eq!(Retention::default().check(), []);
        let wrong = Retention { closed_reports_months: 11, unused_accounts_months: 37 }.check();
        let details: Vec<&str> = wrong.iter().map(|invalid| invalid.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                "closed_reports_months is 11; it must be from 12 to 120 months",
                "unused_accounts_months is 37; it must be from 12 to 36 months"
            ]
        );
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        let at: Timestamp = "2024-02-29T11:00:00Z".parse().expect("a time");
        assert_eq!(months_after(at, 12), "2025-02-28T11:00:00Z".parse().expect("a time"));
        assert_eq!(months_after(at, 60), "2029-02-28T11:00:00Z".parse().expect("a time"));
    }
}
