//! H3 cells as keys: a cell at any resolution is one contiguous range of cells at a finer one, so that a map view or
//! a search around a point is a few ranges of a sorted index.

use std::str::FromStr;

use geo::Rect;
use h3o::{
    CellIndex, LatLng, Resolution,
    geom::{ContainmentMode, TilerBuilder},
};
use serde::{Deserialize, Serialize};

use crate::{Invalid, Position, ids::string_newtype, invalid::quoted};

/// The most ranges a covering has. Each is one query, so more would cost more than reading a little too much.
pub const MAX_RANGES: usize = 12;

/// Beyond this many degrees a box is everything a commune has: one range, and no cell crosses a pole or the date line.
const WIDE_DEGREES: f64 = 10.0;

/// A cell's descendants do not fill it exactly, they reach out by up to a fifth of its edge (seven hexagons are no
/// hexagon); edges vary by a quarter around their average. Coverings are widened by this much of an average edge.
const OVERHANG: f64 = 0.35;

/// Metres per degree of latitude, at its least.
const METRES_PER_DEGREE: f64 = 110_570.0;

/// The finest cell a position is in: 15 lower-case hexadecimal digits, about 0.9 m².
pub fn cell15(position: &Position) -> String {
    cell(position, Resolution::Fifteen).to_string()
}

/// The cell at a coarser resolution (0 to 15) that a finest cell descends from.
pub fn cell_at(cell15: &str, resolution: u8) -> Result<String, Invalid> {
    let resolution = known(resolution)?;
    let parent = parsed(cell15)?.parent(resolution);
    parent.map(|cell| cell.to_string()).ok_or_else(|| {
        Invalid::new("", "cell_too_coarse", format!("the cell {cell15} is coarser than resolution {resolution}"))
    })
}

/// The first and the last of the finest cells that descend from a cell; every one between them does too.
pub fn children_range(cell: &str) -> Result<(String, String), Invalid> {
    let cell = parsed(cell)?;
    Ok(keys(&(cell, cell), Resolution::Fifteen))
}

/// The middle of a cell.
pub fn cell_centre(cell: &str) -> Result<Position, Invalid> {
    let centre = LatLng::from(parsed(cell)?);
    Position::new(centre.lng(), centre.lat())
}

/// Ranges of cells at `resolution` (both ends included, in order, at most [`MAX_RANGES`]) among which is every cell
/// that a position in the box has at that resolution. They reach somewhat beyond the box: filter what you read.
/// For positions, pass 15; for counters per cell, the resolution they are kept at.
pub fn ranges_covering(bbox: BBox, resolution: u8) -> Vec<(String, String)> {
    let resolution = Resolution::try_from(resolution).unwrap_or(Resolution::Fifteen);
    let runs = covering(&bbox, resolution).unwrap_or_else(|| vec![(CellIndex::first(resolution), CellIndex::last(resolution))]);
    runs.iter().map(|run| keys(run, resolution)).collect()
}

/// Ranges of finest cells (both ends included, in order, at most [`MAX_RANGES`]) that hold every position within
/// `radius_m` metres. They reach somewhat beyond the disc: measure what you read.
pub fn cells_near(position: &Position, radius_m: f64) -> Vec<(String, String)> {
    ranges_covering(BBox::around(position, radius_m), 15)
}

/// The resolution of cells that look about 80 pixels wide at a zoom of web maps (256-pixel tiles) in France.
pub fn resolution_for_zoom(zoom: u8) -> u8 {
    const BY_ZOOM: [u8; 22] = [0, 0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 9, 10, 11, 12, 12, 13, 14];
    BY_ZOOM.get(usize::from(zoom)).copied().unwrap_or(14)
}

fn cell(position: &Position, resolution: Resolution) -> CellIndex {
    // A position is finite; should its type ever allow less, everything unknown is at 0, 0 and nothing panics.
    let point = LatLng::new(position.latitude, position.longitude).or_else(|_| LatLng::new(0.0, 0.0));
    point.map_or(CellIndex::first(resolution), |point| point.to_cell(resolution))
}

fn parsed(cell: &str) -> Result<CellIndex, Invalid> {
    let index = CellIndex::from_str(cell).ok().filter(|index| index.to_string() == cell);
    index.ok_or_else(|| Invalid::new("", "malformed_cell", format!("{} is not an H3 cell", quoted(cell))))
}

fn known(resolution: u8) -> Result<Resolution, Invalid> {
    let limit = |_| Invalid::new("", "out_of_range", format!("resolution is {resolution}; it must be from 0 to 15"));
    Resolution::try_from(resolution).map_err(limit)
}

/// From the first to the last cell at one resolution, without a gap.
type Run = (CellIndex, CellIndex);

/// The run as keys at a resolution that is the same or finer.
fn keys((first, last): &Run, resolution: Resolution) -> (String, String) {
    let low = first.center_child(resolution).unwrap_or(*first);
    let high = last.child_at(last.children_count(resolution).saturating_sub(1), resolution).unwrap_or(*last);
    (low.to_string(), high.to_string())
}

/// Runs at the finest resolution up to `finest` that needs few of them; none if the box is too wide or at the edge of
/// the map.
fn covering(bbox: &BBox, finest: Resolution) -> Option<Vec<Run>> {
    if bbox.east - bbox.west > WIDE_DEGREES || bbox.north - bbox.south > WIDE_DEGREES {
        return None;
    }
    let resolutions = (0..=u8::from(finest)).rev().filter_map(|r| Resolution::try_from(r).ok());
    for resolution in resolutions {
        let widened = bbox.widened(OVERHANG * resolution.edge_length_m());
        if !widened.is_on_the_map() {
            continue;
        }
        // Runs join two or three cells on average; many more cells than that are not worth laying out.
        if widened.area_m2() / resolution.area_m2() > 6.0 * MAX_RANGES as f64 {
            continue;
        }
        let runs = runs(tiles(&widened, resolution)?);
        if runs.len() <= MAX_RANGES {
            return Some(runs);
        }
    }
    None
}

/// Every cell that shares a point with the box.
fn tiles(bbox: &BBox, resolution: Resolution) -> Option<Vec<CellIndex>> {
    let mut tiler = TilerBuilder::new(resolution)
        .containment_mode(ContainmentMode::Covers)
        .disable_transmeridian_heuristic()
        .build();
    tiler.add(Rect::new((bbox.west, bbox.south), (bbox.east, bbox.north)).to_polygon()).ok()?;
    let mut cells: Vec<CellIndex> = tiler.into_coverage().collect();
    cells.sort_unstable();
    (!cells.is_empty()).then_some(cells)
}

/// Joins neighbours in the order of keys.
fn runs(cells: Vec<CellIndex>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for cell in cells {
        match runs.last_mut() {
            Some((_, last)) if last.succ() == Some(cell) => *last = cell,
            _ => runs.push((cell, cell)),
        }
    }
    runs
}

/// A box in degrees that does not cross the antimeridian; on the wire `west,south,east,north`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BBox {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}
