//! What a view of the map shows: how coarse its cells are, and which of them are in it.

use h3o::Resolution;

use crate::{BBox, Invalid, cell_centre, resolution_for_zoom};

/// Cells whose edges are longer than the average are so by less than this much in France.
const LONGEST_EDGE: f64 = 1.3;

/// The finest resolution from `coarsest` on, up to that of the zoom, at which a box has about `max` cells at most. A
/// client that asks for a whole country at the zoom of a street gets what can be shown, not what it asked for.
pub fn resolution_for_view(bbox: &BBox, zoom: u8, coarsest: u8, max: usize) -> u8 {
    let fits = |resolution: &u8| {
        let cell = Resolution::try_from(*resolution).map_or(f64::MAX, Resolution::area_m2);
        bbox.area_m2() / cell <= max as f64
    };
    (coarsest..=resolution_for_zoom(zoom)).rev().find(fits).unwrap_or(coarsest)
}

/// Whether some of a cell may be in the box.
///
/// # Errors
/// What is no cell is refused.
pub fn cell_reaches(cell: &str, resolution: u8, bbox: &BBox) -> Result<bool, Invalid> {
    let edge = Resolution::try_from(resolution).map_or(0.0, Resolution::edge_length_m);
    Ok(bbox.widened(LONGEST_EDGE * edge).contains(&cell_centre(cell)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Position, cell_at, cell15};

    #[test]
    fn a_view_is_as_fine_as_its_zoom_and_as_coarse_as_its_size() {
        let village: BBox = "5.60,43.61,5.68,43.65".parse().unwrap();
        assert_eq!(resolution_for_view(&village, 14, 4, 500), 9);
        let same_at_street_zoom = resolution_for_view(&village, 21, 4, 500);
        assert!((9..=10).contains(&same_at_street_zoom), "{same_at_street_zoom}");
        let world: BBox = "-180,-85,180,85".parse().unwrap();
        assert_eq!(resolution_for_view(&world, 21, 4, 500), 4);
        assert_eq!(resolution_for_view(&village, 2, 4, 500), 4);
    }

    #[test]
    fn the_cell_of_every_position_in_a_box_reaches_into_it() {
        let bbox: BBox = "5.60,43.61,5.68,43.65".parse().unwrap();
        for resolution in 4..=11 {
            for step in 0..=20 {
                let across = f64::from(step) / 20.0;
                let position = Position::new(5.60 + 0.08 * across, 43.61 + 0.04 * across).unwrap();
                let cell = cell_at(&cell15(&position), resolution).unwrap();
                assert!(cell_reaches(&cell, resolution, &bbox).unwrap(), "{resolution} {step}");
            }
        }
        let far = cell_at(&cell15(&Position::new(5.9, 43.9).unwrap()), 8).unwrap();
        assert!(!cell_reaches(&far, 8, &bbox).unwrap());
        assert_eq!(cell_reaches("x", 8, &bbox).unwrap_err().code, "malformed_cell");
    }
}
