//! The outline of a commune or a zone, read from GeoJSON (RFC 7946).

use geo::{BoundingRect, Coord, CoordsIter, Intersects, LineString, MultiPolygon, Point, Polygon, Validation};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{BBox, Invalid, Position};

/// One or more polygons, holes kept; on the wire a GeoJSON `Polygon` or `MultiPolygon`, longitude first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Geometry", into = "Geometry")]
pub struct Boundary(pub(crate) MultiPolygon<f64>);

/// A ring is a list of positions, a position is longitude, latitude and perhaps an altitude, which is dropped.
type Ring = Vec<Vec<f64>>;

/// The two geometries of GeoJSON that have an inside.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    /// Rings: the outline first, then holes.
    Polygon(Vec<Ring>),
    /// Polygons, each with its rings.
    MultiPolygon(Vec<Vec<Ring>>),
}

impl Boundary {
    /// Whether the position is inside or exactly on the line; a hole is outside, its edge is not.
    pub fn contains(&self, position: &Position) -> bool {
        self.0.intersects(&Point::new(position.longitude, position.latitude))
    }

    /// Whether the two share at least a point.
    pub fn touches(&self, other: &Boundary) -> bool {
        self.0.intersects(&other.0)
    }

    /// The smallest box around it.
    pub fn bbox(&self) -> BBox {
        // A boundary has at least one ring of four positions, so it has a box.
        let rect = self.0.bounding_rect().unwrap_or_else(|| geo::Rect::new((0.0, 0.0), (0.0, 0.0)));
        BBox { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y }
    }

    /// How many positions its rings have.
    pub fn points(&self) -> usize {
        self.0.coords_count()
    }

    /// The GeoJSON geometry: a `Polygon` if it is one, a `MultiPolygon` otherwise.
    pub fn to_geojson(&self) -> serde_json::Value {
        // Finite numbers and strings always have a JSON form.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Refuses what no rule on inside and outside fits: rings that cross themselves or each other. Dearer than
    /// reading, so it is asked once, when a boundary is configured.
    pub fn check(&self) -> Result<(), Invalid> {
        self.0
            .check_validation()
            .map_err(|why| Invalid::new("", "invalid_geometry", format!("the outline is not valid: {why}")))
    }
}

impl TryFrom<Geometry> for Boundary {
    type Error = Invalid;
    fn try_from(geometry: Geometry) -> Result<Self, Invalid> {
        let polygons = match geometry {
            Geometry::Polygon(rings) => vec![rings],
            Geometry::MultiPolygon(polygons) => polygons,
        };
        if polygons.is_empty() {
            return Err(Invalid::new("coordinates", "empty_geometry", "the outline has no polygon; at least 1"));
        }
        polygons.into_iter().map(polygon).collect::<Result<_, _>>().map(|polygons| Self(MultiPolygon::new(polygons)))
    }
}

impl From<Boundary> for Geometry {
    fn from(boundary: Boundary) -> Self {
        let mut polygons: Vec<Vec<Ring>> = boundary.0.iter().map(rings_of).collect();
        if polygons.len() == 1 { Geometry::Polygon(polygons.remove(0)) } else { Geometry::MultiPolygon(polygons) }
    }
}

impl JsonSchema for Boundary {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Boundary".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Geometry::json_schema(generator)
    }
}

fn polygon(rings: Vec<Ring>) -> Result<Polygon<f64>, Invalid> {
    let mut rings = rings.into_iter().map(ring);
    let Some(outline) = rings.next() else {
        return Err(Invalid::new("coordinates", "empty_geometry", "a polygon has no ring; at least 1"));
    };
    Ok(Polygon::new(outline?, rings.collect::<Result<_, _>>()?))
}

fn ring(positions: Ring) -> Result<LineString<f64>, Invalid> {
    if positions.len() < 4 {
        let detail = format!("a ring has {} positions; at least 4, the last equal to the first", positions.len());
        return Err(Invalid::new("coordinates", "ring_too_short", detail));
    }
    let coords = positions.iter().map(|p| coord(p)).collect::<Result<Vec<_>, _>>()?;
    if coords.first() != coords.last() {
        return Err(Invalid::new(
            "coordinates",
            "ring_not_closed",
            "a ring is not closed; its last position must equal its first",
        ));
    }
    Ok(LineString::new(coords))
}

fn coord(position: &[f64]) -> Result<Coord<f64>, Invalid> {
    let at = Position::parse(position.first().copied(), position.get(1).copied(), None);
    at.map(|p| Coord { x: p.longitude, y: p.latitude }).map_err(|e| e.at("coordinates"))
}

fn rings_of(polygon: &Polygon<f64>) -> Vec<Ring> {
    let ring = |line: &LineString<f64>| line.coords().map(|c| vec![c.x, c.y]).collect();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH_HOLE: &str = r#"{"type":"Polygon","coordinates":[
        [[5,43],[6,43],[6,44],[5,44],[5,43]],
        [[5.4,43.4],[5.4,43.6],[5.6,43.6],[5.6,43.4],[5.4,43.4]]]}"#;
    const TWO_ISLANDS: &str = r#"{"type":"MultiPolygon","coordinates":[
        [[[5,43],[6,43],[6,44],[5,44],[5,43]]],[[[7,43],[8,43],[8,44],[7,43]]]]}"#;

    fn read(json: &str) -> Result<Boundary, String> {
        serde_json::from_str(json).map_err(|e| e.to_string())
    }

    fn holds(boundary: &Boundary, longitude: f64, latitude: f64) -> bool {
        boundary.contains(&Position::new(longitude, latitude).unwrap())
    }

    #[test]
    fn inside_is_inside_and_a_hole_is_not() {
        let boundary = read(WITH_HOLE).unwrap();
        assert!(holds(&boundary, 5.2, 43.2));
        assert!(!holds(&boundary, 5.5, 43.5));
        assert!(!holds(&boundary, 6.1, 43.5));
    }

    #[test]
    fn a_resident_exactly_on_the_line_belongs_to_the_commune() {
        let boundary = read(WITH_HOLE).unwrap();
        assert!(holds(&boundary, 5.0, 43.5) && holds(&boundary, 6.0, 44.0) && holds(&boundary, 5.4, 43.5));
    }

    #[test]
    fn every_polygon_of_a_multipolygon_counts() {
        let boundary = read(TWO_ISLANDS).unwrap();
        assert!(holds(&boundary, 5.5, 43.5) && holds(&boundary, 7.5, 43.2) && !holds(&boundary, 6.5, 43.5));
        assert_eq!(boundary.bbox(), BBox { west: 5.0, south: 43.0, east: 8.0, north: 44.0 });
    }

    #[test]
    fn geojson_comes_back_as_it_went_in() {
        for json in [WITH_HOLE, TWO_ISLANDS] {
            let boundary = read(json).unwrap();
            let back = boundary.to_geojson();
            assert_eq!(serde_json::from_value::<Boundary>(back.clone()).unwrap(), boundary);
            let given: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(back["type"], given["type"]);
        }
    }

    #[test]
    fn altitudes_and_members_of_other_kinds_are_let_through() {
        let json =
            r#"{"type":"Polygon","bbox":[5,43,6,44],"coordinates":[[[5,43,210],[6,43,200],[6,44,190],[5,43,210]]]}"#;
        assert!(read(json).is_ok());
    }

    #[test]
    fn broken_outlines_are_refused_and_told_why() {
        for (json, why) in [
            (r#"{"type":"Polygon","coordinates":[]}"#, "no ring"),
            (r#"{"type":"MultiPolygon","coordinates":[]}"#, "no polygon"),
            (r#"{"type":"Polygon","coordinates":[[[5,43],[6,43],[5,43]]]}"#, "3 positions; at least 4"),
            (r#"{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44]]]}"#, "not closed"),
            (r#"{"type":"Polygon","coordinates":[[[5,43],[6],[6,44],[5,43]]]}"#, "latitude is missing"),
            (r#"{"type":"Polygon","coordinates":[[[5,43],[6,93],[6,44],[5,43]]]}"#, "latitude is 93"),
            (r#"{"type":"Point","coordinates":[5,43]}"#, "unknown variant `Point`"),
            (r#"{"coordinates":[]}"#, "missing field `type`"),
            (r#"{"type":"Polygon","coordinates":[[["5","43"]]]}"#, "expected f64"),
        ] {
            let refused = read(json).unwrap_err();
            assert!(refused.contains(why), "{json}: {refused}");
        }
    }

    #[test]
    fn a_bow_tie_fails_the_check_and_a_hole_does_not() {
        let bow_tie = read(r#"{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}"#).unwrap();
        assert_eq!(bow_tie.check().unwrap_err().code, "invalid_geometry");
        assert_eq!(read(WITH_HOLE).unwrap().check(), Ok(()));
    }

    #[test]
    fn touching_needs_a_common_point() {
        let square = read(r#"{"type":"Polygon","coordinates":[[[6,43],[7,43],[7,44],[6,44],[6,43]]]}"#).unwrap();
        let far = read(r#"{"type":"Polygon","coordinates":[[[16,43],[17,43],[17,44],[16,44],[16,43]]]}"#).unwrap();
        assert!(read(WITH_HOLE).unwrap().touches(&square));
        assert!(!read(WITH_HOLE).unwrap().touches(&far));
    }
}
