//! What a danger alert says.

use super::text;
use crate::{Alert, AlertEnd, Language};

/// An alert, or its all-clear, as a phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertText {
    /// What it is, then the headline.
    pub title: String,
    /// What to do first, then what is known, then the link.
    pub body: String,
}

/// What is told when an alert is sent.
pub fn alert(language: Language, alert: &Alert, link: &str) -> AlertText {
    let instruction = alert.instruction.as_ref().map(|words| words.as_str());
    let parts = [instruction, Some(alert.description.as_str()), Some(link)];
    AlertText { title: titled(language, "alert-title", alert), body: lines(parts) }
}

/// What is told when it is over before its time.
pub fn alert_ended(language: Language, alert: &Alert, end: &AlertEnd, link: &str) -> AlertText {
    let own = text(language, "alert-ended-words", &[]);
    let words = end.note.as_ref().map_or(own.as_str(), |note| note.as_str());
    AlertText { title: titled(language, "alert-ended-title", alert), body: lines([Some(words), Some(link), None]) }
}

fn titled(language: Language, id: &str, alert: &Alert) -> String {
    text(language, id, &[("headline", alert.headline.as_str())])
}

fn lines(parts: [Option<&str>; 3]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertCategory, NewAlert, Severity};

    #[test]
    fn what_to_do_comes_first_and_an_all_clear_says_so() {
        let new = NewAlert {
            category: AlertCategory::Geo,
            severity: Severity::Severe,
            headline: "Crue de la Durance".parse().expect("a headline"),
            description: "L’eau monte.".parse().expect("a text"),
            instruction: Some("Montez à l’étage.".parse().expect("a text")),
            expires: None,
        };
        let now = "2026-11-23T18:00:00Z".parse().expect("a time");
        let flood = Alert::send(new, now).expect("an alert");
        let said = alert(Language::Fr, &flood, "https://x/1");
        assert_eq!(said.title, "Alerte : Crue de la Durance");
        assert_eq!(said.body, "Montez à l’étage.\nL’eau monte.\nhttps://x/1");
        let (ended, end) = flood.end(None, now).expect("in force");
        let said = alert_ended(Language::Fr, &ended, &end, "https://x/1");
        assert_eq!(said.title, "Fin d’alerte : Crue de la Durance");
        assert_eq!(said.body, "Le danger est passé.\nhttps://x/1");
        let end = AlertEnd { note: Some("Évitez encore le gué.".parse().expect("a text")), ..end };
        let said = alert_ended(Language::En, &ended, &end, "https://x/1");
        assert_eq!(
            (said.title.as_str(), said.body.as_str()),
            ("All clear: Crue de la Durance", "Évitez encore le gué.\nhttps://x/1")
        );
    }
}
