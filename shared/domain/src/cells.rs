//! H3 cells as keys: a cell at any resolution is one contiguous range of cells at a finer one, so that a map view or
//! a search around a point is a few ranges of a sorted index.

use std::str::FromStr;

use geo::Rect;
use h3o::{
    CellIndex, LatLng, Resolution,
    geom::{ContainmentMode, TilerBuilder},
};

use crate::{BBox, Invalid, Position, invalid::quoted};

/// The most ranges a covering has. Each is one query, so more would cost more than reading a little too much.
pub const MAX_RANGES: usize = 12;

/// Beyond this many degrees a box is everything a commune has: one range, and no cell crosses a pole or the date line.
const WIDE_DEGREES: f64 = 10.0;

/// A cell's descendants do not fill it exactly, they reach out by up to a fifth of its edge (seven hexagons are no
/// hexagon); edges vary by a quarter around their average. Coverings are widened by this much of an average edge.
const OVERHANG: f64 = 0.35;

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
    let runs = covering(&bbox, resolution)
        .unwrap_or_else(|| vec![(CellIndex::first(resolution), CellIndex::last(resolution))]);
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
            return None;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distance_m;
    use proptest::prelude::*;

    fn at(longitude: f64, latitude: f64) -> Position {
        Position::new(longitude, latitude).unwrap()
    }

    fn holds(ranges: &[(String, String)], key: &str) -> bool {
        ranges.iter().any(|(first, last)| first.as_str() <= key && key <= last.as_str())
    }

    /// Anywhere in mainland France, or at Saint-Denis, Papeete, Nouméa, Cayenne.
    fn in_france() -> impl Strategy<Value = Position> {
        let mainland = (-4.8..9.5f64, 41.4..51.0f64);
        let overseas = prop::sample::select(vec![(55.45, -20.88), (-149.57, -17.54), (166.44, -22.27), (-52.33, 4.92)]);
        let near = (overseas, -0.05..0.05f64, -0.05..0.05f64).prop_map(|((x, y), dx, dy)| (x + dx, y + dy));
        prop_oneof![3 => mainland, 1 => near].prop_map(|(x, y)| at(x, y))
    }

    #[test]
    fn the_finest_cell_is_15_lower_case_hexadecimal_digits() {
        let cell = cell15(&at(5.64, 43.63));
        assert_eq!(cell.len(), 15);
        assert!(cell.starts_with("8f") && cell.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{cell}");
        assert!(distance_m(&cell_centre(&cell).unwrap(), &at(5.64, 43.63)) < 1.0);
    }

    #[test]
    fn what_is_no_cell_is_refused() {
        let cell = cell15(&at(5.64, 43.63));
        for bad in ["", "x", "8f", &cell.to_uppercase(), &format!("0{cell}"), "fffffffffffffff", "#"] {
            assert_eq!(cell_at(bad, 5).unwrap_err().code, "malformed_cell", "{bad}");
            assert!(children_range(bad).is_err() && cell_centre(bad).is_err());
        }
        assert_eq!(cell_at(&cell, 16).unwrap_err().code, "out_of_range");
        assert_eq!(cell_at(&cell_at(&cell, 5).unwrap(), 6).unwrap_err().code, "cell_too_coarse");
        assert_eq!(cell_at(&cell, 15).unwrap(), cell);
    }

    #[test]
    fn the_range_of_a_pentagon_is_whole_too() {
        for pentagon in Resolution::Three.pentagons() {
            let (first, last) = children_range(&pentagon.to_string()).unwrap();
            let deep: Vec<_> = pentagon.children(Resolution::Six).collect();
            for child in [deep.first().unwrap(), deep.last().unwrap()] {
                let (low, high) = children_range(&child.to_string()).unwrap();
                assert!(first <= low && high <= last);
            }
            let next = children_range(&pentagon.succ().unwrap().to_string()).unwrap().0;
            assert!(last < next);
        }
    }

    #[test]
    fn a_box_of_no_size_a_world_and_the_date_line_are_all_covered() {
        let point = at(5.64, 43.63);
        assert!(holds(&ranges_covering("5.64,43.63,5.64,43.63".parse().unwrap(), 15), &cell15(&point)));
        let world = ranges_covering("-180,-90,180,90".parse().unwrap(), 15);
        assert_eq!(world.len(), 1);
        for p in [at(180.0, 0.0), at(-180.0, 90.0), at(0.0, -90.0), at(-176.2, -13.3), point] {
            assert!(holds(&world, &cell15(&p)));
        }
        assert!(holds(&ranges_covering("179.99,-17,180,-16.9".parse().unwrap(), 15), &cell15(&at(179.995, -16.95))));
    }

    #[test]
    fn a_search_around_a_point_reads_little_beyond_its_disc() {
        let ranges = cells_near(&at(5.64, 43.63), 250.0);
        assert!(ranges.len() <= MAX_RANGES, "{}", ranges.len());
        for metres in [1500.0, 5000.0] {
            let far = at(5.64 + metres / 80_600.0, 43.63);
            assert!(!holds(&ranges, &cell15(&far)), "{metres}");
        }
    }

    #[test]
    fn every_zoom_has_a_resolution_and_they_grow() {
        let all: Vec<u8> = (0..=30).map(resolution_for_zoom).collect();
        assert!(all.is_sorted() && all[0] == 0 && *all.last().unwrap() <= 15);
        // About 80 pixels: at zoom 14 a pixel is 6.9 m wide in France, and cells of resolution 9 are about 400 m.
        assert_eq!(resolution_for_zoom(14), 9);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_cell_is_exactly_the_range_of_its_descendants(p in in_france(), q in in_france(), d in (-0.02..0.02f64, -0.02..0.02f64), resolution in 0u8..=15) {
            let parent = cell_at(&cell15(&p), resolution).unwrap();
            let (first, last) = children_range(&parent).unwrap();
            for other in [p, q, at(p.longitude + d.0, p.latitude + d.1)] {
                let key = cell15(&other);
                let inside = cell_at(&key, resolution).unwrap() == parent;
                prop_assert_eq!(inside, first <= key && key <= last);
            }
        }

        #[test]
        fn everything_in_a_box_is_in_its_ranges_at_any_resolution(
            corner in in_france(), size in (-14.0..2.5f64, -14.0..2.5f64), inside in (0.0..=1.0f64, 0.0..=1.0f64), resolution in 0u8..=15,
        ) {
            let (width, height) = (size.0.exp2(), size.1.exp2());
            let bbox = BBox { west: corner.longitude, south: corner.latitude, east: corner.longitude + width, north: corner.latitude + height };
            let ranges = ranges_covering(bbox, resolution);
            prop_assert!(ranges.len() <= MAX_RANGES);
            prop_assert!(ranges.windows(2).all(|w| w[0].1 < w[1].0));
            let p = at(corner.longitude + inside.0 * width, corner.latitude + inside.1 * height);
            prop_assert!(holds(&ranges, &cell_at(&cell15(&p), resolution).unwrap()));
        }

        #[test]
        fn everything_within_a_radius_is_in_the_ranges_around_a_point(
            centre in in_france(), radius in 1.0..5000.0f64, bearing in 0.0..360.0f64, part in 0.0..=1.0f64,
        ) {
            use geo::{Destination, Haversine, Point};
            let to = Haversine.destination(Point::new(centre.longitude, centre.latitude), bearing, radius * part);
            let ranges = cells_near(&centre, radius);
            prop_assert!(ranges.len() <= MAX_RANGES);
            prop_assert!(holds(&ranges, &cell15(&at(to.x(), to.y()))));
        }

        #[test]
        fn a_cell_anywhere_on_earth_is_the_range_of_its_descendants(x in -180.0..=180.0f64, y in -90.0..=90.0f64, resolution in 0u8..=15) {
            let key = cell15(&at(x, y));
            let (first, last) = children_range(&cell_at(&key, resolution).unwrap()).unwrap();
            prop_assert!(first <= key && key <= last);
        }
    }
}
