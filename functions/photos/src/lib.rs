//! The functions of the `photos` domain: from a phone's file to two clean pictures, and the commune's logo and map.

pub mod create_map_file;
pub mod create_photo;
pub mod delete_logo;
pub mod delete_map_file;
pub mod get_photo;
pub mod pipeline;
pub mod process_photo;
pub mod put_logo;
pub mod put_map_file;
pub mod sweep_photos;

use parvis_edge::{Function, endpoint, queue, schedule};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<create_photo::CreatePhoto>(),
        endpoint::<get_photo::GetPhoto>(),
        endpoint::<put_logo::PutLogo>(),
        endpoint::<delete_logo::DeleteLogo>(),
        endpoint::<create_map_file::CreateMapFile>(),
        endpoint::<put_map_file::PutMapFile>(),
        endpoint::<delete_map_file::DeleteMapFile>(),
        queue::<process_photo::ProcessPhoto>(),
        schedule::<sweep_photos::SweepPhotos>(),
    ]
}
