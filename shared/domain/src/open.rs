//! A report comes in: what must fit together before there is one.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    AccountId, Actor, Category, CategoryId, Event, EventId, Invalid, Kind, MAX_PHOTOS, NewReport, PhotoId, PhotoRef,
    Position, Report, ReportId, Settings, Status, What, Zone, check_answers, expected_date,
};

impl Report {
    /// The report that a resident (`reporter`) or a guest sent, and the first entry of its history.
    ///
    /// A guest with a contact has to confirm it first: that report is `unconfirmed` and has no history yet. A guest
    /// without one is taken where the commune allows it. Every rule that is broken is named, not only the first.
    pub fn open(
        settings: &Settings,
        new: NewReport,
        reporter: Option<AccountId>,
        now: Timestamp,
    ) -> Result<(Report, Option<Event>), Vec<Invalid>> {
        let mut wrong = Vec::new();
        if !settings.kinds.contains(&new.kind) {
            let detail = format!("{} does not take reports of kind {}", settings.name, new.kind.as_str());
            wrong.push(Invalid::new("kind", "kind_switched_off", detail));
        }
        let category = keep(category_of(settings, new.kind, new.category.as_ref()), &mut wrong).flatten();
        wrong.extend(answers_of(category, &new).err().into_iter().flatten());
        let zone = keep(zone_of(settings, new.kind, new.place.as_ref().map(|p| &p.position)), &mut wrong).flatten();
        let photos = keep(photos_of(&new.photos), &mut wrong).unwrap_or_default();
        if photos.is_empty() && category.is_some_and(|c| c.photo_required) {
            wrong.push(Invalid::new("photos", "photo_required", "this category needs at least 1 photo; there is none"));
        }
        if reporter.is_none() && new.contact.is_none() && !settings.guests_without_contact {
            let detail =
                format!("{} takes reports of guests with a phone number or an e-mail address only", settings.name);
            wrong.push(Invalid::new("contact", "contact_required", detail));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }

        // A contact of somebody signed in is no news: the account has one, verified.
        let guest_contact = if reporter.is_some() { None } else { new.contact };
        let zone = zone.map(|z| z.id.clone());
        let report = Report {
            id: ReportId::new(now),
            version: 1,
            service: settings.route(new.kind, new.category.as_ref(), zone.as_ref()).clone(),
            zone,
            status: if guest_contact.is_some() { Status::Unconfirmed } else { Status::Received },
            close_reason: None,
            visibility: category.map(|c| c.visibility).unwrap_or_default(),
            expected: category.map(|c| expected_date(now, &c.expected)),
            kind: new.kind,
            category: new.category,
            description: new.description,
            answers: new.answers.into_iter().filter(|(_, answer)| !answer.is_null()).collect(),
            place: new.place,
            photos,
            after_photos: Vec::new(),
            reporter,
            guest_contact,
            language: new.language,
            created: now,
            updated: now,
            scheduled_for: None,
            awaiting_since: None,
            resolved_at: None,
            duplicate_of: None,
            duplicates: 0,
            followers: u32::from(reporter.is_some()),
            anonymous: None,
            last_event: None,
        };
        if report.status == Status::Unconfirmed {
            return Ok((report, None));
        }
        let (report, event) = report.received(now);
        Ok((report, Some(event)))
    }

    /// The report with the entry that it reached the commune, at the version it has.
    pub(crate) fn received(mut self, now: Timestamp) -> (Report, Event) {
        let event = Event {
            id: EventId::new(now),
            report: self.id,
            version: self.version,
            at: now,
            actor: self.reporter.map_or(Actor::System, Actor::Reporter),
            what: What::Received,
            public_note: None,
            internal_note: None,
            status: self.status,
            photos: self.photos.clone(),
            ambassador: false,
        };
        self.last_event = Some(event.id);
        (self, event)
    }
}

fn keep<T>(checked: Result<T, Invalid>, wrong: &mut Vec<Invalid>) -> Option<T> {
    checked.map_err(|e| wrong.push(e)).ok()
}

/// The category of a report of that kind.
pub(crate) fn category_of<'s>(
    settings: &'s Settings,
    kind: Kind,
    category: Option<&CategoryId>,
) -> Result<Option<&'s Category>, Invalid> {
    let Some(id) = category else {
        if kind.needs_category() {
            let detail = format!("a report of kind {} needs a category", kind.as_str());
            return Err(Invalid::new("category", "category_required", detail));
        }
        return Ok(None);
    };
    match settings.category(id) {
        Some(category) if category.archived => {
            let detail = format!("{} takes no new reports in the category {id}", settings.name);
            Err(Invalid::new("category", "category_archived", detail))
        }
        Some(category) => Ok(Some(category)),
        None => {
            let known = settings.categories.iter().filter(|c| !c.archived);
            let known = known.map(|c| c.id.as_str()).collect::<Vec<_>>().join(", ");
            let detail = format!("{} has no category {id}; it has {known}", settings.name);
            Err(Invalid::new("category", "category_unknown", detail))
        }
    }
}

fn answers_of(category: Option<&Category>, new: &NewReport) -> Result<(), Vec<Invalid>> {
    match category {
        Some(category) => check_answers(category, &new.answers),
        // Of an unknown category nobody knows the questions; that it is unknown is said already.
        None if new.answers.is_empty() || new.category.is_some() => Ok(()),
        None => Err(vec![Invalid::new("answers", "question_unknown", "there are answers, and no category that asks")]),
    }
}

/// The zone of a report of that kind at a place, which must be in the commune.
pub(crate) fn zone_of<'s>(
    settings: &'s Settings,
    kind: Kind,
    place: Option<&Position>,
) -> Result<Option<&'s Zone>, Invalid> {
    let Some(position) = place else {
        if kind.needs_place() {
            let detail = format!("a report of kind {} needs a place", kind.as_str());
            return Err(Invalid::new("place", "place_required", detail));
        }
        return Ok(None);
    };
    if settings.boundary.contains(position) {
        return Ok(settings.zone_of(position));
    }
    let (name, longitude, latitude) = (&settings.name, position.longitude, position.latitude);
    if position.swapped_hint(&settings.boundary).is_some() {
        let detail = format!(
            "longitude {longitude}, latitude {latitude} is outside {name}; with the two exchanged it would be inside"
        );
        return Err(Invalid::new("place", "place_swapped", detail));
    }
    let detail = format!(
        "longitude {longitude}, latitude {latitude} is outside {name}; only places inside its boundary can be reported"
    );
    Err(Invalid::new("place", "outside_boundary", detail))
}

/// At most [`MAX_PHOTOS`], each once.
pub(crate) fn photos_of(photos: &[PhotoRef]) -> Result<Vec<PhotoId>, Invalid> {
    if photos.len() > MAX_PHOTOS {
        let detail = format!("there are {} photos; at most {MAX_PHOTOS}", photos.len());
        return Err(Invalid::new("photos", "too_many_photos", detail));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = photos.iter().find(|p| !seen.insert(p.id)) {
        return Err(Invalid::new("photos", "photo_twice", format!("the photo {} is there twice", twice.id)));
    }
    Ok(photos.iter().map(|p| p.id).collect())
}
