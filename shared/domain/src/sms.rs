//! Text messages: what fits in one, and how French typography gets through the alphabet of 1985.

/// The septets of one message that is not split.
pub const SINGLE: usize = 160;

/// GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1), one septet each; the escape is left out.
const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Its extension table (6.2.1.1), two septets each: an escape and the character.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// Septets of one character; none if the alphabet does not have it.
fn septets_of(c: char) -> Option<usize> {
    if DEFAULT.contains(c) {
        Some(1)
    } else if EXTENSION.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Septets of a text; what is not in the alphabet does not count.
fn septets(text: &str) -> usize {
    text.chars().filter_map(septets_of).sum()
}

/// Whether the whole text is in the GSM 7-bit alphabet or its extension.
pub fn is_gsm7(text: &str) -> bool {
    text.chars().all(|c| septets_of(c).is_some())
}

/// How many messages a text is sent as and paid for: 160 septets in one or 153 in each of several; with any character
/// outside the alphabet, 70 and 67 UTF-16 units. An escape or a surrogate pair is never split.
pub fn parts(text: &str) -> usize {
    let (widths, single, each): (Vec<usize>, usize, usize) = if is_gsm7(text) {
        (text.chars().filter_map(septets_of).collect(), SINGLE, 153)
    } else {
        (text.chars().map(char::len_utf16).collect(), 70, 67)
    };
    if widths.iter().sum::<usize>() <= single {
        return 1;
    }
    let (mut parts, mut filled) = (1, 0);
    for width in widths {
        if filled + width > each {
            parts += 1;
            filled = 0;
        }
        filled += width;
    }
    parts
}

/// The text in the GSM 7-bit alphabet: typography becomes what typewriters had, accents that are missing are dropped,
/// letters of other scripts become `?`, and what is left (emoji, invisible marks) goes.
pub fn to_gsm7(text: &str) -> String {
    // French guillemets have a space inside, which straight quotes have not.
    let text = text.replace(['\u{a0}', '\u{202f}'], " ").replace("« ", "\"").replace(" »", "\"");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match septets_of(c) {
            _ if c == '\r' => {}
            Some(_) => out.push(c),
            None => out.push_str(closest(c)),
        }
    }
    out
}

fn closest(c: char) -> &'static str {
    match c {
        '’' | '‘' | '‚' | '‛' | '′' | '`' | '´' | 'ʼ' => "'",
        '«' | '»' | '“' | '”' | '„' | '″' | '‹' | '›' => "\"",
        '…' => "...",
        '–' | '—' | '‐' | '‑' | '−' | '•' | '·' => "-",
        'œ' => "oe",
        'Œ' => "OE",
        'â' | 'ã' | 'á' | 'ā' | 'ą' => "a",
        'À' | 'Â' | 'Á' | 'Ã' => "A",
        'ç' | 'ć' | 'č' => "c",
        'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'È' | 'Ê' | 'Ë' => "E",
        'î' | 'ï' | 'í' | 'ī' => "i",
        'Ì' | 'Î' | 'Ï' | 'Í' => "I",
        'ô' | 'õ' | 'ó' | 'ō' => "o",
        'Ò' | 'Ô' | 'Õ' | 'Ó' => "O",
        'û' | 'ú' | 'ū' => "u",
        'Ù' | 'Û' | 'Ú' => "U",
        'ÿ' | 'ý' => "y",
        'Ÿ' | 'Ý' => "Y",
        'ł' => "l",
        'ń' => "n",
        'ś' | 'š' => "s",
        'ź' | 'ż' | 'ž' => "z",
        '×' => "x",
        '°' | 'º' => "o",
        '²' => "2",
        '³' => "3",
        '½' => "1/2",
        '→' => "->",
        '≤' => "<=",
        '≥' => ">=",
        _ if c.is_whitespace() => " ",
        _ if c.is_alphanumeric() => "?",
        _ => "",
    }
}

/// `head` and `tail` (a link) in one message of at most `max_septets`: the head in the alphabet and, where it must be,
/// cut at a word and marked with `...`; the tail as it is, never cut, even if it alone is too long.
pub fn fit(head: &str, tail: &str, max_septets: usize) -> String {
    let head = to_gsm7(head);
    let head = head.trim();
    let joint = if head.is_empty() || tail.is_empty() { "" } else { " " };
    let room = max_septets.saturating_sub(septets(tail) + joint.len());
    if septets(head) <= room {
        return format!("{head}{joint}{tail}");
    }
    let cut = cut(head, room);
    let joint = if cut.is_empty() { "" } else { joint };
    format!("{cut}{joint}{tail}")
}

/// As many words as fit in so many septets with `...`; a word that fills them alone is cut inside.
fn cut(text: &str, room: usize) -> String {
    let Some(room) = room.checked_sub(3).filter(|room| *room > 0) else { return String::new() };
    let mut used = 0;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        used += septets_of(c).unwrap_or(0);
        if used > room {
            break;
        }
        end = at + c.len_utf8();
    }
    let (head, rest) = text.split_at(end);
    let whole_words = match head.rfind([' ', '\n']) {
        Some(space) if !rest.starts_with([' ', '\n']) => &head[..space],
        _ => head,
    };
    format!("{}...", whole_words.trim_end_matches([' ', '\n', ',', ';', ':', '.', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_alphabet_has_its_127_characters_and_10_extensions() {
        assert_eq!(DEFAULT.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        assert!(is_gsm7("Ça marche à Évry : où ? £5 {ok} €"));
        for c in ["ç", "ê", "’", "«", "\u{a0}", "😀", "À", "È"] {
            assert!(!is_gsm7(c), "{c}");
        }
    }

    #[test]
    fn parts_are_counted_as_operators_charge_them() {
        assert_eq!(parts(""), 1);
        assert_eq!(parts(&"a".repeat(160)), 1);
        assert_eq!(parts(&"a".repeat(161)), 2);
        assert_eq!(parts(&"a".repeat(306)), 2);
        assert_eq!(parts(&"a".repeat(307)), 3);
        assert_eq!(parts(&"€".repeat(80)), 1);
        assert_eq!(parts(&"€".repeat(81)), 2);
        // 76 escapes fill 152 of 153 septets; the 77th does not fit in the last one.
        assert_eq!(parts(&"€".repeat(153)), 3);
        assert_eq!(parts(&"ê".repeat(70)), 1);
        assert_eq!(parts(&"ê".repeat(71)), 2);
        assert_eq!(parts(&"😀".repeat(35)), 1);
        assert_eq!(parts(&"😀".repeat(67)), 3);
    }

    #[test]
    fn french_typography_becomes_what_the_alphabet_has() {
        for (text, sent) in [
            ("L’équipe a réparé l’éclairage…", "L'équipe a réparé l'éclairage..."),
            ("«\u{a0}Nid-de-poule\u{a0}»", "\"Nid-de-poule\""),
            ("« Nid-de-poule » et « trou »", "\"Nid-de-poule\" et \"trou\""),
            ("Garçon, reçu, Ça, forêt, île, hôtel, août, naïf", "Garcon, recu, Ça, foret, ile, hotel, aout, naif"),
            ("cœur, Œuvre – 5\u{202f}m²", "coeur, OEuvre - 5 m2"),
            ("À Évry, Ève", "A Évry, Eve"),
            ("Bravo 👏🏽 !\r\nMerci", "Bravo  !\nMerci"),
            ("Привет", "??????"),
            ("e\u{301}te\u{301}", "ete"),
        ] {
            let got = to_gsm7(text);
            assert_eq!(got, sent);
            assert!(is_gsm7(&got));
        }
    }

    #[test]
    fn a_short_text_keeps_its_words_and_its_link() {
        assert_eq!(fit("Résolu : c’est réparé.", "https://p.fr/r/1", 160), "Résolu : c'est réparé. https://p.fr/r/1");
        assert_eq!(fit("", "https://p.fr/r/1", 160), "https://p.fr/r/1");
        assert_eq!(fit("Bonjour", "", 160), "Bonjour");
    }

    #[test]
    fn a_long_text_is_cut_at_a_word_and_the_link_never() {
        let link = "https://parvis.example/aubignac-sur-arre/reports/019ab3c4-0000-7000-8000-000000000000";
        let text = fit(&"mot ".repeat(100), link, 160);
        assert!(septets(&text) <= 160 && text.ends_with(&format!(" mot... {link}")), "{text}");
        let one_word = fit(&"x".repeat(500), link, 160);
        assert!(septets(&one_word) == 160 && one_word.ends_with(&format!("x... {link}")), "{one_word}");
    }

    #[test]
    fn a_link_longer_than_a_message_goes_alone_and_whole() {
        let link = format!("https://p.fr/{}", "a".repeat(200));
        assert_eq!(fit("Résolu", &link, 160), link);
    }

    proptest! {
        #[test]
        fn whatever_the_words_the_message_fits_and_ends_in_the_link(head in any::<String>(), max in 40usize..200) {
            let link = "https://parvis.example/r/1";
            let text = fit(&head, link, max);
            prop_assert!(is_gsm7(&text));
            prop_assert!(septets(&text) <= max);
            prop_assert!(text.ends_with(link));
        }

        #[test]
        fn any_text_gets_into_the_alphabet_and_stays_as_it_is_then(text in any::<String>()) {
            let once = to_gsm7(&text);
            prop_assert!(is_gsm7(&once));
            prop_assert_eq!(to_gsm7(&once), once);
        }
    }
}
