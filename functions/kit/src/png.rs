//! A sheet as PNG: the same shapes, its letters drawn.

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use tiny_skia::{Color, FillRule, FilterQuality, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Rect, Transform};

use crate::error::Undrawn;
use crate::sheet::{Line, Rgb, Shape, Sheet};
use crate::text::Typeface;

/// Draws the sheet.
pub(crate) fn png(sheet: &Sheet, typeface: &Typeface) -> Result<Vec<u8>, Undrawn> {
    // Widths and heights are whole, positive and small.
    let (width, height) = ((sheet.width * sheet.scale) as u32, (sheet.height * sheet.scale) as u32);
    let mut picture = Pixmap::new(width, height).ok_or(Undrawn::Size("a picture"))?;
    picture.fill(Color::WHITE);
    for shape in sheet.blocks.iter().flat_map(|block| &block.shapes) {
        if let Shape::Picture(pixels, [x, y, w, h]) = shape {
            place(pixels, [*x, *y, *w, *h].map(|at| at * sheet.scale), &mut picture)?;
            continue;
        }
        // A line of spaces has no path.
        let Some((path, colour)) = outline(shape, typeface) else { continue };
        let scale = Transform::from_scale(sheet.scale, sheet.scale);
        picture.fill_path(&path, &ink(colour), FillRule::Winding, scale, None);
    }
    picture.encode_png().map_err(|e| Undrawn::Png(e.to_string()))
}

fn ink([red, green, blue]: Rgb) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

/// Draws a picture at its place.
fn place(pixels: &Pixmap, [x, y, width, height]: [f32; 4], onto: &mut Pixmap) -> Result<(), Undrawn> {
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    let mut pixels = pixels.clone();
    // To the half, each pixel of four, until bilinear looks at all of them.
    while pixels.width() as f32 >= 2.0 * width && pixels.width() > 1 && pixels.height() > 1 {
        let mut half = Pixmap::new(pixels.width() / 2, pixels.height() / 2).ok_or(Undrawn::Size("a picture"))?;
        half.draw_pixmap(0, 0, pixels.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
        pixels = half;
    }
    let scale = [width / pixels.width() as f32, height / pixels.height() as f32];
    let there = Transform::from_row(scale[0], 0.0, 0.0, scale[1], x, y);
    onto.draw_pixmap(0, 0, pixels.as_ref(), &paint, there, None);
    Ok(())
}

fn outline(shape: &Shape, typeface: &Typeface) -> Option<(Path, Rgb)> {
    match shape {
        Shape::Rects(all, colour) => {
            let mut path = PathBuilder::new();
            for [x, y, width, height] in all {
                path.push_rect(Rect::from_xywh(*x, *y, *width, *height)?);
            }
            Some((path.finish()?, *colour))
        }
        Shape::Disc([x, y, radius], colour) => Some((PathBuilder::from_circle(*x, *y, *radius)?, *colour)),
        Shape::Text(line) => Some((letters(line, typeface)?, line.colour)),
        Shape::Picture(..) => None,
    }
}

fn letters(line: &Line, typeface: &Typeface) -> Option<Path> {
    let face = typeface.face(line.weight);
    let scale = line.size / face.units_per_em() as f32;
    let mut pen = Pen { path: PathBuilder::new(), x: line.x, y: line.baseline, scale };
    let mut x = line.x;
    for glyph in &line.shaped.glyphs {
        pen.x = x + glyph.offset[0] * line.size;
        pen.y = line.baseline - glyph.offset[1] * line.size;
        face.outline_glyph(GlyphId(glyph.id), &mut pen);
        x += glyph.advance * line.size;
    }
    pen.path.finish()
}

/// Draws a glyph where it belongs; fonts measure upwards.
struct Pen {
    path: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
