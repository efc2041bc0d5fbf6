//! What a benchmark finds: figures, each with its target where there is one.

use serde::Serialize;

/// One number. As JSON: `{"figure", "value", "unit", "target", "holds"}`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// What was measured, as in docs/performance.md.
    pub(crate) figure: String,
    pub(crate) value: f64,
    /// `ms`, `MB`, `ratio`, `units`, `1` for a count.
    pub(crate) unit: &'static str,
    /// The bound; none where a number is only told.
    pub(crate) target: Option<f64>,
    /// Whether the value is on the right side of its target; a number without one always is.
    pub(crate) holds: bool,
    #[serde(skip)]
    bound: &'static str,
}

impl Figure {
    /// A number without a target.
    pub(crate) fn told(figure: impl Into<String>, value: f64, unit: &'static str) -> Figure {
        Figure { figure: figure.into(), value: rounded(value), unit, target: None, holds: true, bound: "" }
    }

    /// A number that must not be greater than `target`.
    pub(crate) fn at_most(figure: impl Into<String>, value: f64, unit: &'static str, target: f64) -> Figure {
        let holds = value <= target;
        Figure { target: Some(target), holds, bound: "≤", ..Figure::told(figure, value, unit) }
    }

    /// A number that must not be less than `target`.
    pub(crate) fn at_least(figure: impl Into<String>, value: f64, unit: &'static str, target: f64) -> Figure {
        let holds = value >= target;
        Figure { target: Some(target), holds, bound: "≥", ..Figure::told(figure, value, unit) }
    }
}

/// Four digits that mean something; counts as they are.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() || value.abs() >= 1_000.0 {
        return value.round();
    }
    let scale = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// The figures as a table in Markdown.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut lines = String::from("| figure | value | target | holds |\n|---|---|---|---|\n");
    for f in figures {
        let target = f.target.map_or(String::new(), |target| format!("{} {target}", f.bound));
        let holds = match (f.target, f.holds) {
            (None, _) => "",
            (_, true) => "yes",
            (_, false) => "**no**",
        };
        let unit = if matches!(f.unit, "1" | "ratio") { String::new() } else { format!(" {}", f.unit) };
        lines.push_str(&format!("| {} | {}{unit} | {target} | {holds} |\n", f.figure, f.value));
    }
    lines
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_holds_on_the_right_side_of_its_target_and_is_rounded_after_it_was_judged() {
        assert!(Figure::at_most("a", 1.3, "ratio", 1.3).holds);
        assert!(!Figure::at_most("a", 1.300_01, "ratio", 1.3).holds);
        assert!(Figure::at_least("a", 0.8, "ratio", 0.8).holds);
        assert!(!Figure::at_least("a", 0.799_99, "ratio", 0.8).holds);
        assert_eq!(Figure::told("a", 1.234_56, "ms").value, 1.235);
        assert_eq!(Figure::told("a", 0.001_234_56, "ms").value, 0.001_235);
        assert_eq!(Figure::told("a", 123_456.7, "1").value, 123_457.0);
    }

    #[test]
    fn the_json_has_the_five_fields_and_the_table_says_what_does_not_hold() {
        let missed = Figure::at_most("start", 2.0, "ratio", 1.3);
        let json = serde_json::to_value(&missed).unwrap();
        let expected = serde_json::json!({
            "figure": "start", "value": 2.0, "unit": "ratio", "target": 1.3, "holds": false
        });
        assert_eq!(json, expected);
        let told = Figure::told("memory", 12.5, "MB");
        let table = table(&[missed, told]);
        assert!(table.contains("| start | 2 | ≤ 1.3 | **no** |\n| memory | 12.5 MB |  |  |\n"), "{table}");
    }
}
