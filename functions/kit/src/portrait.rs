//! The poster (A4) and the flyer (A5): one layout, in millimetres of A4, because A5 is A4 made smaller.

use crate::error::Undrawn;
use crate::qr;
use crate::sheet::{BLACK, Block, INK, Look, Rgb, Role, Shape, Sheet, WHITE};
use crate::text::{Typeface, Weight};
use crate::words;

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// How far colour goes beyond the cut, in millimetres on paper: cutting is never exact.
pub(crate) const BLEED: f32 = 3.0;

const WIDTH: f32 = 210.0;
const MARGIN: f32 = 16.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// Where the band of the commune's colour ends.
const BAND: f32 = 116.0;
/// Top of the steps and of the QR code.
const BODY: f32 = 130.0;
/// The square of the QR code with its quiet zone.
const CODE: f32 = 66.0;
const LEADING: f32 = 1.3;
/// The logo's plate is no wider; higher than what is above the title it is not either.
const LOGO: f32 = 52.0;

/// A4, 210 by 297 mm.
pub(crate) fn poster(look: &Look, typeface: &Typeface) -> Result<Sheet, Undrawn> {
    portrait("Affiche", 297.0, 1.0, look, typeface)
}

/// A5, 148 by 210 mm.
pub(crate) fn flyer(look: &Look, typeface: &Typeface) -> Result<Sheet, Undrawn> {
    let scale = 148.0 / WIDTH;
    portrait("Dépliant", 210.0 / scale, scale, look, typeface)
}

fn portrait(what: &str, height: f32, scale: f32, look: &Look, typeface: &Typeface) -> Result<Sheet, Undrawn> {
    let mut blocks = ground(height, BLEED / scale, look);
    blocks.extend(band(look, typeface));
    for (n, step) in words::STEPS.iter().enumerate() {
        blocks.extend(numbered(n, step, look, typeface));
    }
    blocks.extend(code(look, typeface)?);
    blocks.extend(foot(height, look, typeface));
    let title = format!("{what} – {}", look.name);
    Ok(Sheet { title, width: WIDTH, height, scale: scale * MM, blocks })
}

/// What everything lies on.
fn ground(height: f32, bleed: f32, look: &Look) -> Vec<Block> {
    let (primary, accent) = (look.colours.primary.rgb(), look.colours.accent.rgb());
    let across =
        |top: f32, bottom: f32, colour: Rgb| Shape::rect(-bleed, top, WIDTH + 2.0 * bleed, bottom - top, colour);
    let shapes = vec![
        // Under the line too: two edges at the same place let the paper shine through.
        across(-bleed, BAND + 1.0, primary),
        across(BAND, BAND + 2.5, accent),
        across(height - 6.0, height + bleed, primary),
    ];
    vec![Block::new(Role::Decoration, shapes)]
}

/// The name, the logo and the title, on the commune's colour.
fn band(look: &Look, typeface: &Typeface) -> Vec<Block> {
    let question = typeface.fit(Weight::Bold, words::QUESTION, INNER, [14.0, 17.0], 2);
    let call = typeface.fit(Weight::Bold, words::CALL, INNER - 10.0, [11.0, 15.5], 1);
    // From the band's lower edge up, so that a name of two lines takes its room from above the title.
    let call_height = call.height(LEADING);
    let call_top = BAND - 13.0 - call_height;
    let question_top = call_top - 5.0 - question.height(1.16);
    let room = [LOGO, question_top - 13.0];
    let plate = look.logo.as_ref().map(|logo| (logo, logo.plate(room)));
    // Beside a logo the name is in a column, and may be smaller.
    let name = match plate {
        None => typeface.fit(Weight::Bold, look.name, INNER, [7.0, 11.0], 2),
        Some((_, [width, _])) => typeface.fit(Weight::Bold, look.name, INNER - width - 8.0, [5.0, 11.0], 2),
    };
    let name_top = (question_top - name.height(1.15)) / 2.0;
    let mut title = question.at(MARGIN, question_top, 1.16, WHITE);
    let pill = [MARGIN, call_top, call.width() + 10.0, call_height];
    title.push(Shape::Rects(vec![pill], look.colours.accent.rgb()));
    title.extend(call.at(MARGIN + 5.0, call_top, LEADING, BLACK));
    let mut blocks = vec![Block::new(Role::Paragraph, name.at(MARGIN, name_top.max(8.0), 1.15, WHITE))];
    if let Some((logo, [width, height])) = plate {
        let (left, top) = (WIDTH - MARGIN - width, (question_top - height) / 2.0);
        blocks.extend(logo.at(left, top, room, look.name));
    }
    blocks.push(Block::new(Role::Title, title));
    blocks
}

/// A step: its number on a disc, what one does, how.
fn numbered(n: usize, step: &words::Step, look: &Look, typeface: &Typeface) -> Vec<Block> {
    let top = BODY + n as f32 * 31.5;
    let (centre, radius, left) = (MARGIN + 7.0, 7.0, MARGIN + 19.0);
    let number = typeface.fit(Weight::Bold, &(n + 1).to_string(), 10.0, [8.5, 8.5], 1);
    let title = typeface.fit(Weight::Bold, step.title, 80.0, [7.0, 7.0], 1);
    let text = typeface.fit(Weight::Regular, step.text, 82.0, [4.6, 4.9], 3);
    let disc = Shape::Disc([centre, top + radius, radius], look.colours.accent.rgb());
    let mut heading = number.centred(centre, top + radius - 8.5 / 2.0, 1.0, BLACK);
    heading.extend(title.at(left, top, 1.0, look.colours.primary.rgb()));
    vec![
        Block::new(Role::Decoration, vec![disc]),
        Block::new(Role::Heading, heading),
        Block::new(Role::Paragraph, text.at(left, top + 8.6, LEADING, INK)),
    ]
}

/// The QR code in a frame, and what to do with it.
fn code(look: &Look, typeface: &Typeface) -> Result<Vec<Block>, Undrawn> {
    let line = 1.2;
    let (left, top) = (WIDTH - MARGIN - CODE - line, BODY + line);
    let caption = typeface.fit(Weight::Bold, words::SCAN, CODE - 6.0, [5.0, 6.0], 1);
    let label = caption.height(1.9);
    let frame = vec![
        Shape::rect(left - line, top - line, CODE + 2.0 * line, CODE + label + line, look.colours.primary.rgb()),
        Shape::rect(left, top, CODE, CODE, WHITE),
    ];
    let dark = Shape::Rects(qr::rects(&look.address, left, top, CODE)?, BLACK);
    Ok(vec![
        Block::new(Role::Decoration, frame),
        Block::new(Role::Figure(words::qr_alt(&look.address)), vec![dark]),
        Block::new(Role::Paragraph, caption.centred(left + CODE / 2.0, top + CODE, 1.9, WHITE)),
    ])
}

/// The address to type, and what happens to personal data.
fn foot(height: f32, look: &Look, typeface: &Typeface) -> Vec<Block> {
    let middle = WIDTH / 2.0;
    let hint = typeface.fit(Weight::Regular, words::TYPE, INNER, [4.9, 4.9], 1);
    let address = typeface.fit(Weight::Bold, look.typed(), INNER, [4.5, 10.0], 1);
    let privacy = typeface.fit(Weight::Regular, words::PRIVACY, INNER, [3.5, 3.9], 3);
    let top = 226.0;
    let address_top = top + hint.height(LEADING) + 1.0;
    let privacy_top = height - 12.0 - privacy.height(LEADING);
    vec![
        Block::new(Role::Paragraph, hint.centred(middle, top, LEADING, INK)),
        Block::new(
            Role::Link(look.address.clone()),
            address.centred(middle, address_top, LEADING, look.colours.primary.rgb()),
        ),
        Block::new(Role::Decoration, vec![Shape::rect(MARGIN, privacy_top - 5.0, INNER, 0.3, [0xbb; 3])]),
        Block::new(Role::Paragraph, privacy.centred(middle, privacy_top, LEADING, INK)),
    ]
}
