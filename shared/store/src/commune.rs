//! One commune, opened: its settings, and the way to everything that belongs to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use parvis_domain::{CommuneId, Settings};
use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::StoreError;
use crate::grant::Grant;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::launch::LaunchState;
use crate::settings::SettingsVersion;
use crate::standing::Standing;
use crate::table::{Condition, Table};
use crate::watch;

/// How long a process may work with settings it has read. Every request needs them; they change a few times a year.
const SETTINGS_AGE: Duration = Duration::from_secs(10);

/// A commune that exists. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Commune {
    store: Store,
    /// What it has configured, at most ten seconds old.
    pub settings: Arc<Settings>,
    /// Where it stands with the platform, as old.
    pub standing: Standing,
    /// How far it has launched, as old.
    pub launch: LaunchState,
}

impl Commune {
    /// Its id.
    pub fn id(&self) -> &CommuneId {
        &self.settings.id
    }

    /// Its part of the table.
    pub fn table(&self) -> Table<'_> {
        Table { store: &self.store, commune: self.id() }
    }

    /// The deployment it lives in.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// The commune's own item, with all that opening it needs. The settings are JSON text, because boundaries are long lists of
/// numbers that DynamoDB would bill one by one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredSettings {
    pub(crate) json: String,
    pub(crate) id: CommuneId,
    #[serde(default)]
    pub(crate) standing: Standing,
    #[serde(default)]
    pub(crate) launch: LaunchState,
    /// Counts the writes, of settings, standing and launch alike.
    #[serde(default)]
    pub(crate) version: u32,
    /// Which version of the settings `json` is; 0 before versions were kept.
    #[serde(default)]
    pub(crate) edition: u32,
}

impl StoredSettings {
    pub(crate) fn settings(&self) -> Result<Settings, StoreError> {
        serde_json::from_str(&self.json).map_err(|e| StoreError::Defect(format!("the settings of {}: {e}", self.id)))
    }

    /// The item with other settings.
    pub(crate) fn changed(&self, json: String) -> StoredSettings {
        StoredSettings { json, version: self.version + 1, edition: self.edition + 1, ..self.clone() }
    }
}

impl Item for StoredSettings {
    const TYPE: &'static str = "settings";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(settings_key(commune)) }
    }
}

pub(crate) fn settings_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "settings")
}

/// What is remembered of a commune.
type Known = (Arc<Settings>, Standing, LaunchState);

#[derive(Debug, Default)]
pub(crate) struct SettingsCache(Mutex<HashMap<CommuneId, (Instant, Known)>>);

impl Store {
    /// Opens a commune.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of that id.
    pub async fn commune(&self, id: &CommuneId) -> Result<Commune, StoreError> {
        if let Some((settings, standing, launch)) = self.settings.fresh(id) {
            watch::relied_on(Grant::GET);
            return Ok(Commune { store: self.clone(), settings, standing, launch });
        }
        let stored = self.stored(id).await?.ok_or(StoreError::NotFound)?;
        let (settings, standing, launch) = (Arc::new(stored.settings()?), stored.standing, stored.launch);
        self.settings.keep(id, (Arc::clone(&settings), standing.clone(), launch.clone()));
        Ok(Commune { store: self.clone(), settings, standing, launch })
    }

    pub(crate) async fn stored(&self, id: &CommuneId) -> Result<Option<StoredSettings>, StoreError> {
        Table { store: self, commune: id }.get(&settings_key(id)).await
    }

    /// The tenant of who operates the platform. Its settings are built in: nothing but accounts and sessions reads them.
    ///
    /// # Errors
    /// [`StoreError::Defect`] if they cannot be read.
    pub fn operators(&self) -> Result<Commune, StoreError> {
        let settings: Settings = serde_json::from_str(include_str!("operators.json"))
            .map_err(|e| StoreError::Defect(format!("the settings of the operators: {e}")))?;
        Ok(self.opened(Arc::new(settings), Standing::default(), LaunchState::default()))
    }

    /// A commune whose settings are known already.
    pub(crate) fn opened(&self, settings: Arc<Settings>, standing: Standing, launch: LaunchState) -> Commune {
        Commune { store: self.clone(), settings, standing, launch }
    }

    /// Reads the settings again at the next request.
    pub fn forget_settings(&self, id: &CommuneId) {
        self.settings.forget(id);
    }

    /// Writes a commune's settings, making the commune, live, if it is new. The caller has checked them (`Settings::check`).
    pub async fn put_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let json = serde_json::to_string(settings).map_err(|e| StoreError::Defect(e.to_string()))?;
        let id = settings.id.clone();
        let (stored, condition) = match self.stored(&id).await? {
            Some(before) => (before.changed(json), Condition::Version(before.version)),
            None => {
                let (standing, launch) = (Standing::default(), LaunchState::default());
                (StoredSettings { json, id, standing, launch, version: 1, edition: 1 }, Condition::Absent)
            }
        };
        let version = SettingsVersion::without_author(&stored);
        let table = Table { store: self, commune: &settings.id };
        table.transaction().put(&stored, condition).put(&version, Condition::Any).commit().await?;
        self.settings.forget(&settings.id);
        Ok(())
    }
}

impl SettingsCache {
    fn fresh(&self, id: &CommuneId) -> Option<Known> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(id).filter(|(read, _)| read.elapsed() < SETTINGS_AGE).map(|(_, known)| known.clone())
    }

    fn keep(&self, id: &CommuneId, known: Known) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A process that serves many communes must not remember them all.
        if cache.len() >= 1_000 {
            cache.clear();
        }
        cache.insert(id.clone(), (Instant::now(), known));
    }

    fn forget(&self, id: &CommuneId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
