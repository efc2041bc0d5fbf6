//! What would happen to a report here, without sending it.

use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use crate::open::{category_of, zone_of};
use crate::{
    CategoryId, Invalid, Kind, Module, Position, Question, RoutingRule, ServiceId, Settings, Visibility, Zone, ZoneId,
    expected_date,
};

/// A report as far as it decides on its way.
#[derive(Clone, Debug)]
pub struct Trial<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its category.
    pub category: Option<&'a CategoryId>,
    /// Where it is.
    pub place: Option<&'a Position>,
    /// The zone, instead of a place in it.
    pub zone: Option<&'a ZoneId>,
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TrialResult {
    /// Whether the place is in the commune; absent without a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<bool>,
    /// The zone it would be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneId>,
    /// The rules before the one that decides, in order: none of them matches.
    pub passed_over: Vec<PassedOver>,
    /// The rule that decides, counted from 0; absent when none matches and the default service gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// Who would treat it.
    pub service: ServiceId,
    /// The service's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// By when it would be promised, sent now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<Date>,
    /// What it would start as.
    pub visibility: Visibility,
    /// What would be asked besides.
    pub questions: Vec<Question>,
    /// Whether it would need a photo.
    pub photo_required: bool,
    /// Why it would be refused, whatever else is in it; empty when it would be taken.
    pub refused: Vec<Invalid>,
}

/// A rule that does not match.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PassedOver {
    /// Its place in the list, counted from 0.
    pub rule: usize,
    /// What of it is different.
    pub because: Vec<RulePart>,
}

/// What a rule can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RulePart {
    /// Another kind.
    Kind,
    /// Another category, or one at all.
    Category,
    /// Another zone, or one at all.
    Zone,
}

impl RoutingRule {
    /// What of the rule is different; nothing when it matches.
    pub fn mismatches(&self, kind: Kind, category: Option<&CategoryId>, zone: Option<&ZoneId>) -> Vec<RulePart> {
        let differs = [
            (RulePart::Kind, self.kind.is_some_and(|k| k != kind)),
            (RulePart::Category, self.category.as_ref().is_some_and(|c| Some(c) != category)),
            (RulePart::Zone, self.zone.as_ref().is_some_and(|z| Some(z) != zone)),
        ];
        differs.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
    }
}

impl Settings {
    /// What would happen to such a report, sent at that moment.
    pub fn try_out(&self, trial: &Trial<'_>, now: Timestamp) -> TrialResult {
        let mut refused = Vec::new();
        if !self.has(Module::Reports) {
            let detail = format!("{} has the module reports switched off", self.name);
            refused.push(Invalid::new("", "module_off", detail));
        }
        if !self.kinds.contains(&trial.kind) {
            let detail = format!("{} does not take reports of kind {}", self.name, trial.kind.as_str());
            refused.push(Invalid::new("kind", "kind_switched_off", detail));
        }
        refused.extend(category_of(self, trial.kind, trial.category).err());
        let category = trial.category.and_then(|id| self.category(id));
        let zone = self.zone_tried(trial).unwrap_or_else(|invalid| {
            refused.push(invalid);
            None
        });
        let zone = zone.map(|zone| zone.id.clone());
        let mismatches = |rule: &RoutingRule| rule.mismatches(trial.kind, trial.category, zone.as_ref());
        let rule = self.routing.iter().position(|rule| mismatches(rule).is_empty());
        let before = self.routing.iter().take(rule.unwrap_or(self.routing.len())).enumerate();
        let service = rule.and_then(|rule| self.routing.get(rule)).map_or(&self.default_service, |rule| &rule.service);
        TrialResult {
            inside: trial.place.map(|place| self.boundary.contains(place)),
            passed_over: before.map(|(rule, passed)| PassedOver { rule, because: mismatches(passed) }).collect(),
            rule,
            service: service.clone(),
            service_name: self.service(service).map(|service| service.name.clone()),
            expected: category.map(|category| expected_date(now, &category.expected)),
            visibility: category.map(|category| category.visibility).unwrap_or_default(),
            questions: category.map(|category| category.questions.clone()).unwrap_or_default(),
            photo_required: category.is_some_and(|category| category.photo_required),
            refused,
            zone,
        }
    }

    fn zone_tried(&self, trial: &Trial<'_>) -> Result<Option<&Zone>, Invalid> {
        match (trial.place, trial.zone) {
            (None, Some(id)) => self
                .zone(id)
                .map(Some)
                .ok_or_else(|| Invalid::new("zone", "zone_unknown", format!("{} has no zone {id}", self.name))),
            (place, _) => zone_of(self, trial.kind, place),
        }
    }
}
