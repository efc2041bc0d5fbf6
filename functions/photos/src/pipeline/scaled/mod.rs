//! Large JPEGs, decoded already shrunk: of each block only the coefficients that a half or a quarter of its size can show.
//!
//! What cameras write goes this way: sequential, 8 bits, three colours in one scan, whole. Everything else, and everything
//! that is not perfectly in order, is left to the `jpeg-decoder` crate, which judges it. It would decode this, too, to the
//! same samples, but reads one by one the coefficients that are then dropped; `Huffman::skip` passes over several of them at
//! once (docs/decisions/0012-jpegs-scaled-by-own-code.md).

mod bits;
mod block;
mod header;
mod huffman;
#[cfg(test)]
mod tests;

use image::GrayImage;

use super::Refusal;
use super::picture::Picture;
use bits::Bits;
use header::Header;

/// Decodes a photo whose longest side is at least twice `side` pixels to a half or a quarter of its size; none where it has
/// to go the other way.
pub(super) fn decode(bytes: &[u8], side: u32) -> Option<Planes> {
    let header = Header::read(bytes)?;
    let longest = header.width.max(header.height);
    match side as usize {
        side if (longest * 2).div_ceil(8) >= side => planes::<2>(&header),
        side if (longest * 4).div_ceil(8) >= side => planes::<4>(&header),
        _ => None,
    }
}

/// A photo's colours, each shrunk from the size that it is stored in.
pub(super) struct Planes {
    /// Width and height of the photo, unshrunk.
    size: (u32, u32),
    /// Luma; blue difference; red difference.
    colors: [Plane; 3],
}

impl Planes {
    /// The photo with a longest side of `side` pixels.
    pub(super) fn fitted(self, side: u32) -> Result<Picture, Refusal> {
        let [luma, blue, red] = self.colors.map(|plane| {
            GrayImage::from_raw(plane.width as u32, plane.height as u32, plane.samples)
                .ok_or_else(|| Refusal::corrupt("a plane of another size"))
        });
        Picture::fitted([&luma?, &blue?, &red?], self.size, side)
    }
}

/// One colour's samples, row by row.
struct Plane {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Plane {
    /// Takes the padding to whole blocks away, on the right and below.
    fn crop(&mut self, width: usize, height: usize) {
        for row in 1..height {
            self.samples.copy_within(row * self.width..row * self.width + width, row * width);
        }
        self.samples.truncate(width * height);
        (self.width, self.height) = (width, height);
    }
}

/// Decodes the scan, each block to `N` × `N` samples; none if anything in it is not as it should be.
fn planes<const N: usize>(header: &Header<'_>) -> Option<Planes> {
    let [luma, ..] = &header.components;
    // An MCU (ITU-T T.81, A.2.3) holds one block of each chroma component and as many of luma as it is sampled finer.
    let across = header.width.div_ceil(8 * luma.horizontal);
    let down = header.height.div_ceil(8 * luma.vertical);
    let mut planes = header.components.each_ref().map(|component| {
        let (width, height) = (across * component.horizontal * N, down * component.vertical * N);
        Plane { width, height, samples: vec![0; width * height] }
    });
    let mut bits = Bits::new(header.scan);
    let mut predictors = [0; 3];
    let mut mcu = 0;
    for down in 0..down {
        for across in 0..across {
            if header.restart_interval > 0 && mcu > 0 && mcu % header.restart_interval == 0 {
                bits.restart((mcu / header.restart_interval - 1) as u8 % 8)?;
                predictors = [0; 3];
            }
            mcu += 1;
            for ((component, plane), predictor) in header.components.iter().zip(&mut planes).zip(&mut predictors) {
                for v in 0..component.vertical {
                    for h in 0..component.horizontal {
                        let coefficients = block::decode::<N>(&mut bits, component, predictor)?;
                        let place = (across * component.horizontal + h) * N;
                        let row = (down * component.vertical + v) * N;
                        let samples = plane.samples.get_mut(row * plane.width + place..)?;
                        block::transform::<N>(&coefficients, &component.quantisation, plane.width, samples);
                    }
                }
            }
        }
    }
    bits.end()?;
    for (component, plane) in header.components.iter().zip(&mut planes) {
        let shrunk = |length: usize, sampled: usize, finest: usize| (length * sampled * N).div_ceil(8 * finest);
        let width = shrunk(header.width, component.horizontal, luma.horizontal);
        plane.crop(width, shrunk(header.height, component.vertical, luma.vertical));
    }
    Some(Planes { size: (header.width as u32, header.height as u32), colors: planes })
}
