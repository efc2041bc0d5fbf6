//! Where text ends up, whatever the name: on the page, on nothing else, and readable on what is behind it.

use crate::banner::banner;
use crate::logo::Logo;
use crate::portrait::{flyer, poster};
use crate::sheet::{Line, Look, Rgb, Shape, Sheet};
use crate::text::{Typeface, Weight};

use super::logos::{KINDS, logo};
use super::{ADDRESS, NAMES, SCHEMES, colours};

fn sheets(name: &str, scheme: [&str; 2]) -> [Sheet; 3] {
    sheets_with(name, scheme, None)
}

fn sheets_with(name: &str, scheme: [&str; 2], logo: Option<Logo>) -> [Sheet; 3] {
    let typeface = Typeface::load().unwrap();
    let look = Look { name, colours: &colours(scheme), logo, address: ADDRESS.to_owned() };
    [poster(&look, &typeface), flyer(&look, &typeface), banner(&look, &typeface)].map(Result::unwrap)
}

/// Left, top, right and bottom of what a line's letters may touch.
fn extent(line: &Line) -> [f32; 4] {
    [line.x, line.baseline - 0.76 * line.size, line.x + line.width(), line.baseline + 0.22 * line.size]
}

fn lines(sheet: &Sheet) -> Vec<&Line> {
    let shapes = sheet.blocks.iter().flat_map(|block| &block.shapes);
    shapes.filter_map(|shape| if let Shape::Text(line) = shape { Some(line) } else { None }).collect()
}

#[test]
fn every_line_is_on_the_page_and_on_no_other_whatever_the_name() {
    for (name, kind) in NAMES.into_iter().flat_map(|name| KINDS.map(|kind| (name, kind))) {
        for sheet in sheets_with(name, SCHEMES[0], logo(kind, SCHEMES[0])) {
            let lines = lines(&sheet);
            let margin = sheet.width / 40.0;
            for (n, line) in lines.iter().enumerate() {
                let [left, top, right, bottom] = extent(line);
                let inside =
                    left >= margin && top >= margin && right <= sheet.width - margin && bottom <= sheet.height - margin;
                assert!(inside, "{}: {:?} is at {:?}", sheet.title, line.shaped.text, extent(line));
                for other in &lines[n + 1..] {
                    let [l, t, r, b] = extent(other);
                    let apart = right <= l || r <= left || bottom <= t || b <= top;
                    assert!(apart, "{}: {:?} is on {:?}", sheet.title, line.shaped.text, other.shaped.text);
                }
            }
        }
    }
}

#[test]
fn a_name_is_there_in_full_and_breaks_between_words() {
    for (name, kind) in NAMES.into_iter().flat_map(|name| KINDS.map(|kind| (name, kind))) {
        for sheet in sheets_with(name, SCHEMES[0], logo(kind, SCHEMES[0])) {
            let block = sheet.blocks.iter().find(|block| {
                let first = block.shapes.iter().find_map(|s| if let Shape::Text(l) = s { Some(l) } else { None });
                first.is_some_and(|line| name.starts_with(line.shaped.text.as_str()))
            });
            let texts = block.expect("the name").shapes.iter().filter_map(|shape| match shape {
                Shape::Text(line) => Some(line.shaped.text.as_str()),
                _ => None,
            });
            let texts: Vec<&str> = texts.collect();
            assert_eq!(texts.concat(), name);
            let between = |text: &&str| text.ends_with([' ', '-']);
            assert!(name.starts_with("MM") || texts[..texts.len() - 1].iter().all(between), "{texts:?}");
        }
    }
}

/// WCAG 2.2, "contrast ratio".
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |colour: Rgb| {
        let [r, g, b] = colour.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_line_has_a_contrast_of_at_least_4_5_with_what_is_behind_it() {
    for scheme in SCHEMES {
        for sheet in sheets(NAMES[3], scheme) {
            let mut behind: Vec<(&Shape, Rgb)> = Vec::new();
            for shape in sheet.blocks.iter().flat_map(|block| &block.shapes) {
                match shape {
                    Shape::Rects(_, colour) | Shape::Disc(_, colour) => behind.push((shape, *colour)),
                    Shape::Picture(..) => {}
                    Shape::Text(line) => {
                        let [left, top, right, bottom] = extent(line);
                        for (x, y) in [(left, top), (right, top), (left, bottom), (right, bottom)] {
                            let under = behind.iter().rev().find(|(shape, _)| covers(shape, x, y));
                            let paper = under.map_or([255; 3], |(_, colour)| *colour);
                            let found = contrast(line.colour, paper);
                            assert!(found >= 4.5, "{}: {:?} has {found}", sheet.title, line.shaped.text);
                        }
                    }
                }
            }
        }
    }
}

fn covers(shape: &Shape, x: f32, y: f32) -> bool {
    match shape {
        Shape::Rects(all, _) => {
            all.iter().any(|[left, top, w, h]| (*left..left + w).contains(&x) && (*top..top + h).contains(&y))
        }
        Shape::Disc([cx, cy, r], _) => (x - cx).hypot(y - cy) <= *r,
        Shape::Text(_) | Shape::Picture(..) => false,
    }
}

#[test]
fn nothing_is_on_a_logo_or_in_the_clear_space_around_it() {
    for (name, kind) in NAMES.into_iter().flat_map(|name| KINDS.map(|kind| (name, kind))) {
        let logo = logo(kind, SCHEMES[0]);
        let there = logo.is_some();
        for sheet in sheets_with(name, SCHEMES[0], logo) {
            let pictures = sheet.blocks.iter().flat_map(|block| &block.shapes).filter_map(|shape| match shape {
                Shape::Picture(_, place) => Some(*place),
                _ => None,
            });
            let pictures: Vec<[f32; 4]> = pictures.collect();
            assert_eq!(pictures.len(), usize::from(there), "{kind} on {}", sheet.title);
            for [x, y, w, h] in pictures {
                let margin = sheet.width / 40.0;
                let clear = sheet.width / 90.0;
                assert!(x >= margin && y >= margin && x + w <= sheet.width - margin, "{kind} is off the page");
                for line in lines(&sheet) {
                    let [l, t, r, b] = extent(line);
                    let apart = r <= x - clear || x + w + clear <= l || b <= y - clear || y + h + clear <= t;
                    assert!(apart, "{}: {:?} is on a {kind} logo", sheet.title, line.shaped.text);
                }
            }
        }
    }
}

#[test]
fn text_shrinks_before_it_breaks_a_word_and_breaks_one_only_at_the_smallest_size() {
    let typeface = Typeface::load().unwrap();
    let word = "Anticonstitutionnellement";
    let fitted = typeface.fit(Weight::Bold, word, 100.0, [2.0, 20.0], 2);
    assert!((2.0..20.0).contains(&fitted.size) && fitted.width() <= 100.0);
    assert_eq!(fitted.at(0.0, 0.0, 1.0, [0; 3]).len(), 1);
    let broken = typeface.fit(Weight::Bold, word, 100.0, [20.0, 20.0], 2);
    assert!(broken.width() <= 100.0);
    assert!(broken.at(0.0, 0.0, 1.0, [0; 3]).len() > 1);
}
