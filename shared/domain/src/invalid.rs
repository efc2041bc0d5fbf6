//! What is wrong with one value, in a shape a person can read and a program can act on.

use schemars::JsonSchema;
use serde::Serialize;

/// One refused value: where it is, a stable code, and a sentence that names the limit and the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Invalid {
    /// Path to the value from the outside in, such as `place.longitude`; empty until a caller says where it was.
    pub field: String,
    /// Stable, in snake_case; clients translate by it.
    pub code: &'static str,
    /// For people: "description is 4,312 characters; at most 4,000".
    pub detail: String,
}

impl Invalid {
    /// A refusal of the value at `field`; an empty field is filled in by [`Invalid::at`].
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }

    /// The same refusal seen from one level further out: `longitude` at `place` is `place.longitude`.
    #[must_use]
    pub fn at(mut self, prefix: &str) -> Self {
        self.field = if self.field.is_empty() { prefix.to_owned() } else { format!("{prefix}.{}", self.field) };
        self
    }
}

/// Only the detail: where the value was is added by whoever knows it, so it is never said twice.
impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Invalid {}

/// A count as people read it in English: `4,312`.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The start of a refused value, so that an error never repeats megabytes or line breaks of it.
pub(crate) fn quoted(raw: &str) -> String {
    let short: String = raw.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if raw.chars().nth(60).is_some() { format!("\"{short}…\"") } else { format!("\"{short}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_grows_from_the_inside_out() {
        let inner = Invalid::new("", "out_of_range", "longitude is 200; at most 180");
        assert_eq!(inner.at("longitude").at("place").field, "place.longitude");
    }

    #[test]
    fn display_says_the_detail_and_not_the_field() {
        assert_eq!(Invalid::new("place", "missing", "place is missing").to_string(), "place is missing");
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        let seen: Vec<String> = [0, 999, 1000, 4312, 1_234_567].into_iter().map(grouped).collect();
        assert_eq!(seen, ["0", "999", "1,000", "4,312", "1,234,567"]);
    }

    #[test]
    fn a_quoted_value_is_short_and_on_one_line() {
        assert_eq!(quoted("a\nb"), "\"a b\"");
        assert_eq!(quoted(&"x".repeat(1_000_000)).chars().count(), 63);
    }
}
