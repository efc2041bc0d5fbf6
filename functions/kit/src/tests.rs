//! Pieces as a printer's or a reader's program sees them: rendered by hayro, their codes read by rqrr.

mod layout;
mod logos;
mod page;

use parvis_domain::{Colour, Colours};
use parvis_edge::File;

use crate::get_kit::{Piece, make};
use crate::logo::Logo;
use crate::sheet::Look;
use page::decoded;

/// Names of communes that are hard to set, and the longest that settings take.
const NAMES: [&str; 6] = [
    "Y",
    "Jouques",
    "Beaumonts-les-Autels-et-Sainte-Radegonde",
    "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
    "La Communauté des Communes Nouvelles du Val d’Œuf-sur-l’Ÿze",
    "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM",
];

/// First and second colours that settings take, the lightest and the darkest among them.
const SCHEMES: [[&str; 2]; 4] =
    [["#14507a", "#f2b134"], ["#7a1f2b", "#9fd3c7"], ["#767676", "#757575"], ["#000000", "#ffffff"]];

fn colours([primary, accent]: [&str; 2]) -> Colours {
    let colours = Colours { primary: Colour::parse(primary).unwrap(), accent: Colour::parse(accent).unwrap() };
    assert_eq!(colours.check(), Ok(()), "settings would refuse {primary} and {accent}");
    colours
}

/// The address of a commune whose id is nearly as long as ids can be (40).
const ADDRESS: &str = "https://parvis.example/saint-remy-en-bouzemont-st-genest-isson";

fn piece(piece: Piece, name: &str, scheme: [&str; 2], address: &str) -> Vec<u8> {
    with_logo(piece, name, scheme, address, None)
}

fn with_logo(piece: Piece, name: &str, scheme: [&str; 2], address: &str, logo: Option<Logo>) -> Vec<u8> {
    let look = Look { name, colours: &colours(scheme), logo, address: address.to_owned() };
    match make(piece, &look).unwrap() {
        File::Pdf(bytes) | File::Png(bytes) => bytes,
    }
}

fn close(found: [f64; 2], wanted: [f64; 2]) {
    let near = found.iter().zip(wanted).all(|(found, wanted)| (found - wanted).abs() < 0.05);
    assert!(near, "{found:?} mm, not {wanted:?}");
}

#[test]
fn a_poster_is_a4_and_a_flyer_a5_with_three_millimetres_of_bleed() {
    for (kind, size) in [(Piece::Poster, [210.0, 297.0]), (Piece::Flyer, [148.0, 210.0])] {
        let pdf = page::read(piece(kind, "Jouques", SCHEMES[0], ADDRESS));
        assert_eq!(pdf.pages, 1);
        close(pdf.boxes["TrimBox"], size);
        close(pdf.boxes["CropBox"], size);
        close(pdf.boxes["BleedBox"], [size[0] + 6.0, size[1] + 6.0]);
        close(pdf.boxes["MediaBox"], [size[0] + 20.0, size[1] + 20.0]);
    }
}

#[test]
fn colour_goes_to_the_edge_of_the_bleed_and_no_further() {
    let whole = page::uncropped(piece(Piece::Poster, "Jouques", SCHEMES[0], ADDRESS), 2.0);
    let at = |x_mm: f64, y_mm: f64| whole.pixel(x_mm / 230.0, y_mm / 317.0);
    assert_eq!([at(7.3, 40.0), at(222.7, 40.0), at(100.0, 7.3), at(100.0, 309.7)], [[0x14, 0x50, 0x7a]; 4]);
    assert_eq!([at(6.5, 40.0), at(223.5, 40.0), at(100.0, 6.5), at(100.0, 310.5)], [[255; 3]; 4]);
    // The crop marks, at the corners and away from the bleed.
    let dark = |x: f64, y: f64| (-2..=2).any(|d| whole.pixel((x + f64::from(d) / 10.0) / 230.0, y / 317.0)[0] < 200);
    assert!(dark(10.0, 3.0) && dark(220.0, 3.0) && dark(10.0, 314.0) && dark(220.0, 314.0));
}

#[test]
fn the_code_leads_to_the_commune_when_an_independent_reader_reads_the_rendered_page() {
    let short = "https://parvis.example/jouques";
    for address in [short, ADDRESS] {
        for scheme in SCHEMES {
            for kind in [Piece::Poster, Piece::Flyer] {
                let page = page::read(piece(kind, NAMES[3], scheme, address));
                assert_eq!(page.picture(2.0).code().as_deref(), Some(address), "{kind:?} in {scheme:?}");
            }
            let banner = decoded(&piece(Piece::Banner, NAMES[3], scheme, address));
            assert_eq!([banner.width, banner.height], [1200, 630]);
            assert_eq!(banner.code().as_deref(), Some(address), "the banner in {scheme:?}");
        }
    }
}

#[test]
fn the_text_can_be_read_aloud_in_french_and_says_what_it_is() {
    for (kind, title) in [(Piece::Poster, "Affiche – Jouques"), (Piece::Flyer, "Dépliant – Jouques")] {
        let pdf = page::read(piece(kind, "Jouques", SCHEMES[0], "https://parvis.example/jouques"));
        assert_eq!((pdf.language.as_str(), pdf.title.as_str()), ("fr-FR", title));
        assert!(pdf.is_tagged);
        let words = pdf.text();
        for wanted in [
            "Jouques",
            "Un\u{a0}trou, un\u{a0}lampadaire, ",
            "un\u{a0}dépôt\u{202f}?",
            "Dites-le à la mairie.",
            "Suivez",
        ] {
            assert!(words.contains(wanted), "{wanted:?} is not in {words}");
        }
        for wanted in ["parvis.example/jouques", "Votre nom n’est jamais publié"] {
            assert!(words.contains(wanted), "{wanted:?} is not in {words}");
        }
    }
}

#[test]
fn a_pdf_embeds_the_letters_that_it_uses_and_no_picture() {
    let pdf = page::read(piece(Piece::Poster, NAMES[4], SCHEMES[0], ADDRESS));
    assert!(pdf.size < 60_000, "{} bytes: more than a subset of two fonts", pdf.size);
    assert_eq!((pdf.fonts_embedded, pdf.pictures), (2, 0));
}

#[test]
fn a_name_in_letters_that_the_typeface_lacks_still_makes_a_piece() {
    for kind in [Piece::Poster, Piece::Flyer, Piece::Banner] {
        for name in ["日本", "Ville 🚀 fleurie", "Tre\u{301}guier"] {
            assert!(!piece(kind, name, SCHEMES[0], ADDRESS).is_empty());
        }
    }
}

/// For a person to look at, in `target/screenshots/kit`.
#[test]
fn pieces_can_be_looked_at_as_they_are_printed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/screenshots/kit");
    std::fs::create_dir_all(folder).unwrap();
    for (n, scheme) in SCHEMES.into_iter().enumerate() {
        for (name, file) in [(NAMES[1], "short"), (NAMES[2], "forty"), (NAMES[3], "saint-remy"), (NAMES[5], "sixty")] {
            for kind in [Piece::Poster, Piece::Flyer] {
                let bytes =
                    piece(kind, name, scheme, if file == "short" { "https://parvis.example/jouques" } else { ADDRESS });
                let path = format!("{folder}/{kind:?}-{file}-{n}").to_lowercase();
                page::read(bytes.clone()).picture(1.4).save(&format!("{path}.png"));
                std::fs::write(format!("{path}.pdf"), &bytes).unwrap();
                assert!(std::fs::metadata(format!("{path}.png")).unwrap().len() > 10_000, "a page with nothing on it");
            }
            let banner = piece(Piece::Banner, name, scheme, ADDRESS);
            std::fs::write(format!("{folder}/banner-{file}-{n}.png"), &banner).unwrap();
        }
    }
}
