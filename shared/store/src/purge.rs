//! Removing everything of a commune that left: a walk through the whole table, in slices, that only a schedule makes. The
//! keys of a commune cannot be listed otherwise, and communes leave rarely.

use aws_sdk_dynamodb::types::AttributeValue;
use futures::{StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use parvis_domain::{CommuneId, Settings};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

use crate::audit::{Act, AuditActor};
use crate::commune::settings_key;
use crate::devices::Device;
use crate::error::StoreError;
use crate::exports::Export;
use crate::item::{Attributes, COMMUNE, Item as _, from_attributes, type_of};
use crate::key::Key;
use crate::launch::LaunchState;
use crate::listening::Listening;
use crate::logo::LogoState;
use crate::map_file::MapFileState;
use crate::photos::Photo;
use crate::register::{Subscription, insee_key};
use crate::standing::Standing;
use crate::table::Condition;
use crate::{Commune, Store};

/// Items removed side by side.
const WIDTH: usize = 16;

/// How far a walk got.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Purge {
    /// Where it goes on: the last key it looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<(String, String)>,
    /// What this walk found of the commune.
    pub found: usize,
}

impl Store {
    /// Removes what one slice of the table (1 MB) holds of a commune that is closed: pictures, subscriptions and push endpoints first, so
    /// that an item is the last to go. Answers how far it got; no key to go on at is the end. Grants: `SCAN`, `DELETE`,
    /// `DELETE_INCOMING`, `DELETE_PHOTO`, `DELETE_ENDPOINT`, `DELETE_EXPORT`, `UNSUBSCRIBE`.
    pub async fn purge_slice(&self, id: &CommuneId, so_far: Purge) -> Result<Purge, StoreError> {
        self.walk(id, so_far, |_| true).await
    }

    /// The same, for those items alone that `goes` says.
    pub(crate) async fn walk(
        &self,
        id: &CommuneId,
        so_far: Purge,
        goes: impl Fn(&Attributes) -> bool,
    ) -> Result<Purge, StoreError> {
        let start = so_far.after.map(|(pk, sk)| {
            Attributes::from([("pk".to_owned(), AttributeValue::S(pk)), ("sk".to_owned(), AttributeValue::S(sk))])
        });
        let slice = self
            .clients()
            .dynamodb()
            .scan()
            .table_name(&self.names.table)
            .filter_expression("#commune = :commune")
            .expression_attribute_names("#commune", COMMUNE)
            .expression_attribute_values(":commune", AttributeValue::S(id.to_string()))
            .set_exclusive_start_key(start)
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| StoreError::from_sdk("DynamoDB", e))?;
        let mut items = slice.items.unwrap_or_default();
        items.retain(|item| goes(item));
        let found = so_far.found + items.len();
        let rest = self.rest(id)?;
        let removed = futures::stream::iter(items).map(|item| rest.remove(item)).buffer_unordered(WIDTH);
        removed.try_collect::<Vec<()>>().await?;
        let after = slice.last_evaluated_key.filter(|key| !key.is_empty());
        let after = after.map(|key| Ok::<_, StoreError>((text(&key, "pk")?, text(&key, "sk")?))).transpose()?;
        Ok(Purge { after, found })
    }

    /// Writes down how far the walk for a commune got. Grant: `PUT`.
    pub async fn keep_purge(&self, entry: &Subscription, purge: Purge) -> Result<(), StoreError> {
        let entry = Subscription { purge: Some(purge), ..entry.clone() };
        self.operators()?.table().put(&entry, Condition::Present).await
    }

    /// Writes down that nothing is left of a commune, in the operators' audit log too. Its id stays taken, its INSEE code does
    /// not. Grants: `GET`, `PUT`, `DELETE`, `DELETE_TOPIC`.
    pub async fn purged(&self, entry: &Subscription, by: AuditActor, now: Timestamp) -> Result<(), StoreError> {
        let ended = Subscription { removed: Some(now), since: now, purge: None, ..entry.clone() };
        let (what, about) = ("purge_communes", entry.id.to_string());
        let act = Act { by, what, about, before: json!({ "insee": entry.insee }), after: json!(null) };
        let insee = insee_key(&entry.insee);
        self.rest(&entry.id)?.delete_alert_topic().await?;
        let operators = self.operators()?;
        operators
            .commit_act(&act, now, |writes| writes.put(&ended, Condition::Present).delete(&insee, Condition::Any))
            .await
    }

    /// What is left of a commune whose settings are gone, as far as keys and names of objects need it.
    fn rest(&self, id: &CommuneId) -> Result<Commune, StoreError> {
        let settings = Settings { id: id.clone(), ..(*self.operators()?.settings).clone() };
        Ok(self.opened(Arc::new(settings), Standing::default(), LaunchState::default()))
    }

    /// Closes a commune whose day has come: from here on it does not exist, and cannot come back. Answers whether it is
    /// closed. Grants: `GET`, `DELETE`.
    pub async fn close(&self, id: &CommuneId, now: Timestamp) -> Result<bool, StoreError> {
        let Some(stored) = self.stored(id).await? else { return Ok(true) };
        if stored.standing.leaves.is_none_or(|leaves| leaves > now) {
            return Ok(false);
        }
        let (rest, key) = (self.rest(id)?, settings_key(id));
        let gone = rest.table().transaction().delete(&key, Condition::Version(stored.version)).commit().await;
        self.forget_settings(id);
        match gone {
            Ok(()) => Ok(true),
            // It was taken back at this moment.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

impl Commune {
    async fn remove(&self, item: Attributes) -> Result<(), StoreError> {
        let key = Key { pk: text(&item, "pk")?, sk: text(&item, "sk")? };
        match type_of(&item) {
            Photo::TYPE => {
                let photo: Photo = from_attributes(item)?;
                self.delete_original(photo.id).await?;
                self.delete_pictures(photo.id).await?;
            }
            LogoState::TYPE => {
                for file in from_attributes::<LogoState>(item)?.files() {
                    self.delete_logo_file(file).await?;
                }
            }
            MapFileState::TYPE => {
                for file in from_attributes::<MapFileState>(item)?.files() {
                    self.delete_map_file_object(file).await?;
                }
            }
            Export::TYPE => self.delete_export_files(&from_attributes(item)?).await?,
            Listening::TYPE => self.end(&from_attributes(item)?).await?,
            Device::TYPE => self.store().delete_endpoint(&from_attributes::<Device>(item)?.endpoint).await?,
            _ => {}
        }
        self.table().delete(&key).await
    }
}

fn text(item: &Attributes, name: &str) -> Result<String, StoreError> {
    let text = item.get(name).and_then(|value| value.as_s().ok()).cloned();
    text.ok_or_else(|| StoreError::Defect(format!("an item without {name}")))
}
