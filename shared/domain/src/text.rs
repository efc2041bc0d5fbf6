//! Texts people write: trimmed, within limits, free of control characters; HTML stays what it is, text.

use serde::{Deserialize, Serialize};

use crate::{
    ids::string_newtype,
    invalid::{Invalid, grouped},
};

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, lines: $lines:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest it may be, in characters (Unicode scalar values), after trimming.
            pub const MAX: usize = $max;

            /// Trims, turns every line ending into `\n`, and refuses what is blank, too long or holds control characters.
            pub fn parse(raw: &str) -> Result<Self, Invalid> {
                clean(raw, $what, $max, $lines).map(Self)
            }

            /// The first `max` characters or fewer on one line, cut at a word and marked with `…`.
            pub fn excerpt(&self, max: usize) -> String {
                excerpt(&self.0, max)
            }
        }

        string_newtype!($name, { "type": "string", "minLength": 1, "maxLength": $max });
    };
}

text!(
    /// What a resident tells the commune.
    Description, "description", 4000, lines: true
);
text!(
    /// What goes with a change or a comment, for the resident or for colleagues.
    Note, "note", 2000, lines: true
);
text!(
    /// One line, such as an address.
    Label, "label", 200, lines: false
);
text!(
    /// What an alert says in one line. CAP asks for short ones; some devices show 160 characters.
    Headline, "headline", 160, lines: false
);

text!(
    /// A page of the commune's own: its welcome, its legal notice.
    PageText, "text", 10_000, lines: true
);

fn clean(raw: &str, what: &str, max: usize, lines: bool) -> Result<String, Invalid> {
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if text.chars().all(is_blank) {
        return Err(Invalid::new("", "blank", format!("{what} is blank; it needs at least 1 visible character")));
    }
    let length = text.chars().count();
    if length > max {
        let detail = format!("{what} is {} characters; at most {}", grouped(length), grouped(max));
        return Err(Invalid::new("", "too_long", detail));
    }
    let forbidden = text.chars().enumerate().find(|(_, c)| c.is_control() && !(lines && matches!(c, '\n' | '\t')));
    if let Some((position, c)) = forbidden {
        let but = if lines { " but line breaks and tabs" } else { "" };
        let detail = format!(
            "{what} has the control character U+{:04X} at position {}; none{but} may be in it",
            u32::from(c),
            grouped(position + 1)
        );
        return Err(Invalid::new("", "control_character", detail));
    }
    Ok(text.to_owned())
}

/// Zero-width characters and byte-order marks are as invisible as spaces, and `trim` leaves them.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The first `max` characters or fewer of a text on one line, cut at a word and marked with `…`.
pub(crate) fn excerpt(text: &str, max: usize) -> String {
    cut(text, max, "…")
}

/// Words of the text on one line, as many as fit with `mark` in `max` characters; a single long word is cut inside.
fn cut(text: &str, max: usize, mark: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let room = max.saturating_sub(mark.chars().count());
    let head: String = line.chars().take(room).collect();
    let splits_a_word = !line.chars().nth(room).is_some_and(char::is_whitespace);
    let kept = match head.rfind(' ') {
        Some(space) if splits_a_word => &head[..space],
        _ => &head,
    };
    format!("{}{mark}", kept.trim_end_matches([' ', ',', ';', ':', '.', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_its_line_endings_are_normalised() {
        assert_eq!(Description::parse("  un\r\ndeux\rtrois\t! \n").unwrap().as_str(), "un\ndeux\ntrois\t!");
    }

    #[test]
    fn blank_texts_are_refused_also_when_blank_in_disguise() {
        for blank in ["", " ", "\n\t ", "\u{a0}\u{202f}", "\u{200b}\u{feff}", "\u{200d} \u{2060}"] {
            assert_eq!(Description::parse(blank).unwrap_err().code, "blank", "{blank:?}");
        }
    }

    #[test]
    fn the_limit_counts_characters_not_bytes_and_the_error_names_both_numbers() {
        assert!(Description::parse(&"é".repeat(4000)).is_ok());
        assert!(Description::parse(&format!("  {}  ", "a".repeat(4000))).is_ok());
        let refused = Description::parse(&"a".repeat(4001)).unwrap_err();
        assert_eq!(
            (refused.code, refused.detail.as_str()),
            ("too_long", "description is 4,001 characters; at most 4,000")
        );
        assert!(Note::parse(&"a".repeat(2001)).is_err());
        assert!(Label::parse(&"a".repeat(201)).is_err());
    }

    #[test]
    fn control_characters_are_refused_and_named() {
        let refused = Description::parse("a\u{0}b").unwrap_err();
        assert_eq!(refused.code, "control_character");
        assert!(refused.detail.contains("U+0000 at position 2"), "{refused}");
        for bad in ["\u{1b}[31m", "a\u{7f}b", "a\u{85}b", "a\u{8}b"] {
            assert_eq!(Description::parse(bad).unwrap_err().code, "control_character", "{bad:?}");
        }
    }

    #[test]
    fn a_label_is_one_line() {
        assert_eq!(Label::parse("12 rue Haute\n13490").unwrap_err().code, "control_character");
        assert_eq!(Label::parse(" 12 rue Haute ").unwrap().as_str(), "12 rue Haute");
    }

    #[test]
    fn html_stays_text() {
        let html = "<script>alert('x')</script> & <b>gras</b>";
        assert_eq!(Description::parse(html).unwrap().as_str(), html);
    }

    #[test]
    fn the_schema_says_the_same_limits() {
        let schema = serde_json::to_value(schemars::schema_for!(Description)).unwrap();
        assert_eq!((&schema["minLength"], &schema["maxLength"]), (&1.into(), &4000.into()));
    }

    #[test]
    fn an_excerpt_is_cut_at_a_word_and_never_longer_than_asked() {
        let text = Description::parse("Un gros nid-de-poule,\ndevant l'école").unwrap();
        assert_eq!(text.excerpt(100), "Un gros nid-de-poule, devant l'école");
        assert_eq!(text.excerpt(25), "Un gros nid-de-poule…");
        assert_eq!(text.excerpt(9), "Un gros…");
        assert_eq!(Description::parse(&"x".repeat(50)).unwrap().excerpt(10), "xxxxxxxxx…");
        for max in 1..40 {
            assert!(text.excerpt(max).chars().count() <= max, "{max}");
        }
    }
}
