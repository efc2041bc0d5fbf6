//! Where something is: a position that cannot be nonsense, with an address in words if somebody gave one.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{Boundary, Invalid, Label};

/// A point in WGS 84, degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPosition")]
pub struct Position {
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Radius in metres within which the device believes to be, 0 to 100,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
}

impl Position {
    /// Refuses what is missing, not a number or out of range; each refusal names its field.
    pub fn parse(longitude: Option<f64>, latitude: Option<f64>, accuracy_m: Option<f64>) -> Result<Self, Invalid> {
        Ok(Self {
            longitude: degrees("longitude", longitude, 180.0)?,
            latitude: degrees("latitude", latitude, 90.0)?,
            accuracy_m: accuracy_m.map(accuracy).transpose()?,
        })
    }

    /// A position without a known accuracy.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, Invalid> {
        Self::parse(Some(longitude), Some(latitude), None)
    }

    /// The position with longitude and latitude exchanged, where that puts it inside the boundary and as it stands it
    /// is outside: people and programs mix them up, and then deserve to be told so.
    pub fn swapped_hint(&self, boundary: &Boundary) -> Option<Position> {
        if boundary.contains(self) {
            return None;
        }
        let swapped = Self::parse(Some(self.latitude), Some(self.longitude), self.accuracy_m).ok()?;
        boundary.contains(&swapped).then_some(swapped)
    }
}

fn degrees(field: &str, value: Option<f64>, limit: f64) -> Result<f64, Invalid> {
    let Some(value) = value else {
        return Err(Invalid::new(
            field,
            "missing",
            format!("{field} is missing; it is degrees from -{limit} to {limit}"),
        ));
    };
    if !value.is_finite() {
        return Err(Invalid::new(
            field,
            "not_a_number",
            format!("{field} is {value}; it must be a finite number of degrees"),
        ));
    }
    if value.abs() > limit {
        return Err(Invalid::new(
            field,
            "out_of_range",
            format!("{field} is {value}; it must be from -{limit} to {limit}"),
        ));
    }
    Ok(rounded(value, 1e7))
}

fn accuracy(metres: f64) -> Result<f64, Invalid> {
    if (0.0..=100_000.0).contains(&metres) {
        return Ok(rounded(metres, 1e2));
    }
    let code = if metres.is_finite() { "out_of_range" } else { "not_a_number" };
    Err(Invalid::new("accuracy_m", code, format!("accuracy_m is {metres}; it must be from 0 to 100,000 metres")))
}

/// To the centimetre: nobody measures finer, and DynamoDB has no numbers as small as a client can write.
fn rounded(value: f64, per_unit: f64) -> f64 {
    (value * per_unit).round() / per_unit
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPosition {
    longitude: Option<f64>,
    latitude: Option<f64>,
    accuracy_m: Option<f64>,
}

impl TryFrom<RawPosition> for Position {
    type Error = Invalid;
    fn try_from(raw: RawPosition) -> Result<Self, Invalid> {
        Self::parse(raw.longitude, raw.latitude, raw.accuracy_m)
    }
}

impl JsonSchema for Position {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Position".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A point in WGS 84, degrees.",
            "type": "object",
            "properties": {
                "longitude": { "type": "number", "minimum": -180, "maximum": 180 },
                "latitude": { "type": "number", "minimum": -90, "maximum": 90 },
                "accuracy_m": { "type": ["number", "null"], "minimum": 0, "maximum": 100_000 },
            },
            "required": ["longitude", "latitude"],
        })
    }
}

/// Where a report is. Flat on the wire: `{"longitude": 5.64, "latitude": 43.63, "accuracy_m": 12, "address": "…"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawPlace")]
pub struct Place {
    /// The point.
    #[serde(flatten)]
    pub position: Position,
    /// The same in words, as somebody typed it or a geocoder found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Label>,
}

// Read by hand and not through `flatten`, which would lose the field that a refusal is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    longitude: Option<f64>,
    latitude: Option<f64>,
    accuracy_m: Option<f64>,
    address: Option<Label>,
}

impl TryFrom<RawPlace> for Place {
    type Error = Invalid;
    fn try_from(raw: RawPlace) -> Result<Self, Invalid> {
        let position = Position::parse(raw.longitude, raw.latitude, raw.accuracy_m)?;
        Ok(Self { position, address: raw.address })
    }
}

impl JsonSchema for Place {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Place".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = Position::json_schema(generator);
        schema.insert("description".to_owned(), "A point in WGS 84, with its address in words if known.".into());
        let address = generator.subschema_for::<Option<Label>>();
        if let Some(properties) = schema.get_mut("properties").and_then(serde_json::Value::as_object_mut) {
            properties.insert("address".to_owned(), address.to_value());
        }
        schema
    }
}

/// The distance in metres on a sphere of the Earth's mean radius (haversine); within 0.6 % of the ellipsoid.
pub fn distance_m(a: &Position, b: &Position) -> f64 {
    use geo::{Distance, Haversine, Point};
    Haversine.distance(Point::new(a.longitude, a.latitude), Point::new(b.longitude, b.latitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_by_field_and_code() {
        let refused = |lon, lat| Position::parse(lon, lat, None).map_err(|e| (e.field, e.code)).unwrap_err();
        assert_eq!(refused(None, Some(43.0)), ("longitude".to_owned(), "missing"));
        assert_eq!(refused(Some(5.0), None), ("latitude".to_owned(), "missing"));
        assert_eq!(refused(Some(f64::NAN), Some(43.0)), ("longitude".to_owned(), "not_a_number"));
        assert_eq!(refused(Some(5.0), Some(f64::NEG_INFINITY)), ("latitude".to_owned(), "not_a_number"));
        assert_eq!(refused(Some(180.1), Some(43.0)), ("longitude".to_owned(), "out_of_range"));
        assert_eq!(refused(Some(5.0), Some(-90.5)), ("latitude".to_owned(), "out_of_range"));
        assert!(Position::new(180.0, -90.0).is_ok());
    }

    #[test]
    fn the_accuracy_is_a_sane_number_of_metres() {
        let with = |m| Position::parse(Some(5.0), Some(43.0), Some(m)).map_err(|e| e.code);
        assert_eq!(with(12.5).unwrap().accuracy_m, Some(12.5));
        assert_eq!(with(-1.0).unwrap_err(), "out_of_range");
        assert_eq!(with(1e6).unwrap_err(), "out_of_range");
        assert_eq!(with(f64::NAN).unwrap_err(), "not_a_number");
    }

    #[test]
    fn a_place_is_flat_on_the_wire_and_survives_a_round_trip() {
        let json = r#"{"longitude":5.64,"latitude":43.63,"accuracy_m":12.0,"address":"12 rue Haute"}"#;
        let place: Place = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&place).unwrap(), json);
        let bare: Place = serde_json::from_str(r#"{"longitude":5.64,"latitude":43.63}"#).unwrap();
        assert_eq!(serde_json::to_string(&bare).unwrap(), r#"{"longitude":5.64,"latitude":43.63}"#);
    }

    #[test]
    fn a_place_with_a_coordinate_missing_or_null_says_which() {
        let refused = |json| serde_json::from_str::<Place>(json).unwrap_err().to_string();
        for json in [r#"{"longitude":5.64}"#, r#"{"longitude":5.64,"latitude":null}"#] {
            assert!(refused(json).contains("latitude is missing"), "{}", refused(json));
        }
        let misspelt = refused(r#"{"longitude":5.64,"lat":43.6}"#);
        assert!(misspelt.contains("unknown field `lat`"), "{misspelt}");
    }

    #[test]
    fn a_number_too_small_for_the_table_is_rounded_to_the_centimetre() {
        let tiny = Position::parse(Some(1e-300), Some(43.670_412_345_678), Some(1e-300)).unwrap();
        assert_eq!((tiny.longitude, tiny.latitude, tiny.accuracy_m), (0.0, 43.670_412_3, Some(0.0)));
    }

    #[test]
    fn the_schema_of_a_place_has_its_four_fields_and_limits() {
        let schema = serde_json::to_value(schemars::schema_for!(Place)).unwrap();
        let properties = schema["properties"].as_object().unwrap();
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["accuracy_m", "address", "latitude", "longitude"]);
        assert_eq!(properties["latitude"]["maximum"], 90);
    }

    #[test]
    fn a_known_distance_is_measured() {
        let aix = Position::new(5.4474, 43.5297).unwrap();
        let marseille = Position::new(5.3698, 43.2965).unwrap();
        let metres = distance_m(&aix, &marseille);
        assert!((metres - 26_680.0).abs() < 100.0, "{metres}");
        assert_eq!(distance_m(&aix, &aix), 0.0);
    }

    #[test]
    fn exchanged_coordinates_are_recognised_only_where_exchanging_helps() {
        let square = r#"{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}"#;
        let boundary: Boundary = serde_json::from_str(square).unwrap();
        let hint = |lon, lat| Position::new(lon, lat).unwrap().swapped_hint(&boundary);
        assert_eq!(hint(43.5, 5.5), Some(Position::new(5.5, 43.5).unwrap()));
        assert_eq!(hint(5.5, 43.5), None);
        assert_eq!(hint(2.35, 48.85), None);
        assert_eq!(hint(150.0, 5.5), None);
    }
}
