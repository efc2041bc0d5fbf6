//! What a piece consists of before it is a PDF or a picture: blocks in reading order, each a few shapes.

use std::sync::Arc;

use parvis_domain::Colours;
use tiny_skia::Pixmap;

use crate::logo::Logo;
use crate::text::{Shaped, Weight};

/// Red, green and blue.
pub(crate) type Rgb = [u8; 3];

/// Paper, and text on the commune's first colour: settings refuse one that is too light for it.
pub(crate) const WHITE: Rgb = [255; 3];
/// Text on the commune's second colour: settings refuse one that is too dark for it.
pub(crate) const BLACK: Rgb = [0; 3];
/// Text on paper: 12.6 to 1 (WCAG wants 4.5).
pub(crate) const INK: Rgb = [0x33; 3];

/// What differs from commune to commune.
pub(crate) struct Look<'a> {
    /// As residents call it.
    pub(crate) name: &'a str,
    /// What it looks like.
    pub(crate) colours: &'a Colours,
    /// Its logo, where it has one.
    pub(crate) logo: Option<Logo>,
    /// Where its residents go, with scheme.
    pub(crate) address: String,
}

impl Look<'_> {
    /// The address as one types it.
    pub(crate) fn typed(&self) -> &str {
        self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest)
    }
}

/// A page or a picture. Everything in it is measured in its own units from the top left of what is left after cutting.
pub(crate) struct Sheet {
    /// What it is called in a reader's window.
    pub(crate) title: String,
    /// Width after cutting.
    pub(crate) width: f32,
    /// Height after cutting.
    pub(crate) height: f32,
    /// Points (1/72 inch) or pixels in a unit.
    pub(crate) scale: f32,
    /// In reading order, which is the order of painting too.
    pub(crate) blocks: Vec<Block>,
}

/// Shapes that are one thing to a reader.
pub(crate) struct Block {
    /// What they are.
    pub(crate) role: Role,
    /// The shapes, the lowest first.
    pub(crate) shapes: Vec<Shape>,
}

/// What a block is to who has it read aloud.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Role {
    /// Nothing.
    Decoration,
    /// The title.
    Title,
    /// The title of a part.
    Heading,
    /// Text.
    Paragraph,
    /// Text that leads to this address.
    Link(String),
    /// A picture, with what it shows in words.
    Figure(String),
}

/// Something to paint.
pub(crate) enum Shape {
    /// Rectangles painted in one go, so that neighbours leave no gap.
    Rects(Vec<[f32; 4]>, Rgb),
    /// A disc: centre and radius.
    Disc([f32; 3], Rgb),
    /// A picture: left, top, width, height.
    Picture(Arc<Pixmap>, [f32; 4]),
    /// A line of text.
    Text(Line),
}

/// A line of text.
pub(crate) struct Line {
    /// The glyphs.
    pub(crate) shaped: Shaped,
    /// In which weight.
    pub(crate) weight: Weight,
    /// Left end.
    pub(crate) x: f32,
    /// Where it stands.
    pub(crate) baseline: f32,
    /// Units in an em.
    pub(crate) size: f32,
    /// Its colour.
    pub(crate) colour: Rgb,
}

impl Line {
    /// Units from its left end to its right one.
    pub(crate) fn width(&self) -> f32 {
        self.shaped.width * self.size
    }
}

impl Shape {
    /// One rectangle: left, top, width, height.
    pub(crate) fn rect(x: f32, y: f32, width: f32, height: f32, colour: Rgb) -> Shape {
        Shape::Rects(vec![[x, y, width, height]], colour)
    }
}

impl Block {
    /// A block.
    pub(crate) fn new(role: Role, shapes: Vec<Shape>) -> Block {
        Block { role, shapes }
    }
}
