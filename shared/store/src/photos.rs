//! Photos: what was announced, what became of it, and which report it belongs to.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Invalid, PhotoId, PhotoRef, Position, ReportId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Item, Placement};
use crate::key::{DueTask, IndexKey, Key};
use crate::table::{Condition, Range, Transaction};

/// Signs a guest's claim on a photo.
const CLAIM: &str = "photo claim";

/// A photo nobody attached to a report is removed after this time; a draft may wait a week for the network.
pub const UNATTACHED_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long a photo may be pending before the sweeper asks S3 whether its event was lost.
pub const SWEEP_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// A photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    /// Its id.
    pub id: PhotoId,
    /// Grows by one with each change.
    pub version: u32,
    /// Who announced it; a guest has none and proves it by a claim.
    pub owner: Option<AccountId>,
    /// Media type announced, `image/jpeg`.
    pub media_type: String,
    /// Bytes announced.
    pub size: u64,
    /// What became of it.
    pub state: PhotoState,
    /// Where its EXIF says it was taken; for its uploader only.
    pub position: Option<Position>,
    /// The report it belongs to.
    pub report: Option<ReportId>,
    /// When it was announced.
    pub created: Timestamp,
    /// When the sweeper must look at it; none once it is attached.
    pub due: Option<Timestamp>,
}

/// What became of a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PhotoState {
    /// Not arrived, or not worked on yet.
    Pending,
    /// Pictures are there.
    Ready {
        /// Width and height of the large one.
        large: (u32, u32),
        /// Width and height of the small one.
        small: (u32, u32),
        /// What both take, in bytes; 0 of those that were made before it was counted.
        #[serde(default)]
        bytes: u64,
    },
    /// Not taken.
    Refused {
        /// Why, for programs.
        code: String,
        /// Why, in French.
        detail: String,
        /// Why, in English.
        detail_en: String,
    },
}

impl Item for Photo {
    const TYPE: &'static str = "photo";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let id = self.id.to_string();
        let due = self.due.map(|at| IndexKey::due(DueTask::Photo, at, commune, &id));
        let owned = self.owner.map(|owner| {
            let partition = ["photos", &owner.to_string()];
            IndexKey::new(Index::Author, commune, &partition, &id)
        });
        Placement {
            index: due.into_iter().chain(owned).collect(),
            version: Some(self.version),
            ..Placement::at(key(commune, self.id))
        }
    }
}

fn key(commune: &CommuneId, id: PhotoId) -> Key {
    Key::new(commune, &["photo", &id.to_string()], "photo")
}

impl Photo {
    /// The photo as it is after a change.
    #[must_use]
    pub fn changed(self, state: PhotoState) -> Photo {
        Photo { version: self.version + 1, state, ..self }
    }

    /// Bytes of its pictures.
    fn stored(&self) -> i64 {
        match self.state {
            PhotoState::Ready { bytes, .. } => i64::try_from(bytes).unwrap_or(i64::MAX),
            PhotoState::Pending | PhotoState::Refused { .. } => 0,
        }
    }
}

impl Commune {
    /// Remembers a photo that is announced.
    pub async fn announce_photo(&self, photo: &Photo) -> Result<(), StoreError> {
        self.table().put(photo, Condition::Absent).await
    }

    /// A photo.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<Photo>, StoreError> {
        self.table().get(&key(self.id(), id)).await
    }

    /// The photos that an account announced.
    pub(crate) fn photos_range(&self, account: AccountId) -> Range {
        self.table().index(Index::Author, &["photos", &account.to_string()])
    }

    /// Writes what became of a photo; `photo.version` is one more than the version that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody wrote first.
    pub async fn update_photo(&self, photo: &Photo) -> Result<(), StoreError> {
        self.table().put(photo, Condition::Version(photo.version - 1)).await
    }

    /// Writes that a photo's pictures are there, and counts what they take, in one transaction; `photo.version` is one more
    /// than the version that was read. Grants: `PUT`, `UPDATE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody wrote first.
    pub async fn photo_is_ready(&self, photo: &Photo, now: Timestamp) -> Result<(), StoreError> {
        let transaction = self.table().transaction().put(photo, Condition::Version(photo.version - 1));
        self.with_made(transaction, photo.stored(), now).commit().await
    }

    /// Forgets a photo, as it was read, and what it took. Its objects go first. Grants: `DELETE`, `UPDATE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody wrote meanwhile.
    pub async fn forget_photo(&self, photo: &Photo) -> Result<(), StoreError> {
        let key = key(self.id(), photo.id);
        let transaction = self.table().transaction().delete(&key, Condition::Version(photo.version));
        let transaction = match photo.stored() {
            0 => transaction,
            bytes => self.with_stored(transaction, -bytes),
        };
        transaction.commit().await
    }

    /// Queues a photo for `process_photo` again, in the words of S3's own event.
    pub async fn queue_photo(&self, id: PhotoId) -> Result<(), StoreError> {
        let key = format!("incoming/{}/{id}", self.id());
        let event = serde_json::json!({"Records": [{"eventSource": "parvis:sweep", "s3": {"object": {"key": key}}}]});
        let sqs = self.store().clients().sqs();
        sqs.send_message()
            .queue_url(&self.store().names.photo_queue)
            .message_body(event.to_string())
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("SQS", e))
    }

    /// What a guest shows to be the one who announced a photo.
    pub fn photo_claim(&self, id: PhotoId) -> String {
        self.store().seal.close(&self.claim_purpose(), id.to_string().as_bytes())
    }

    /// Whether a caller announced a photo: by account, or by claim.
    pub fn announced(&self, photo: &Photo, account: Option<AccountId>, claim: Option<&str>) -> bool {
        let by_account = account.is_some() && photo.owner == account;
        let by_claim = claim
            .and_then(|claim| self.store().seal.open(&self.claim_purpose(), claim))
            .is_some_and(|content| content == photo.id.to_string().as_bytes());
        by_account || by_claim
    }

    fn claim_purpose(&self) -> String {
        format!("{CLAIM} {}", self.id())
    }

    /// The photos of a new report or change, ready to be attached. `field` is `photos`.
    ///
    /// # Errors
    /// The outer error is the store's; the inner one names each photo that is unknown, another person's, not ready,
    /// refused or already part of a report. A photo of somebody else is as unknown as one that is not there.
    pub async fn attachable(
        &self,
        field: &str,
        wanted: &[PhotoRef],
        account: Option<AccountId>,
    ) -> Result<Result<Vec<Photo>, Vec<Invalid>>, StoreError> {
        if wanted.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let mut ids: Vec<PhotoId> = wanted.iter().map(|w| w.id).collect();
        ids.sort();
        ids.dedup();
        let keys: Vec<Key> = ids.iter().map(|id| key(self.id(), *id)).collect();
        let found: Vec<Photo> = self.table().get_many(&keys).await?;
        let (mut photos, mut errors) = (Vec::new(), Vec::new());
        for (place, reference) in wanted.iter().enumerate() {
            let photo = found.iter().find(|p| p.id == reference.id);
            let photo = photo.filter(|p| self.announced(p, account, reference.claim.as_deref()));
            let repeated = wanted[..place].iter().any(|earlier| earlier.id == reference.id);
            match checked(photo, repeated) {
                Ok(photo) => photos.push(photo.clone()),
                Err((code, why)) => {
                    errors.push(Invalid::new(
                        format!("{field}.{place}"),
                        code,
                        format!("photo {} {why}", reference.id),
                    ));
                }
            }
        }
        Ok(if errors.is_empty() { Ok(photos) } else { Err(errors) })
    }
}

fn checked(photo: Option<&Photo>, repeated: bool) -> Result<&Photo, (&'static str, String)> {
    let photo = photo.ok_or(("unknown_photo", "is not known here, or not yours".to_owned()))?;
    if repeated {
        return Err(("repeated_photo", "is named twice".to_owned()));
    }
    if photo.report.is_some() {
        return Err(("attached_photo", "is part of another report".to_owned()));
    }
    match &photo.state {
        PhotoState::Ready { .. } => Ok(photo),
        PhotoState::Pending => Err(("photo_not_ready", "is not ready yet; ask for it until it is".to_owned())),
        PhotoState::Refused { detail_en, .. } => Err(("photo_refused", format!("was refused: {detail_en}"))),
    }
}

/// Attaches photos to a report in the transaction that writes it. Fails as a conflict when one was attached meanwhile.
#[must_use]
pub fn attach<'a>(mut transaction: Transaction<'a>, photos: &[Photo], report: ReportId) -> Transaction<'a> {
    for photo in photos {
        let attached = Photo { report: Some(report), due: None, version: photo.version + 1, ..photo.clone() };
        transaction = transaction.put(&attached, Condition::Version(photo.version));
    }
    transaction
}

/// Gives a photo back in the transaction that ends its report before it began: it belongs to nothing again, and the sweep
/// removes it in its time.
#[must_use]
pub(crate) fn detach<'a>(transaction: Transaction<'a>, photo: &Photo, now: Timestamp) -> Transaction<'a> {
    let detached = Photo { report: None, due: Some(now), version: photo.version + 1, ..photo.clone() };
    transaction.put(&detached, Condition::Version(photo.version))
}
