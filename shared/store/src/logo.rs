//! A commune's logo: which file in the bucket of pictures it is, and which one may lie beside it.

use jiff::Timestamp;
use parvis_domain::{CommuneId, PhotoId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;

/// A finished logo: a PNG.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// Names its file; another picture has another id, so what lies under an address never changes.
    pub id: PhotoId,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// What is remembered of it. Stays, without a logo, when that is removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogoState {
    /// Grows by one with each write.
    version: u32,
    /// The logo that is shown.
    shown: Option<Logo>,
    /// Files that may be there and are not shown: each written down before it is written, and after it was replaced, so that it
    /// goes with the next change, or with the commune, whatever died in between.
    #[serde(default)]
    spares: Vec<PhotoId>,
}

impl LogoState {
    /// Every file that may be there.
    pub(crate) fn files(&self) -> impl Iterator<Item = PhotoId> {
        self.shown.as_ref().map(|logo| logo.id).into_iter().chain(self.spares.iter().copied())
    }

    /// Holds as long as nobody wrote since.
    fn unchanged(&self) -> Condition {
        if self.version == 0 { Condition::Absent } else { Condition::Version(self.version) }
    }
}

impl Item for LogoState {
    const TYPE: &'static str = "logo";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(logo_key(commune)) }
    }
}

fn logo_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "logo")
}

impl Commune {
    /// The logo, if there is one. Grant: `GET`.
    pub async fn logo(&self) -> Result<Option<Logo>, StoreError> {
        Ok(self.logo_state().await?.shown)
    }

    /// Makes `png`, of `width` by `height` pixels, the logo; the file of the one before goes. Grants: `GET`, `PUT`, `PUT_PHOTO`,
    /// `DELETE_PHOTO`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it at the same moment.
    pub async fn put_logo(
        &self,
        by: AuditActor,
        png: Vec<u8>,
        (width, height): (u32, u32),
        now: Timestamp,
    ) -> Result<Logo, StoreError> {
        let new = Logo { id: PhotoId::new(now), width, height };
        let before = self.logo_state().await?;
        let spares = before.spares.iter().copied().chain([new.id]).collect();
        let announced = LogoState { version: before.version + 1, spares, ..before.clone() };
        self.table().put(&announced, before.unchanged()).await?;
        // Only now: nobody who announced one of these can still show it.
        for spare in before.spares.iter().copied() {
            self.delete_logo_file(spare).await?;
        }
        self.write_logo(new.id, png).await?;
        let spares = before.shown.iter().map(|logo| logo.id).collect();
        let after = LogoState { version: announced.version + 1, shown: Some(new.clone()), spares };
        let act =
            Act { by, what: "put_logo", about: "logo".to_owned(), before: json!(before.shown), after: json!(&new) };
        match self.commit_act(&act, now, |writes| writes.put(&after, announced.unchanged())).await {
            Ok(()) => {}
            Err(conflict @ StoreError::Conflict { .. }) => {
                // Whoever came between may have cleared up before the file was there.
                self.delete_logo_file(new.id).await?;
                return Err(conflict);
            }
            Err(other) => return Err(other),
        }
        self.clear_up(&after.spares).await;
        Ok(new)
    }

    /// Removes the logo with its file. Grants: `GET`, `PUT`, `DELETE_PHOTO`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none; [`StoreError::Conflict`] when somebody changed it at the same moment.
    pub async fn delete_logo(&self, by: AuditActor, now: Timestamp) -> Result<(), StoreError> {
        let before = self.logo_state().await?;
        let shown = before.shown.as_ref().ok_or(StoreError::NotFound)?;
        let after = LogoState { version: before.version + 1, shown: None, spares: before.files().collect() };
        let act = Act { by, what: "delete_logo", about: "logo".to_owned(), before: json!(shown), after: json!(null) };
        self.commit_act(&act, now, |writes| writes.put(&after, before.unchanged())).await?;
        self.clear_up(&after.spares).await;
        Ok(())
    }

    async fn logo_state(&self) -> Result<LogoState, StoreError> {
        Ok(self.table().get(&logo_key(self.id())).await?.unwrap_or_default())
    }

    /// The change is made: a file that stays for now is no reason to say that it was not.
    async fn clear_up(&self, spares: &[PhotoId]) {
        for id in spares {
            if let Err(error) = self.delete_logo_file(*id).await {
                tracing::warn!(%error, commune = %self.id(), file = %id, "a former logo stays until the next change");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_that_may_be_there_are_known() {
        let [shown, spare] =
            ["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"].map(|time| PhotoId::new(time.parse().expect("a time")));
        let state = LogoState { version: 3, shown: Some(Logo { id: shown, width: 1, height: 1 }), spares: vec![spare] };
        assert_eq!(state.files().collect::<Vec<_>>(), [shown, spare]);
        assert_eq!(LogoState::default().files().count(), 0);
    }
}
