//! Every sentence of the catalogue is one of the code's, says its values and is found again.

use std::collections::BTreeSet;

use super::*;
use crate::{Description, PhoneNumber};

fn french_of(english: &str) -> String {
    refusal(Language::Fr, english).unwrap_or_else(|| panic!("not in the catalogue: {english}"))
}

#[test]
fn limit_and_value_are_named_in_french_too() {
    let long = Description::parse(&"a".repeat(4312)).unwrap_err();
    assert_eq!(
        french_of(&long.detail),
        "Le champ description compte 4\u{202f}312 caractères\u{a0}; 4\u{202f}000 au plus."
    );
    let fixed = PhoneNumber::parse("04 42 63 00 01").unwrap_err();
    assert!(french_of(&fixed.detail).starts_with("\"04 42 63 00 01\" n’est pas un numéro de mobile"), "{fixed}");
}

#[test]
fn a_sentence_within_a_sentence_and_a_list_of_words_are_french_as_well() {
    let step = "a report that is closed cannot become resolved; possible from here: reopened, under_review";
    let told = french_of(step);
    assert!(told.contains("clos ne peut pas devenir résolu") && told.ends_with("rouvert, à l’étude."), "{told}");
    let mail = french_of("\"claire\" is not an e-mail address like claire@exemple.fr: it has no @");
    assert!(mail.ends_with("il manque le @"), "{mail}");
    let library = french_of("unknown variant `polls`, expected `reports` or `map`");
    assert!(library.contains("polls") && library.ends_with("il faut signalements ou carte."), "{library}");
}

#[test]
fn days_are_written_as_french_people_write_them() {
    for day in ["2027-01-04", "2027-01-04T11:00:00Z", "Monday 4 January 2027"] {
        let told = french_of(&format!("this was possible until {day}"));
        assert_eq!(told, "C’était possible jusqu’au lundi 4 janvier 2027.");
    }
}

#[test]
fn what_somebody_wrote_stays_as_it_is() {
    let told = french_of("photo_bytes is not one of us; it must be; at most is not a colour like #14507a");
    assert!(told.starts_with("photo_bytes is not one of us; it must be; at most n’est pas une couleur"), "{told}");
    assert_eq!(refusal(Language::Fr, "Pas encore ouvert à Aubignac."), None);
    assert_eq!(refusal(Language::Fr, &"x".repeat(LONGEST + 1)), None);
}

#[test]
fn english_needs_no_catalogue() {
    assert_eq!(refusal(Language::En, "sign in first").as_deref(), Some("sign in first"));
}

#[test]
fn every_sentence_is_there_once_and_says_nothing_that_the_english_does_not_know() {
    let mut seen = BTreeSet::new();
    for (english, other) in entries(FRENCH) {
        let names = |sentence: &str| -> BTreeSet<String> {
            let value = |part| if let Part::Value(name) = part { Some(name) } else { None };
            parts(sentence).into_iter().filter_map(value).collect()
        };
        assert!(names(&other).is_subset(&names(&english)), "{english}: {other}");
        assert!(!other.trim().is_empty(), "{english}");
        let shape: String =
            parts(&english).iter().map(|part| if let Part::Words(w) = part { w.as_str() } else { "{}" }).collect();
        assert!(seen.insert(shape), "twice: {english}");
        let last = parts(&english);
        let adjacent = last.windows(2).any(|pair| matches!(pair, [Part::Value(_), Part::Value(_)]));
        assert!(!adjacent, "nobody knows where the first value ends: {english}");
    }
    assert_eq!(FRENCH.matches("msgid ").count(), seen.len(), "an entry is not on two lines");
    assert!(seen.len() > 400);
}

#[test]
fn every_sentence_with_values_is_found_as_itself() {
    for (pattern, other) in &french().patterns {
        let (mut sentence, mut n) = (String::new(), 0);
        for part in pattern {
            match part {
                Part::Words(words) => sentence += words,
                Part::Value(_) => {
                    n += 1;
                    sentence += &format!("Wert{n}");
                }
            }
        }
        let mut values = Vec::new();
        assert!(fits(pattern, &sentence, &mut values), "{sentence}");
        assert_eq!(french_of(&sentence), french().filled(other, &values, 0), "another one is found for {sentence}");
    }
}

#[test]
fn what_somebody_wrote_into_a_refusal_is_looked_through_once() {
    // The separators of the sentence with the most values, often and without its end: looked for in every way, it took minutes.
    let often = |words: &str, times| words.repeat(times);
    let written = [
        often(" sends at most ", 60),
        often(" codes by ", 90),
        often(" at once and one more every ", 30),
        often(" s; try again in ", 50),
    ];
    let refusal = format!("unknown field `{}`, expected `a`", written.concat());
    assert!(refusal.len() < LONGEST);
    let began = std::time::Instant::now();
    assert!(french_of(&refusal).contains(" codes by "), "it stays as it was written");
    assert!(french_of(&format!("unknown field `{}`, expected `a`", often("x is ", 700))).contains("x is "));
    // Milliseconds in a debug build; the bound is for a machine that does something else.
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
}
