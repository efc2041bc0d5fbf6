//! Dates as a notice must word them, said here a second time so that the demo does not believe what it checks.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::transcript::{Told, Wrong};

const DAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The day in three days, in France.
pub(crate) fn in_three_days() -> Told<Date> {
    let paris = TimeZone::get("Europe/Paris").map_err(|e| Wrong::new("the time in Paris", e.to_string()))?;
    let today = jiff::Timestamp::now().to_zoned(paris).date();
    today.checked_add(3.days()).map_err(|e| Wrong::new("a date in three days", e.to_string()))
}

/// `mardi 24 novembre 2026`.
pub(crate) fn in_french(date: Date) -> String {
    let name = |names: &[&'static str], number: i8| names.get(usize::try_from(number - 1).unwrap_or(0)).copied();
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    let weekday = name(&DAYS, date.weekday().to_monday_one_offset()).unwrap_or_default();
    format!("{weekday} {day} {} {}", name(&MONTHS, date.month()).unwrap_or_default(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_as_the_french_write_it() {
        assert_eq!(in_french(jiff::civil::date(2026, 11, 24)), "mardi 24 novembre 2026");
        assert_eq!(in_french(jiff::civil::date(2026, 2, 1)), "dimanche 1er février 2026");
    }
}
