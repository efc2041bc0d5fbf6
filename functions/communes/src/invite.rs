//! Invite codes as staff see them: to be read aloud, sent as a link, or printed.

use jiff::Timestamp;
use parvis_domain::Label;
use parvis_store::{Commune, Invite};
use qrcode::{Color, QrCode};
use schemars::JsonSchema;
use serde::Serialize;

/// White around the dark squares, in squares (ISO/IEC 18004: four).
const MARGIN: usize = 4;

/// An invite code.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InviteView {
    /// Ten letters and digits.
    code: String,
    /// What it is for; staff alone see it.
    label: Label,
    /// How many accounts may redeem it.
    limit: u32,
    /// How many did.
    used: u32,
    /// Whether it may still be redeemed.
    open: bool,
    /// When it was made.
    created: Timestamp,
    /// Until when it may be redeemed.
    expires_at: Timestamp,
    /// Where it leads. The code is behind the `#`, so that no server on the way sees it.
    link: String,
    /// The link as a QR code: an SVG image, to be scaled to any size.
    qr_svg: String,
}

impl InviteView {
    pub(crate) fn of(commune: &Commune, invite: Invite, now: Timestamp) -> InviteView {
        let link = format!("{}/{}/join#{}", commune.store().names.public_url, commune.id(), invite.code);
        let open = invite.is_open(now);
        let Invite { code, label, limit, used, created, expires } = invite;
        InviteView { code, label, limit, used, open, created, expires_at: expires, qr_svg: qr_svg(&link), link }
    }
}

/// The text as a QR code. One that is too long for any (some 2,900 letters, which no link of ours is) gives an empty image.
fn qr_svg(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let (width, colours) = (code.width(), code.to_colors());
    let side = width + 2 * MARGIN;
    let mut path = String::new();
    for (at, _) in colours.iter().enumerate().filter(|(_, colour)| **colour == Color::Dark) {
        path.push_str(&format!("M{} {}h1v1h-1z", at % width + MARGIN, at / width + MARGIN));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The picture as a scanner sees it: black squares on white, so many dots a side.
    fn read(svg: &str, dots: usize) -> String {
        let attribute = |name: &str, nth: usize| {
            svg.split(&format!("{name}=\"")).nth(nth).and_then(|rest| rest.split('"').next()).expect("an attribute")
        };
        let side: usize = attribute("viewBox", 1).split(' ').nth(2).expect("a width").parse().expect("a number");
        let mut dark = vec![false; side * side];
        for square in attribute(" d", 2).split('M').skip(1) {
            let (x, rest) = square.split_once(' ').expect("a place");
            let (y, drawn) = rest.split_once('h').expect("a place");
            assert_eq!(drawn, "1v1h-1z");
            dark[y.parse::<usize>().expect("y") * side + x.parse::<usize>().expect("x")] = true;
        }
        let grey = |x: usize, y: usize| if dark[y / dots * side + x / dots] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side * dots, side * dots, grey);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1, "one code");
        grids[0].decode().expect("it is read").1
    }

    #[test]
    fn another_reader_finds_the_link_in_the_picture() {
        let link = "https://parvis.example.org/saint-remy-en-bouzemont-saint-genest-et-i/join#K7MPQ2RSTV";
        for dots in [3, 8] {
            assert_eq!(read(&qr_svg(link), dots), link);
        }
        assert_eq!(qr_svg(&"x".repeat(3_000)), "", "no code holds that");
    }
}
