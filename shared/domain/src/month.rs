//! A calendar month in Paris, as budgets and usage are counted.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Invalid, today};

/// `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9]{4}-(0[1-9]|1[0-2])$", "examples" = ["2026-11"]))]
pub struct Month(Date);

impl Month {
    /// The month of a moment, in Paris.
    pub fn of(at: Timestamp) -> Month {
        Month(today(at).first_of_month())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m"))
    }
}

impl TryFrom<String> for Month {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Month, Invalid> {
        let digits = text.len() == 7 && text.is_ascii() && text.as_bytes()[4] == b'-';
        let month = digits.then(|| format!("{text}-01").parse().ok()).flatten().map(Month);
        month.ok_or_else(|| {
            let shown: String = text.chars().take(20).collect();
            Invalid::new("month", "malformed_month", format!("month is {shown:?}; it must be like 2026-11"))
        })
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_at_midnight_in_paris() {
        let month = |at: &str| Month::of(at.parse().expect("a time")).to_string();
        assert_eq!(month("2026-11-30T22:59:59Z"), "2026-11");
        assert_eq!(month("2026-11-30T23:00:00Z"), "2026-12");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        let read = |text: &str| Month::try_from(text.to_owned());
        assert_eq!(read("2026-02").map(|month| month.to_string()), Ok("2026-02".to_owned()));
        for wrong in ["", "2026", "2026-13", "2026-00", "2026-1", "26-11-1", "2026-11-01", "é026-11", "-999-11"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
