//! Reports as callers see them. What a field holds never depends on who forgot to hide it: names of agents, internal notes
//! and the reporter's account are put in for staff and for nobody else.

use jiff::Timestamp;
use jiff::civil::Date;
use parvis_domain::{
    AccountId, Actor, Answers, CategoryId, CloseReason, Description, Event, EventId, Kind, Note, PhotoId, Place,
    PublicActor, Report, ReportId, ServiceId, Status, StatusGroup, Visibility, What, ZoneId,
};
use parvis_store::objects::Size;
use parvis_store::{Commune, Dossier, StoreError, Viewer};
use schemars::JsonSchema;
use serde::Serialize;

/// Characters of an excerpt.
const EXCERPT: usize = 160;

/// A report with its history, as the caller may see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportView {
    /// Its id.
    pub(crate) id: ReportId,
    /// Its version; also in `ETag`, for `If-Match`.
    pub(crate) version: u32,
    /// What it is.
    kind: Kind,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryId>,
    /// Who treats it.
    service: ServiceView,
    /// The part of the commune it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneId>,
    /// Where it stands.
    status: Status,
    /// Open or closed.
    group: StatusGroup,
    /// Why it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    close_reason: Option<CloseReason>,
    /// Who may see it.
    visibility: Visibility,
    /// What the resident wrote; plain text, whatever it looks like.
    description: Description,
    /// To the questions of its category.
    answers: Answers,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// As sent.
    photos: Vec<ReportPhoto>,
    /// Of the solved problem.
    after_photos: Vec<ReportPhoto>,
    /// When it was sent.
    created: Timestamp,
    /// When it last changed.
    updated: Timestamp,
    /// By when the commune means to have solved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Date>,
    /// For when works are planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_for: Option<Date>,
    /// Until when the commune waits for the reporter's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    awaiting_until: Option<Timestamp>,
    /// When it was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolved_at: Option<Timestamp>,
    /// Until when the caller, who sent it, may say that it is not solved: by a change of its status to `reopen_requested`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reopenable_until: Option<Timestamp>,
    /// The report that told it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<ReportId>,
    /// The reports that told it again.
    duplicates: Vec<ReportId>,
    /// How many accounts follow it.
    followers: u32,
    /// Whether the caller sent it.
    mine: bool,
    /// Whether the caller follows it.
    following: bool,
    /// Its history, oldest first.
    history: Vec<HistoryEntry>,
    /// Where it may go from here; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    possible: Option<Vec<Status>>,
    /// Who sent it; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    reporter: Option<AccountId>,
}

/// A department.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServiceView {
    /// Its id.
    id: ServiceId,
    /// As residents know it.
    name: String,
}

/// A photo of a report, as two pictures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportPhoto {
    /// The photo's id.
    id: PhotoId,
    /// Address of the large picture, at most 1,600 px a side.
    large: String,
    /// Address of the small one, at most 400 px a side.
    small: String,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// Its id.
    id: EventId,
    /// When.
    at: Timestamp,
    /// By whom.
    actor: PublicActor,
    /// What.
    what: What,
    /// Words for residents.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Note>,
    /// The report's status after it.
    status: Status,
    /// Photos that came with it.
    photos: Vec<ReportPhoto>,
    /// Words for colleagues; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_note: Option<Note>,
    /// The agent's name; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
}

/// A report in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportSummary {
    /// Its id.
    id: ReportId,
    /// Its version.
    version: u32,
    /// What it is.
    kind: Kind,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<CategoryId>,
    /// Who treats it.
    service: ServiceView,
    /// The part of the commune it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<ZoneId>,
    /// Where it stands.
    status: Status,
    /// Open or closed.
    group: StatusGroup,
    /// The beginning of what the resident wrote, on one line of at most 160 characters.
    excerpt: String,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// Its first photo.
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<ReportPhoto>,
    /// When it was sent.
    created: Timestamp,
    /// When it last changed.
    updated: Timestamp,
    /// By when the commune means to have solved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<Date>,
    /// For when works are planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduled_for: Option<Date>,
    /// How many accounts follow it.
    followers: u32,
    /// Whether the caller sent it.
    mine: bool,
}

impl ReportView {
    /// A report as `viewer` sees it, with a look at whether they follow it. Grant: `GET`.
    pub(crate) async fn read(commune: &Commune, dossier: Dossier, viewer: Viewer) -> Result<ReportView, StoreError> {
        let following = match viewer.account() {
            Some(account) => commune.follower(dossier.report.id, account).await?.is_some(),
            None => false,
        };
        Ok(ReportView::of(commune, dossier, viewer, following))
    }

    /// A report as `viewer` sees it; that they may has been checked. `following` is whether they follow it.
    pub(crate) fn of(commune: &Commune, dossier: Dossier, viewer: Viewer, following: bool) -> ReportView {
        let Dossier { report, events, duplicates } = dossier;
        let service = service(commune, &report);
        let history = events.iter().filter_map(|event| entry(commune, event, &service.name, viewer)).collect();
        ReportView {
            id: report.id,
            version: report.version,
            kind: report.kind,
            zone: report.zone.clone(),
            status: report.status,
            group: report.status.group(),
            close_reason: report.close_reason,
            visibility: report.visibility,
            photos: photos(commune, &report.photos),
            after_photos: photos(commune, &report.after_photos),
            created: report.created,
            updated: report.updated,
            expected: report.expected,
            scheduled_for: report.scheduled_for,
            awaiting_until: report.awaiting_ends_at(commune.standing.resumed),
            resolved_at: report.resolved_at,
            reopenable_until: report
                .reopenable_until(commune.standing.resumed)
                .filter(|_| is_mine(&report, viewer) && report.status.may_become(report.kind, Status::ReopenRequested)),
            duplicate_of: report.duplicate_of,
            duplicates,
            followers: report.followers,
            mine: is_mine(&report, viewer),
            following,
            history,
            possible: viewer.is_staff().then(|| report.status.possible(report.kind)),
            reporter: report.reporter.filter(|_| viewer.is_staff()),
            service,
            category: report.category,
            description: report.description,
            answers: report.answers,
            place: report.place,
        }
    }
}

impl ReportSummary {
    /// A report in a list that `viewer` sees.
    pub(crate) fn of(commune: &Commune, report: Report, viewer: Viewer) -> ReportSummary {
        ReportSummary {
            id: report.id,
            version: report.version,
            kind: report.kind,
            service: service(commune, &report),
            status: report.status,
            group: report.status.group(),
            excerpt: report.description.excerpt(EXCERPT),
            photo: report.photos.first().map(|id| photo(commune, *id)),
            created: report.created,
            updated: report.updated,
            expected: report.expected,
            scheduled_for: report.scheduled_for,
            followers: report.followers,
            mine: is_mine(&report, viewer),
            category: report.category,
            zone: report.zone,
            place: report.place,
        }
    }
}

fn is_mine(report: &Report, viewer: Viewer) -> bool {
    report.reporter.is_some() && report.reporter == viewer.account()
}

/// A service that was removed from the settings still has its reports; the commune signs for it.
fn service(commune: &Commune, report: &Report) -> ServiceView {
    let settings = &commune.settings;
    let name = settings.service(&report.service).map_or(&settings.name, |service| &service.name);
    ServiceView { id: report.service.clone(), name: name.clone() }
}

fn photos(commune: &Commune, ids: &[PhotoId]) -> Vec<ReportPhoto> {
    ids.iter().map(|id| photo(commune, *id)).collect()
}

/// Only pictures that are ready can be attached, so both addresses hold something.
fn photo(commune: &Commune, id: PhotoId) -> ReportPhoto {
    ReportPhoto { id, large: commune.picture_url(id, Size::Large), small: commune.picture_url(id, Size::Small) }
}

/// An entry as `viewer` sees it; nothing, if it is internal and they are not staff.
fn entry(commune: &Commune, event: &Event, service: &str, viewer: Viewer) -> Option<HistoryEntry> {
    let public = event.for_public(service);
    let (actor, what, note) = match public {
        Some(public) => (public.actor, public.what, public.note),
        None if viewer.is_staff() => {
            (PublicActor::Staff { service: service.to_owned() }, event.what.clone(), event.public_note.clone())
        }
        None => return None,
    };
    let agent = match &event.actor {
        Actor::Staff { name, .. } if viewer.is_staff() => Some(name.clone()),
        _ => None,
    };
    Some(HistoryEntry {
        id: event.id,
        at: event.at,
        actor,
        what,
        note,
        status: event.status,
        photos: photos(commune, &event.photos),
        internal_note: event.internal_note.clone().filter(|_| viewer.is_staff()),
        agent,
    })
}
