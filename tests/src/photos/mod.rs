//! The functions of the `photos` domain, one file each, against the real engines.

mod create_map_file;
mod create_photo;
mod delete_logo;
mod delete_map_file;
mod get_photo;
mod process_photo;
mod put_logo;
pub(crate) mod put_map_file;
mod real_files;
mod sweep_photos;

use parvis_domain::PhotoId;
use parvis_testkit::{Answer, Upload};

/// A road with a pothole, 640 by 480, with GPS at the place given.
fn pothole(longitude: f64, latitude: f64) -> Vec<u8> {
    parvis_photos::pipeline::sample::jpeg_with_gps(640, 480, longitude, latitude, 6)
}

fn photo_id(upload: &Upload) -> PhotoId {
    upload.photo.parse().expect("a photo id")
}

/// The path of a picture's address, for a call of the gateway.
fn path_of(picture: &Answer, pointer: &str) -> String {
    let url: reqwest::Url = picture.text(pointer).parse().expect("an address");
    url.path().to_owned()
}
