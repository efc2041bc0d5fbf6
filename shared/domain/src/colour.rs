//! A commune's colours, which must leave text readable.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Invalid, ids::string_newtype, invalid::quoted};

/// The least contrast of text with what is behind it (WCAG 2.2, success criterion 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// `#rrggbb`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(String);

string_newtype!(Colour, { "type": "string", "pattern": "^#[0-9A-Fa-f]{6}$" });

impl Colour {
    /// Takes `#` and six hexadecimal digits.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let fits = raw.len() == 7 && raw.starts_with('#') && raw.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
        if fits {
            return Ok(Self(raw.to_ascii_lowercase()));
        }
        let detail = format!("{} is not a colour like #14507a", quoted(raw));
        Err(Invalid::new("", "malformed_colour", detail))
    }

    /// Red, green and blue, 0 to 255 each.
    pub fn rgb(&self) -> [u8; 3] {
        // `parse` let hexadecimal digits through and nothing else.
        [1, 3, 5].map(|at| u8::from_str_radix(self.0.get(at..at + 2).unwrap_or("00"), 16).unwrap_or(0))
    }
}

/// Relative luminance, 0 for black to 1 for white (WCAG 2.2).
fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|channel| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// What a commune looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Colours {
    /// Of buttons under white text, and of links on white.
    #[serde(default = "default_primary")]
    pub primary: Colour,
    /// Of what is to be noticed, under black text.
    #[serde(default = "default_accent")]
    pub accent: Colour,
}

fn default_primary() -> Colour {
    Colour("#14507a".to_owned())
}

fn default_accent() -> Colour {
    Colour("#f2b134".to_owned())
}

impl Default for Colours {
    fn default() -> Colours {
        Colours { primary: default_primary(), accent: default_accent() }
    }
}

impl Colours {
    /// Refuses colours on which text is hard to read.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        const WHITE: [u8; 3] = [255; 3];
        const BLACK: [u8; 3] = [0; 3];
        let pairs = [("primary", &self.primary, "white", WHITE), ("accent", &self.accent, "black", BLACK)];
        let low = pairs.into_iter().filter_map(|(field, colour, other, rgb)| {
            let found = contrast(colour.rgb(), rgb);
            let detail = || {
                // Down, so that 4.49 does not read as 4.5.
                let found = (found * 100.0).floor() / 100.0;
                format!(
                    "{field} is {colour}; its contrast with {other} is {found} to 1, at least {LEAST_CONTRAST} to 1"
                )
            };
            (found < LEAST_CONTRAST).then(|| Invalid::new(field, "low_contrast", detail()))
        });
        let wrong: Vec<Invalid> = low.collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// How well two colours are told apart, 1 to 21 (WCAG 2.2, "contrast ratio").
pub fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(primary: &str, accent: &str) -> Vec<(String, String)> {
        let colours = Colours { primary: Colour::parse(primary).unwrap(), accent: Colour::parse(accent).unwrap() };
        colours.check().err().unwrap_or_default().into_iter().map(|e| (e.field, e.detail)).collect()
    }

    #[test]
    fn the_usual_colours_are_readable() {
        assert_eq!(Colours::default().check(), Ok(()));
    }

    #[test]
    fn the_limit_is_where_wcag_has_it() {
        // #767676 is the lightest grey that text on white may have, #757575 the darkest behind black text.
        assert_eq!(check("#767676", "#757575"), []);
        let refused = check("#777777", "#747474");
        assert_eq!(refused[0].1, "primary is #777777; its contrast with white is 4.47 to 1, at least 4.5 to 1");
        assert_eq!(refused.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["primary", "accent"]);
    }

    #[test]
    fn a_colour_has_six_digits_and_one_spelling() {
        assert_eq!(Colour::parse("#14507A").unwrap().as_str(), "#14507a");
        assert_eq!(Colour::parse("#14507A").unwrap().rgb(), [0x14, 0x50, 0x7a]);
        for bad in ["", "14507a", "#14507", "#14507ab", "#14507g", "blue", "#é4507"] {
            assert_eq!(Colour::parse(bad).unwrap_err().code, "malformed_colour", "{bad}");
        }
    }
}
