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

/// The stored settings: JSON text, because boundaries are long lists of numbers that DynamoDB would bill one by one.
#[derive(Debug, Serialize, Deserialize)]
struct StoredSettings {
    json: String,
    id: CommuneId,
}

impl Item for StoredSettings {
    const TYPE: &'static str = "settings";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(settings_key(commune))
    }
}

fn settings_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "settings")
}

#[derive(Debug, Default)]
pub(crate) struct SettingsCache(Mutex<HashMap<CommuneId, (Instant, Arc<Settings>)>>);

impl Store {
    /// Opens a commune.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none of that id.
    pub async fn commune(&self, id: &CommuneId) -> Result<Commune, StoreError> {
        if let Some(settings) = self.settings.fresh(id) {
            watch::relied_on(Grant::GET);
            return Ok(Commune { store: self.clone(), settings });
        }
        let table = Table { store: self, commune: id };
        let stored: StoredSettings = table.get(&settings_key(id)).await?.ok_or(StoreError::NotFound)?;
        let settings: Settings =
            serde_json::from_str(&stored.json).map_err(|e| StoreError::Defect(format!("the settings of {id}: {e}")))?;
        let settings = Arc::new(settings);
        self.settings.keep(id, &settings);
        Ok(Commune { store: self.clone(), settings })
    }

    /// Writes a commune's settings, making the commune if it is new. The caller has checked them (`Settings::check`).
    pub async fn put_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let json = serde_json::to_string(settings).map_err(|e| StoreError::Defect(e.to_string()))?;
        let table = Table { store: self, commune: &settings.id };
        table.put(&StoredSettings { json, id: settings.id.clone() }, Condition::Any).await?;
        self.settings.forget(&settings.id);
        Ok(())
    }
}

impl SettingsCache {
    fn fresh(&self, id: &CommuneId) -> Option<Arc<Settings>> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(id).filter(|(read, _)| read.elapsed() < SETTINGS_AGE).map(|(_, settings)| Arc::clone(settings))
    }

    fn keep(&self, id: &CommuneId, settings: &Arc<Settings>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A process that serves many communes must not remember them all.
        if cache.len() >= 1_000 {
            cache.clear();
        }
        cache.insert(id.clone(), (Instant::now(), Arc::clone(settings)));
    }

    fn forget(&self, id: &CommuneId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
