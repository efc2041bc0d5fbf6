//! One change of a commune's settings: what it may not touch, what it takes away, and what it comes to.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Value, json};

use crate::{CategoryId, Invalid, ServiceId, Settings, ZoneId};

/// A field whose JSON is longer than this (bytes) is told by its size: the whole is in the version.
const MAX_TOLD: usize = 2_000;

/// Something in the settings that reports name by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A category.
    Category(CategoryId),
    /// A service.
    Service(ServiceId),
    /// A zone.
    Zone(ZoneId),
}

/// One field that a change gave another value, as audit logs tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which: `categories`.
    pub field: String,
    /// The value before, or how long it was.
    pub before: Value,
    /// The value after, or how long it is.
    pub after: Value,
}

impl Part {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Part::Category(id) => id.as_str(),
            Part::Service(id) => id.as_str(),
            Part::Zone(id) => id.as_str(),
        }
    }

    /// The field of a report that holds the id: `category`, `service`, `zone`.
    pub fn field(&self) -> &'static str {
        match self {
            Part::Category(_) => "category",
            Part::Service(_) => "service",
            Part::Zone(_) => "zone",
        }
    }

    /// The list of the settings it is in: `categories`, `services`, `zones`.
    pub fn list(&self) -> &'static str {
        match self {
            Part::Category(_) => "categories",
            Part::Service(_) => "services",
            Part::Zone(_) => "zones",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.field(), self.id())
    }
}

impl Settings {
    /// Refuses what only the platform's operators change: id, INSEE code, boundary and its outline. Names each.
    pub fn check_fixed(&self, new: &Settings) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut fixed = |field: &str, same: bool, is: &str| {
            if !same {
                let detail = format!("{field} is {is}; only the platform's operators change it");
                wrong.push(Invalid::new(field, "fixed", detail));
            }
        };
        fixed("id", self.id == new.id, self.id.as_str());
        fixed("insee", self.insee == new.insee, self.insee.as_str());
        let is = format!("an outline of {} positions", self.boundary.points());
        fixed("boundary", self.boundary == new.boundary, &is);
        fixed("outline", self.outline == new.outline, "made of the boundary");
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// These settings with what operators have decided in `current`: the id, the INSEE code, the boundary.
    #[must_use]
    pub fn within(self, current: &Settings) -> Settings {
        let (id, insee) = (current.id.clone(), current.insee.clone());
        Settings { id, insee, boundary: current.boundary.clone(), outline: current.outline.clone(), ..self }
    }

    /// What is in these settings and not in `new` any more.
    pub fn removed_in(&self, new: &Settings) -> Vec<Part> {
        let kept = new.parts();
        self.parts().into_iter().filter(|part| !kept.contains(part)).collect()
    }

    fn parts(&self) -> Vec<Part> {
        let categories = self.categories.iter().map(|c| Part::Category(c.id.clone()));
        let services = self.services.iter().map(|s| Part::Service(s.id.clone()));
        let zones = self.zones.iter().map(|z| Part::Zone(z.id.clone()));
        categories.chain(services).chain(zones).collect()
    }

    /// Each field in which `new` differs.
    pub fn differences(&self, new: &Settings) -> Vec<Difference> {
        let (before, after) = (fields_of(self), fields_of(new));
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let value = |of: &serde_json::Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
        let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
        let told = |name: &String| Difference {
            field: name.clone(),
            before: short(value(&before, name)),
            after: short(value(&after, name)),
        };
        differing.map(told).collect()
    }
}

fn fields_of(settings: &Settings) -> serde_json::Map<String, Value> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => fields,
        // Settings are a structure, and all that is in them has a JSON form.
        _ => serde_json::Map::new(),
    }
}

fn short(value: Value) -> Value {
    match value.to_string().len() {
        bytes if bytes > MAX_TOLD => json!({ "bytes": bytes }),
        _ => value,
    }
}
