//! `POST /v1/{commune}/map-file`: an administrator announces a file of map tiles, and the answer says where to send it.

use parvis_domain::{MapFileId, check_map_size};
use parvis_edge::{Administrator, Class, Code, Created, Cx, Endpoint, Grant, Json, Problem, Route, post};
use parvis_store::Commune;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::create_photo::UploadView;

/// Announces a file of tiles.
pub struct CreateMapFile;

/// What is about to be sent: PMTiles of version 3.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMapFile {
    /// Exact size in bytes; at most 200 MB (200,000,000).
    size: u64,
}

/// Where to send the file. Nothing is kept of it until `PUT` names it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnnouncedMapFile {
    /// The file's id, for `PUT`.
    file: MapFileId,
    /// The upload.
    upload: UploadView,
}

impl Endpoint for CreateMapFile {
    const ROUTE: Route = post("/v1/{commune}/map-file");
    const SUMMARY: &'static str = "Announce a file of map tiles and get an upload address";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::BATCH_GET, Grant::PUT_INCOMING];
    const LIMIT: Class = Class::MapFile;
    type Caller = Administrator;
    type Input = Json<NewMapFile>;
    type Output = Created<AnnouncedMapFile>;

    async fn run(cx: &Cx, caller: Administrator, Json(new): Json<NewMapFile>) -> Result<Self::Output, Problem> {
        check_map_size(new.size)?;
        check_room(&caller.commune, new.size).await?;
        let file = MapFileId::new(cx.now());
        let upload = caller.commune.presign_map_file(file, new.size).await?;
        Ok(Created(AnnouncedMapFile { file, upload: UploadView::of(upload) }))
    }
}

/// A map counts in what the plan has room for, and the one that it takes the place of does not any more. Grants: `GET`,
/// `BATCH_GET`.
pub(crate) async fn check_room(commune: &Commune, size: u64) -> Result<(), Problem> {
    let (stored, room) = (commune.photo_bytes_stored().await?, commune.standing.plan.photo_bytes);
    let replaced = commune.map_file().await?.map_or(0, |file| file.size);
    let after = stored.saturating_sub(replaced).saturating_add(size);
    if after <= room {
        return Ok(());
    }
    let name = &commune.settings.name;
    let detail = format!("with this map, {name} would store {after} bytes and its plan has room for {room}");
    Err(Problem::new(Code::PhotosFull, detail))
}
