//! How far a commune has launched. It is a part of the commune's own item, so every request knows it at no cost, and it
//! changes with the entry in the audit log that says who changed it.

use jiff::Timestamp;
use parvis_domain::{Launch, Phase};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::commune::StoredSettings;
use crate::error::StoreError;
use crate::interest::Announcement;
use crate::table::{Condition, step_aside};

/// How often a change is written again when the settings, or an operator's decision, got in between.
const TRIES: u32 = 5;

/// How far a commune has launched, and since when. What was kept before there were phases is live.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LaunchState {
    /// What an administrator decided.
    pub launch: Launch,
    /// Since when it is in this phase; of a commune that never changed it, nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Since when its training is being wiped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wiping: Option<Timestamp>,
    /// Counts the changes.
    #[serde(default)]
    pub version: u32,
}

/// Why a launch stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotLaunched {
    /// The phase does not lead to the one that was asked for.
    #[error("the phase does not lead there")]
    NoWay {
        /// The phase it is in.
        from: Phase,
        /// The phase that was asked for.
        to: Phase,
    },
    /// Somebody changed it since it was read.
    #[error("the launch is at version {0}")]
    Changed(u32),
    /// The training is being wiped.
    #[error("the training is being wiped")]
    Wiping,
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LaunchState {
    /// What a commune begins with.
    pub(crate) fn draft(now: Timestamp) -> LaunchState {
        LaunchState::default().in_phase(Phase::Draft, now)
    }

    /// The same in another phase.
    pub(crate) fn in_phase(&self, phase: Phase, now: Timestamp) -> LaunchState {
        let launch = Launch { phase, ..self.launch.clone() };
        LaunchState { launch, since: Some(now), wiping: None, version: self.version + 1 }
    }

    /// The phase.
    pub fn phase(&self) -> Phase {
        self.launch.phase
    }

    /// Whether nobody but staff is let in: while it is set up, and while a training is wiped.
    pub fn is_for_staff_alone(&self) -> bool {
        self.phase() == Phase::Draft || self.wiping.is_some()
    }

    fn changed(&self, new: &Launch, now: Timestamp) -> Result<LaunchState, NotLaunched> {
        let (from, to) = (self.phase(), new.phase);
        if self.wiping.is_some() {
            return Err(NotLaunched::Wiping);
        }
        if from != to && !from.next().contains(&to) {
            return Err(NotLaunched::NoWay { from, to });
        }
        let since = if from == to { self.since } else { Some(now) };
        Ok(LaunchState { launch: new.clone(), since, wiping: None, version: self.version + 1 })
    }
}

impl StoredSettings {
    /// The item with another launch.
    pub(crate) fn launched(&self, launch: LaunchState) -> StoredSettings {
        StoredSettings { launch, version: self.version + 1, ..self.clone() }
    }
}

impl Commune {
    /// How far the commune has launched now, whatever a cache says. Grant: `GET`.
    pub async fn current_launch(&self) -> Result<LaunchState, StoreError> {
        Ok(self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?.launch)
    }

    /// Whether no notice may leave to residents at this moment. A process may believe for ten seconds that a commune is still
    /// before its residents, and never that it is not yet: no phase leads back. So only who believes so has to look.
    /// Grant: `GET`.
    pub async fn is_before_residents(&self) -> Result<bool, StoreError> {
        Ok(self.launch.phase().is_before_residents() && self.current_launch().await?.phase().is_before_residents())
    }

    /// Changes the launch from version `seen`, with its entry in the audit log; going live, it orders that those who asked are told. The caller has checked `new` against the
    /// settings. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// Why it stays as it is.
    pub async fn change_launch(
        &self,
        by: AuditActor,
        seen: u32,
        new: &Launch,
        now: Timestamp,
    ) -> Result<LaunchState, NotLaunched> {
        let mut tries = 0;
        loop {
            tries += 1;
            let stored = self.store().stored(self.id()).await?.ok_or(StoreError::NotFound)?;
            if stored.launch.version != seen {
                return Err(NotLaunched::Changed(stored.launch.version));
            }
            let next = stored.launch.changed(new, now)?;
            let about = format!("launch version {}", next.version);
            let (before, after) = (json!(stored.launch.launch), json!(new));
            let act = Act { by: by.clone(), what: "update_launch", about, before, after };
            let after = stored.launched(next.clone());
            let condition = Condition::Version(stored.version);
            let opens = new.phase == Phase::Live && stored.launch.phase() != Phase::Live;
            let announcement = Announcement::new(next.version, now);
            let written = self
                .commit_act(&act, now, |writes| {
                    let writes = writes.put(&after, condition.clone());
                    if opens { writes.put(&announcement, Condition::Any) } else { writes }
                })
                .await;
            self.store().forget_settings(self.id());
            match written {
                Ok(()) => return Ok(next),
                Err(StoreError::Conflict { .. }) if tries < TRIES => step_aside(tries).await,
                Err(other) => return Err(other.into()),
            }
        }
    }
}
