//! Exports: all that is kept of an account, or of a commune, as zip files to take away.
//!
//! An export is an item and a growing row of zip files. A schedule writes one file at a time: it names the file in the item,
//! writes it, and in one step adds it to the row and keeps where to go on. Whoever dies in between leaves a name that the
//! next try removes; of two who write at the same moment one is refused and removes its own. So no file is ever counted
//! twice, and neither Lambda's time nor its memory bounds what is exported, but what is in one file. While a file is written
//! the export is not due: a run that begins meanwhile would throw away what the other one has.

mod archive;
mod contents;
mod records;

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use archive::Archive;
pub use contents::Found;
pub use records::Record;

use crate::accounts::account_key;
use crate::audit::{Act, AuditActor};
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::{DueTask, IndexKey, Key};
use crate::seal::random_hex;
use crate::table::Condition;
use crate::{Commune, Store};

/// How long the files of an export are there once all of them are.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a link to a file is good. Not as long as the file is there: a link dies with the credentials it was signed with,
/// which a function has for some hours.
pub const LINK_LIFETIME: Duration = Duration::from_secs(3600);

/// Whose an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportOf {
    /// Of an account: what it left.
    Account(AccountId),
    /// Of the whole commune.
    Commune,
}

/// What an export goes through, in this order. Of an account all but the last, of a commune the last alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportStep {
    /// Its own reports.
    Reports,
    /// What it did to reports of others.
    Acts,
    /// What it follows.
    Followed,
    /// What it followed once.
    Left,
    /// Photos that it uploaded.
    Photos,
    /// The table.
    Table,
}

impl ExportStep {
    /// The step after this one.
    pub const fn next(self) -> Option<ExportStep> {
        match self {
            ExportStep::Reports => Some(ExportStep::Acts),
            ExportStep::Acts => Some(ExportStep::Followed),
            ExportStep::Followed => Some(ExportStep::Left),
            ExportStep::Left => Some(ExportStep::Photos),
            ExportStep::Photos | ExportStep::Table => None,
        }
    }
}

/// How far an export got: what comes next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportMark {
    /// Where.
    pub step: ExportStep,
    /// After which key there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<BTreeMap<String, String>>,
}

impl ExportMark {
    /// What comes after a page of this step: the rest of it, the next step, or nothing.
    pub fn after(&self, next: Option<BTreeMap<String, String>>) -> Option<ExportMark> {
        match next {
            Some(after) => Some(ExportMark { step: self.step, after: Some(after) }),
            None => self.step.next().map(|step| ExportMark { step, after: None }),
        }
    }
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportFile {
    name: String,
    /// How large it is.
    pub bytes: u64,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Export {
    id: String,
    /// Whose.
    pub of: ExportOf,
    /// When it was ordered.
    pub ordered: Timestamp,
    /// When its schedule looks at it: to go on, then to remove it.
    due: Timestamp,
    /// What is written.
    pub files: Vec<ExportFile>,
    /// The file that is being written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    writing: Option<String>,
    /// How many records are in the files.
    pub records: u64,
    /// What comes next; nothing once all is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<ExportMark>,
    /// When all was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<Timestamp>,
    version: u32,
}

impl Item for Export {
    const TYPE: &'static str = "export";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let (task, whose) = match self.of {
            ExportOf::Account(account) => (DueTask::Export, account.to_string()),
            ExportOf::Commune => (DueTask::CommuneExport, "commune".to_owned()),
        };
        let due = IndexKey::due(task, self.due, commune, &whose);
        Placement { index: vec![due], version: Some(self.version), ..Placement::at(key(commune, self.of)) }
    }
}

fn key(commune: &CommuneId, of: ExportOf) -> Key {
    match of {
        ExportOf::Account(account) => Key::new(commune, &["account", &account.to_string()], "export"),
        ExportOf::Commune => Key::new(commune, &["commune"], "export"),
    }
}

impl Export {
    fn new(of: ExportOf, now: Timestamp) -> Result<Export, StoreError> {
        let step = if of == ExportOf::Commune { ExportStep::Table } else { ExportStep::Reports };
        Ok(Export {
            id: random_hex(16)?,
            of,
            ordered: now,
            due: now,
            files: Vec::new(),
            writing: None,
            records: 0,
            mark: Some(ExportMark { step, after: None }),
            ready: None,
            version: 1,
        })
    }

    /// Until when its files are there; nothing before all are written.
    pub fn until(&self) -> Option<Timestamp> {
        self.ready.map(|ready| ready.saturating_add(KEPT).unwrap_or(Timestamp::MAX))
    }

    /// Whether its day is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until().is_some_and(|until| until <= now)
    }

    /// The name of every file there may be.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str()).chain(self.writing.as_deref())
    }
}

impl Commune {
    /// The export that was ordered last, if it is still there. Grant: `GET`.
    pub async fn export(&self, of: ExportOf) -> Result<Option<Export>, StoreError> {
        self.table().get(&key(self.id(), of)).await
    }

    /// Orders the export of an account, or gives the one that is there: one at a time. Grants: `GET`, `PUT`, `CHECK`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the account is gone.
    pub async fn order_export(&self, account: AccountId, now: Timestamp) -> Result<Export, StoreError> {
        let of = ExportOf::Account(account);
        if let Some(there) = self.export(of).await? {
            return Ok(there);
        }
        let new = Export::new(of, now)?;
        let transaction = self.table().transaction().check(&account_key(self.id(), account), Condition::Present);
        match transaction.put(&new, Condition::Absent).commit().await {
            Ok(()) => Ok(new),
            Err(StoreError::Conflict { item: 0 }) => Err(StoreError::NotFound),
            // Ordered twice at the same moment.
            Err(StoreError::Conflict { .. }) => self.export(of).await?.ok_or(StoreError::NotFound),
            Err(other) => Err(other),
        }
    }

    /// Orders the export of the commune, with the entry of the audit log, or gives the one that is there. Grants: `GET`,
    /// `PUT`.
    pub async fn order_commune_export(
        &self,
        by: AuditActor,
        what: &'static str,
        now: Timestamp,
    ) -> Result<Export, StoreError> {
        if let Some(there) = self.export(ExportOf::Commune).await? {
            return Ok(there);
        }
        let new = Export::new(ExportOf::Commune, now)?;
        let act = Act { by, what, about: self.id().to_string(), before: json!(null), after: json!({ "ordered": now }) };
        match self.commit_act(&act, now, |writes| writes.put(&new, Condition::Absent)).await {
            Ok(()) => Ok(new),
            Err(StoreError::Conflict { .. }) => self.export(ExportOf::Commune).await?.ok_or(StoreError::NotFound),
            Err(other) => Err(other),
        }
    }

    /// Takes an export to write its next file; nothing when somebody else took it, or it is gone. For the time of the lease
    /// it is due to nobody else: it should be as long as a run may last, so that whoever finds it due finds it abandoned.
    /// Grants: `PUT`, `DELETE_EXPORT`.
    pub async fn claim_export(
        &self,
        export: &Export,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<Export>, StoreError> {
        let (due, version) = (now.saturating_add(lease).unwrap_or(Timestamp::MAX), export.version + 1);
        let held = Export { writing: Some(random_hex(16)?), due, version, ..export.clone() };
        match self.table().put(&held, Condition::Version(export.version)).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
        if let Some(left) = &export.writing {
            self.delete_export_file(&export.id, left).await?;
        }
        Ok(Some(held))
    }

    /// Writes the next file of an export that was claimed, if there is one, and where to go on. Nothing when the export is
    /// gone or somebody else's meanwhile. Grants: `PUT`, `PUT_EXPORT`, `DELETE_EXPORT`.
    pub async fn keep_export(
        &self,
        held: &Export,
        file: Option<Vec<u8>>,
        records: u64,
        mark: Option<ExportMark>,
        now: Timestamp,
    ) -> Result<Option<Export>, StoreError> {
        let mut kept = Export {
            writing: None,
            records: held.records + records,
            due: now,
            version: held.version + 1,
            ..held.clone()
        };
        let name = held.writing.clone().filter(|_| file.is_some());
        if let (Some(name), Some(file)) = (&name, file) {
            kept.files.push(ExportFile { name: name.clone(), bytes: u64::try_from(file.len()).unwrap_or(u64::MAX) });
            self.put_export_file(&held.id, name, file).await?;
        }
        if mark.is_none() {
            kept.ready = Some(now);
            kept.due = kept.until().unwrap_or(now);
        }
        kept.mark = mark;
        match self.table().put(&kept, Condition::Version(held.version)).await {
            Ok(()) => Ok(Some(kept)),
            Err(StoreError::Conflict { .. }) => {
                if let Some(name) = &name {
                    self.delete_export_file(&held.id, name).await?;
                }
                Ok(None)
            }
            Err(other) => Err(other),
        }
    }

    /// Removes the files of an export, and then the export as it was read. Grants: `DELETE`, `DELETE_EXPORT`.
    pub async fn remove_export(&self, export: &Export) -> Result<(), StoreError> {
        self.delete_export_files(export).await?;
        let key = key(self.id(), export.of);
        match self.table().transaction().delete(&key, Condition::Version(export.version)).commit().await {
            // Somebody removed it first.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done,
        }
    }

    /// Removes the files. Who is writing one at this moment removes it in turn when the export is gone. Grant:
    /// `DELETE_EXPORT`.
    pub(crate) async fn delete_export_files(&self, export: &Export) -> Result<(), StoreError> {
        for name in export.names() {
            self.delete_export_file(&export.id, name).await?;
        }
        Ok(())
    }

    /// A link to each file, good for [`LINK_LIFETIME`] from `now` and no longer than the files are there. Grant:
    /// `GET_EXPORT`.
    pub async fn export_links(&self, export: &Export, now: Timestamp) -> Result<Vec<(u64, String)>, StoreError> {
        let left = export.until().map_or(0, |until| now.duration_until(until).as_secs());
        let lifetime = Duration::from_secs(u64::try_from(left).unwrap_or_default()).min(LINK_LIFETIME);
        let mut links = Vec::with_capacity(export.files.len());
        for (place, file) in export.files.iter().enumerate() {
            let config = PresigningConfig::builder().start_time(now.into()).expires_in(lifetime);
            let config = config.build().map_err(|e| StoreError::Defect(e.to_string()))?;
            let name = format!("attachment; filename=\"parvis-{}-{}.zip\"", self.id(), place + 1);
            let get = self.store().clients().s3().get_object().bucket(&self.store().names.exports);
            let get = get.key(self.export_key(&export.id, &file.name)).response_content_disposition(name);
            let signed = get.presigned(config).await.map_err(|e| StoreError::from_sdk("S3", e))?;
            links.push((file.bytes, signed.uri().to_owned()));
        }
        Ok(links)
    }

    fn export_key(&self, export: &str, name: &str) -> String {
        format!("{}/{export}/{name}.zip", self.id())
    }

    async fn put_export_file(&self, export: &str, name: &str, file: Vec<u8>) -> Result<(), StoreError> {
        let s3 = self.store().clients().s3();
        s3.put_object()
            .bucket(&self.store().names.exports)
            .key(self.export_key(export, name))
            .content_type("application/zip")
            .body(ByteStream::from(file))
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("S3", e))
    }

    async fn delete_export_file(&self, export: &str, name: &str) -> Result<(), StoreError> {
        let s3 = self.store().clients().s3();
        s3.delete_object()
            .bucket(&self.store().names.exports)
            .key(self.export_key(export, name))
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("S3", e))
    }
}

impl Store {
    /// The exports that a schedule has to look at now: the commune and the export of each, the longest waiting first in each
    /// shard. Grant: `QUERY_DUE`.
    pub async fn due_exports(
        &self,
        task: DueTask,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(CommuneId, Export)>, StoreError> {
        let mut found = Vec::new();
        for shard in 0..crate::key::DUE_SHARDS {
            for item in self.due(task, shard, now, most, None).await?.items {
                let commune = crate::item::commune_of(&item)
                    .ok_or_else(|| StoreError::Defect("an export without its commune".to_owned()))?;
                match crate::item::from_attributes::<Export>(item) {
                    Ok(export) => found.push((commune, export)),
                    // It stays due, for a release that can read it; the others must not wait for that.
                    Err(unreadable) => tracing::error!(%commune, %unreadable, "a due export cannot be read"),
                }
            }
        }
        found.sort_by_key(|(_, export)| export.due);
        Ok(found)
    }
}
