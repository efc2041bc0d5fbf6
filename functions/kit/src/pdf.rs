//! A sheet as PDF for printers and print shops: vectors, the typeface's subset embedded, tagged for screen readers (PDF/UA-1).
//!
//! The page shows and prints at its size after cutting. Around that lie three millimetres of bleed and the crop marks, which
//! only a print shop's programs show (ISO 32000-1, 14.11.2).

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, Tag, TagGroup, TagKind, TagTree};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use tiny_skia::Pixmap;

use crate::error::Undrawn;
use crate::portrait::{BLEED, MM};
use crate::sheet::{BLACK, Block, Line, Rgb, Role, Shape, Sheet};
use crate::text::Weight;

/// From the cut to the edge of the page's medium, in points: room for the marks.
const EDGE: f32 = 10.0 * MM;
/// A crop mark: from where to where, away from the cut, and how thick, in points.
const MARK: [f32; 3] = [4.0 * MM, 9.0 * MM, 0.25];
/// Béziers that are a quarter of a circle.
const CURVE: f32 = 0.552_285;

struct Fonts {
    regular: Font,
    bold: Font,
}

/// Writes the sheet.
pub(crate) fn pdf(sheet: &Sheet) -> Result<Vec<u8>, Undrawn> {
    let font = |weight: Weight| Font::new(weight.data().into(), 0).ok_or(Undrawn::Typeface);
    let fonts = Fonts { regular: font(Weight::Regular)?, bold: font(Weight::Bold)? };
    let accessible = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = accessible.map_err(|e| Undrawn::Pdf(format!("{e:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let metadata = Metadata::new().title(sheet.title.clone()).language("fr-FR".to_owned()).creator("Parvis".to_owned());
    document.set_metadata(metadata);

    let mut page = document.start_page_with(boxes(sheet)?);
    let mut surface = page.surface();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Page)));
    crop_marks(sheet, &mut surface)?;
    surface.end_tagged();
    surface.push_transform(&Transform::from_row(sheet.scale, 0.0, 0.0, sheet.scale, EDGE, EDGE));
    let mut read = Vec::new();
    for block in &sheet.blocks {
        let tag = match block.role {
            Role::Decoration => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            _ => ContentTag::Other,
        };
        let part = surface.start_tagged(tag);
        for shape in &block.shapes {
            paint(shape, &fonts, &mut surface)?;
        }
        surface.end_tagged();
        if block.role != Role::Decoration {
            read.push((block, Node::from(part)));
        }
    }
    surface.pop();
    surface.finish();

    let mut tags = TagTree::new().with_lang(Some("fr-FR".to_owned()));
    for (block, part) in read {
        let mut group = TagGroup::with_children(kind(block), vec![part]);
        if let Role::Link(address) = &block.role {
            let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
            let link = LinkAnnotation::new(area(sheet, block)?, target);
            group.push(page.add_tagged_annotation(Annotation::new_link(link, Some(address.clone()))));
            group = TagGroup::with_children(Tag::P, vec![group.into()]);
        }
        tags.push(group);
    }
    page.finish();
    document.set_tag_tree(tags);
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(sheet.title.clone(), XyzDestination::new(0, Point::from_xy(EDGE, EDGE))));
    document.set_outline(outline);
    document.finish().map_err(|e| Undrawn::Pdf(format!("{e:?}")))
}

/// What a block is to a screen reader.
fn kind(block: &Block) -> TagKind {
    let level = |n: u16| std::num::NonZeroU16::new(n).unwrap_or(std::num::NonZeroU16::MIN);
    let words = || lines(block).map(|line| line.shaped.text.trim()).collect::<Vec<_>>().join(" ");
    match &block.role {
        Role::Title => Tag::Hn(level(1), Some(words())).into(),
        Role::Heading => Tag::Hn(level(2), Some(words())).into(),
        Role::Link(_) => Tag::Link.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
        Role::Decoration | Role::Paragraph => Tag::P.into(),
    }
}

/// The page: its medium, its bleed and its size after cutting, which is also what programs show.
fn boxes(sheet: &Sheet) -> Result<PageSettings, Undrawn> {
    let [width, height] = [sheet.width * sheet.scale, sheet.height * sheet.scale];
    let around = |distance: f32| {
        let start = EDGE - distance;
        rect(start, start, width + 2.0 * distance, height + 2.0 * distance)
    };
    let page = PageSettings::from_wh(width + 2.0 * EDGE, height + 2.0 * EDGE).ok_or(Undrawn::Size("a page"))?;
    let (cut, bleed) = (Some(around(0.0)?), Some(around(BLEED * MM)?));
    Ok(page.with_trim_box(cut).with_crop_box(cut).with_bleed_box(bleed))
}

fn crop_marks(sheet: &Sheet, surface: &mut Surface) -> Result<(), Undrawn> {
    let [from, to, thick] = MARK;
    let [width, height] = [sheet.width * sheet.scale, sheet.height * sheet.scale];
    let mut marks = Vec::new();
    for x in [EDGE, EDGE + width] {
        for top in [EDGE - to, EDGE + height + from] {
            marks.push([x - thick / 2.0, top, thick, to - from]);
        }
    }
    for y in [EDGE, EDGE + height] {
        for left in [EDGE - to, EDGE + width + from] {
            marks.push([left, y - thick / 2.0, to - from, thick]);
        }
    }
    rects(&marks, BLACK, surface)
}

fn paint(shape: &Shape, fonts: &Fonts, surface: &mut Surface) -> Result<(), Undrawn> {
    match shape {
        Shape::Rects(all, colour) => rects(all, *colour, surface),
        Shape::Disc(disc, colour) => {
            fill(*colour, surface);
            let path = circle(*disc).ok_or(Undrawn::Size("a disc"))?;
            surface.draw_path(&path);
            Ok(())
        }
        Shape::Picture(pixels, place) => picture(pixels, *place, surface),
        Shape::Text(line) => {
            text(line, fonts, surface);
            Ok(())
        }
    }
}

fn picture(pixels: &Pixmap, [x, y, width, height]: [f32; 4], surface: &mut Surface) -> Result<(), Undrawn> {
    let colours = pixels.pixels().iter().map(|pixel| pixel.demultiply());
    let bytes = colours.flat_map(|c| [c.red(), c.green(), c.blue(), c.alpha()]).collect();
    let image = Image::from_rgba8(bytes, pixels.width(), pixels.height());
    surface.push_transform(&Transform::from_translate(x, y));
    surface.draw_image(image, Size::from_wh(width, height).ok_or(Undrawn::Size("a picture"))?);
    surface.pop();
    Ok(())
}

fn rects(all: &[[f32; 4]], colour: Rgb, surface: &mut Surface) -> Result<(), Undrawn> {
    let mut path = PathBuilder::new();
    for [x, y, width, height] in all {
        path.push_rect(rect(*x, *y, *width, *height)?);
    }
    fill(colour, surface);
    surface.draw_path(&path.finish().ok_or(Undrawn::Size("a rectangle"))?);
    Ok(())
}

fn circle([x, y, r]: [f32; 3]) -> Option<krilla::geom::Path> {
    let c = r * CURVE;
    let mut path = PathBuilder::new();
    path.move_to(x + r, y);
    path.cubic_to(x + r, y + c, x + c, y + r, x, y + r);
    path.cubic_to(x - c, y + r, x - r, y + c, x - r, y);
    path.cubic_to(x - r, y - c, x - c, y - r, x, y - r);
    path.cubic_to(x + c, y - r, x + r, y - c, x + r, y);
    path.close();
    path.finish()
}

fn text(line: &Line, fonts: &Fonts, surface: &mut Surface) {
    let glyph = |glyph: &crate::text::Glyph| {
        let [x, y] = glyph.offset;
        KrillaGlyph::new(GlyphId::new(glyph.id.into()), glyph.advance, x, y, 0.0, glyph.range.clone(), None)
    };
    let glyphs: Vec<KrillaGlyph> = line.shaped.glyphs.iter().map(glyph).collect();
    let font = match line.weight {
        Weight::Regular => &fonts.regular,
        Weight::Bold => &fonts.bold,
    };
    fill(line.colour, surface);
    let start = Point::from_xy(line.x, line.baseline);
    surface.draw_glyphs(start, &glyphs, font.clone(), &line.shaped.text, line.size, false);
}

fn fill([red, green, blue]: Rgb, surface: &mut Surface) {
    let paint = krilla::color::rgb::Color::new(red, green, blue).into();
    surface.set_fill(Some(Fill { paint, ..Fill::default() }));
}

fn lines(block: &Block) -> impl Iterator<Item = &Line> {
    block.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(line) => Some(line),
        _ => None,
    })
}

/// Where a block's text is on the page, in points.
fn area(sheet: &Sheet, block: &Block) -> Result<Rect, Undrawn> {
    let around = |[left, top, right, bottom]: [f32; 4], line: &Line| {
        let (above, below) = (line.baseline - line.size, line.baseline + 0.3 * line.size);
        [left.min(line.x), top.min(above), right.max(line.x + line.width()), bottom.max(below)]
    };
    let [left, top, right, bottom] =
        lines(block).fold([f32::MAX, f32::MAX, 0.0, 0.0], around).map(|at| EDGE + at * sheet.scale);
    Rect::from_ltrb(left, top, right, bottom).ok_or(Undrawn::Size("a link"))
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> Result<Rect, Undrawn> {
    Rect::from_xywh(x, y, width, height).ok_or(Undrawn::Size("a rectangle"))
}
