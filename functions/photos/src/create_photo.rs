//! `POST /v1/{commune}/photos`: a photo is announced, and the answer says where to send it.

use parvis_domain::PhotoId;
use parvis_edge::{Class, Code, Created, Cx, Endpoint, Grant, Json, Problem, ResidentOrGuest, Route, post};
use parvis_store::Commune;
use parvis_store::objects::{UPLOAD_EXPIRY, Upload};
use parvis_store::photos::{Photo, PhotoState, SWEEP_AFTER};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pipeline::{MAX_BYTES, MediaType};

/// Announces a photo.
pub struct CreatePhoto;

/// What the client is about to send.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPhoto {
    /// Exact size in bytes; at most 15 MB (15,000,000).
    size: u64,
    /// `image/jpeg`, `image/png` or `image/webp`.
    media_type: String,
}

/// Where to send the file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnnouncedPhoto {
    /// The photo's id, for the report.
    photo: PhotoId,
    /// Proof that the photo is yours. Guests send it along as `Photo-Claim` and in the report; residents need not.
    claim: String,
    /// The upload.
    upload: UploadView,
}

/// An upload: `PUT` the file's bytes to `url` with exactly these headers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadView {
    /// `PUT`.
    method: &'static str,
    /// The address; good once signed length, type and key are kept.
    url: String,
    /// Headers to send as they are.
    headers: Vec<UploadHeader>,
    /// Seconds until the address expires.
    expires_in: u64,
}

/// A header of an upload.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadHeader {
    /// Name.
    name: String,
    /// Value.
    value: String,
}

impl UploadView {
    /// What a client is told of a presigned upload.
    pub(crate) fn of(upload: Upload) -> UploadView {
        let header = |(name, value)| UploadHeader { name, value };
        UploadView {
            method: "PUT",
            url: upload.url,
            headers: upload.headers.into_iter().filter(|(name, _)| name != "host").map(header).collect(),
            expires_in: UPLOAD_EXPIRY.as_secs(),
        }
    }
}

impl Endpoint for CreatePhoto {
    const ROUTE: Route = post("/v1/{commune}/photos");
    const SUMMARY: &'static str = "Announce a photo and get an upload address";
    const GRANTS: &'static [Grant] = &[Grant::PUT, Grant::BATCH_GET, Grant::PUT_INCOMING];
    const LIMIT: Class = Class::Upload;
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = Json<NewPhoto>;
    type Output = Created<AnnouncedPhoto>;

    async fn run(cx: &Cx, caller: ResidentOrGuest, Json(new): Json<NewPhoto>) -> Result<Self::Output, Problem> {
        let media_type = media_type(&new.media_type)?;
        check_size(new.size)?;
        let (commune, now) = (caller.commune, cx.now());
        check_room(&commune).await?;
        let photo = Photo {
            id: PhotoId::new(now),
            version: 1,
            owner: caller.account.map(|a| a.id),
            media_type: media_type.mime().to_owned(),
            size: new.size,
            state: PhotoState::Pending,
            position: None,
            report: None,
            created: now,
            due: now.checked_add(SWEEP_AFTER).ok(),
        };
        let upload = commune.presign_upload(photo.id, photo.size, media_type.mime()).await?;
        commune.announce_photo(&photo).await?;
        let claim = commune.photo_claim(photo.id);
        Ok(Created(AnnouncedPhoto { photo: photo.id, claim, upload: UploadView::of(upload) }))
    }
}

fn media_type(text: &str) -> Result<MediaType, Problem> {
    [MediaType::Jpeg, MediaType::Png, MediaType::Webp].into_iter().find(|m| m.mime() == text).ok_or_else(|| {
        let hint = match text {
            "image/heic" | "image/heif" | "image/avif" => "; let the phone convert it, or take it as JPEG",
            _ => "",
        };
        let shown: String = text.chars().take(80).collect();
        let detail = format!("media_type is {shown:?}; image/jpeg, image/png and image/webp are accepted{hint}");
        Problem::field("media_type", "type_not_supported", detail)
    })
}

fn check_size(size: u64) -> Result<(), Problem> {
    let limit = MAX_BYTES as u64;
    match size {
        0 => Err(Problem::field("size", "too_small", "size is 0 bytes; a photo has at least 1")),
        size if size > limit => {
            let detail = format!("size is {size} bytes; at most {limit}");
            Err(Problem { code: Code::Invalid, ..Problem::field("size", "too_large", detail) })
        }
        _ => Ok(()),
    }
}

/// Those that are announced and not worked on yet are not looked at: some may still go beyond the plan.
async fn check_room(commune: &Commune) -> Result<(), Problem> {
    let (stored, room) = (commune.photo_bytes_stored().await?, commune.standing.plan.photo_bytes);
    if stored < room {
        return Ok(());
    }
    let name = &commune.settings.name;
    let detail =
        format!("pictures of {name} take {stored} bytes and its plan has room for {room}; send it without a photo");
    Err(Problem::new(Code::PhotosFull, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_is_not_accepted_is_named_with_those_that_are() {
        let problem = media_type("image/heic").expect_err("HEIC is refused");
        assert_eq!(problem.errors[0].field, "media_type");
        assert!(problem.detail.contains("image/heic") && problem.detail.contains("image/webp"), "{}", problem.detail);
    }

    #[test]
    fn the_size_is_between_one_byte_and_the_limit() {
        assert!(check_size(1).is_ok() && check_size(15_000_000).is_ok());
        assert!(check_size(0).is_err());
        let problem = check_size(15_000_001).expect_err("too large");
        assert!(problem.detail.contains("15000001") && problem.detail.contains("15000000"), "{}", problem.detail);
    }
}
