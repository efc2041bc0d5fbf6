//! What the boundary of a commune must be before it is taken, and the same with fewer positions for maps.

use geo::{ChamberlainDuquetteArea, CoordsIter, InteriorPoint, LineString, Polygon, SimplifyVwPreserve};

use crate::{BBox, Boundary, Invalid, Position};

/// The most positions of a boundary: 10,000 are some 250 kB as text, and a commune's settings are one item of 400 kB.
pub const MAX_POSITIONS: usize = 10_000;
/// About as many positions as a map of the whole commune can show.
pub const OUTLINE_POSITIONS: usize = 400;

/// The smallest commune, Castelmoron-d'Albret, has 0.035 km²; the largest, Maripasoula, 18,360 km².
const AREA_KM2: std::ops::RangeInclusive<f64> = 0.03..=20_000.0;

/// Where communes are: west, south, east, north. Mainland, Antilles, Guyane, La Réunion, Mayotte, Saint-Pierre-et-Miquelon,
/// Wallis-et-Futuna, Polynésie, Nouvelle-Calédonie, Clipperton.
const FRANCE: [(f64, f64, f64, f64); 10] = [
    (-5.6, 41.2, 9.8, 51.3),
    (-63.3, 14.2, -60.6, 18.3),
    (-54.8, 2.0, -51.4, 6.1),
    (55.0, -21.6, 56.0, -20.7),
    (44.9, -13.2, 45.5, -12.5),
    (-56.7, 46.6, -55.9, 47.3),
    (-178.4, -14.6, -175.9, -13.0),
    (-155.0, -28.2, -134.0, -7.6),
    (158.0, -23.5, 172.5, -17.5),
    (-109.5, 10.1, -109.0, 10.5),
];

impl Boundary {
    /// How many positions it has.
    pub fn positions(&self) -> usize {
        self.0.coords_count()
    }

    /// Its area on the sphere, holes taken out.
    pub fn area_km2(&self) -> f64 {
        // Ring by ring: which way round a ring goes must not matter.
        let ring = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).chamberlain_duquette_unsigned_area();
        let polygon = |p: &Polygon<f64>| ring(p.exterior()) - p.interiors().iter().map(ring).sum::<f64>();
        self.0.iter().map(polygon).sum::<f64>() / 1e6
    }

    /// A position inside it, for a map to open at.
    pub fn inside(&self) -> Option<Position> {
        let point = self.0.interior_point()?;
        Position::new(point.x(), point.y()).ok()
    }

    /// The same with at most `most` positions, or with as few as its rings need: every ring stays, and none crosses another.
    #[must_use]
    pub fn simplified(&self, most: usize) -> Boundary {
        let mut least = self.clone();
        // Square degrees of the triangles that may go: some ten square metres at first.
        let mut epsilon = 1e-9;
        while least.positions() > most && epsilon < 1.0 {
            let fewer = Boundary(self.0.simplify_vw_preserve(epsilon));
            if fewer.check().is_ok() {
                least = fewer;
            }
            epsilon *= 3.0;
        }
        least
    }

    /// Refuses what is no boundary of a commune: crossing lines, too many positions, an area that no commune has, a place
    /// where there are none; says so when longitude and latitude are exchanged.
    pub fn check_commune(&self) -> Result<(), Invalid> {
        let positions = self.positions();
        if positions > MAX_POSITIONS {
            let detail = format!("the boundary has {positions} positions; at most {MAX_POSITIONS}: simplify it");
            return Err(Invalid::new("", "too_many_positions", detail));
        }
        self.check()?;
        if !in_france(self.bbox()) {
            let BBox { west, south, east, north } = self.bbox();
            let swapped = in_france(BBox { west: south, south: west, east: north, north: east });
            let (code, detail) = match swapped {
                true => ("swapped", "longitude and latitude are exchanged: GeoJSON has the longitude first".to_owned()),
                false => (
                    "not_in_france",
                    format!(
                        "the boundary is at longitude {west} to {east}, latitude {south} to {north}; no commune is there"
                    ),
                ),
            };
            return Err(Invalid::new("", code, detail));
        }
        let area = self.area_km2();
        if !AREA_KM2.contains(&area) {
            let (least, most) = (AREA_KM2.start(), AREA_KM2.end());
            let detail = format!("the boundary holds {area:.3} km²; a commune has {least} to {most} km²");
            return Err(Invalid::new("", "implausible_area", detail));
        }
        Ok(())
    }
}

fn in_france(given: BBox) -> bool {
    FRANCE.iter().any(|(west, south, east, north)| {
        *west <= given.west && given.east <= *east && *south <= given.south && given.north <= *north
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(west: f64, south: f64, side: f64) -> Boundary {
        let (east, north) = (west + side, south + side);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        read(&serde_json::json!({ "type": "Polygon", "coordinates": [ring] }))
    }

    fn read(json: &serde_json::Value) -> Boundary {
        serde_json::from_value(json.clone()).unwrap()
    }

    /// A jagged circle of that many positions.
    fn circle(positions: u32) -> Boundary {
        let at = |n: u32| {
            let angle = f64::from(n % positions) / f64::from(positions) * std::f64::consts::TAU;
            let radius = if (n % positions).is_multiple_of(2) { 0.05 } else { 0.0501 };
            [5.6 + radius * angle.cos(), 43.6 + radius * angle.sin()]
        };
        read(&serde_json::json!({ "type": "Polygon", "coordinates": [(0..=positions).map(at).collect::<Vec<_>>()] }))
    }

    #[test]
    fn an_area_is_measured_on_the_globe_with_holes_taken_out() {
        let area = square(5.5, 43.5, 0.1).area_km2();
        assert!((89.0..=91.0).contains(&area), "{area}");
        let with_hole = read(&serde_json::json!({ "type": "Polygon", "coordinates": [
            [[5.5, 43.5], [5.6, 43.5], [5.6, 43.6], [5.5, 43.6], [5.5, 43.5]],
            [[5.52, 43.52], [5.52, 43.58], [5.58, 43.58], [5.58, 43.52], [5.52, 43.52]],
        ]}));
        assert!((56.0..=59.0).contains(&with_hole.area_km2()), "{}", with_hole.area_km2());
    }

    #[test]
    fn a_boundary_of_many_positions_gets_few_and_stays_nearly_the_same() {
        let many = circle(5_000);
        let few = many.simplified(OUTLINE_POSITIONS);
        assert!((20..=OUTLINE_POSITIONS).contains(&few.positions()), "{}", few.positions());
        assert_eq!(few.check(), Ok(()));
        assert!((few.area_km2() / many.area_km2() - 1.0).abs() < 0.01);
        let short = square(5.5, 43.5, 0.1);
        assert_eq!(short.simplified(OUTLINE_POSITIONS), short);
    }

    #[test]
    fn what_no_commune_looks_like_is_refused_and_told_why() {
        let wrong = |boundary: Boundary| boundary.check_commune().unwrap_err();
        assert_eq!(square(5.5, 43.5, 0.1).check_commune(), Ok(()));
        assert_eq!(square(55.4, -21.2, 0.1).check_commune(), Ok(()), "La Réunion");
        let swapped = wrong(square(43.5, 5.5, 0.1));
        assert_eq!(swapped.code, "swapped");
        assert!(swapped.detail.contains("longitude first"), "{swapped:?}");
        assert_eq!(wrong(square(20.0, 60.0, 0.1)).code, "not_in_france");
        assert_eq!(wrong(square(5.5, 43.5, 0.0001)).code, "implausible_area");
        let large = wrong(square(0.0, 43.0, 4.0));
        assert!(large.detail.contains("0.03 to 20000 km²"), "{large:?}");
        assert_eq!(wrong(circle(10_001)).code, "too_many_positions");
        let bow_tie = serde_json::json!({ "type": "Polygon", "coordinates": [
            [[5.5, 43.5], [5.6, 43.6], [5.6, 43.5], [5.5, 43.6], [5.5, 43.5]]] });
        assert_eq!(wrong(read(&bow_tie)).code, "invalid_geometry");
    }

    #[test]
    fn a_map_opens_inside() {
        let boundary = circle(50);
        assert!(boundary.contains(&boundary.inside().unwrap()));
    }
}
