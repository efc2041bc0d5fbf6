//! Text: one typeface in two weights, shaped, and broken into lines that fit.

use rustybuzz::{Face, UnicodeBuffer};

use crate::error::Undrawn;
use crate::sheet::{Line, Rgb, Shape};

/// How heavy the strokes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// For reading.
    Regular,
    /// For being seen from afar.
    Bold,
}

/// Noto Sans, which has every letter of French and of the languages of France that use Latin letters.
pub(crate) struct Typeface {
    regular: Face<'static>,
    bold: Face<'static>,
}

/// A glyph, measured in ems.
#[derive(Clone, Debug)]
pub(crate) struct Glyph {
    /// Its number in the typeface.
    pub(crate) id: u16,
    /// How far the next one is.
    pub(crate) advance: f32,
    /// How far it is moved.
    pub(crate) offset: [f32; 2],
    /// The bytes of the text that it stands for.
    pub(crate) range: std::ops::Range<usize>,
}

/// Text as glyphs.
#[derive(Clone, Debug)]
pub(crate) struct Shaped {
    /// The text.
    pub(crate) text: String,
    /// Its glyphs.
    pub(crate) glyphs: Vec<Glyph>,
    /// Ems, without the space at its end.
    pub(crate) width: f32,
}

/// What no line breaks, measured in ems.
struct Word<'t> {
    text: &'t str,
    /// Without the space at its end.
    seen: f32,
    /// With it.
    full: f32,
}

/// Lines that fit, and the size at which they do.
pub(crate) struct Fitted {
    /// Units in an em.
    pub(crate) size: f32,
    lines: Vec<Shaped>,
    weight: Weight,
}

impl Weight {
    /// The font file.
    pub(crate) fn data(self) -> &'static [u8] {
        match self {
            Weight::Regular => notosans::REGULAR_TTF,
            Weight::Bold => notosans::BOLD_TTF,
        }
    }
}

impl Typeface {
    /// Reads the fonts.
    pub(crate) fn load() -> Result<Typeface, Undrawn> {
        let face = |weight: Weight| Face::from_slice(weight.data(), 0).ok_or(Undrawn::Typeface);
        Ok(Typeface { regular: face(Weight::Regular)?, bold: face(Weight::Bold)? })
    }

    /// The font of a weight.
    pub(crate) fn face(&self, weight: Weight) -> &Face<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// Text as glyphs. Letters that the typeface does not have are left out: boxes help nobody.
    pub(crate) fn shape(&self, weight: Weight, text: &str) -> Shaped {
        let face = self.face(weight);
        let text: String = text.chars().filter(|c| face.glyph_index(*c).is_some_and(|glyph| glyph.0 != 0)).collect();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(face, &[], buffer);
        let em = face.units_per_em() as f32;
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let glyph = |n: usize| {
            let (info, position) = (&infos[n], &positions[n]);
            let end = infos[n..].iter().map(|i| i.cluster).find(|cluster| *cluster > info.cluster);
            Glyph {
                // Glyph numbers of a font are 16 bits wide (OpenType, "maxp").
                id: info.glyph_id as u16,
                advance: position.x_advance as f32 / em,
                offset: [position.x_offset as f32 / em, position.y_offset as f32 / em],
                range: info.cluster as usize..end.map_or(text.len(), |end| end as usize),
            }
        };
        let glyphs: Vec<Glyph> = (0..infos.len()).map(glyph).collect();
        let seen = text.trim_end().len();
        let width = glyphs.iter().filter(|g| g.range.start < seen).map(|g| g.advance).sum();
        Shaped { text, glyphs, width }
    }

    /// The parts between which lines may break: after spaces and hyphens.
    fn words<'t>(&self, weight: Weight, text: &'t str) -> Vec<Word<'t>> {
        let word = |text: &'t str| {
            let seen = self.shape(weight, text).width;
            let full = seen + text.matches(' ').count() as f32 * self.advance(weight, ' ');
            Word { text, seen, full }
        };
        text.split_inclusive([' ', '-']).map(word).collect()
    }

    /// How far the next letter is, in ems.
    fn advance(&self, weight: Weight, letter: char) -> f32 {
        let face = self.face(weight);
        let advance = face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
        f32::from(advance.unwrap_or(0)) / face.units_per_em() as f32
    }

    /// As few lines as `most` ems allow, and whether every word is in one piece.
    fn wrap(&self, weight: Weight, words: &[Word], most: f32) -> (Vec<String>, bool) {
        let (mut lines, mut line, mut width, mut whole) = (Vec::new(), String::new(), 0.0, true);
        for word in words {
            if !line.is_empty() && width + word.seen > most {
                lines.push(std::mem::take(&mut line));
                width = 0.0;
            }
            if word.seen <= most {
                line.push_str(word.text);
                width += word.full;
                continue;
            }
            whole = false;
            for letter in word.text.chars() {
                let advance = self.advance(weight, letter);
                if !line.is_empty() && width + advance > most {
                    lines.push(std::mem::take(&mut line));
                    width = 0.0;
                }
                line.push(letter);
                width += advance;
            }
        }
        lines.push(line);
        (lines, whole)
    }

    /// The largest of the sizes (in units of an em) at which `text` takes at most so many lines of `width` without a broken
    /// word; the smallest where there is none. Lines come out about as long as each other.
    pub(crate) fn fit(&self, weight: Weight, text: &str, width: f32, sizes: [f32; 2], lines: usize) -> Fitted {
        let [least, most] = sizes;
        let words = self.words(weight, text);
        let mut size = most;
        let wrapped = loop {
            let (wrapped, whole) = self.wrap(weight, &words, width / size);
            if whole && wrapped.len() <= lines || size <= least {
                break wrapped;
            }
            size = (size * 0.97).max(least);
        };
        // The narrowest measure that needs no more lines.
        let mut even = (10..20).map(|n| self.wrap(weight, &words, width / size * n as f32 / 20.0));
        let even = even.find(|(even, whole)| *whole && even.len() == wrapped.len());
        let lines = even.map_or(wrapped, |(even, _)| even);
        Fitted { size, lines: lines.iter().map(|line| self.shape(weight, line)).collect(), weight }
    }
}

impl Fitted {
    /// Height of all lines, each `leading` ems high.
    pub(crate) fn height(&self, leading: f32) -> f32 {
        self.lines.len() as f32 * self.size * leading
    }

    /// Width of the longest line.
    pub(crate) fn width(&self) -> f32 {
        self.lines.iter().map(|line| line.width * self.size).fold(0.0, f32::max)
    }

    /// The lines from the left end `x` on and down from `top`, each `leading` ems high with its text in the middle of it.
    pub(crate) fn at(self, x: f32, top: f32, leading: f32, colour: Rgb) -> Vec<Shape> {
        self.placed(|_| x, top, leading, colour)
    }

    /// The same, each line around the middle `x`.
    pub(crate) fn centred(self, x: f32, top: f32, leading: f32, colour: Rgb) -> Vec<Shape> {
        self.placed(|width| x - width / 2.0, top, leading, colour)
    }

    fn placed(self, x: impl Fn(f32) -> f32, top: f32, leading: f32, colour: Rgb) -> Vec<Shape> {
        let Fitted { size, lines, weight } = self;
        // Capitals of Noto Sans are 0.714 em high.
        let drop = (leading + 0.714) / 2.0;
        let line = |(n, shaped): (usize, Shaped)| {
            let x = x(shaped.width * size);
            let baseline = top + (n as f32 * leading + drop) * size;
            Shape::Text(Line { shaped, weight, x, baseline, size, colour })
        };
        lines.into_iter().enumerate().map(line).collect()
    }
}
