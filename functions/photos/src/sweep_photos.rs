//! Looks after photos that nothing else looks after: whose arrival was not told, which never arrived, which nobody used.

use jiff::{SignedDuration, Timestamp};
use parvis_edge::{Cx, Failure, Grant, ScheduledWorker};
use parvis_store::item::{commune_of, from_attributes};
use parvis_store::key::{DUE_SHARDS, DueTask};
use parvis_store::photos::{Photo, PhotoState, UNATTACHED_LIFE};
use parvis_store::{Commune, StoreError};

/// Sweeps photos.
pub struct SweepPhotos;

/// Photos looked at in one run and shard at most; the next run goes on.
const BATCH: u32 = 100;

/// When an upload that did not arrive is looked for again.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);

/// An upload that did not arrive in this time never will: its address expired long ago.
const NEVER_ARRIVED: SignedDuration = SignedDuration::from_hours(24);

impl ScheduledWorker for SweepPhotos {
    const EVERY_MINUTES: u32 = 5;
    const SUMMARY: &'static str = "Queues photos again whose arrival was not told; removes those nobody used";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY_DUE,
        Grant::GET,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::GET_INCOMING,
        Grant::LIST_INCOMING,
        Grant::SEND_PHOTO,
        Grant::DELETE_INCOMING,
        Grant::DELETE_PHOTO,
    ];

    async fn run(cx: &Cx) -> Result<usize, Failure> {
        let now = cx.now();
        let mut done = 0;
        for shard in 0..DUE_SHARDS {
            for item in cx.store.due(DueTask::Photo, shard, now, BATCH, None).await?.items {
                let Some(commune) = commune_of(&item) else { continue };
                let photo: Photo = match from_attributes(item) {
                    Ok(photo) => photo,
                    // It stays due, for a release that can read it; the others must not wait for that.
                    Err(unreadable) => {
                        tracing::error!(%commune, %unreadable, "a due photo cannot be read");
                        continue;
                    }
                };
                let commune = match cx.store.commune(&commune).await {
                    Ok(commune) => commune,
                    // One commune's trouble must not stop the others'.
                    Err(error) => {
                        tracing::warn!(%error, photo = %photo.id, "photo not swept");
                        continue;
                    }
                };
                match look_after(&commune, photo, now).await {
                    Ok(()) | Err(StoreError::Conflict { .. }) => done += 1,
                    Err(error) => tracing::warn!(%error, commune = %commune.id(), "photo not swept"),
                }
            }
        }
        Ok(done)
    }
}

async fn look_after(commune: &Commune, photo: Photo, now: Timestamp) -> Result<(), StoreError> {
    let age = now.duration_since(photo.created);
    let arrived = photo.state == PhotoState::Pending && commune.original_arrived(photo.id).await?;
    if arrived {
        commune.queue_photo(photo.id).await?;
    }
    let over = match photo.state {
        PhotoState::Pending => !arrived && age >= NEVER_ARRIVED,
        PhotoState::Ready { .. } | PhotoState::Refused { .. } => age >= UNATTACHED_LIFE,
    };
    if over {
        commune.delete_original(photo.id).await?;
        commune.delete_pictures(photo.id).await?;
        return commune.forget_photo(&photo).await;
    }
    let due = now.checked_add(AGAIN).ok();
    commune.update_photo(&Photo { due, version: photo.version + 1, ..photo }).await
}
