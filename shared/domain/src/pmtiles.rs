//! What the head of a file of map tiles says of it (PMTiles, version 3, section 3), and which files are good for a commune.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::grouped;
use crate::{BBox, Invalid, Settings};

/// Bytes of the head.
pub const HEADER_BYTES: usize = 127;
/// Largest file in bytes: 200 MB. Vector tiles of a commune have some 10 MB, pictures of all its streets some 100.
pub const MAX_MAP_BYTES: u64 = 200_000_000;
/// The root directory ends here at the latest, so that a reader gets it with the head (section 2).
const ROOT_ENDS: u64 = 16_384;
/// The finest zoom that maps have.
const FINEST: u8 = 22;
/// The head has degrees in units of this.
const DEGREE: f64 = 1e7;

/// What the tiles of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TileKind {
    /// Shapes, which the reader draws (Mapbox Vector Tile).
    Vector,
    /// Pictures: PNG.
    Png,
    /// Pictures: JPEG.
    Jpeg,
    /// Pictures: WebP.
    Webp,
    /// Pictures: AVIF.
    Avif,
}

/// What a file of tiles holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapTiles {
    /// What its tiles are.
    pub tiles: TileKind,
    /// The coarsest zoom it has.
    pub min_zoom: u8,
    /// The finest zoom it has.
    pub max_zoom: u8,
    /// Degrees: west, south, east, north.
    bounds: [f64; 4],
}

impl MapTiles {
    /// Reads the head of a file of `size` bytes.
    ///
    /// # Errors
    /// Why this is no file of tiles that maps can show, at the field `file`.
    pub fn read(head: &[u8], size: u64) -> Result<MapTiles, Invalid> {
        let Some(head) = head.first_chunk::<HEADER_BYTES>().filter(|head| head.starts_with(b"PMTiles")) else {
            return wrong("not_pmtiles", "the file does not begin as PMTiles do".to_owned());
        };
        if head[7] != 3 {
            return wrong("not_pmtiles", format!("the file is PMTiles of version {}; version 3 is taken", head[7]));
        }
        let [root, metadata, leaves, data] = [8, 24, 40, 56].map(|at| (number(head, at), number(head, at + 8)));
        let ends = [root, metadata, leaves, data].map(|(from, length)| from.saturating_add(length));
        if let Some(end) = ends.into_iter().find(|end| *end > size) {
            let detail = format!("the file is {size} bytes and incomplete: its head tells of {end}");
            return wrong("truncated", detail);
        }
        if root.1 == 0 || data.1 == 0 || ends[0] > ROOT_ENDS {
            return wrong("not_pmtiles", "the file has no tiles, or no directory where it belongs".to_owned());
        }
        // 0 is unknown, 1 none, 2 gzip, 3 Brotli, 4 Zstandard; browsers can undo gzip.
        if !matches!(head[97], 1 | 2) || head[98] > 2 {
            let detail = "the file is compressed with Brotli or Zstandard; gzip or nothing is taken";
            return wrong("compression_not_supported", detail.to_owned());
        }
        let tiles = match head[99] {
            1 => TileKind::Vector,
            2 => TileKind::Png,
            3 => TileKind::Jpeg,
            4 => TileKind::Webp,
            5 => TileKind::Avif,
            other => {
                let detail = format!("the tiles are of type {other}; MVT, PNG, JPEG, WebP and AVIF (1 to 5) are taken");
                return wrong("type_not_supported", detail);
            }
        };
        let (min_zoom, max_zoom) = (head[100], head[101]);
        if min_zoom > max_zoom || max_zoom > FINEST {
            let detail = format!("the file has zooms {min_zoom} to {max_zoom}; in order, and at most {FINEST}");
            return wrong("out_of_range", detail);
        }
        let bounds = [102, 106, 110, 114].map(|at| degrees(head, at));
        Ok(MapTiles { tiles, min_zoom, max_zoom, bounds })
    }

    /// Refuses a file that shows nothing of the commune.
    ///
    /// # Errors
    /// What it shows, at the field `file`.
    pub fn check_place(&self, settings: &Settings) -> Result<(), Invalid> {
        let [west, south, east, north] = self.bounds;
        let BBox { west: w, south: s, east: e, north: n } = settings.boundary.bbox();
        if west <= e && east >= w && south <= n && north >= s {
            return Ok(());
        }
        let detail = format!(
            "the file shows {west}, {south} to {east}, {north} (longitude, latitude), and nothing of {}",
            settings.name
        );
        wrong("outside_boundary", detail)
    }
}

/// Refuses a size that no such file has.
///
/// # Errors
/// The limit, at the field `size`.
pub fn check_map_size(size: u64) -> Result<(), Invalid> {
    if size < HEADER_BYTES as u64 {
        let detail = format!("size is {size} bytes; a file of tiles has at least {HEADER_BYTES}");
        return Err(Invalid::new("size", "too_small", detail));
    }
    if size > MAX_MAP_BYTES {
        let most = grouped(usize::try_from(MAX_MAP_BYTES).unwrap_or(usize::MAX));
        let detail = format!("size is {size} bytes; a file of tiles has at most {most}");
        return Err(Invalid::new("size", "too_large", detail));
    }
    Ok(())
}

fn wrong<T>(code: &'static str, detail: String) -> Result<T, Invalid> {
    Err(Invalid::new("file", code, detail))
}

fn number(head: &[u8; HEADER_BYTES], at: usize) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&head[at..at + 8]);
    u64::from_le_bytes(bytes)
}

fn degrees(head: &[u8; HEADER_BYTES], at: usize) -> f64 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&head[at..at + 4]);
    f64::from(i32::from_le_bytes(bytes)) / DEGREE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a file of 20,000 bytes with PNGs of zooms 0 to 14 around Aubignac.
    fn head() -> Vec<u8> {
        let mut head = b"PMTiles\x03".to_vec();
        for part in [(127u64, 25u64), (152, 2), (0, 0), (154, 19_846)] {
            head.extend(part.0.to_le_bytes());
            head.extend(part.1.to_le_bytes());
        }
        head.extend([1u64; 3].map(u64::to_le_bytes).concat());
        head.extend([1, 2, 1, 2, 0, 14]);
        head.extend([5.5f64, 43.5, 5.7, 43.7].map(|d| ((d * 1e7) as i32).to_le_bytes()).concat());
        head.resize(HEADER_BYTES, 0);
        head
    }

    #[test]
    fn what_a_file_holds_is_read_from_its_head() {
        let found = MapTiles::read(&head(), 20_000).expect("a good file");
        assert_eq!((found.tiles, found.min_zoom, found.max_zoom), (TileKind::Png, 0, 14));
        assert_eq!(found.bounds, [5.5, 43.5, 5.7, 43.7]);
    }

    #[test]
    fn what_is_no_file_of_tiles_or_not_all_of_one_is_refused_by_name() {
        let with = |at: usize, byte: u8| {
            let mut head = head();
            head[at] = byte;
            head
        };
        for (file, code) in [
            (Vec::new(), "not_pmtiles"),
            (head()[..126].to_vec(), "not_pmtiles"),
            (with(0, b'p'), "not_pmtiles"),
            (with(7, 2), "not_pmtiles"),
            (with(16, 0), "not_pmtiles"),
            (with(9, 0x60), "truncated"),
            (with(63, 0xff), "truncated"),
            (with(97, 3), "compression_not_supported"),
            (with(97, 0), "compression_not_supported"),
            (with(98, 4), "compression_not_supported"),
            (with(99, 0), "type_not_supported"),
            (with(99, 6), "type_not_supported"),
            (with(100, 15), "out_of_range"),
            (with(101, 23), "out_of_range"),
        ] {
            let refused = MapTiles::read(&file, 20_000).expect_err(code);
            assert_eq!((refused.field.as_str(), refused.code), ("file", code), "{}", refused.detail);
        }
        assert_eq!(MapTiles::read(&head(), 19_999).expect_err("cut off").code, "truncated");
    }

    #[test]
    fn a_file_has_a_size_between_its_head_and_the_limit() {
        assert!(check_map_size(127).is_ok() && check_map_size(MAX_MAP_BYTES).is_ok());
        assert_eq!(check_map_size(126).expect_err("small").code, "too_small");
        let large = check_map_size(MAX_MAP_BYTES + 1).expect_err("large");
        assert!(large.detail.contains("200000001") && large.detail.contains("200,000,000"), "{}", large.detail);
    }
}
