//! Objects in S3: uploads that arrive under `incoming/<commune>/`, finished pictures, and logos. Maps have a file of their own.

use std::time::Duration;

use aws_sdk_s3::error::ProvideErrorMetadata as _;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use parvis_domain::{CommuneId, PhotoId};

use crate::Commune;
use crate::error::StoreError;

/// How long an upload may take to begin.
pub const UPLOAD_EXPIRY: Duration = Duration::from_secs(15 * 60);

/// The two sizes of a finished picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most 1,600 px a side.
    Large,
    /// At most 400 px a side.
    Small,
}

impl Size {
    const fn file(self) -> &'static str {
        match self {
            Size::Large => "1600.jpg",
            Size::Small => "400.jpg",
        }
    }
}

/// Where and how a client sends a file: all of it is signed, so another length, type or key is refused by S3.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// The address.
    pub url: String,
    /// Headers that must be sent as they are here.
    pub headers: Vec<(String, String)>,
}

/// An upload as it lies in S3.
#[derive(Debug)]
pub enum Original {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It is larger than the limit given; not read.
    TooLarge(u64),
    /// There is none.
    Absent,
}

/// The commune and photo in an object key `incoming/<commune>/<photo>`.
pub fn parse_incoming(key: &str) -> Option<(CommuneId, PhotoId)> {
    let (commune, photo) = key.strip_prefix("incoming/")?.split_once('/')?;
    Some((commune.parse().ok()?, photo.parse().ok()?))
}

impl Commune {
    fn incoming_key(&self, photo: PhotoId) -> String {
        format!("incoming/{}/{photo}", self.id())
    }

    pub(crate) fn picture_key(&self, photo: PhotoId, size: Size) -> String {
        format!("{}/{photo}/{}", self.id(), size.file())
    }

    /// Public address of a finished picture.
    pub fn picture_url(&self, photo: PhotoId, size: Size) -> String {
        format!("{}/{}", self.store().names.media_url, self.picture_key(photo, size))
    }

    /// A presigned upload of exactly `length` bytes of `media_type`.
    pub async fn presign_upload(&self, photo: PhotoId, length: u64, media_type: &str) -> Result<Upload, StoreError> {
        self.presign(self.incoming_key(photo), length, media_type).await
    }

    pub(crate) async fn presign(&self, key: String, length: u64, media_type: &str) -> Result<Upload, StoreError> {
        let expiry = PresigningConfig::expires_in(UPLOAD_EXPIRY).map_err(|e| StoreError::Defect(e.to_string()))?;
        let signed = self
            .store()
            .clients()
            .s3()
            .put_object()
            .bucket(&self.store().names.incoming)
            .key(key)
            .content_length(i64::try_from(length).unwrap_or(i64::MAX))
            .content_type(media_type)
            .presigned(expiry)
            .await
            .map_err(|e| StoreError::from_sdk("S3", e))?;
        let headers = signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(Upload { url: signed.uri().to_owned(), headers })
    }

    /// Reads an upload, unless it is larger than `limit` bytes.
    pub async fn original(&self, photo: PhotoId, limit: u64) -> Result<Original, StoreError> {
        let sent = self
            .store()
            .clients()
            .s3()
            .get_object()
            .bucket(&self.store().names.incoming)
            .key(self.incoming_key(photo))
            .send()
            .await;
        let answer = match sent {
            Ok(answer) => answer,
            // Who may not list a bucket is told 403 of what is absent (Amazon S3 API Reference, GetObject).
            Err(e) if matches!(e.code(), Some("NoSuchKey" | "AccessDenied")) => return Ok(Original::Absent),
            Err(e) => return Err(StoreError::from_sdk("S3", e)),
        };
        let length = u64::try_from(answer.content_length().unwrap_or_default()).unwrap_or_default();
        if length > limit {
            return Ok(Original::TooLarge(length));
        }
        let bytes = answer
            .body
            .collect()
            .await
            .map_err(|e| StoreError::Unavailable { service: "S3", detail: e.to_string() })?;
        Ok(Original::Bytes(bytes.to_vec()))
    }

    /// Whether an upload lies there.
    pub async fn original_arrived(&self, photo: PhotoId) -> Result<bool, StoreError> {
        let s3 = self.store().clients().s3();
        let key = self.incoming_key(photo);
        match s3.head_object().bucket(&self.store().names.incoming).key(key).send().await {
            Ok(_) => Ok(true),
            Err(e) if e.as_service_error().is_some_and(|s| s.is_not_found()) => Ok(false),
            Err(e) => Err(StoreError::from_sdk("S3", e)),
        }
    }

    /// Removes an upload, if it is there.
    pub async fn delete_original(&self, photo: PhotoId) -> Result<(), StoreError> {
        let s3 = self.store().clients().s3();
        s3.delete_object()
            .bucket(&self.store().names.incoming)
            .key(self.incoming_key(photo))
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("S3", e))
    }

    /// Writes a finished picture.
    pub async fn put_picture(&self, photo: PhotoId, size: Size, jpeg: Vec<u8>) -> Result<(), StoreError> {
        self.write_picture(self.picture_key(photo, size), "image/jpeg", jpeg).await
    }

    /// It never changes under its address, so caches may keep it for good.
    async fn write_picture(&self, key: String, media_type: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let s3 = self.store().clients().s3();
        s3.put_object()
            .bucket(&self.store().names.photos)
            .key(key)
            .content_type(media_type)
            .cache_control("public, max-age=31536000, immutable")
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("S3", e))
    }

    /// A file of the bucket of pictures; nothing if it is not there any more.
    pub(crate) async fn read_picture(&self, key: String) -> Result<Option<Vec<u8>>, StoreError> {
        let get = self.store().clients().s3().get_object().bucket(&self.store().names.photos);
        let answer = match get.key(&key).send().await {
            Ok(answer) => answer,
            // Who may not list a bucket is told 403 of what is absent (Amazon S3 API Reference, GetObject).
            Err(e) if matches!(e.code(), Some("NoSuchKey" | "AccessDenied")) => {
                tracing::warn!(commune = %self.id(), key, "a picture is not there");
                return Ok(None);
            }
            Err(e) => return Err(StoreError::from_sdk("S3", e)),
        };
        let bytes = answer.body.collect().await;
        let bytes = bytes.map_err(|e| StoreError::Unavailable { service: "S3", detail: e.to_string() })?;
        Ok(Some(bytes.to_vec()))
    }

    /// Removes both finished pictures, if they are there.
    pub async fn delete_pictures(&self, photo: PhotoId) -> Result<(), StoreError> {
        for size in [Size::Large, Size::Small] {
            self.delete_picture(self.picture_key(photo, size)).await?;
        }
        Ok(())
    }

    pub(crate) async fn delete_picture(&self, key: String) -> Result<(), StoreError> {
        let s3 = self.store().clients().s3();
        s3.delete_object()
            .bucket(&self.store().names.photos)
            .key(key)
            .send()
            .await
            .map(drop)
            .map_err(|e| StoreError::from_sdk("S3", e))
    }

    fn logo_file(&self, id: PhotoId) -> String {
        format!("{}/logo-{id}.png", self.id())
    }

    /// Public address of a logo.
    pub fn logo_url(&self, id: PhotoId) -> String {
        format!("{}/{}", self.store().names.media_url, self.logo_file(id))
    }

    /// The file of a logo; nothing if it is not there any more. Grant: `GET_PHOTO`.
    pub async fn logo_picture(&self, id: PhotoId) -> Result<Option<Vec<u8>>, StoreError> {
        self.read_picture(self.logo_file(id)).await
    }

    pub(crate) async fn write_logo(&self, id: PhotoId, png: Vec<u8>) -> Result<(), StoreError> {
        self.write_picture(self.logo_file(id), "image/png", png).await
    }

    /// Removes the file of a logo, if it is there.
    pub(crate) async fn delete_logo_file(&self, id: PhotoId) -> Result<(), StoreError> {
        self.delete_picture(self.logo_file(id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_key_names_commune_and_photo_or_nothing() {
        let photo = PhotoId::new("2026-11-21T10:00:00Z".parse().expect("a time"));
        let (commune, found) = parse_incoming(&format!("incoming/aubignac/{photo}")).expect("a key of ours");
        assert_eq!((commune.to_string().as_str(), found), ("aubignac", photo));
        assert_eq!(parse_incoming("incoming/aubignac/x/y"), None);
        assert_eq!(parse_incoming(&format!("other/aubignac/{photo}")), None);
    }
}
