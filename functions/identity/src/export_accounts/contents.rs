//! What one file of an export holds: as JSON, as a page to read, and the pictures. Its shape is in docs/exports.md.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use parvis_domain::{
    AccountId, Channel, CommuneId, Contact, EventId, Label, PhotoId, Position, PublicEvent, Report, ReportId, ZoneId,
};
use parvis_store::photos::PhotoState;
use parvis_store::{Account, Ambassador, Archive, Ban, Commune, NoticeState, Platform, StaffMember, StoreError};
use serde::Serialize;

use super::page;

/// A key after which a page begins.
type After<'a> = Option<&'a BTreeMap<String, String>>;
/// The one after which the next does.
type Next = Option<BTreeMap<String, String>>;

/// One file in the making.
pub(super) struct Contents<'c> {
    commune: &'c Commune,
    account: AccountId,
    archive: Archive,
    pictured: BTreeSet<PhotoId>,
    pub(super) data: Data,
}

/// What the JSON file says, and the page.
#[derive(Debug, Serialize)]
pub(super) struct Data {
    /// Of this shape.
    format: &'static str,
    /// The commune that keeps it.
    commune: CommuneId,
    /// Its name.
    pub(super) commune_name: String,
    /// Which file of the export, from 1.
    pub(super) file: usize,
    /// Whether there is no other after it.
    pub(super) last: bool,
    /// When it was written.
    pub(super) written: Timestamp,
    /// In the first file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Own>,
    /// What the person sent.
    pub(super) reports: Vec<OwnReport>,
    /// What they wrote to reports of others.
    pub(super) comments: Vec<OwnAct>,
    /// What they follow.
    pub(super) follows: Vec<Follows>,
    /// What they followed once.
    pub(super) left: Vec<ReportId>,
    /// What they were told, as long as that is kept.
    pub(super) notices: Vec<Told>,
    /// What they uploaded.
    pub(super) photos: Vec<OwnPhoto>,
}

/// The account itself.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    /// Contacts, language, how it wants to be told.
    #[serde(flatten)]
    pub(super) account: Account,
    /// Whether an authenticator app is registered.
    second_factor: bool,
    /// If it works for the commune.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff: Option<StaffMember>,
    /// Where push messages go; the keys of the push services are left out.
    pub(super) devices: Vec<OwnDevice>,
    /// Where it is signed in.
    pub(super) sessions: Vec<OwnSession>,
    /// If the commune named it an ambassador.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ambassador: Option<Ambassador>,
    /// What its zones are called, for the page.
    #[serde(skip)]
    pub(super) zones: Vec<String>,
    /// When it redeemed an invite code, if it did. Not the code: it may let others in still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) invited: Option<Timestamp>,
    /// Its contacts that are told when the commune opens.
    pub(super) launch: Vec<Waiting>,
    /// When it was told that an account which nobody uses ends.
    pub(super) farewells: Vec<Farewell>,
    /// What keeps it from writing now.
    pub(super) bans: Vec<OwnBan>,
}

/// That a contact is told of the launch.
#[derive(Debug, Serialize)]
pub(super) struct Waiting {
    #[serde(flatten)]
    pub(super) contact: Contact,
    pub(super) asked: Timestamp,
}

/// That the account's end was announced.
#[derive(Debug, Serialize)]
pub(super) struct Farewell {
    unused_since: Timestamp,
    pub(super) sent: Timestamp,
}

/// Nobody's name is in it.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct OwnBan {
    pub(super) reason: Label,
    pub(super) since: Timestamp,
    pub(super) until: Timestamp,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnDevice {
    pub(super) platform: Platform,
    pub(super) seen: Timestamp,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnSession {
    pub(super) created: Timestamp,
    pub(super) expires: Timestamp,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnReport {
    #[serde(flatten)]
    pub(super) report: Report,
    /// As residents see it: no names, no internal notes.
    pub(super) history: Vec<PublicEvent>,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnAct {
    pub(super) report: ReportId,
    #[serde(flatten)]
    pub(super) event: PublicEvent,
}

#[derive(Debug, Serialize)]
pub(super) struct Follows {
    pub(super) report: ReportId,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
pub(super) struct Told {
    report: ReportId,
    event: EventId,
    pub(super) channel: Channel,
    pub(super) planned: Timestamp,
    pub(super) state: NoticeState,
}

#[derive(Debug, Serialize)]
pub(super) struct OwnPhoto {
    pub(super) id: PhotoId,
    /// In this zip file; nothing where there is no picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    uploaded: Timestamp,
    /// Where its camera said it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) report: Option<ReportId>,
}

impl From<Ban> for OwnBan {
    fn from(Ban { reason, since, until, .. }: Ban) -> OwnBan {
        OwnBan { reason, since, until }
    }
}

impl<'c> Contents<'c> {
    /// An empty file.
    pub(super) fn new(commune: &'c Commune, account: AccountId, now: Timestamp, file: usize) -> Contents<'c> {
        let data = Data {
            format: "parvis-account-export-1",
            commune: commune.id().clone(),
            commune_name: commune.settings.name.clone(),
            file,
            last: false,
            written: now,
            account: None,
            reports: Vec::new(),
            comments: Vec::new(),
            follows: Vec::new(),
            left: Vec::new(),
            notices: Vec::new(),
            photos: Vec::new(),
        };
        Contents { commune, account, archive: Archive::new(now), pictured: BTreeSet::new(), data }
    }

    /// How large the pictures in it are, bytes.
    pub(super) fn bytes(&self) -> usize {
        self.archive.bytes()
    }

    /// How much else is in it.
    pub(super) fn records(&self) -> u64 {
        let Data { reports, comments, follows, left, notices, photos, .. } = &self.data;
        let lists = [reports.len(), comments.len(), follows.len(), left.len(), notices.len(), photos.len()];
        u64::try_from(lists.iter().sum::<usize>()).unwrap_or(u64::MAX)
    }

    /// The account; false when it is gone.
    pub(super) async fn add_account(&mut self) -> Result<bool, StoreError> {
        let (commune, id) = (self.commune, self.account);
        let Some(account) = commune.account(id).await? else { return Ok(false) };
        let devices = commune.devices(id).await?.into_iter();
        let sessions = commune.sessions(id).await?.into_iter();
        let ban = commune.ban_of(Some(id), "", self.data.written).await?;
        let (mut launch, mut bans) = (Vec::new(), Vec::from_iter(ban.map(OwnBan::from)));
        for contact in account.contacts() {
            let asked = commune.interest_of(&contact).await?.map(|interest| interest.asked);
            let ban = commune.ban_of_contact(&contact, self.data.written).await?.map(OwnBan::from);
            launch.extend(asked.map(|asked| Waiting { contact, asked }));
            // As a rule it came with the account's.
            if let Some(ban) = ban.filter(|ban| !bans.contains(ban)) {
                bans.push(ban);
            }
        }
        let farewells = commune.farewells(id).await?.into_iter();
        let ambassador = commune.ambassador(id).await?;
        let zones = ambassador.iter().flat_map(|ambassador| &ambassador.zones);
        let name_of = |id: &ZoneId| commune.settings.zone(id).map_or_else(|| id.to_string(), |zone| zone.name.clone());
        self.data.account = Some(Own {
            account,
            zones: zones.map(name_of).collect(),
            ambassador,
            invited: commune.redeemed_invite_at(id).await?,
            launch,
            farewells: farewells
                .filter_map(|one| Some(Farewell { unused_since: one.unused_since, sent: one.sent? }))
                .collect(),
            bans,
            second_factor: commune.has_second_factor(id).await?,
            staff: commune.staff_member(id).await?,
            devices: devices.map(|device| OwnDevice { platform: device.platform, seen: device.seen }).collect(),
            sessions: sessions.map(|s| OwnSession { created: s.created, expires: s.expires }).collect(),
        });
        Ok(true)
    }

    /// A page of its own reports, each with what its author may see of its history and the photos that came with it.
    pub(super) async fn add_reports(&mut self, most: u32, after: After<'_>) -> Result<Next, StoreError> {
        let found = self.commune.authored(self.account, most, after).await?;
        for id in found.all {
            let Some(dossier) = self.commune.dossier(id).await? else { continue };
            // The index may be a moment behind.
            if dossier.report.reporter != Some(self.account) {
                continue;
            }
            let own = dossier.events.iter().filter(|event| event.is_by_resident(self.account));
            let photos: Vec<PhotoId> =
                dossier.report.photos.iter().chain(own.flat_map(|e| &e.photos)).copied().collect();
            for photo in photos {
                self.add_photo(photo).await?;
            }
            let service = self.service_of(&dossier.report).to_owned();
            let history = dossier.events.iter().filter_map(|event| event.for_public(&service)).collect();
            self.data.reports.push(OwnReport { report: dossier.report, history });
        }
        Ok(found.next)
    }

    /// A page of what it wrote to reports of others, and nothing of those reports.
    pub(super) async fn add_acts(&mut self, most: u32, after: After<'_>) -> Result<Next, StoreError> {
        let found = self.commune.acts(self.account, most, after).await?;
        let account = self.account;
        for event in found.all.into_iter().filter(|event| event.is_by_resident(account)) {
            for photo in &event.photos {
                self.add_photo(*photo).await?;
            }
            let public = event.for_public("");
            self.data.comments.extend(public.map(|public| OwnAct { report: event.report, event: public }));
        }
        Ok(found.next)
    }

    /// A page of what it follows, with what it was told about each.
    pub(super) async fn add_followed(&mut self, most: u32, after: After<'_>) -> Result<Next, StoreError> {
        let found = self.commune.followed(self.account, most, after).await?;
        for report in found.all {
            let since = self.commune.follower(report, self.account).await?.map(|follower| follower.since);
            self.data.follows.push(Follows { report, since });
            self.add_notices(report).await?;
        }
        Ok(found.next)
    }

    /// A page of what it followed once, with what it was told about each.
    pub(super) async fn add_left(&mut self, most: u32, after: After<'_>) -> Result<Next, StoreError> {
        let found = self.commune.left(self.account, most, after).await?;
        for report in found.all {
            self.data.left.push(report);
            self.add_notices(report).await?;
        }
        Ok(found.next)
    }

    /// A page of the photos that it uploaded, but those that came with a report or comment: they are there already.
    pub(super) async fn add_photos(&mut self, most: u32, after: After<'_>) -> Result<Next, StoreError> {
        let found = self.commune.photos_of(self.account, most, after).await?;
        for photo in found.all {
            let dossier = match photo.report {
                Some(report) => self.commune.dossier(report).await?,
                None => None,
            };
            let there = dossier.is_some_and(|dossier| {
                let own = dossier.report.reporter == Some(self.account) && dossier.report.photos.contains(&photo.id);
                let by = |event: &parvis_domain::Event| event.is_by_resident(self.account);
                own || dossier.events.iter().any(|event| by(event) && event.photos.contains(&photo.id))
            });
            if !there {
                self.add_photo(photo.id).await?;
            }
        }
        Ok(found.next)
    }

    async fn add_notices(&mut self, report: ReportId) -> Result<(), StoreError> {
        let notices = self.commune.notices_about(report, self.account, self.data.written).await?;
        self.data.notices.extend(notices.into_iter().map(|notice| Told {
            report,
            event: notice.key.event,
            channel: notice.key.channel,
            planned: notice.created,
            state: notice.state,
        }));
        Ok(())
    }

    async fn add_photo(&mut self, id: PhotoId) -> Result<(), StoreError> {
        if !self.pictured.insert(id) {
            return Ok(());
        }
        let Some(photo) = self.commune.photo(id).await? else { return Ok(()) };
        let picture = match photo.state {
            PhotoState::Ready { .. } => self.commune.picture(id).await?,
            PhotoState::Pending | PhotoState::Refused { .. } => None,
        };
        let path = picture.as_ref().map(|_| format!("photos/{id}.jpg"));
        if let (Some(path), Some(picture)) = (&path, picture) {
            self.archive.add_picture(path, &picture)?;
        }
        let (uploaded, position, report) = (photo.created, photo.position, photo.report);
        self.data.photos.push(OwnPhoto { id, path, uploaded, position, report });
        Ok(())
    }

    /// A service that was removed from the settings still has its reports; the commune signs for it.
    fn service_of(&self, report: &Report) -> &str {
        let settings = &self.commune.settings;
        settings.service(&report.service).map_or(&settings.name, |service| &service.name)
    }

    /// The zip file.
    pub(super) fn finish(mut self, last: bool) -> Result<Vec<u8>, StoreError> {
        self.data.last = last;
        let json = serde_json::to_vec_pretty(&self.data).map_err(|e| StoreError::Defect(e.to_string()))?;
        self.archive.add_text("donnees.json", &json)?;
        self.archive.add_text("lisez-moi.html", page::page(&self.data).as_bytes())?;
        self.archive.finish()
    }
}
