//! Makes two clean pictures of an upload that arrived, or says why not; the original goes.

use jiff::Timestamp;
use parvis_domain::Position;
use parvis_edge::{Cx, Failure, Grant, Queue, QueueWorker};
use parvis_store::StoreError;
use parvis_store::objects::{Original, Size, parse_incoming};
use parvis_store::photos::{Photo, PhotoState, UNATTACHED_LIFE};
use serde::Deserialize;

use crate::pipeline::{self, MAX_BYTES, MediaType, Processed, Refusal};

/// Works on arrivals in the incoming bucket.
pub struct ProcessPhoto;

/// An S3 event notification; the test event that S3 sends once has no records.
#[derive(Debug, Deserialize)]
pub struct Arrival {
    #[serde(default, rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Debug, Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Debug, Deserialize)]
struct Object {
    /// Form-encoded in the notification; ours holds nothing that the encoding changes (slugs, UUIDs, slashes), except
    /// that some senders write the slash as `%2F`.
    key: String,
}

impl QueueWorker for ProcessPhoto {
    const QUEUE: Queue = Queue::Photos;
    const SUMMARY: &'static str = "Makes two clean pictures of an upload";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::PUT, Grant::UPDATE, Grant::GET_INCOMING, Grant::DELETE_INCOMING, Grant::PUT_PHOTO];
    /// One core's worth of CPU: a 48 MP photo takes 0.2 s there.
    const MEMORY_MB: u32 = 1769;
    const TIMEOUT_S: u32 = 30;
    type Job = Arrival;

    async fn run(cx: &Cx, arrival: Arrival) -> Result<(), Failure> {
        for record in arrival.records {
            let key = record.s3.object.key.replace("%2F", "/");
            // Not a key of ours: nothing announced it, the bucket's lifecycle rule removes it.
            let Some((commune, photo)) = parse_incoming(&key) else { continue };
            let commune = match cx.store.commune(&commune).await {
                Ok(commune) => commune,
                Err(StoreError::NotFound) => continue,
                Err(error) => return Err(error.into()),
            };
            if let Some(pending) = commune.photo(photo).await?.filter(|p| p.state == PhotoState::Pending) {
                let limit = MAX_BYTES as u64;
                let outcome = match commune.original(photo, limit).await? {
                    // Worked on by another delivery of the same event, a moment ago.
                    Original::Absent => continue,
                    Original::TooLarge(bytes) => {
                        Err(Refusal::TooLarge { bytes: usize::try_from(bytes).unwrap_or(usize::MAX) })
                    }
                    Original::Bytes(bytes) => process(bytes, &pending.media_type).await?,
                };
                let state = match outcome {
                    Ok(processed) => finish(&commune, pending, processed, cx.now()).await,
                    Err(refusal) => commune.update_photo(&refused(pending, &refusal)).await,
                };
                match state {
                    Ok(()) => {}
                    // The sweep moved it meanwhile, and has queued it again: the original is still needed.
                    Err(StoreError::Conflict { .. })
                        if commune.photo(photo).await?.is_some_and(|p| p.state == PhotoState::Pending) =>
                    {
                        return Err(Failure("the photo was queued again meanwhile".to_owned()));
                    }
                    // Another delivery of the same event wrote the same outcome.
                    Err(StoreError::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            // Last, so that a crash before this line leaves everything to be done again.
            commune.delete_original(photo).await?;
        }
        Ok(())
    }
}

/// Decoding is CPU work of up to half a second: not on the thread that serves the others.
async fn process(bytes: Vec<u8>, media_type: &str) -> Result<Result<Processed, Refusal>, Failure> {
    let declared = [MediaType::Jpeg, MediaType::Png, MediaType::Webp].into_iter().find(|m| m.mime() == media_type);
    let declared =
        declared.ok_or_else(|| Failure(format!("{media_type} was announced; it should have been refused")))?;
    tokio::task::spawn_blocking(move || pipeline::process(bytes, declared)).await.map_err(|e| Failure(e.to_string()))
}

async fn finish(
    commune: &parvis_store::Commune,
    photo: Photo,
    made: Processed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = PhotoState::Ready {
        large: (made.large.width, made.large.height),
        small: (made.small.width, made.small.height),
        bytes: made.large.jpeg.len() as u64 + made.small.jpeg.len() as u64,
    };
    let position = made.position.and_then(|p| Position::new(p.longitude, p.latitude).ok());
    commune.put_picture(photo.id, Size::Large, made.large.jpeg).await?;
    commune.put_picture(photo.id, Size::Small, made.small.jpeg).await?;
    let due = photo.created.checked_add(UNATTACHED_LIFE).ok();
    commune.photo_is_ready(&Photo { position, due, ..photo.changed(state) }, now).await
}

fn refused(photo: Photo, refusal: &Refusal) -> Photo {
    let state = PhotoState::Refused {
        code: refusal.code().to_owned(),
        detail: refusal.detail(),
        detail_en: refusal.detail_en(),
    };
    let due = photo.created.checked_add(UNATTACHED_LIFE).ok();
    Photo { due, ..photo.changed(state) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_event_of_s3_is_an_arrival_of_nothing() {
        let event = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-21T10:00:00.000Z","Bucket":"b"}"#;
        let arrival: Arrival = serde_json::from_str(event).expect("it is read");
        assert!(arrival.records.is_empty());
    }
}
