//! `PUT /v1/{commune}/launch/ambassadors/{account}`: an administrator names a resident ambassador of zones.

use std::collections::BTreeSet;

use parvis_domain::ZoneId;
use parvis_edge::{Administrator, Cx, Endpoint, Grant, Json, Path, Problem, Route, put};
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ambassador::{AmbassadorPath, AmbassadorView};

/// Names an ambassador, or gives one other zones.
pub struct PutAmbassador;

/// Of what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AmbassadorZones {
    /// Zones of the commune, one at least, each once.
    zones: Vec<ZoneId>,
}

impl Endpoint for PutAmbassador {
    const ROUTE: Route = put("/v1/{commune}/launch/ambassadors/{account}");
    const SUMMARY: &'static str = "Name a resident ambassador of zones";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::CHECK];
    type Caller = Administrator;
    type Input = (Path<AmbassadorPath>, Json<AmbassadorZones>);
    type Output = Json<AmbassadorView>;

    async fn run(
        cx: &Cx,
        caller: Administrator,
        (Path(AmbassadorPath { account }), Json(AmbassadorZones { zones })): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let settings = &caller.commune.settings;
        if zones.is_empty() {
            return Err(Problem::field("zones", "missing", "zones is empty; name one zone at least"));
        }
        let mut seen = BTreeSet::new();
        for (at, zone) in zones.iter().enumerate() {
            if settings.zone(zone).is_none_or(|zone| zone.archived) || !seen.insert(zone) {
                let detail = format!("{} has no zone {zone} in use, or it is there twice", settings.name);
                return Err(Problem::field(&format!("zones.{at}"), "unknown", detail));
            }
        }
        match caller.commune.put_ambassador(caller.actor(), account, zones, cx.now()).await {
            Ok(ambassador) => Ok(Json(ambassador.into())),
            Err(StoreError::NotFound) => Err(Problem::not_found("account")),
            Err(other) => Err(other.into()),
        }
    }
}
