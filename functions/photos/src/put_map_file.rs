//! `PUT /v1/{commune}/map-file`: the commune's maps are drawn from a file that was sent.
//!
//! Its head is all that is read of it: the rest is tiles, which are copied as they are and drawn by browsers alone. The copy is
//! S3's own work and takes seconds.

use jiff::Timestamp;
use parvis_domain::{Invalid, MapFileId, MapTiles, TileKind, check_attribution, check_map_size};
use parvis_edge::{Administrator, Code, Cx, Endpoint, Grant, Json, Problem, Route, put};
use parvis_store::{Commune, MapFile, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::create_map_file::check_room;

/// Sets the file of tiles.
pub struct PutMapFile;

/// A file that was sent, or the one that is shown, to change what is told of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenMapFile {
    /// As `POST` named it.
    file: MapFileId,
    /// Who has to be named on the map: 1 to 200 characters of plain text on one line.
    attribution: String,
}

/// The file as it is kept.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptMapFile {
    /// Its id.
    file: MapFileId,
    /// Its address; another file has another one. It is read in parts (RFC 9110, section 14).
    url: String,
    /// Who has to be named on the map.
    attribution: String,
    /// Bytes.
    size: u64,
    /// What its tiles are.
    tiles: TileKind,
    /// The coarsest zoom it has.
    min_zoom: u8,
    /// The finest zoom it has.
    max_zoom: u8,
}

impl Endpoint for PutMapFile {
    const ROUTE: Route = put("/v1/{commune}/map-file");
    const SUMMARY: &'static str = "Draw the commune's maps from a file that was sent";
    const GRANTS: &'static [Grant] = &[
        Grant::GET,
        Grant::BATCH_GET,
        Grant::PUT,
        Grant::UPDATE,
        Grant::GET_INCOMING,
        Grant::DELETE_INCOMING,
        Grant::PUT_PHOTO,
        Grant::DELETE_PHOTO,
    ];
    const TIMEOUT_S: u32 = 29;
    type Caller = Administrator;
    type Input = Json<ChosenMapFile>;
    type Output = Json<KeptMapFile>;

    async fn run(cx: &Cx, caller: Administrator, Json(chosen): Json<ChosenMapFile>) -> Result<Self::Output, Problem> {
        check_attribution(&chosen.attribution)?;
        let commune = &caller.commune;
        let shown = commune.map_file().await?.filter(|shown| shown.sent == chosen.file);
        let (by, now) = (caller.actor(), cx.now());
        let done = match shown {
            Some(shown) if shown.attribution == chosen.attribution => Ok(shown),
            Some(shown) => {
                let renamed = MapFile { attribution: chosen.attribution, ..shown };
                commune.rename_map_source(by, renamed, now).await
            }
            None => {
                let (file, etag) = sent(commune, chosen, now).await?;
                commune.put_map_file(by, file, &etag, now).await
            }
        };
        match done {
            Ok(kept) => Ok(Json(view(commune, kept))),
            Err(StoreError::Conflict { .. }) => Err(changed_meanwhile()),
            Err(other) => Err(other.into()),
        }
    }
}

/// The file that was sent, if it is good, and its entity tag.
async fn sent(commune: &Commune, chosen: ChosenMapFile, now: Timestamp) -> Result<(MapFile, String), Problem> {
    let ChosenMapFile { file: sent, attribution } = chosen;
    let (head, size, etag) = commune.sent_map_file_head(sent).await?.ok_or_else(|| {
        Invalid::new("file", "not_arrived", format!("the file {sent} did not arrive; send it, or announce it anew"))
    })?;
    check_map_size(size).map_err(|e| Invalid { field: "file".to_owned(), ..e })?;
    let holds = MapTiles::read(&head, size)?;
    holds.check_place(&commune.settings)?;
    check_room(commune, size).await?;
    Ok((MapFile { id: MapFileId::new(now), sent, attribution, size, holds }, etag))
}

fn view(commune: &Commune, kept: MapFile) -> KeptMapFile {
    let MapFile { id, sent, attribution, size, holds } = kept;
    let MapTiles { tiles, min_zoom, max_zoom, .. } = holds;
    KeptMapFile { file: sent, url: commune.map_file_url(id), attribution, size, tiles, min_zoom, max_zoom }
}

/// Somebody was a moment faster.
pub(crate) fn changed_meanwhile() -> Problem {
    Problem::new(Code::Conflict, "somebody else changed the map at the same moment; look at it again")
}
