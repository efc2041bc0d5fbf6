//! The commune's logo: what it is drawn on, so that it is seen, and the clear space around it.

use std::sync::Arc;

use parvis_domain::contrast;
use tiny_skia::Pixmap;

use crate::sheet::{Block, Rgb, Role, Shape, WHITE};
use crate::words;

/// Pixels that are less opaque are none.
const SEEN: u8 = 128;
/// Two colours that nobody tells apart in passing have less contrast (WCAG's measure).
const VANISHES: f64 = 1.3;
/// Of a logo's height in its room: what stays clear around it, as manuals of style ask for.
const CLEAR: f32 = 0.12;

/// A logo, and on what it is seen.
#[derive(Clone)]
pub(crate) struct Logo {
    picture: Arc<Pixmap>,
    /// Whether it lies on the commune's colour itself: it would vanish on white.
    light: bool,
}

impl Logo {
    /// Reads a PNG; nothing where it is none.
    pub(crate) fn read(png: &[u8], primary: Rgb) -> Option<Logo> {
        let picture = Pixmap::decode_png(png).ok()?;
        let all = picture.pixels();
        let seen: Vec<Rgb> = all
            .iter()
            .filter(|pixel| pixel.alpha() >= SEEN)
            .map(|pixel| pixel.demultiply())
            .map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
            .collect();
        let lost_on = |ground: Rgb| seen.iter().filter(|colour| contrast(**colour, ground) < VANISHES).count();
        // One that covers its whole rectangle has brought its ground along.
        let light = seen.len() < all.len() && lost_on(WHITE) * 2 > seen.len() && lost_on(primary) < lost_on(WHITE);
        Some(Logo { picture: Arc::new(picture), light })
    }

    /// How large the plate is that it lies on, in a room of this width and height.
    pub(crate) fn plate(&self, [width, height]: [f32; 2]) -> [f32; 2] {
        let (clear, [w, h]) = (2.0 * CLEAR * height, self.size([width, height]));
        [w + clear, h + clear]
    }

    /// How large it is itself: as large as the room allows.
    fn size(&self, [width, height]: [f32; 2]) -> [f32; 2] {
        let clear = 2.0 * CLEAR * height;
        // At most 512 pixels a side, which f32 holds exactly.
        let [w, h] = [self.picture.width() as f32, self.picture.height() as f32];
        let scale = ((width - clear) / w).min((height - clear) / h);
        [w * scale, h * scale]
    }

    /// The logo in that room, its plate's top left corner at `x` and `y`.
    pub(crate) fn at(&self, x: f32, y: f32, room: [f32; 2], name: &str) -> Vec<Block> {
        let (clear, [width, height], [w, h]) = (CLEAR * room[1], self.plate(room), self.size(room));
        let picture = Shape::Picture(self.picture.clone(), [x + clear, y + clear, w, h]);
        let figure = Block::new(Role::Figure(words::logo_alt(name)), vec![picture]);
        if self.light {
            return vec![figure];
        }
        vec![Block::new(Role::Decoration, vec![Shape::rect(x, y, width, height, WHITE)]), figure]
    }
}
