//! What a commune has configured: its outline, kinds, categories, services, and who treats what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Background, Boundary, CategoryId, Colours, CommuneId, Country, EmailAddress, Expected, Invalid, Kind, Label,
    Language, Module, OpeningHours, PageText, Position, PublicPhone, Question, Retention, ServiceId, Visibility,
    ZoneId, ids::string_newtype, invalid::quoted,
};

/// The zone in which every date of every commune is meant; overseas communes get their own with their first customer.
pub const TIME_ZONE: &str = "Europe/Paris";

/// The code of a commune in the national register: `13048`, `2A004`, `97401`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InseeCode(String);

string_newtype!(InseeCode, { "type": "string", "pattern": "^([0-9]{2}|2[AB])[0-9]{3}$" });

impl InseeCode {
    /// Takes five digits, or `2A`/`2B` and three.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let digits = raw.strip_prefix("2A").or_else(|| raw.strip_prefix("2B")).unwrap_or(raw);
        let fits = raw.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit());
        if fits {
            return Ok(Self(raw.to_owned()));
        }
        let detail = format!("{} is not an INSEE code; five digits, or 2A or 2B and three", quoted(raw));
        Err(Invalid::new("", "malformed_insee_code", detail))
    }
}

/// Everything a commune has set up. Reading checks each value; [`Settings::check`] checks that they fit together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// The tenant.
    pub id: CommuneId,
    /// As residents call it: `Jouques`.
    pub name: String,
    /// In the national register.
    pub insee: InseeCode,
    /// Five digits each.
    pub postcodes: Vec<String>,
    /// Where a map opens.
    pub centre: Position,
    /// Reports with a place must be inside.
    pub boundary: Boundary,
    /// The boundary with fewer points, for maps; absent where the boundary itself has few.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Boundary>,
    /// Quartiers; the first that contains a place is its zone.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// What is switched on.
    #[serde(default = "default_modules")]
    pub modules: Vec<Module>,
    /// The kinds of report that are switched on.
    pub kinds: Vec<Kind>,
    /// In the order in which residents see them.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Departments.
    pub services: Vec<Service>,
    /// The first that matches decides.
    #[serde(default)]
    pub routing: Vec<RoutingRule>,
    /// For what no rule matches.
    pub default_service: ServiceId,
    /// Whether a guest may report without any contact.
    #[serde(default)]
    pub guests_without_contact: bool,
    /// Whether guests prove some work before each report and each request for a code. Without it they are asked only while
    /// more of them write than usual.
    #[serde(default)]
    pub guests_prove_work: bool,
    /// The sender that phones show: 1 to 11 letters and digits, at least one letter.
    pub sms_sender: String,
    /// Of which countries mobile numbers get text messages; who has another gives an e-mail address. None of them, and all do.
    #[serde(default = "default_countries")]
    pub sms_countries: Vec<Country>,
    /// The languages in which residents are written to, French always; who reads another one is written to in French.
    #[serde(default = "default_languages")]
    pub languages: Vec<Language>,
    /// What it looks like.
    #[serde(default)]
    pub colours: Colours,
    /// What lies under its maps.
    #[serde(default)]
    pub map: Background,
    /// Its own words.
    #[serde(default)]
    pub texts: Texts,
    /// How long it keeps closed reports and accounts that nobody uses.
    #[serde(default)]
    pub retention: Retention,
}

fn default_modules() -> Vec<Module> {
    Module::ALL.to_vec()
}

fn default_countries() -> Vec<Country> {
    Country::FRANCE.to_vec()
}

fn default_languages() -> Vec<Language> {
    Language::ALL.to_vec()
}

/// What a commune says in its own words. Plain text: clients show it as such, an empty line begins a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Texts {
    /// To whoever arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub welcome: Option<PageText>,
    /// Who publishes this (mentions légales).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_notice: Option<PageText>,
    /// What happens to personal data (RGPD).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_notice: Option<PageText>,
}

/// A part of the commune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Zone {
    /// Unique in the commune.
    pub id: ZoneId,
    /// As residents call it.
    pub name: String,
    /// Its outline.
    pub boundary: Boundary,
    /// Kept for the reports that are in it; no new one is.
    #[serde(default)]
    pub archived: bool,
}

/// A department that treats reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Service {
    /// Unique in the commune.
    pub id: ServiceId,
    /// As residents know it; signs the commune's answers.
    pub name: String,
    /// Where its colleagues are told of new reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// How residents reach it.
    #[serde(default)]
    pub contact: ServiceContact,
    /// When it is open; absent if it is not for the public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<OpeningHours>,
    /// Kept for the reports that it treated; nothing is sent to it any more.
    #[serde(default)]
    pub archived: bool,
}

/// How residents reach a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceContact {
    /// To call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PublicPhone>,
    /// To write to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// To go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Label>,
}

/// What a report is about: lighting, roads, waste.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Category {
    /// Unique in the commune.
    pub id: CategoryId,
    /// As residents read it.
    pub name: String,
    /// Name of an icon of the web app's set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Extra questions, in order.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// By when the commune means to have solved it.
    pub expected: Expected,
    /// How near another open report counts as similar, in metres, 1 to 5,000.
    #[serde(default = "default_similar_radius")]
    pub similar_radius_m: u32,
    /// What a new report starts as.
    #[serde(default)]
    pub visibility: Visibility,
    /// Whether a report needs at least one photo.
    #[serde(default)]
    pub photo_required: bool,
    /// Kept for the reports that have it; no new one can.
    #[serde(default)]
    pub archived: bool,
}

fn default_similar_radius() -> u32 {
    250
}

/// Sends what it matches to a service; what a rule leaves open matches anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoutingRule {
    /// Only this category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// Only this zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// Only this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Who treats it.
    pub service: ServiceId,
}

impl Settings {
    /// Whether the module is switched on.
    pub fn has(&self, module: Module) -> bool {
        self.modules.contains(&module)
    }

    /// The language in which the commune writes to somebody who reads `wanted`.
    pub fn spoken(&self, wanted: Language) -> Language {
        if self.languages.contains(&wanted) { wanted } else { Language::Fr }
    }

    /// The category of that id.
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.categories.iter().find(|c| c.id == *id)
    }

    /// The service of that id.
    pub fn service(&self, id: &ServiceId) -> Option<&Service> {
        self.services.iter().find(|s| s.id == *id)
    }

    /// The zone of that id.
    pub fn zone(&self, id: &ZoneId) -> Option<&Zone> {
        self.zones.iter().find(|z| z.id == *id)
    }

    /// The first zone that contains the position, of those that are not archived.
    pub fn zone_of(&self, position: &Position) -> Option<&Zone> {
        self.zones.iter().find(|z| !z.archived && z.boundary.contains(position))
    }

    /// Who treats a report: the service of the first rule that matches, or the default.
    pub fn route(&self, kind: Kind, category: Option<&CategoryId>, zone: Option<&ZoneId>) -> &ServiceId {
        let rule = self.routing.iter().find(|rule| rule.mismatches(kind, category, zone).is_empty());
        rule.map_or(&self.default_service, |rule| &rule.service)
    }
}
