//! What is said to whoever wants to report while the commune launches.

use jiff::civil::Date;

use super::{date_label, text};
use crate::{Language, NotTaken, sms};

/// Why a report is not taken, in words: the reason, the day of the launch if it is known, then the commune's own words.
pub fn not_taken(
    language: Language,
    commune_name: &str,
    why: NotTaken,
    launch_on: Option<Date>,
    message: Option<&str>,
) -> String {
    let id = match why {
        NotTaken::NotYet => "not-taken-not-yet",
        NotTaken::Place => "not-taken-place",
        NotTaken::Category => "not-taken-category",
        NotTaken::Invited => "not-taken-invited",
        NotTaken::Paused => "not-taken-paused",
    };
    let mut parts = vec![text(language, id, &[("commune", commune_name)])];
    if let Some(date) = launch_on {
        parts.push(text(language, "not-taken-open-on", &[("date", &date_label(language, date))]));
    }
    parts.extend(message.map(str::to_owned));
    parts.join(" ")
}

/// What whoever asked for it is told when the commune opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchOpen {
    /// At most 160 septets, unless the link alone is longer.
    pub sms: String,
    /// One line.
    pub email_subject: String,
    /// Plain text.
    pub email_body: String,
}

/// That the commune is open to everybody, told once to whoever asked for it.
pub fn launch_open(language: Language, commune_name: &str, link: &str) -> LaunchOpen {
    let args = [("commune", commune_name), ("link", link)];
    LaunchOpen {
        sms: sms::fit(&text(language, "launch-open-sms", &args[..1]), link, sms::SINGLE),
        email_subject: text(language, "launch-open-subject", &args[..1]),
        email_body: text(language, "launch-open-body", &args),
    }
}

/// How whoever asked for it by mail is taken off the list again.
pub fn launch_way_out(language: Language, commune_name: &str, link: &str) -> String {
    text(language, "launch-way-out", &[("commune", commune_name), ("link", link)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why_when_it_opens_and_what_the_commune_adds() {
        let on = Date::constant(2026, 12, 1);
        let told = not_taken(Language::Fr, "Jouques", NotTaken::NotYet, Some(on), Some("Venez à la réunion du 20."));
        let expected = "Jouques n’a pas encore ouvert ce service à ses habitants. Ouverture à tous : mardi 1er \
                        décembre 2026. Venez à la réunion du 20.";
        assert_eq!(told, expected);
        let told = not_taken(Language::En, "Jouques", NotTaken::Paused, None, None);
        assert_eq!(told, "Jouques takes no new reports for the moment.");
    }
}
