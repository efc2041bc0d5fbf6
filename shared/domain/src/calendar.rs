//! Days as French administrations count them: calendar or working days, in Paris, without public holidays.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::TIME_ZONE;

/// By when something is meant to be done, counted from the day after it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// How many days, at most 730.
    #[schemars(range(max = 730))]
    pub days: u16,
    /// Which days count.
    pub calendar: DayCount,
}

/// Which days count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Every day.
    Calendar,
    /// Monday to Friday but for public holidays (jours ouvrés).
    Working,
}

/// The time zone of every commune.
pub fn paris() -> TimeZone {
    // The zone database is compiled in, so the name is always known.
    TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC)
}

/// The date in Paris at that moment.
pub fn today(now: Timestamp) -> Date {
    now.to_zoned(paris()).date()
}

/// The date by which something asked for at that moment is meant to be done. The day of asking does not count; with
/// calendar days the last day is what it is, with working days it is a working day.
pub fn expected_date(created: Timestamp, expected: &Expected) -> Date {
    let mut date = today(created);
    match expected.calendar {
        DayCount::Calendar => date.saturating_add(i64::from(expected.days).days()),
        DayCount::Working => {
            for _ in 0..expected.days {
                date = next_working_day(date);
            }
            date
        }
    }
}

fn next_working_day(date: Date) -> Date {
    let mut next = date.saturating_add(1.day());
    // Ends: no holidays join weekends for more than five days; the last day of time is the only other stop.
    while !is_working_day(next) && next < Date::MAX {
        next = next.saturating_add(1.day());
    }
    next
}

fn is_working_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_public_holiday(date)
}

/// Whether it is one of the eleven national public holidays.
pub fn is_public_holiday(date: Date) -> bool {
    public_holidays(date.year()).contains(&date)
}

/// The eleven national public holidays of a year (Code du travail, article L3133-1), in order. Alsace-Moselle and the
/// overseas departments have more.
pub fn public_holidays(year: i16) -> Vec<Date> {
    let easter = easter_sunday(year);
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    let mut days: Vec<Date> = fixed.into_iter().filter_map(|(month, day)| Date::new(year, month, day).ok()).collect();
    days.extend(easter.into_iter().flat_map(|e| [1, 39, 50].map(|after| e.saturating_add(i64::from(after).days()))));
    days.sort();
    days
}

/// Easter Sunday by the Gregorian computus (Meeus, Jones, Butcher); none before the calendar's reform.
fn easter_sunday(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn expected(created: &str, days: u16, calendar: DayCount) -> Date {
        expected_date(created.parse().unwrap(), &Expected { days, calendar })
    }

    #[test]
    fn easter_is_where_almanacs_put_it() {
        for (year, month, day) in [
            (1961, 4, 2),
            (2000, 4, 23),
            (2008, 3, 23),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            assert_eq!(easter_sunday(year), Some(date(year, month, day)));
        }
    }

    #[test]
    fn the_eleven_public_holidays_of_2026_are_known() {
        let days: Vec<String> = public_holidays(2026).iter().map(Date::to_string).collect();
        assert_eq!(
            days,
            [
                "2026-01-01",
                "2026-04-06",
                "2026-05-01",
                "2026-05-08",
                "2026-05-14",
                "2026-05-25",
                "2026-07-14",
                "2026-08-15",
                "2026-11-01",
                "2026-11-11",
                "2026-12-25"
            ]
        );
    }

    #[test]
    fn ascension_may_fall_on_another_holiday_without_harm() {
        assert_eq!(public_holidays(2008).iter().filter(|d| **d == date(2008, 5, 1)).count(), 2);
        assert!(is_public_holiday(date(2008, 5, 1)) && !is_public_holiday(date(2008, 5, 2)));
    }

    #[test]
    fn calendar_days_count_every_day() {
        assert_eq!(expected("2026-11-21T10:00:00Z", 3, DayCount::Calendar), date(2026, 11, 24));
        assert_eq!(expected("2026-12-30T10:00:00Z", 5, DayCount::Calendar), date(2027, 1, 4));
        assert_eq!(expected("2026-11-21T10:00:00Z", 0, DayCount::Calendar), date(2026, 11, 21));
    }

    #[test]
    fn working_days_skip_weekends_and_public_holidays() {
        // Friday 30 October 2026: Monday 2 is the first (All Saints' is a Sunday), Wednesday 11 November does not count.
        assert_eq!(expected("2026-10-30T10:00:00Z", 1, DayCount::Working), date(2026, 11, 2));
        assert_eq!(expected("2026-11-09T10:00:00Z", 2, DayCount::Working), date(2026, 11, 12));
        // Asked for on a Saturday: Monday is the first day.
        assert_eq!(expected("2026-11-21T10:00:00Z", 1, DayCount::Working), date(2026, 11, 23));
        // Christmas and New Year's Day 2026/2027 are Fridays.
        assert_eq!(expected("2026-12-24T10:00:00Z", 1, DayCount::Working), date(2026, 12, 28));
        assert_eq!(expected("2026-12-24T10:00:00Z", 5, DayCount::Working), date(2027, 1, 4));
    }

    #[test]
    fn the_day_is_the_one_in_paris_in_summer_and_in_winter() {
        assert_eq!(today("2026-07-13T22:30:00Z".parse().unwrap()), date(2026, 7, 14));
        assert_eq!(today("2026-11-21T22:30:00Z".parse().unwrap()), date(2026, 11, 21));
        assert_eq!(today("2026-11-21T23:00:00Z".parse().unwrap()), date(2026, 11, 22));
        // The hour that summer time skips and the one that winter time repeats.
        assert_eq!(today("2026-03-29T01:30:00Z".parse().unwrap()), date(2026, 3, 29));
        assert_eq!(expected("2026-10-24T22:30:00Z", 1, DayCount::Calendar), date(2026, 10, 26));
    }

    #[test]
    fn the_end_of_time_is_no_panic() {
        let last = Timestamp::MAX;
        for calendar in [DayCount::Calendar, DayCount::Working] {
            assert!(expected_date(last, &Expected { days: u16::MAX, calendar }) <= Date::MAX);
        }
    }
}
