//! A commune's own map: the file of tiles that its maps are drawn from, and which one may lie beside it.

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::types::MetadataDirective;
use jiff::Timestamp;
use parvis_domain::{CommuneId, HEADER_BYTES, MapFileId, MapTiles};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::objects::Upload;
use crate::table::Condition;

/// What such a file is sent and served as; it has no registered type.
const MEDIA_TYPE: &str = "application/octet-stream";

/// A file of tiles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapFile {
    /// Names the file; another one has another id, so what lies under an address never changes.
    pub id: MapFileId,
    /// The upload that it was copied from, so that who asks again is told the same.
    pub sent: MapFileId,
    /// Who has to be named on the map.
    pub attribution: String,
    /// Bytes.
    pub size: u64,
    /// What it holds.
    pub holds: MapTiles,
}

/// What is remembered of it. Stays, without a file, when that is removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MapFileState {
    /// Grows by one with each write.
    version: u32,
    /// The file that maps are drawn from.
    shown: Option<MapFile>,
    /// Files that may be there and are not shown, as with a logo: each written down before it is copied, and after it was
    /// replaced, so that it goes with the next change, or with the commune, whatever died in between.
    #[serde(default)]
    spares: Vec<MapFileId>,
}

impl MapFileState {
    /// Every file that may be there.
    pub(crate) fn files(&self) -> impl Iterator<Item = MapFileId> {
        self.shown.as_ref().map(|file| file.id).into_iter().chain(self.spares.iter().copied())
    }

    /// Holds as long as nobody wrote since.
    fn unchanged(&self) -> Condition {
        if self.version == 0 { Condition::Absent } else { Condition::Version(self.version) }
    }

    /// Bytes that count in what the commune stores.
    fn stored(&self) -> i64 {
        self.shown.as_ref().map_or(0, |file| i64::try_from(file.size).unwrap_or(i64::MAX))
    }
}

impl Item for MapFileState {
    const TYPE: &'static str = "map_file";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(map_file_key(commune)) }
    }
}

fn map_file_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "map_file")
}

impl Commune {
    /// The file that maps are drawn from, if there is one. Grant: `GET`.
    pub async fn map_file(&self) -> Result<Option<MapFile>, StoreError> {
        Ok(self.map_file_state().await?.shown)
    }

    /// Address of a file of tiles: on the host of the web, because pages read it in parts.
    pub fn map_file_url(&self, id: MapFileId) -> String {
        format!("{}/{}", self.store().names.public_url, self.map_file_name(id))
    }

    /// A presigned upload of a file of exactly `size` bytes. Grant: `PUT_INCOMING`.
    pub async fn presign_map_file(&self, id: MapFileId, size: u64) -> Result<Upload, StoreError> {
        self.presign(self.sent_map_file(id), size, MEDIA_TYPE).await
    }

    /// The head of a file that was sent, how many bytes it has, and its entity tag; nothing if there is none. Grant:
    /// `GET_INCOMING`.
    pub async fn sent_map_file_head(&self, id: MapFileId) -> Result<Option<(Vec<u8>, u64, String)>, StoreError> {
        let get = self.store().clients().s3().get_object().bucket(&self.store().names.incoming);
        let head = format!("bytes=0-{}", HEADER_BYTES - 1);
        let answer = match get.key(self.sent_map_file(id)).range(head).send().await {
            Ok(answer) => answer,
            // Who may not list a bucket is told 403 of what is absent (Amazon S3 API Reference, GetObject).
            Err(e) if matches!(e.code(), Some("NoSuchKey" | "AccessDenied")) => return Ok(None),
            Err(e) => return Err(StoreError::from_sdk("S3", e)),
        };
        // `bytes 0-126/4711` (RFC 9110, section 14.4)
        let told = answer.content_range().unwrap_or_default().to_owned();
        let size = told.rsplit('/').next().and_then(|size| size.parse().ok());
        let size = size.ok_or_else(|| StoreError::Defect(format!("S3 told no size: {told:?}")))?;
        let etag = answer.e_tag.unwrap_or_default();
        let bytes = answer.body.collect().await;
        let bytes = bytes.map_err(|e| StoreError::Unavailable { service: "S3", detail: e.to_string() })?;
        Ok(Some((bytes.to_vec(), size, etag)))
    }

    /// Draws maps from a file that was sent and found good (`etag` is what was looked at), under its new id, and counts what is
    /// stored. The one before goes with the next change: pages that are open still read it.
    /// Grants: `GET`, `PUT`, `UPDATE`, `GET_INCOMING`, `DELETE_INCOMING`, `PUT_PHOTO`, `DELETE_PHOTO`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it, or sent it anew, at the same moment.
    pub async fn put_map_file(
        &self,
        by: AuditActor,
        file: MapFile,
        etag: &str,
        now: Timestamp,
    ) -> Result<MapFile, StoreError> {
        let before = self.map_file_state().await?;
        let spares = before.spares.iter().copied().chain([file.id]).collect();
        let announced = MapFileState { version: before.version + 1, spares, ..before.clone() };
        self.table().put(&announced, before.unchanged()).await?;
        // Only now: nobody who announced one of these can still show it.
        for spare in before.spares.iter().copied() {
            self.delete_map_file_object(spare).await?;
        }
        self.copy_map_file(&file, etag).await?;
        let spares = before.shown.iter().map(|file| file.id).collect();
        let after = MapFileState { version: announced.version + 1, shown: Some(file.clone()), spares };
        match self.change_map_file(by, "put_map_file", &announced, &after, now).await {
            Ok(()) => {}
            Err(conflict @ StoreError::Conflict { .. }) => {
                // Whoever came between may have cleared up before the file was there.
                self.delete_map_file_object(file.id).await?;
                return Err(conflict);
            }
            Err(other) => return Err(other),
        }
        if let Err(error) = self.delete_sent_map_file(file.sent).await {
            tracing::warn!(%error, commune = %self.id(), file = %file.sent, "an upload stays until its bucket forgets it");
        }
        Ok(file)
    }

    /// Names another source of the file that is shown. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it at the same moment, or it is not shown any more.
    pub async fn rename_map_source(
        &self,
        by: AuditActor,
        file: MapFile,
        now: Timestamp,
    ) -> Result<MapFile, StoreError> {
        let before = self.map_file_state().await?;
        if before.shown.as_ref().is_none_or(|shown| shown.id != file.id) {
            return Err(StoreError::Conflict { item: 0 });
        }
        let after = MapFileState { version: before.version + 1, shown: Some(file.clone()), ..before.clone() };
        self.change_map_file(by, "put_map_file", &before, &after, now).await?;
        Ok(file)
    }

    /// Removes the file that maps are drawn from. Grants: `GET`, `PUT`, `UPDATE`, `DELETE_PHOTO`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none; [`StoreError::Conflict`] when somebody changed it at the same moment.
    pub async fn delete_map_file(&self, by: AuditActor, now: Timestamp) -> Result<(), StoreError> {
        let before = self.map_file_state().await?;
        if before.shown.is_none() {
            return Err(StoreError::NotFound);
        }
        let after = MapFileState { version: before.version + 1, shown: None, spares: before.files().collect() };
        self.change_map_file(by, "delete_map_file", &before, &after, now).await?;
        self.clear_up_map_files(&after.spares).await;
        Ok(())
    }

    /// The change, its entry in the audit log and what is stored after it, in one transaction.
    async fn change_map_file(
        &self,
        by: AuditActor,
        what: &'static str,
        from: &MapFileState,
        to: &MapFileState,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let more = to.stored() - from.stored();
        let about = "map file".to_owned();
        let act = Act { by, what, about, before: json!(from.shown), after: json!(to.shown) };
        let written = self.commit_act(&act, now, |writes| {
            let writes = writes.put(to, from.unchanged());
            if more == 0 { writes } else { self.with_stored_map(writes, more) }
        });
        written.await
    }

    async fn map_file_state(&self) -> Result<MapFileState, StoreError> {
        Ok(self.table().get(&map_file_key(self.id())).await?.unwrap_or_default())
    }

    /// The change is made: a file that stays for now is no reason to say that it was not.
    async fn clear_up_map_files(&self, spares: &[MapFileId]) {
        for id in spares {
            if let Err(error) = self.delete_map_file_object(*id).await {
                tracing::warn!(%error, commune = %self.id(), file = %id, "a former map stays until the next change");
            }
        }
    }

    /// Under the prefix whose lifecycle forgets uploads, and no photo's name.
    fn sent_map_file(&self, id: MapFileId) -> String {
        format!("incoming/{}/map-{id}", self.id())
    }

    fn map_file_name(&self, id: MapFileId) -> String {
        format!("maps/{}/{id}.pmtiles", self.id())
    }

    /// It never changes under its address, so caches may keep it for good.
    async fn copy_map_file(&self, file: &MapFile, etag: &str) -> Result<(), StoreError> {
        let names = &self.store().names;
        let copy = self.store().clients().s3().copy_object().bucket(&names.photos).key(self.map_file_name(file.id));
        let copied = copy
            .copy_source(format!("{}/{}", names.incoming, self.sent_map_file(file.sent)))
            .copy_source_if_match(etag)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(MEDIA_TYPE)
            .cache_control("public, max-age=31536000, immutable")
            .send();
        match copied.await {
            Ok(_) => Ok(()),
            // It was there a moment ago: another call has copied it and removed it.
            // (Who may not list a bucket is told 403 of what is absent.) Or it was sent anew since it was looked at.
            Err(e) if matches!(e.code(), Some("NoSuchKey" | "AccessDenied" | "PreconditionFailed")) => {
                Err(StoreError::Conflict { item: 0 })
            }
            Err(e) => Err(StoreError::from_sdk("S3", e)),
        }
    }

    async fn delete_sent_map_file(&self, id: MapFileId) -> Result<(), StoreError> {
        let remove = self.store().clients().s3().delete_object().bucket(&self.store().names.incoming);
        let removed = remove.key(self.sent_map_file(id)).send();
        removed.await.map(drop).map_err(|e| StoreError::from_sdk("S3", e))
    }

    /// Removes a file of tiles, if it is there.
    pub(crate) async fn delete_map_file_object(&self, id: MapFileId) -> Result<(), StoreError> {
        self.delete_picture(self.map_file_name(id)).await
    }
}
