//! `DELETE /v1/{commune}/map-file`: the commune's maps are not drawn from its own file any more.

use parvis_edge::{Administrator, Cx, Endpoint, Grant, NoContent, Problem, Route, delete};
use parvis_store::StoreError;

use crate::put_map_file::changed_meanwhile;

/// Removes the file of tiles.
pub struct DeleteMapFile;

impl Endpoint for DeleteMapFile {
    const ROUTE: Route = delete("/v1/{commune}/map-file");
    const SUMMARY: &'static str = "Remove the commune's file of map tiles";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::UPDATE, Grant::DELETE_PHOTO];
    type Caller = Administrator;
    type Input = ();
    type Output = NoContent;

    async fn run(cx: &Cx, caller: Administrator, (): ()) -> Result<Self::Output, Problem> {
        match caller.commune.delete_map_file(caller.actor(), cx.now()).await {
            Ok(()) => Ok(NoContent),
            Err(StoreError::NotFound) => Err(Problem::not_found("map file")),
            Err(StoreError::Conflict { .. }) => Err(changed_meanwhile()),
            Err(other) => Err(other.into()),
        }
    }
}
