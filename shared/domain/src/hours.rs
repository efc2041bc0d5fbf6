//! When a service is open: hours of the week, and days that are different (after schema.org's
//! `OpeningHoursSpecification`).

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Invalid, Label, ids::string_newtype, invalid::quoted};

/// The most entries of either list.
const MAX_ENTRIES: usize = 50;

/// The longest that an exception lasts, in days: what lasts longer belongs into the week.
const MAX_DAYS: i32 = 366;

/// When a service is open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningHours {
    /// The usual week; a day that is in no entry is closed.
    #[serde(default)]
    pub weekly: Vec<WeeklyHours>,
    /// Days on which the week does not count.
    #[serde(default)]
    pub exceptions: Vec<HoursException>,
}

/// The same hours on some days of the week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeeklyHours {
    /// On which days.
    pub days: Vec<Day>,
    /// From.
    pub opens: ClockTime,
    /// Until.
    pub closes: ClockTime,
}

/// Days that are different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HoursException {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Open at these hours; never, if there are none.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// Why, for residents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Label>,
}

/// From and until, on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hours {
    /// From.
    pub opens: ClockTime,
    /// Until.
    pub closes: ClockTime,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Lundi.
    Monday,
    /// Mardi.
    Tuesday,
    /// Mercredi.
    Wednesday,
    /// Jeudi.
    Thursday,
    /// Vendredi.
    Friday,
    /// Samedi.
    Saturday,
    /// Dimanche.
    Sunday,
}

impl Day {
    const ALL: [Day; 7] =
        [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday, Day::Saturday, Day::Sunday];
}

/// A time of the day in the commune, `08:30`; `24:00` is the end of the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(String);

string_newtype!(ClockTime, { "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$" });

impl ClockTime {
    /// Takes `HH:MM` from `00:00` to `24:00`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let digits =
            |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
        let read = raw.split_once(':').and_then(|(h, m)| Some((digits(h)??, digits(m)??)));
        match read {
            Some((0..=23u8, 0..=59u8) | (24, 0)) => Ok(Self(raw.to_owned())),
            _ => {
                let detail = format!("{} is not a time like 08:30; from 00:00 to 24:00", quoted(raw));
                Err(Invalid::new("", "malformed_time", detail))
            }
        }
    }
}

impl OpeningHours {
    /// Names hours that end before they begin or overlap, and exceptions that do.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        for (list, count) in [("weekly", self.weekly.len()), ("exceptions", self.exceptions.len())] {
            if count > MAX_ENTRIES {
                let detail = format!("{list} has {count} entries; at most {MAX_ENTRIES}");
                return Err(vec![Invalid::new(list, "too_many", detail)]);
            }
        }
        for (i, week) in self.weekly.iter().enumerate() {
            wrong.extend(in_order(&week.opens, &week.closes).map(|e| e.at(&i.to_string()).at("weekly")));
            if week.days.is_empty() {
                wrong.push(Invalid::new(format!("weekly.{i}.days"), "empty", "there are no days; at least 1"));
            }
        }
        for day in Day::ALL {
            let of_day = self.weekly.iter().enumerate().filter(|(_, week)| week.days.contains(&day));
            let found = overlap(of_day.map(|(i, week)| (i, &week.opens, &week.closes)).collect());
            // The same two entries may meet on several days.
            if let Some(found) = found.map(|e| e.at("weekly")).filter(|e| !wrong.contains(e)) {
                wrong.push(found);
            }
        }
        for (i, exception) in self.exceptions.iter().enumerate() {
            let at = |e: Invalid| e.at(&i.to_string()).at("exceptions");
            wrong.extend(exception.check().into_iter().map(at));
        }
        let dates = self.exceptions.iter().enumerate().map(|(i, e)| (i, e.from, e.to)).collect();
        wrong.extend(overlapping_days(dates).map(|e| e.at("exceptions")));
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

impl HoursException {
    fn check(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        if self.to < self.from {
            let detail = format!("to is {}, before from, which is {}", self.to, self.from);
            wrong.push(Invalid::new("to", "out_of_range", detail));
        } else if (self.to - self.from).get_days() >= MAX_DAYS {
            let detail = format!("from {} to {} is longer than {MAX_DAYS} days", self.from, self.to);
            wrong.push(Invalid::new("to", "out_of_range", detail));
        }
        if self.hours.len() > MAX_ENTRIES {
            let detail = format!("hours has {} entries; at most {MAX_ENTRIES}", self.hours.len());
            wrong.push(Invalid::new("hours", "too_many", detail));
            return wrong;
        }
        for (i, hours) in self.hours.iter().enumerate() {
            wrong.extend(in_order(&hours.opens, &hours.closes).map(|e| e.at(&i.to_string()).at("hours")));
        }
        let all = self.hours.iter().enumerate().map(|(i, hours)| (i, &hours.opens, &hours.closes)).collect();
        wrong.extend(overlap(all).map(|e| e.at("hours")));
        wrong
    }
}

fn in_order(opens: &ClockTime, closes: &ClockTime) -> Option<Invalid> {
    let detail =
        || format!("closes is {closes}, not after opens, which is {opens}; hours over midnight are two entries");
    (closes <= opens).then(|| Invalid::new("closes", "out_of_range", detail()))
}

/// The first of several hours of a day that begins before another has ended.
fn overlap(mut hours: Vec<(usize, &ClockTime, &ClockTime)>) -> Option<Invalid> {
    hours.sort_by_key(|(_, opens, _)| *opens);
    hours.windows(2).find_map(|pair| match pair {
        [(_, _, closes), (i, opens, _)] if opens < closes => {
            let detail = format!("opens at {opens}, before hours of the same day have closed at {closes}");
            Some(Invalid::new(i.to_string(), "overlapping", detail))
        }
        _ => None,
    })
}

fn overlapping_days(mut days: Vec<(usize, Date, Date)>) -> Option<Invalid> {
    days.sort_by_key(|(_, from, _)| *from);
    days.windows(2).find_map(|pair| match pair {
        [(_, _, to), (i, from, _)] if from <= to => {
            let detail = format!("begins on {from}, before another exception has ended on {to}");
            Some(Invalid::new(i.to_string(), "overlapping", detail))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn found(hours: Value) -> Vec<(String, &'static str)> {
        let hours: OpeningHours = serde_json::from_value(hours).unwrap();
        hours.check().err().unwrap_or_default().into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn an_ordinary_week_with_a_closed_christmas_is_fine() {
        let week = json!({
            "weekly": [
                { "days": ["monday", "tuesday", "thursday"], "opens": "08:30", "closes": "12:00" },
                { "days": ["monday", "thursday"], "opens": "12:00", "closes": "17:30" },
                { "days": ["saturday"], "opens": "09:00", "closes": "24:00" },
            ],
            "exceptions": [
                { "from": "2026-12-24", "to": "2026-12-24", "hours": [{ "opens": "08:30", "closes": "11:00" }] },
                { "from": "2026-12-25", "to": "2027-01-01", "note": "Fermeture de fin d’année" },
            ],
        });
        assert_eq!(found(week), []);
    }

    #[test]
    fn hours_that_cannot_be_are_named() {
        let week =
            |more: Value| json!({ "weekly": [{ "days": ["monday"], "opens": "08:00", "closes": "12:00" }, more] });
        let days = |more: Value| json!({ "exceptions": [{ "from": "2026-12-24", "to": "2026-12-26" }, more] });
        let cases = [
            (week(json!({ "days": ["monday"], "opens": "11:59", "closes": "13:00" })), "weekly.1", "overlapping"),
            (
                week(json!({ "days": ["friday"], "opens": "22:00", "closes": "02:00" })),
                "weekly.1.closes",
                "out_of_range",
            ),
            (week(json!({ "days": [], "opens": "08:00", "closes": "09:00" })), "weekly.1.days", "empty"),
            (days(json!({ "from": "2026-12-26", "to": "2026-12-27" })), "exceptions.1", "overlapping"),
            (days(json!({ "from": "2027-01-02", "to": "2027-01-01" })), "exceptions.1.to", "out_of_range"),
            (days(json!({ "from": "2027-01-02", "to": "2028-01-03" })), "exceptions.1.to", "out_of_range"),
        ];
        for (hours, field, code) in cases {
            assert_eq!(found(hours.clone()), [(field.to_owned(), code)], "{hours}");
        }
    }

    #[test]
    fn a_time_has_one_spelling() {
        for good in ["00:00", "08:30", "23:59", "24:00"] {
            assert_eq!(ClockTime::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "8:30", "08h30", "24:01", "12:60", "+1:00", "08:3", "08:30:00", "é8:30"] {
            assert_eq!(ClockTime::parse(bad).unwrap_err().code, "malformed_time", "{bad}");
        }
    }
}
