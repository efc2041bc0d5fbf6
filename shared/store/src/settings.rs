//! A commune's settings as its administrators change them: each version is kept, with who made it.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use parvis_domain::{CommuneId, Part, Settings};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::commune::StoredSettings;
use crate::cursor;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::Key;
use crate::staff::StaffMember;
use crate::table::{Condition, step_aside};

/// How often a change is written again when an operator's decision about the commune got in between.
const TRIES: u32 = 5;

/// How many reports are looked at, the newest first, for one that uses a part of the settings; in reads of [`CHUNK`].
const MAX_LOOKED_AT: u32 = 5_000;
const CHUNK: u32 = 1_000;

/// The settings as they are in the table now, and their version.
#[derive(Clone, Debug)]
pub struct CurrentSettings {
    /// The settings.
    pub settings: Settings,
    /// 1 for the first ones.
    pub version: u32,
    stored: StoredSettings,
}

/// One version of the settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingsVersion {
    /// 1, 2, 3, …
    pub version: u32,
    /// When it was made; of what operators set up, the audit log knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AuditActor>,
    /// Which version it has put back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u32>,
    /// The fields in which it differs from the version before.
    #[serde(default)]
    pub changed: Vec<String>,
    /// The settings as JSON text.
    json: String,
}

/// Whether something in the settings is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uses {
    /// Reports name it.
    Reports,
    /// Members of staff belong to it.
    Staff,
    /// None of the 5,000 newest reports names it, and there are more.
    Perhaps,
    /// Nothing does.
    Nothing,
}

impl SettingsVersion {
    pub(crate) fn without_author(stored: &StoredSettings) -> SettingsVersion {
        let (version, json) = (stored.edition, stored.json.clone());
        SettingsVersion { version, at: None, by: None, restores: None, changed: Vec::new(), json }
    }

    /// The settings.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        serde_json::from_str(&self.json)
            .map_err(|e| StoreError::Defect(format!("version {} of the settings: {e}", self.version)))
    }

    /// The version whose content this one has: itself, unless it put another back.
    pub fn content(&self) -> u32 {
        self.restores.unwrap_or(self.version)
    }
}

impl Item for SettingsVersion {
    const TYPE: &'static str = "settings_version";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(version_key(commune, self.version))
    }
}

fn version_key(commune: &CommuneId, version: u32) -> Key {
    Key::new(commune, &["commune"], format!("settings#{version:010}"))
}

impl Commune {
    /// The settings as they are now, whatever a cache says. Grant: `GET`.
    pub async fn current_settings(&self) -> Result<CurrentSettings, StoreError> {
        let stored = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
        Ok(CurrentSettings { settings: stored.settings()?, version: stored.edition, stored })
    }

    /// Makes `new` the settings after `current`, together with the entry in the audit log; `restores` is the version that is
    /// put back. Gives the new version. The caller has checked them. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the settings are not `current` any more.
    pub async fn change_settings(
        &self,
        current: &CurrentSettings,
        new: &Settings,
        restores: Option<u32>,
        act: &Act,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let json = serde_json::to_string(new).map_err(|e| StoreError::Defect(e.to_string()))?;
        let changed = current.settings.differences(new).into_iter().map(|d| d.field).collect();
        let mut before = current.stored.clone();
        let version = SettingsVersion {
            version: before.edition + 1,
            at: Some(now),
            by: Some(act.by.clone()),
            restores,
            changed,
            json: json.clone(),
        };
        // Settings of before versions were kept: undoing the first change needs them.
        let oldest = (before.edition == 0).then(|| SettingsVersion::without_author(&before));
        let mut tries = 0;
        loop {
            tries += 1;
            let after = before.changed(json.clone());
            let written = self.commit_act(act, now, |transaction| {
                let transaction =
                    transaction.put(&after, Condition::Version(before.version)).put(&version, Condition::Absent);
                match &oldest {
                    Some(oldest) => transaction.put(oldest, Condition::Any),
                    None => transaction,
                }
            });
            let written = written.await;
            self.store().forget_settings(self.id());
            match written {
                Ok(()) => return Ok(version.version),
                Err(StoreError::Conflict { .. }) if tries < TRIES => {
                    before = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
                    if before.edition != current.stored.edition {
                        return Err(StoreError::Conflict { item: 0 });
                    }
                    step_aside(tries).await;
                }
                Err(other) => return Err(other),
            }
        }
    }

    /// One version, if it is kept. Grant: `GET`.
    pub async fn settings_version(&self, version: u32) -> Result<Option<SettingsVersion>, StoreError> {
        self.table().get(&version_key(self.id(), version)).await
    }

    /// One page of the versions, the newest first, and the cursor of the next. Settings are long: a page may hold less than
    /// `limit` although there are more. Grant: `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for something else.
    pub async fn settings_versions(
        &self,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<SettingsVersion>, Option<String>), StoreError> {
        let seal = &self.store().seal;
        let query = format!("{} settings versions", self.id());
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let range = self.table().range(&["commune"]).starting("settings#").newest_first();
        let page = self.table().page(&range, limit, start).await?;
        let versions = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        let next = page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((versions, next))
    }

    /// Whether reports or staff use a part of the settings. Reads 5,000 reports at most. Reports that nobody confirmed yet
    /// are not looked at. Grants: `QUERY`, `QUERY_RECENCY`.
    pub async fn uses(&self, part: &Part) -> Result<Uses, StoreError> {
        if let Part::Service(service) = part {
            let staff: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
            if staff.iter().any(|member| member.services.contains(service)) {
                return Ok(Uses::Staff);
            }
        }
        let range = self.table().index(Index::Recency, &["reports"]).newest_first().filtered(
            "#data.#part = :part".to_owned(),
            Attributes::from([(":part".to_owned(), AttributeValue::S(part.id().to_owned()))]),
            vec![("#data".to_owned(), "data".to_owned()), ("#part".to_owned(), part.field().to_owned())],
        );
        let mut start = None;
        for _ in 0..MAX_LOOKED_AT / CHUNK {
            let page = self.table().page(&range, CHUNK, start).await?;
            if !page.items.is_empty() {
                return Ok(Uses::Reports);
            }
            start = page.next;
            if start.is_none() {
                return Ok(Uses::Nothing);
            }
        }
        Ok(Uses::Perhaps)
    }
}
