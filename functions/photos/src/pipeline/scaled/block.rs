//! A block of 8 × 8: its lowest frequencies read, and turned into fewer samples.

use super::bits::Bits;
use super::header::Component;
use super::huffman::Next;

/// Where each coefficient of the file belongs in a block, row by row (ITU-T T.81, figure A.6).
#[rustfmt::skip]
pub(super) const ORDER: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Reads a block of which `N` × `N` coefficients are wanted; the others are zero, or what was read on the way.
#[inline(always)]
pub(super) fn decode<const N: usize>(
    bits: &mut Bits<'_>,
    component: &Component,
    predictor: &mut i16,
) -> Option<[i16; 64]> {
    // In the file's order, the last of the wanted ones.
    let last = const { if N == 2 { 4 } else { 24 } };
    let mut coefficients = [0; 64];
    *predictor = predictor.wrapping_add(component.dc.difference(bits)?);
    coefficients[0] = *predictor;
    let mut place = 1;
    while place <= last {
        match component.ac.coefficient(bits)? {
            Next::End => return Some(coefficients),
            Next::Coefficient(places, value) => {
                place += places;
                coefficients[usize::from(*ORDER.get(place as usize - 1)?) % 64] = value;
            }
        }
    }
    component.ac.skip(bits, place)?;
    Some(coefficients)
}

/// The inverse cosine transform of the lowest `N` × `N` frequencies (2 or 4): what `jpeg-decoder` computes, to the bit.
/// Products wrap, because coefficients of hostile files have no limit.
#[inline(always)]
pub(super) fn transform<const N: usize>(
    coefficients: &[i16; 64],
    quantisation: &[u16; 64],
    stride: usize,
    samples: &mut [u8],
) {
    let at = |i: usize| i32::from(coefficients[i]) * i32::from(quantisation[i]);
    if N == 2 {
        // 128 is the middle of the range; all in eighths.
        let (top, bottom) = (at(0) + at(8) + 128 * 8 + 4, at(0) - at(8) + 128 * 8 + 4);
        let (right_top, right_bottom) = (at(1) + at(9), at(1) - at(9));
        samples[..2].copy_from_slice(&[sample((top + right_top) >> 3), sample((top - right_top) >> 3)]);
        let samples = &mut samples[stride..][..2];
        samples.copy_from_slice(&[sample((bottom + right_bottom) >> 3), sample((bottom - right_bottom) >> 3)]);
    } else {
        let mut columns = [0; 16];
        for i in 0..4 {
            let (even, odd) = ([at(i), at(i + 16)], rotated(at(i + 8), at(i + 24)));
            let (sum, difference) = ((even[0] + even[1]) << 2, (even[0] - even[1]) << 2);
            let odd = odd.map(|o| o.wrapping_add(1 << 9) >> 10);
            columns[i] = sum + odd[0];
            columns[i + 4] = difference + odd[1];
            columns[i + 8] = difference - odd[1];
            columns[i + 12] = sum - odd[0];
        }
        const MIDDLE: i32 = (128 << 17) + (1 << 16);
        for (i, row) in columns.chunks_exact(4).enumerate() {
            let odd = rotated(row[1], row[3]);
            let sum = ((row[0] + row[2]) << 12).wrapping_add(MIDDLE);
            let difference = ((row[0] - row[2]) << 12).wrapping_add(MIDDLE);
            samples[i * stride..][..4].copy_from_slice(&[
                sample(sum.wrapping_add(odd[0]) >> 17),
                sample(difference.wrapping_add(odd[1]) >> 17),
                sample(difference.wrapping_sub(odd[1]) >> 17),
                sample(sum.wrapping_sub(odd[0]) >> 17),
            ]);
        }
    }
}

/// Frequencies 1 and 3 of four, turned by π/8, in 4,096ths.
#[inline(always)]
fn rotated(first: i32, third: i32) -> [i32; 2] {
    // √2 · sin π/8, and what makes it √2 · cos π/8 with either sign.
    let both = (first + third).wrapping_mul(2_217);
    [both.wrapping_add(first.wrapping_mul(3_135)), both.wrapping_sub(third.wrapping_mul(7_567))]
}

fn sample(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}
