//! The QR code of an address, as rectangles.

use qrcode::{Color, EcLevel, QrCode};

use crate::error::Undrawn;

/// Light modules around a code (ISO/IEC 18004).
const QUIET: usize = 4;

/// The dark rectangles of the code of `address`, which with its quiet zone fills the square of `side` at `x`, `y`. A quarter of
/// it may be torn or wet and it still reads.
pub(crate) fn rects(address: &str, x: f32, y: f32, side: f32) -> Result<Vec<[f32; 4]>, Undrawn> {
    let code = QrCode::with_error_correction_level(address, EcLevel::Q)?;
    let width = code.width();
    let modules = code.into_colors();
    // Never more than 177 modules a side, which f32 holds exactly.
    let module = side / (width + 2 * QUIET) as f32;
    let at = |n: usize| (n + QUIET) as f32 * module;
    let mut rects = Vec::new();
    for (row, modules) in modules.chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                rects.push([x + at(column), y + at(row), run.len() as f32 * module, module]);
            }
            column += run.len();
        }
    }
    Ok(rects)
}
