//! Names of things: slugs that people choose, and time-ordered ids that we make.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::invalid::{Invalid, quoted};

/// Gives a newtype over `String` everything that follows from one function `fn parse(&str) -> Result<Self, Invalid>`.
macro_rules! string_newtype {
    ($name:ident, $schema:tt) => {
        impl $name {
            /// The value as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Invalid;
            fn from_str(raw: &str) -> Result<Self, Self::Err> {
                Self::parse(raw)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Invalid;
            fn try_from(raw: String) -> Result<Self, Self::Error> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(crate) use string_newtype;

macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $what:literal, $min:literal..=$max:literal, $extra:literal, $pattern:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Takes `", $pattern, "` and nothing else.")]
            pub fn parse(raw: &str) -> Result<Self, Invalid> {
                let fits = ($min..=$max).contains(&raw.len())
                    && raw.starts_with(|c: char| c.is_ascii_lowercase())
                    && raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || $extra.contains(&b));
                if fits {
                    return Ok(Self(raw.to_owned()));
                }
                let detail = format!("{} is not a {}; it must match {}", quoted(raw), $what, $pattern);
                Err(Invalid::new("", "malformed_id", detail))
            }
        }

        string_newtype!($name, { "type": "string", "pattern": $pattern });
    };
}

slug!(
    /// A commune's id in paths and keys. It cannot contain `#`, the delimiter of keys.
    CommuneId, "commune id", 2..=40, b"-", "^[a-z][a-z0-9-]{1,39}$"
);
impl CommuneId {
    /// Names under `/v1/` and `/` that are no communes: the operators' own tenant, and addresses of the platform and its web.
    pub const RESERVED: [&str; 11] =
        ["operator", "health", "openapi", "v1", "assets", "media", "maps", "static", "icons", "console", "api"];

    /// The tenant of who operates the platform: accounts and sessions like a commune's, and nothing else of one.
    pub fn operators() -> CommuneId {
        CommuneId("operator".to_owned())
    }

    /// Whether it is the operators' tenant.
    pub fn is_operators(&self) -> bool {
        self.0 == "operator"
    }

    /// Whether no commune may have it.
    pub fn is_reserved(&self) -> bool {
        CommuneId::RESERVED.contains(&self.as_str())
    }
}

slug!(
    /// A category of reports, such as `voirie`.
    CategoryId, "category id", 1..=40, b"_-", "^[a-z][a-z0-9_-]{0,39}$"
);
slug!(
    /// A service (department) of the commune.
    ServiceId, "service id", 1..=40, b"_-", "^[a-z][a-z0-9_-]{0,39}$"
);
slug!(
    /// A zone (quartier) of the commune.
    ZoneId, "zone id", 1..=40, b"_-", "^[a-z][a-z0-9_-]{0,39}$"
);
slug!(
    /// An extra question of a category.
    QuestionId, "question id", 1..=40, b"_-", "^[a-z][a-z0-9_-]{0,39}$"
);
slug!(
    /// One option of a question with a choice.
    OptionId, "option id", 1..=40, b"_-", "^[a-z][a-z0-9_-]{0,39}$"
);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id of this moment: ids made later sort later, down to about 250 ns.
            pub fn new(now: Timestamp) -> Self {
                Self(uuid_v7(now))
            }

            /// When the id was made, to the millisecond.
            pub fn timestamp(&self) -> Timestamp {
                timestamp_of(self.0)
            }

            /// The id as a UUID.
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            /// Strict: a UUID of version 7, hyphenated, in lower case, so that one id has one spelling.
            fn from_str(raw: &str) -> Result<Self, Invalid> {
                parse_uuid_v7(raw).map(Self).ok_or_else(|| {
                    let detail = format!("{} is not a {}; it must be a UUID version 7 in lower case with hyphens", quoted(raw), $what);
                    Invalid::new("", "malformed_id", detail)
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(raw: String) -> Result<Self, Invalid> {
                raw.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self.0.as_hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

uuid_id!(
    /// A report.
    ReportId, "report id"
);
uuid_id!(
    /// An entry of a report's history.
    EventId, "event id"
);
uuid_id!(
    /// An account of a resident or an agent, in one commune.
    AccountId, "account id"
);
uuid_id!(
    /// A danger alert.
    AlertId, "alert id"
);
uuid_id!(
    /// A photo.
    PhotoId, "photo id"
);
uuid_id!(
    /// A file of map tiles.
    MapFileId, "map file id"
);
uuid_id!(
    /// A device that takes push messages.
    DeviceId, "device id"
);
uuid_id!(
    /// A session: the family of refresh tokens that one sign-in opened.
    SessionId, "session id"
);

/// RFC 9562, section 6.2, method 3: the 12 bits after the milliseconds hold the fraction of the millisecond, so that
/// two events of one report within a millisecond still sort as they happened. The other 62 bits are random.
fn uuid_v7(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    let nanos_in_milli = u64::try_from(now.subsec_nanosecond()).unwrap_or(0) % 1_000_000;
    let fraction = u16::try_from(nanos_in_milli * 4096 / 1_000_000).unwrap_or(0);
    let random = Uuid::new_v4().into_bytes();
    let mut tail = [0; 10];
    tail[..2].copy_from_slice(&fraction.to_be_bytes());
    // The fixed bits of a version 4 UUID's second half are those that version 7 overwrites too.
    tail[2..].copy_from_slice(&random[8..]);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

fn timestamp_of(id: Uuid) -> Timestamp {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |t| t.to_unix());
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    // 48 bits of milliseconds reach the year 10889, jiff ends in 9999.
    Timestamp::new(seconds, i32::try_from(nanos).unwrap_or(0)).unwrap_or(Timestamp::MAX)
}

fn parse_uuid_v7(raw: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(raw).ok()?;
    let strict = id.get_version_num() == 7
        && id.get_variant() == uuid::Variant::RFC4122
        && id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == raw;
    strict.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Timestamp {
        raw.parse().unwrap()
    }

    #[test]
    fn a_commune_id_is_a_slug_of_2_to_40_characters() {
        for good in ["jouques", "saint-etienne-du-temple", "a1", &"a".repeat(40)] {
            assert_eq!(CommuneId::parse(good).unwrap().as_str(), good);
        }
        for bad in
            ["", "a", "Jouques", "1jouques", "-jouques", "jou#ques", "jou ques", "jouqués", "jou_ques", &"a".repeat(41)]
        {
            let refused = CommuneId::parse(bad).unwrap_err();
            assert_eq!(refused.code, "malformed_id", "{bad}");
        }
    }

    #[test]
    fn the_operators_tenant_is_a_reserved_id() {
        assert!(CommuneId::operators().is_operators() && CommuneId::operators().is_reserved());
        assert!(!CommuneId::parse("operateurs").unwrap().is_reserved());
    }

    #[test]
    fn no_commune_can_be_where_the_web_and_the_platform_have_their_files() {
        for first in
            ["v1", "assets", "icons", "media", "static", "operator", "_local", ".well-known", "web.json", "sw.js"]
        {
            let taken = CommuneId::parse(first).is_ok_and(|id| !id.is_reserved());
            assert!(!taken, "a commune could be called {first}");
        }
    }

    #[test]
    fn a_category_id_may_be_one_letter_and_hold_an_underscore() {
        assert!(CategoryId::parse("v").is_ok());
        assert!(CategoryId::parse("voirie_nid-de-poule2").is_ok());
        assert!(CategoryId::parse(&"a".repeat(41)).is_err());
    }

    #[test]
    fn the_same_limits_hold_when_read_from_json() {
        assert!(serde_json::from_str::<CommuneId>("\"jouques\"").is_ok());
        let refused = serde_json::from_str::<CommuneId>("\"C#1\"").unwrap_err();
        assert!(refused.to_string().contains("\"C#1\" is not a commune id"), "{refused}");
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let now = at("2026-11-21T18:00:00.123456Z");
        assert_eq!(ReportId::new(now).timestamp(), at("2026-11-21T18:00:00.123Z"));
        assert_eq!(ReportId::new(now).as_uuid().get_version_num(), 7);
    }

    #[test]
    fn ids_made_later_sort_later_also_within_a_millisecond_and_as_text() {
        let start = at("2026-11-21T18:00:00Z");
        let ids: Vec<EventId> = (0..5000).map(|i| EventId::new(start + jiff::SignedDuration::from_micros(i))).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().map(EventId::to_string).is_sorted());
    }

    #[test]
    fn ids_of_the_same_moment_differ() {
        let now = at("2026-11-21T18:00:00Z");
        let ids: std::collections::BTreeSet<_> = (0..1000).map(|_| PhotoId::new(now)).collect();
        assert_eq!(ids.len(), 1000);
    }

    #[test]
    fn an_id_has_exactly_one_spelling() {
        let id = ReportId::new(at("2026-11-21T18:00:00Z"));
        let text = id.to_string();
        assert_eq!(text.parse::<ReportId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<ReportId>(&format!("\"{text}\"")).unwrap(), id);
        let v4 = Uuid::new_v4().to_string();
        for bad in [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
            v4,
            String::new(),
        ] {
            assert_eq!(bad.parse::<ReportId>().unwrap_err().code, "malformed_id", "{bad}");
        }
    }

    #[test]
    fn a_moment_before_1970_still_makes_an_id() {
        assert_eq!(ReportId::new(at("1960-01-01T00:00:00Z")).timestamp().as_second(), 0);
    }
}
