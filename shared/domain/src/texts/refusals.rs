//! Refusals in the reader's language. They are worded in English where they are decided, and so are those of the libraries that
//! read requests; here they are found again in a catalogue, as gettext finds its messages (docs/decisions/0035).

use std::{borrow::Cow, collections::HashMap, sync::OnceLock};

use jiff::{Timestamp, civil::Date};

use super::date_label;
use crate::{Language, today};

/// One file per language but English, which needs none.
const FRENCH: &str = include_str!("refusals.fr.po");

/// What is longer is not looked for: no sentence of ours is, it quotes too much.
const LONGEST: usize = 4_000;

/// The sentence in that language, with its values in it; none if the catalogue does not know it. English is as it is.
pub fn refusal(language: Language, english: &str) -> Option<String> {
    match language {
        Language::En => Some(english.to_owned()),
        Language::Fr if english.len() > LONGEST => None,
        Language::Fr => french().said(english, 0),
    }
}

/// Sentences of ours in values of sentences of ours: no refusal nests deeper, and what somebody wrote is not to be followed further.
const DEEPEST: u8 = 3;

/// A catalogue that has been read.
struct Catalogue {
    /// Sentences without values.
    whole: HashMap<String, String>,
    /// Sentences with values: those that say most themselves first, so that the closest one is found.
    patterns: Vec<(Vec<Part>, Vec<Part>)>,
}

/// A piece of a sentence.
#[derive(Debug, PartialEq)]
enum Part {
    Words(String),
    Value(String),
}

impl Catalogue {
    fn read(source: &str) -> Catalogue {
        let (mut whole, mut patterns) = (HashMap::new(), Vec::new());
        for (english, other) in entries(source) {
            match parts(&english) {
                parsed if parsed.iter().any(|part| matches!(part, Part::Value(_))) => {
                    patterns.push((parsed, parts(&other)));
                }
                _ => _ = whole.insert(english, other),
            }
        }
        patterns.sort_by_key(|(english, _)| std::cmp::Reverse(words(english)));
        Catalogue { whole, patterns }
    }

    fn said(&self, english: &str, depth: u8) -> Option<String> {
        if let Some(other) = self.whole.get(english) {
            return Some(other.clone());
        }
        self.patterns.iter().find_map(|(pattern, other)| {
            let mut values = Vec::new();
            fits(pattern, english, &mut values).then(|| self.filled(other, &values, depth))
        })
    }

    fn filled(&self, other: &[Part], values: &[(&str, &str)], depth: u8) -> String {
        let value = |name: &str| values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        other
            .iter()
            .map(|part| match part {
                Part::Words(words) => Cow::Borrowed(words.as_str()),
                Part::Value(name) => self.value(value(name), depth),
            })
            .collect()
    }

    /// A value as it reads in French: a number, a date, a word or a sentence of ours; what somebody wrote stays.
    fn value<'a>(&'a self, english: &'a str, depth: u8) -> Cow<'a, str> {
        if depth < DEEPEST
            && let Some(told) = self.said(english, depth + 1)
        {
            return Cow::Owned(told);
        }
        if let Some(number) = grouped(english) {
            return Cow::Owned(number);
        }
        if let Some(date) = date(english) {
            return Cow::Owned(date_label(Language::Fr, date));
        }
        let listed: Option<Vec<&str>> =
            english.split(", ").map(|word| self.whole.get(word).map(String::as_str)).collect();
        listed.map_or(Cow::Borrowed(english), |words| Cow::Owned(words.join(", ")))
    }
}

/// Whether a sentence is of that pattern, and its values. A value ends where the words behind it begin for the first time; if the
/// rest does not fit from there, it fits from no later place. So a sentence is looked through once, whatever somebody wrote into it.
fn fits<'p, 't>(pattern: &'p [Part], text: &'t str, values: &mut Vec<(&'p str, &'t str)>) -> bool {
    match pattern {
        [] => text.is_empty(),
        [Part::Words(words), rest @ ..] => {
            text.strip_prefix(words.as_str()).is_some_and(|text| fits(rest, text, values))
        }
        [Part::Value(name)] => {
            values.push((name.as_str(), text));
            true
        }
        [Part::Value(name), Part::Words(words)] => {
            let value = text.strip_suffix(words.as_str());
            value.map(|value| values.push((name.as_str(), value))).is_some()
        }
        [Part::Value(name), rest @ ..] => {
            let Some(Part::Words(words)) = rest.first() else { return false };
            let Some(at) = text.find(words.as_str()) else { return false };
            values.push((name.as_str(), &text[..at]));
            fits(rest, &text[at..], values)
        }
    }
}

fn words(pattern: &[Part]) -> usize {
    pattern.iter().map(|part| if let Part::Words(words) = part { words.len() } else { 0 }).sum()
}

fn parts(sentence: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (i, piece) in sentence.split('{').enumerate() {
        let (value, words) =
            if i == 0 { (None, piece) } else { piece.split_once('}').map_or((None, piece), |(v, w)| (Some(v), w)) };
        parts.extend(value.map(|name| Part::Value(name.to_owned())));
        parts.extend((!words.is_empty()).then(|| Part::Words(words.to_owned())));
    }
    parts
}

/// `msgid` and `msgstr`, on one line each.
fn entries(source: &str) -> impl Iterator<Item = (String, String)> {
    let text = |line: &str, key: &str| {
        let quoted = line.strip_prefix(key)?.trim().strip_prefix('"')?.strip_suffix('"')?;
        Some(quoted.replace("\\\"", "\"").replace("\\\\", "\\"))
    };
    let mut lines = source.lines();
    std::iter::from_fn(move || {
        let english = lines.find_map(|line| text(line, "msgid"))?;
        Some((english, lines.next().and_then(|line| text(line, "msgstr"))?))
    })
}

/// `4,312` as `4 312`.
fn grouped(english: &str) -> Option<String> {
    let mut groups = english.split(',');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().is_some_and(|group| digits(group) && group.len() <= 3);
    (first && english.contains(',') && groups.all(|group| digits(group) && group.len() == 3))
        .then(|| english.replace(',', "\u{202f}"))
}

/// A day, as programs or English people write it; of a moment, the day in Paris.
fn date(english: &str) -> Option<Date> {
    let day = || (english.len() == 10 && english.contains('-')).then(|| english.parse().ok()).flatten();
    let moment = || english.ends_with('Z').then(|| english.parse::<Timestamp>().ok().map(today)).flatten();
    day().or_else(moment).or_else(|| Date::strptime("%A %d %B %Y", english).ok())
}

fn french() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(FRENCH))
}

#[cfg(test)]
mod tests;
