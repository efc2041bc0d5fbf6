//! What the sweeper does with notices that stay unsent.

use jiff::Timestamp;
use parvis_domain::CommuneId;

use super::{FIRST_WAIT, Notice, advance, after, doubled};
use crate::Store;
use crate::error::StoreError;
use crate::item::{Attributes, commune_of, from_attributes};
use crate::key::DueTask;
use crate::table::Table;

impl Store {
    /// One page of the notices that should be out by `now` and are not, of all communes, in one shard of the due index.
    pub async fn due_notices(
        &self,
        shard: u8,
        now: Timestamp,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<(CommuneId, Notice)>, Option<Attributes>), StoreError> {
        let page = self.due(DueTask::Notice, shard, now, limit, start).await?;
        let mut notices = Vec::with_capacity(page.items.len());
        for item in page.items {
            let commune = commune_of(&item).ok_or_else(|| StoreError::Defect("a notice without its commune".into()))?;
            match from_attributes(item) {
                Ok(notice) => notices.push((commune, notice)),
                // It stays due, for a release that can read it; the others must not wait for that.
                Err(unreadable) => tracing::error!(%commune, %unreadable, "a due notice cannot be read"),
            }
        }
        Ok((notices, page.next))
    }

    /// Moves a due notice to its next time before it is queued again: 2 minutes from now, longer each time, at most an
    /// hour, so that a backlog is not queued anew every minute. Says whether it is still this sweeper's to queue.
    pub async fn postpone_notice(&self, commune: &CommuneId, due: Notice, now: Timestamp) -> Result<bool, StoreError> {
        let next = after(now, doubled(FIRST_WAIT, due.swept));
        let swept = due.swept + 1;
        let table = Table { store: self, commune };
        match advance(&table, Notice { due: next, swept, ..due }).await {
            Ok(_) => Ok(true),
            // Somebody wrote since the index was read: it is being delivered, or another run of the sweeper has it.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
