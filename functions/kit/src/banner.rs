//! The banner: 1200 by 630 pixels, as web sites and social networks show a link.

use crate::error::Undrawn;
use crate::qr;
use crate::sheet::{BLACK, Block, INK, Look, Role, Shape, Sheet, WHITE};
use crate::text::{Typeface, Weight};
use crate::words;

const WIDTH: f32 = 1200.0;
const HEIGHT: f32 = 630.0;
const MARGIN: f32 = 64.0;
/// Where the commune's colour ends and the QR code's side begins.
const SPLIT: f32 = 800.0;
/// The square of the QR code with its quiet zone.
const CODE: f32 = 320.0;
const LEADING: f32 = 1.3;
/// The room of the logo's plate, in the upper corner of the colour.
const LOGO: [f32; 2] = [230.0, 116.0];

/// The banner.
pub(crate) fn banner(look: &Look, typeface: &Typeface) -> Result<Sheet, Undrawn> {
    let (primary, accent) = (look.colours.primary.rgb(), look.colours.accent.rgb());
    let inner = SPLIT - 2.0 * MARGIN;
    let ground = vec![
        Shape::rect(0.0, 0.0, WIDTH, HEIGHT, WHITE),
        Shape::rect(0.0, 0.0, SPLIT, HEIGHT, primary),
        Shape::rect(SPLIT, 0.0, 10.0, HEIGHT, accent),
    ];
    let plate = look.logo.as_ref().map(|logo| (logo, logo.plate(LOGO)));
    // Beside a logo the name is in a column, and may be smaller.
    let name = match plate {
        None => typeface.fit(Weight::Bold, look.name, inner, [26.0, 36.0], 2),
        Some((_, [width, _])) => typeface.fit(Weight::Bold, look.name, inner - width - 24.0, [20.0, 36.0], 2),
    };
    let question = typeface.fit(Weight::Bold, words::QUESTION, inner, [44.0, 60.0], 3);
    let call = typeface.fit(Weight::Bold, words::CALL, inner - 40.0, [40.0, 52.0], 1);
    let short = typeface.fit(Weight::Regular, words::IN_SHORT, inner, [22.0, 25.0], 2);

    let short_top = HEIGHT - MARGIN - short.height(LEADING);
    let (call_width, call_height) = (call.width() + 40.0, call.height(LEADING));
    let call_top = short_top - 28.0 - call_height;
    let question_top = call_top - 20.0 - question.height(1.16);
    let mut title = question.at(MARGIN, question_top, 1.16, WHITE);
    title.push(Shape::rect(MARGIN, call_top, call_width, call_height, accent));
    title.extend(call.at(MARGIN + 20.0, call_top, LEADING, BLACK));

    let side = WIDTH - SPLIT - 10.0;
    let middle = SPLIT + 10.0 + side / 2.0;
    let scan = typeface.fit(Weight::Bold, words::SCAN, side - 40.0, [26.0, 32.0], 1);
    let hint = typeface.fit(Weight::Regular, words::TYPE, side - 40.0, [20.0, 24.0], 1);
    let address = typeface.fit(Weight::Bold, look.typed(), side - 40.0, [16.0, 28.0], 3);
    let height = scan.height(LEADING) + CODE + hint.height(LEADING) + address.height(LEADING);
    let scan_top = (HEIGHT - height) / 2.0;
    let code_top = scan_top + scan.height(LEADING);
    let hint_top = code_top + CODE;
    let address_top = hint_top + hint.height(LEADING);
    let code = qr::rects(&look.address, middle - CODE / 2.0, code_top, CODE)?;

    let mut blocks = vec![
        Block::new(Role::Decoration, ground),
        Block::new(Role::Paragraph, name.at(MARGIN, MARGIN - 6.0, 1.15, WHITE)),
    ];
    if let Some((logo, [width, height])) = plate {
        // In the middle of as much above the title as the name's first lines take.
        let top = MARGIN - 16.0 + (LOGO[1] - height) / 2.0;
        blocks.extend(logo.at(SPLIT - MARGIN - width, top, LOGO, look.name));
    }
    blocks.extend([
        Block::new(Role::Title, title),
        Block::new(Role::Paragraph, short.at(MARGIN, short_top, LEADING, WHITE)),
        Block::new(Role::Paragraph, scan.centred(middle, scan_top, LEADING, primary)),
        Block::new(Role::Figure(words::qr_alt(&look.address)), vec![Shape::Rects(code, BLACK)]),
        Block::new(Role::Paragraph, hint.centred(middle, hint_top, LEADING, INK)),
        Block::new(Role::Link(look.address.clone()), address.centred(middle, address_top, LEADING, primary)),
    ]);
    Ok(Sheet { title: format!("Bandeau – {}", look.name), width: WIDTH, height: HEIGHT, scale: 1.0, blocks })
}
