//! `PUT /v1/{commune}/logo`: an administrator gives the commune its logo.
//!
//! The picture comes in the body and not by a presigned upload: it is small, comes once in years, and whoever sends it wants to
//! know at once whether it is good.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parvis_edge::{Administrator, Code, Cx, Endpoint, Grant, Json, Problem, Route, put};
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::pipeline::logo;

/// Sets the logo.
pub struct PutLogo;

/// A picture.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLogo {
    /// PNG, JPEG or WebP as base64 (RFC 4648, section 4, with padding): at most 200,000 bytes and 2,000 pixels a side.
    picture: String,
}

/// The logo as it is kept: a PNG of at most 512 pixels a side.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeptLogo {
    /// Its address; another logo has another one.
    url: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
}

impl Endpoint for PutLogo {
    const ROUTE: Route = put("/v1/{commune}/logo");
    const SUMMARY: &'static str = "Set the commune's logo";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::PUT_PHOTO, Grant::DELETE_PHOTO];
    /// Decoding is all CPU, which comes with memory.
    const MEMORY_MB: u32 = 1024;
    type Caller = Administrator;
    type Input = Json<NewLogo>;
    type Output = Json<KeptLogo>;

    async fn run(cx: &Cx, caller: Administrator, Json(new): Json<NewLogo>) -> Result<Self::Output, Problem> {
        let bytes = STANDARD
            .decode(&new.picture)
            .map_err(|e| Problem::field("picture", "not_valid", format!("picture is not base64: {e}")))?;
        let made =
            tokio::task::spawn_blocking(move || logo(&bytes)).await.map_err(|e| StoreError::Defect(e.to_string()))?;
        let made = made.map_err(|no| Problem::field("picture", no.code(), no.detail()))?;
        let commune = &caller.commune;
        match commune.put_logo(caller.actor(), made.png, made.size, cx.now()).await {
            Ok(kept) => Ok(Json(KeptLogo { url: commune.logo_url(kept.id), width: kept.width, height: kept.height })),
            Err(StoreError::Conflict { .. }) => Err(changed_meanwhile()),
            Err(other) => Err(other.into()),
        }
    }
}

/// Somebody was a moment faster.
pub(crate) fn changed_meanwhile() -> Problem {
    Problem::new(Code::Conflict, "somebody else changed the logo at the same moment; look at it again")
}
