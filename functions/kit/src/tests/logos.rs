//! Logos of all shapes: what they lie on, that they are seen, and that they keep their proportions.

use tiny_skia::{Color, Paint, Pixmap, Rect, Transform};

use super::page::{decoded, read};
use super::{ADDRESS, NAMES, SCHEMES, with_logo};
use crate::get_kit::Piece;
use crate::logo::Logo;

/// Logos as communes have them; `none` is none.
pub(crate) const KINDS: [&str; 6] = ["none", "wide", "tall", "transparent", "white", "dot"];

/// A logo of a kind, drawn for the test.
pub(crate) fn logo(kind: &str, [primary, _]: [&str; 2]) -> Option<Logo> {
    let (red, white, blue) = ([200, 30, 40], [255; 3], [30, 70, 160]);
    // Ground, then bars: left, top, width, height in pixels.
    let (size, ground, bars) = match kind {
        "none" => return None,
        "wide" => ([512, 96], Some(white), vec![([8.0, 8.0, 80.0, 80.0], red), ([104.0, 30.0, 400.0, 36.0], blue)]),
        "tall" => {
            ([150, 512], Some(white), vec![([10.0, 10.0, 130.0, 300.0], blue), ([40.0, 330.0, 70.0, 170.0], red)])
        }
        "transparent" => ([400, 300], None, vec![([0.0, 0.0, 400.0, 60.0], red), ([150.0, 60.0, 100.0, 240.0], blue)]),
        "white" => ([400, 300], None, vec![([0.0, 0.0, 400.0, 60.0], white), ([150.0, 60.0, 100.0, 240.0], white)]),
        "dot" => ([1, 1], Some(red), Vec::new()),
        other => panic!("no logo is {other}"),
    };
    let mut pixels = Pixmap::new(size[0], size[1]).unwrap();
    if let Some([r, g, b]) = ground {
        pixels.fill(Color::from_rgba8(r, g, b, 255));
    }
    for ([x, y, w, h], [r, g, b]) in bars {
        let mut paint = Paint::default();
        paint.set_color_rgba8(r, g, b, 255);
        pixels.fill_rect(Rect::from_xywh(x, y, w, h).unwrap(), &paint, Transform::identity(), None);
    }
    let primary = parvis_domain::Colour::parse(primary).unwrap().rgb();
    Some(Logo::read(&pixels.encode_png().unwrap(), primary).unwrap())
}

/// How much of a picture is near a colour, in ten-thousandths.
fn share(picture: &super::page::Picture, colour: [u8; 3]) -> usize {
    let near = |x: usize, y: usize| {
        let found = picture.pixel(x as f64 / 400.0, y as f64 / 400.0);
        found.iter().zip(colour).all(|(found, wanted)| found.abs_diff(wanted) < 12)
    };
    (0..400).flat_map(|x| (0..400).map(move |y| (x, y))).filter(|(x, y)| near(*x, *y)).count() / 16
}

#[test]
fn a_logo_is_seen_on_every_piece_and_one_that_is_white_lies_on_the_colour() {
    for kind in [Piece::Poster, Piece::Flyer, Piece::Banner] {
        for of in KINDS {
            let bytes = with_logo(kind, NAMES[1], SCHEMES[0], ADDRESS, logo(of, SCHEMES[0]));
            let picture = if kind == Piece::Banner { decoded(&bytes) } else { read(bytes).picture(1.4) };
            assert_eq!(picture.code().as_deref(), Some(ADDRESS), "{of} on {kind:?}");
            let (red, white) = (share(&picture, [200, 30, 40]), share(&picture, [255; 3]));
            let plain = with_logo(kind, NAMES[1], SCHEMES[0], ADDRESS, None);
            let plain = if kind == Piece::Banner { decoded(&plain) } else { read(plain).picture(1.4) };
            let white = white.saturating_sub(share(&plain, [255; 3]));
            match of {
                "none" => assert_eq!((red, white), (0, 0)),
                // On no plate: what is white is the logo alone.
                "white" => assert!(red == 0 && (10..150).contains(&white), "{white} on {kind:?}"),
                "dot" => assert!(red > 40, "{of} on {kind:?}: {red}"),
                _ => assert!(red > 0 && white > 30, "{of} on {kind:?}: {red}, {white}"),
            }
        }
    }
}

#[test]
fn a_logo_keeps_its_proportions_and_a_pdf_says_whose_it_is() {
    for (kind, wide) in [("wide", 512.0 / 96.0), ("tall", 150.0 / 512.0), ("transparent", 4.0 / 3.0)] {
        let logo = logo(kind, SCHEMES[0]).unwrap();
        for room in [[52.0, 24.0], [230.0, 116.0], [52.0, 90.0]] {
            let clear = 2.0 * 0.12 * room[1];
            let [width, height] = logo.plate(room);
            assert!(width <= room[0] + 0.01 && height <= room[1] + 0.01, "{kind} in {room:?}: {width} by {height}");
            let found = (width - clear) / (height - clear);
            assert!((found / wide - 1.0).abs() < 0.01, "{kind}: {found} to 1, not {wide}");
        }
    }
    let bytes = with_logo(Piece::Poster, "Jouques", SCHEMES[0], ADDRESS, logo("transparent", SCHEMES[0]));
    let pdf = read(bytes);
    // The picture and its transparency.
    assert_eq!((pdf.pictures, pdf.fonts_embedded), (2, 2));
    assert!(pdf.is_tagged && pdf.size < 80_000, "{} bytes", pdf.size);
}

#[test]
fn what_is_no_png_is_no_logo() {
    assert!(Logo::read(b"\x89PNG\r\n\x1a\nrubbish", [0; 3]).is_none());
}

/// For a person to look at, in `target/screenshots/kit`.
#[test]
fn pieces_with_logos_can_be_looked_at() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots/kit");
    std::fs::create_dir_all(folder).unwrap();
    for of in &KINDS[1..] {
        for (name, file) in [(NAMES[1], "short"), (NAMES[2], "forty"), (NAMES[5], "sixty")] {
            for kind in [Piece::Poster, Piece::Flyer, Piece::Banner] {
                let bytes = with_logo(kind, name, SCHEMES[0], ADDRESS, logo(of, SCHEMES[0]));
                let path = format!("{folder}/{kind:?}-{file}-logo-{of}.png").to_lowercase();
                match kind {
                    Piece::Banner => std::fs::write(&path, &bytes).unwrap(),
                    Piece::Poster | Piece::Flyer => read(bytes).picture(1.4).save(&path),
                }
                assert!(std::fs::metadata(&path).unwrap().len() > 10_000, "a page with nothing on it");
            }
        }
    }
}
