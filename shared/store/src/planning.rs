//! How far the notices of an event are planned, for events with more followers than one run of the planner takes.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{CommuneId, EventId};
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement};
use crate::key::Key;
use crate::table::Condition;

/// Longer than a stream keeps a record (24 hours).
const KEPT: SignedDuration = SignedDuration::from_hours(48);

/// Where the next run goes on.
#[derive(Debug, Serialize, Deserialize)]
struct PlannedSoFar {
    event: EventId,
    /// The key of the last follower that is planned for.
    after: BTreeMap<String, String>,
    kept_until: Timestamp,
}

impl Item for PlannedSoFar {
    const TYPE: &'static str = "planned";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { expires: Some(self.kept_until), ..Placement::at(key(commune, self.event)) }
    }
}

fn key(commune: &CommuneId, event: EventId) -> Key {
    Key::new(commune, &["notice", &event.to_string()], "planned")
}

impl Commune {
    /// From where the followers of an event's report are still to be told, if some of them are planned for already: the
    /// `next` of the last page that was. Grant: `GET`.
    pub async fn planned_so_far(&self, event: EventId) -> Result<Option<Attributes>, StoreError> {
        let found: Option<PlannedSoFar> = self.table().get(&key(self.id(), event)).await?;
        Ok(found.map(|p| p.after.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect()))
    }

    /// Keeps `next` of a page of followers that is planned for. Grant: `PUT`.
    pub async fn keep_planned_so_far(
        &self,
        event: EventId,
        next: &Attributes,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut after = BTreeMap::new();
        for (name, value) in next {
            let text = value.as_s().map_err(|_| StoreError::Defect(format!("key attribute {name} is not a string")))?;
            after.insert(name.clone(), text.clone());
        }
        let kept_until = now.saturating_add(KEPT).unwrap_or(Timestamp::MAX);
        self.table().put(&PlannedSoFar { event, after, kept_until }, Condition::Any).await
    }
}
