//! Whether what a commune has configured fits together; asked once, when it is configured.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::{
    Boundary, Category, Country, Invalid, Kind, Language, Question, QuestionKind, QuestionOption, RoutingRule,
    ServiceId, Settings,
    invalid::{grouped, quoted},
};

/// The most that settings may be, in bytes of JSON: with what goes with them they are one item of the table, which takes
/// 400 kB (DynamoDB Developer Guide, "Constraints").
pub const MAX_SETTINGS_BYTES: usize = 350_000;

/// The most positions of a zone's outline. IGN's outline of a whole commune has some hundreds.
const MAX_ZONE_POINTS: usize = 2_000;

fn size_of_json(value: &impl serde::Serialize) -> usize {
    // Settings are names, numbers and lists of them: they always have a JSON form.
    serde_json::to_string(value).map_or(0, |json| json.len())
}

impl Settings {
    /// Names everything that does not fit: ids that are not unique, references to nothing, zones outside the commune,
    /// values beyond their limits.
    pub fn check(&self) -> Result<(), Vec<Invalid>> {
        // First, because the other checks take longer the more there is to check.
        self.check_size()?;
        let mut wrong = Findings::default();
        if self.id.is_reserved() {
            wrong.add("id", "reserved", format!("{} is an address of the platform; no commune can have it", self.id));
        }
        wrong.name("name", &self.name);
        self.check_place(&mut wrong);
        self.check_zones(&mut wrong);
        self.check_kinds(&mut wrong);
        wrong.unique("categories", self.categories.iter().map(|c| c.id.as_str()));
        for (i, category) in self.categories.iter().enumerate() {
            check_category(category, &format!("categories.{i}"), &mut wrong);
        }
        self.check_services(&mut wrong);
        self.check_looks(&mut wrong);
        wrong.0.extend(self.retention.check().into_iter().map(|e| e.at("retention")));
        if !is_sms_sender(&self.sms_sender) {
            let detail = format!(
                "sms_sender is {}; 1 to 11 letters and digits without accents, at least one letter",
                quoted(&self.sms_sender)
            );
            wrong.add("sms_sender", "malformed_sms_sender", detail);
        }
        wrong.result()
    }

    fn check_size(&self) -> Result<(), Vec<Invalid>> {
        let mut wrong = Findings::default();
        let bytes = size_of_json(self);
        if bytes > MAX_SETTINGS_BYTES {
            let parts: Vec<String> =
                self.sizes().into_iter().map(|(part, size)| format!("{part} {}", grouped(size))).collect();
            let (bytes, most) = (grouped(bytes), grouped(MAX_SETTINGS_BYTES));
            let detail =
                format!("the settings are {bytes} bytes as JSON; at most {most}; of them {}", parts.join(", "));
            wrong.add("settings", "too_large", detail);
        }
        wrong.at_most("postcodes", self.postcodes.len(), 50);
        wrong.at_most("zones", self.zones.len(), 100);
        wrong.at_most("categories", self.categories.len(), 100);
        wrong.at_most("services", self.services.len(), 100);
        wrong.at_most("routing", self.routing.len(), 500);
        for (i, zone) in self.zones.iter().enumerate() {
            wrong.at_most(&format!("zones.{i}.boundary"), zone.boundary.points(), MAX_ZONE_POINTS);
        }
        wrong.result()
    }

    /// What takes most room, in bytes of JSON.
    fn sizes(&self) -> [(&'static str, usize); 4] {
        [
            ("boundary", size_of_json(&self.boundary)),
            ("zones", size_of_json(&self.zones)),
            ("categories", size_of_json(&self.categories)),
            ("services", size_of_json(&self.services)),
        ]
    }

    fn check_place(&self, wrong: &mut Findings) {
        if self.postcodes.is_empty() {
            wrong.add("postcodes", "empty", "there are no postcodes; at least 1");
        }
        for (i, code) in self.postcodes.iter().enumerate() {
            if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
                let detail = format!("{} is not a postcode; five digits", quoted(code));
                wrong.add(&format!("postcodes.{i}"), "malformed_postcode", detail);
            }
        }
        wrong.boundary("boundary", &self.boundary);
        if !self.boundary.bbox().contains(&self.centre) {
            wrong.add("centre", "outside_boundary", format!("the centre is outside the bounding box of {}", self.name));
        }
    }

    fn check_zones(&self, wrong: &mut Findings) {
        wrong.unique("zones", self.zones.iter().map(|z| z.id.as_str()));
        for (i, zone) in self.zones.iter().enumerate() {
            let at = format!("zones.{i}");
            wrong.name(&format!("{at}.name"), &zone.name);
            wrong.boundary(&format!("{at}.boundary"), &zone.boundary);
            if !zone.boundary.touches(&self.boundary) {
                let detail = format!("the zone {} has no point in common with {}", zone.id, self.name);
                wrong.add(&format!("{at}.boundary"), "outside_boundary", detail);
            }
        }
    }

    fn check_kinds(&self, wrong: &mut Findings) {
        if self.kinds.is_empty() {
            wrong.add("kinds", "empty", "no kind of report is switched on; at least 1");
        }
        wrong.unique("kinds", self.kinds.iter().map(|k| k.as_str()));
        if self.kinds.contains(&Kind::Problem) && self.categories.iter().all(|c| c.archived) {
            wrong.add("categories", "empty", "problems are switched on and need a category; there is none");
        }
    }

    fn check_looks(&self, wrong: &mut Findings) {
        wrong.unique("modules", self.modules.iter().map(|m| m.as_str()));
        wrong.unique("sms_countries", self.sms_countries.iter().map(Country::to_string));
        wrong.unique("languages", self.languages.iter().map(|l| l.as_str()));
        if !self.languages.contains(&Language::Fr) {
            wrong.add("languages", "french_missing", "languages has no fr; a commune always writes in French too");
        }
        wrong.0.extend(self.map.check().into_iter().map(|e| e.at("map")));
        wrong.0.extend(self.colours.check().err().into_iter().flatten().map(|e| e.at("colours")));
    }

    fn check_services(&self, wrong: &mut Findings) {
        wrong.unique("services", self.services.iter().map(|s| s.id.as_str()));
        for (i, service) in self.services.iter().enumerate() {
            let at = format!("services.{i}");
            wrong.name(&format!("{at}.name"), &service.name);
            let hours = service.opening_hours.as_ref().and_then(|hours| hours.check().err());
            wrong.0.extend(hours.into_iter().flatten().map(|e| e.at("opening_hours").at(&at)));
        }
        self.check_service("default_service", &self.default_service, wrong);
        for (i, rule) in self.routing.iter().enumerate() {
            self.check_rule(rule, &format!("routing.{i}"), wrong);
        }
    }

    fn check_rule(&self, rule: &RoutingRule, at: &str, wrong: &mut Findings) {
        self.check_service(&format!("{at}.service"), &rule.service, wrong);
        if let Some(id) = rule.category.as_ref().filter(|id| self.category(id).is_none()) {
            wrong.add(&format!("{at}.category"), "category_unknown", format!("there is no category {id}"));
        }
        if let Some(id) = rule.zone.as_ref().filter(|id| self.zone(id).is_none()) {
            wrong.add(&format!("{at}.zone"), "zone_unknown", format!("there is no zone {id}"));
        }
    }

    fn check_service(&self, at: &str, id: &ServiceId, wrong: &mut Findings) {
        match self.service(id) {
            None => wrong.add(at, "service_unknown", format!("there is no service {id}")),
            Some(service) if service.archived => {
                wrong.add(at, "service_archived", format!("the service {id} is archived; nothing can be sent to it"));
            }
            Some(_) => {}
        }
    }
}

fn check_category(category: &Category, at: &str, wrong: &mut Findings) {
    wrong.name(&format!("{at}.name"), &category.name);
    if category.expected.days > 730 {
        let detail = format!("expected.days is {}; at most 730", category.expected.days);
        wrong.add(&format!("{at}.expected.days"), "out_of_range", detail);
    }
    if !(1..=5000).contains(&category.similar_radius_m) {
        let detail = format!("similar_radius_m is {}; from 1 to 5,000 metres", category.similar_radius_m);
        wrong.add(&format!("{at}.similar_radius_m"), "out_of_range", detail);
    }
    wrong.at_most(&format!("{at}.questions"), category.questions.len(), 20);
    wrong.unique(&format!("{at}.questions"), category.questions.iter().map(|q| q.id.as_str()));
    for (i, question) in category.questions.iter().enumerate() {
        check_question(question, &format!("{at}.questions.{i}"), wrong);
    }
}

fn check_question(question: &Question, at: &str, wrong: &mut Findings) {
    wrong.name(&format!("{at}.label"), &question.label);
    match &question.kind {
        QuestionKind::Text { max } if !(1..=4000).contains(max) => {
            wrong.add(&format!("{at}.kind.max"), "out_of_range", format!("max is {max}; from 1 to 4,000 characters"));
        }
        QuestionKind::Number { min: Some(min), max: Some(max) } if min > max => {
            wrong.add(
                &format!("{at}.kind.min"),
                "out_of_range",
                format!("min is {min}, more than max, which is {max}"),
            );
        }
        QuestionKind::Choice { options } | QuestionKind::Choices { options } => check_options(options, at, wrong),
        QuestionKind::Text { .. } | QuestionKind::Number { .. } | QuestionKind::YesNo => {}
    }
}

fn check_options(options: &[QuestionOption], at: &str, wrong: &mut Findings) {
    let at = format!("{at}.kind.options");
    if options.is_empty() {
        wrong.add(&at, "empty", "there is nothing to choose from; at least 1 option");
    }
    wrong.at_most(&at, options.len(), 50);
    wrong.unique(&at, options.iter().map(|o| o.id.as_str()));
    for (i, option) in options.iter().enumerate() {
        wrong.name(&format!("{at}.{i}.label"), &option.label);
    }
}

/// What phones accept as the name of a sender (3GPP TS 23.040, 9.1.2.5, less what operators in France refuse).
fn is_sms_sender(raw: &str) -> bool {
    (1..=11).contains(&raw.len())
        && raw.bytes().all(|b| b.is_ascii_alphanumeric())
        && raw.bytes().any(|b| b.is_ascii_alphabetic())
}

#[derive(Default)]
struct Findings(Vec<Invalid>);

impl Findings {
    fn add(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        self.0.push(Invalid::new(field, code, detail));
    }

    fn name(&mut self, field: &str, name: &str) {
        const MAX: usize = 200;
        let length = name.chars().count();
        if name.trim().is_empty() || length > MAX || name.chars().any(char::is_control) {
            let detail = format!("{} is not a name; 1 to {MAX} visible characters on one line", quoted(name));
            self.add(field, "malformed_name", detail);
        }
    }

    fn boundary(&mut self, field: &str, boundary: &Boundary) {
        self.0.extend(boundary.check().err().map(|e| e.at(field)));
    }

    fn at_most(&mut self, field: &str, count: usize, most: usize) {
        if count > most {
            let (count, most) = (grouped(count), grouped(most));
            let what = if field.ends_with("boundary") { "positions" } else { "entries" };
            self.add(field, "too_many", format!("{field} has {count} {what}; at most {most}"));
        }
    }

    fn result(self) -> Result<(), Vec<Invalid>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    fn unique<I: Ord + Display>(&mut self, field: &str, ids: impl Iterator<Item = I>) {
        let mut seen = BTreeSet::new();
        for (i, id) in ids.enumerate() {
            let twice = format!("{id} is there twice");
            if !seen.insert(id) {
                self.add(&format!("{field}.{i}"), "not_unique", twice);
            }
        }
    }
}
