//! Reports as a table: CSV (RFC 4180) in UTF-8 with a byte order mark, by which Excel knows it. A text that a spreadsheet would
//! take for a formula gets an apostrophe in front (OWASP, "CSV Injection").

use parvis_domain::texts::{kind_label, status_label};
use parvis_domain::{Language, Report, Settings};

const COLUMNS: [&str; 16] = [
    "numéro",
    "nature",
    "catégorie",
    "service",
    "quartier",
    "état",
    "motif de clôture",
    "visibilité",
    "envoyé le",
    "modifié le",
    "échéance",
    "latitude",
    "longitude",
    "adresse",
    "abonnés",
    "description",
];

/// The mark and the names of the columns.
pub(super) fn head() -> String {
    format!("\u{feff}{}", line(COLUMNS.map(str::to_owned)))
}

/// One report.
pub(super) fn row(settings: &Settings, report: &Report) -> String {
    let category = report
        .category
        .as_ref()
        .map(|id| settings.category(id).map_or_else(|| id.to_string(), |category| category.name.clone()));
    let zone =
        report.zone.as_ref().map(|id| settings.zone(id).map_or_else(|| id.to_string(), |zone| zone.name.clone()));
    let service = settings.service(&report.service).map_or_else(|| report.service.to_string(), |s| s.name.clone());
    let place = report.place.as_ref();
    let address = place.and_then(|place| place.address.as_ref()).map(|address| address.as_str().to_owned());
    line([
        report.id.to_string(),
        kind_label(Language::Fr, report.kind),
        category.unwrap_or_default(),
        service,
        zone.unwrap_or_default(),
        status_label(Language::Fr, report.status),
        word(report.close_reason),
        word(Some(report.visibility)),
        report.created.to_string(),
        report.updated.to_string(),
        report.expected.map(|date| date.to_string()).unwrap_or_default(),
        place.map(|place| place.position.latitude.to_string()).unwrap_or_default(),
        place.map(|place| place.position.longitude.to_string()).unwrap_or_default(),
        address.unwrap_or_default(),
        report.followers.to_string(),
        report.description.as_str().to_owned(),
    ])
}

/// As on the wire: `no_action`.
fn word(value: Option<impl serde::Serialize>) -> String {
    let value = value.and_then(|value| serde_json::to_value(value).ok());
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn line(fields: [String; COLUMNS.len()]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
    format!("{}\r\n", fields.join(","))
}

/// Between quotes, those inside doubled. Numbers stay numbers.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.parse::<f64>().is_err();
    let apostrophe = if formula { "'" } else { "" };
    format!("\"{apostrophe}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_text_and_quotes_are_doubled() {
        assert_eq!(quoted("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        for formula in ["+33 6", "@SUM(1)", "-2+3", "\tx", "\r=1"] {
            assert!(quoted(formula).starts_with("\"'"), "{formula:?}");
        }
        assert_eq!(quoted("un, deux\ntrois"), "\"un, deux\ntrois\"");
        assert_eq!(quoted("-1.5"), "\"-1.5\"", "a longitude is a number");
    }
}
