//! A picture on its way out: in the three planes that JPEGs hold, so that what came in as planes is never made RGB.

use fast_image_resize::pixels::U8;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, Luma, RgbImage};
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, SamplingFactor};

use super::shrink;
use super::{Refusal, Rendition};

/// Looks right on a phone, at a tenth of what the camera wrote.
const QUALITY: u8 = 80;

/// Full-range YCbCr of BT.601 (ITU-T T.871), colour at half the width and height of luma, rounded up.
pub(super) struct Picture {
    luma: GrayImage,
    blue: GrayImage,
    red: GrayImage,
}

impl Picture {
    /// Luma, blue and red difference of a photo of `size`, each in any resolution, made to fit into a square of `side` pixels.
    /// Each plane goes straight to the size it will have: none is enlarged to be shrunk.
    pub(super) fn fitted(planes: [&GrayImage; 3], size: (u32, u32), side: u32) -> Result<Self, Refusal> {
        let (width, height) = shrink::fitted(size, side);
        let half = (width.div_ceil(2), height.div_ceil(2));
        let [luma, blue, red] = planes;
        Ok(Self { luma: resized(luma, (width, height))?, blue: resized(blue, half)?, red: resized(red, half)? })
    }

    /// The same picture, made to fit into a square of `side` pixels.
    pub(super) fn to_fit(&self, side: u32) -> Result<Self, Refusal> {
        Self::fitted([&self.luma, &self.blue, &self.red], self.luma.dimensions(), side)
    }

    /// From RGB; colour is the mean of each two by two pixels.
    pub(super) fn from_rgb(rgb: &RgbImage) -> Self {
        let (width, height) = rgb.dimensions();
        let weighted = |x: u32, y: u32, [red, green, blue]: [i32; 3]| {
            let [r, g, b] = rgb.get_pixel(x, y).0.map(i32::from);
            red * r + green * g + blue * b
        };
        // In 65,536ths; each row adds up to 1 or to 0, so that grey stays grey.
        let luma = |x, y| Luma([((weighted(x, y, [19_595, 38_470, 7_471]) + (1 << 15)) >> 16) as u8]);
        let mean = |x: u32, y: u32, weights| {
            let (x, y) = ([2 * x, (2 * x + 1).min(width - 1)], [2 * y, (2 * y + 1).min(height - 1)]);
            let sum: i32 = x.into_iter().flat_map(|x| y.map(|y| weighted(x, y, weights))).sum();
            Luma([(((sum + (1 << 17)) >> 18) + 128).clamp(0, 255) as u8])
        };
        let half = |weights| GrayImage::from_fn(width.div_ceil(2), height.div_ceil(2), |x, y| mean(x, y, weights));
        Self {
            luma: GrayImage::from_fn(width, height, luma),
            blue: half([-11_056, -21_712, 32_768]),
            red: half([32_768, -27_440, -5_328]),
        }
    }

    /// Turned and mirrored, as EXIF says.
    pub(super) fn oriented(self, orientation: Orientation) -> Self {
        let turned = |plane: GrayImage| {
            let mut plane = DynamicImage::ImageLuma8(plane);
            plane.apply_orientation(orientation);
            plane.into_luma8()
        };
        Self { luma: turned(self.luma), blue: turned(self.blue), red: turned(self.red) }
    }

    /// Encodes as a baseline JPEG with the header every JPEG has and no other segment: that is how metadata is dropped.
    pub(super) fn encode(&self) -> Result<Rendition, Refusal> {
        let (width, height) = self.luma.dimensions();
        // The encoder takes sides of 16 bits.
        if u16::try_from(width.max(height)).is_err() {
            return Err(Refusal::corrupt(format!("a picture of {width} × {height} pixels")));
        }
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, QUALITY);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        encoder.encode_image(self).map_err(Refusal::corrupt)?;
        Ok(Rendition { jpeg, width, height })
    }
}

/// The encoder asks for colour at the size of luma, and takes the first of each two by two samples.
impl ImageBuffer for &Picture {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        self.luma.width() as u16
    }

    fn height(&self) -> u16 {
        self.luma.height() as u16
    }

    fn fill_buffers(&self, y: u16, [luma, blue, red, _]: &mut [Vec<u8>; 4]) {
        luma.extend(row(&self.luma, y.into()));
        for (plane, buffer) in [(&self.blue, blue), (&self.red, red)] {
            let (from, row) = (buffer.len(), row(plane, u32::from(y) / 2));
            buffer.resize(from + 2 * row.len(), 0);
            buffer[from..].chunks_exact_mut(2).zip(row).for_each(|(pair, sample)| pair.fill(*sample));
            // One too many at an odd width.
            buffer.truncate(from + self.luma.width() as usize);
        }
    }
}

fn row(plane: &GrayImage, y: u32) -> &[u8] {
    let width = plane.width() as usize;
    plane.get(y as usize * width..(y as usize + 1) * width).unwrap_or_default()
}

fn resized(plane: &GrayImage, (width, height): (u32, u32)) -> Result<GrayImage, Refusal> {
    let samples = shrink::resized::<U8>(plane, plane.dimensions(), (width, height))?;
    GrayImage::from_raw(width, height, samples).ok_or_else(|| Refusal::corrupt("a resized plane of another size"))
}
