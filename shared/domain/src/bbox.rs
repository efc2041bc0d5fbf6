//! A box on the map, as clients name the part they look at.

use std::{fmt, str::FromStr};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{Invalid, Position, invalid::quoted};

/// Metres per degree of latitude, at their least (at the equator).
const METRES_PER_DEGREE: f64 = 110_570.0;

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

impl BBox {
    /// Whether the position is inside or on the edge.
    pub fn contains(&self, position: &Position) -> bool {
        (self.west..=self.east).contains(&position.longitude) && (self.south..=self.north).contains(&position.latitude)
    }

    /// The box around the disc of that radius in metres.
    pub(crate) fn around(position: &Position, radius_m: f64) -> Self {
        let (x, y) = (position.longitude, position.latitude);
        Self { west: x, south: y, east: x, north: y }.widened(radius_m.max(0.0))
    }

    /// The box with a margin of so many metres, at least, on each side. It may reach beyond the map.
    pub(crate) fn widened(&self, metres: f64) -> Self {
        let up = metres / METRES_PER_DEGREE;
        let furthest = (self.north.abs().max(self.south.abs()) + up).min(89.0);
        let aside = up / furthest.to_radians().cos();
        Self { west: self.west - aside, south: self.south - up, east: self.east + aside, north: self.north + up }
    }

    /// Whether it stays clear of the poles and of the date line, where boxes in degrees stop making sense.
    pub(crate) fn is_on_the_map(&self) -> bool {
        self.west >= -180.0 && self.east <= 180.0 && self.south >= -85.0 && self.north <= 85.0
    }

    /// About its area.
    pub(crate) fn area_m2(&self) -> f64 {
        let width = (self.east - self.west) * ((self.south + self.north) / 2.0).to_radians().cos();
        width * (self.north - self.south) * METRES_PER_DEGREE * METRES_PER_DEGREE
    }
}

impl FromStr for BBox {
    type Err = Invalid;
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let malformed = |why: String| {
            Invalid::new(
                "",
                "malformed_bbox",
                format!("{} is not a box west,south,east,north in degrees: {why}", quoted(raw)),
            )
        };
        let parts: Vec<&str> = raw.split(',').map(str::trim).collect();
        let [west, south, east, north] = parts[..] else {
            return Err(malformed(format!("it has {} numbers; 4 are needed", parts.len())));
        };
        let number = |side: &str, text: &str, limit: f64| match text.parse::<f64>() {
            Ok(value) if value.abs() <= limit => Ok(value),
            Ok(value) => Err(malformed(format!("{side} is {value}; it must be from -{limit} to {limit}"))),
            Err(_) => Err(malformed(format!("{side} is {}; it must be a number", quoted(text)))),
        };
        let bbox = Self {
            west: number("west", west, 180.0)?,
            south: number("south", south, 90.0)?,
            east: number("east", east, 180.0)?,
            north: number("north", north, 90.0)?,
        };
        if bbox.west > bbox.east {
            return Err(malformed(format!("west is {}, which is east of {}", bbox.west, bbox.east)));
        }
        if bbox.south > bbox.north {
            return Err(malformed(format!("south is {}, which is north of {}", bbox.south, bbox.north)));
        }
        Ok(bbox)
    }
}

impl TryFrom<String> for BBox {
    type Error = Invalid;
    fn try_from(raw: String) -> Result<Self, Invalid> {
        raw.parse()
    }
}

impl fmt::Display for BBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

impl From<BBox> for String {
    fn from(bbox: BBox) -> String {
        bbox.to_string()
    }
}

impl JsonSchema for BBox {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "BBox".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let number = r"-?[0-9]+(\.[0-9]+)?";
        json_schema!({
            "description": "west,south,east,north in degrees; does not cross the antimeridian",
            "type": "string",
            "pattern": format!("^{number},{number},{number},{number}$"),
            "examples": ["5.58,43.6,5.7,43.66"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers_in_order_and_writes_back_as_it_was_read() {
        let bbox: BBox = "5.5,43.5,5.75,43.625".parse().unwrap();
        assert_eq!(bbox, BBox { west: 5.5, south: 43.5, east: 5.75, north: 43.625 });
        assert_eq!(bbox.to_string(), "5.5,43.5,5.75,43.625");
        assert_eq!(serde_json::to_string(&bbox).unwrap(), "\"5.5,43.5,5.75,43.625\"");
        assert!(" 5, 43 , 6,44 ".parse::<BBox>().is_ok() && "5,43,5,43".parse::<BBox>().is_ok());
    }

    #[test]
    fn what_is_no_box_is_refused_by_the_reason() {
        for (raw, why) in [
            ("", "1 numbers; 4"),
            ("5,43,6", "3 numbers; 4"),
            ("5,43,6,44,7", "5 numbers; 4"),
            ("5,43,x,44", "east is \"x\""),
            ("5,NaN,6,44", "south is NaN"),
            ("5,43,inf,44", "east is inf"),
            ("5,43,6,91", "north is 91"),
            ("181,43,182,44", "west is 181"),
            ("6,43,5,44", "west is 6, which is east of 5"),
            ("5,44,6,43", "south is 44, which is north of 43"),
        ] {
            let refused = raw.parse::<BBox>().unwrap_err();
            assert_eq!(refused.code, "malformed_bbox");
            assert!(refused.detail.contains(why), "{raw}: {refused}");
        }
    }

    #[test]
    fn a_margin_in_metres_is_at_least_that_wide_everywhere() {
        use crate::distance_m;
        for latitude in [-45.0, 0.0, 43.6, 51.0, 80.0] {
            let centre = Position::new(5.0, latitude).unwrap();
            let bbox = BBox::around(&centre, 250.0);
            for (x, y) in [(bbox.west, latitude), (bbox.east, latitude), (5.0, bbox.south), (5.0, bbox.north)] {
                let metres = distance_m(&centre, &Position::new(x, y).unwrap());
                assert!((250.0..260.0).contains(&metres), "{metres} m at {latitude}");
            }
        }
    }
}
