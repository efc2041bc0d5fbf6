//! `GET /v1/{commune}/launch/kit/{piece}`: what a commune prints or publishes when it begins.

use parvis_edge::{Administrator, Cx, Endpoint, File, Grant, Path, Problem, Route, get};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Undrawn;
use crate::logo::Logo;
use crate::sheet::Look;
use crate::text::Typeface;
use crate::{banner, pdf, png, portrait};

/// Makes a piece of the launch kit.
pub struct GetKit;

/// Which piece.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct KitPath {
    /// What to make.
    piece: Piece,
}

/// The pieces there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// A4 as PDF, to hang up.
    Poster,
    /// A5 as PDF, to hand out.
    Flyer,
    /// 1200 by 630 pixels as PNG, for web sites and social networks.
    Banner,
}

impl Endpoint for GetKit {
    const ROUTE: Route = get("/v1/{commune}/launch/kit/{piece}");
    const SUMMARY: &'static str = "Make a poster, a flyer or a banner with the commune's name, colours and address";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::GET_PHOTO];
    // Drawing is all CPU, which comes with memory.
    const MEMORY_MB: u32 = 512;
    type Caller = Administrator;
    type Input = Path<KitPath>;
    type Output = File;

    async fn run(cx: &Cx, caller: Administrator, Path(path): Path<KitPath>) -> Result<Self::Output, Problem> {
        let commune = &caller.commune;
        let settings = &commune.settings;
        let png = match commune.logo().await? {
            Some(logo) => commune.logo_picture(logo.id).await?,
            None => None,
        };
        let logo = png.as_deref().and_then(|png| Logo::read(png, settings.colours.primary.rgb()));
        if png.is_some() && logo.is_none() {
            tracing::error!(commune = %commune.id(), "the logo cannot be read; a piece of the kit goes without it");
        }
        let look = Look {
            name: &settings.name,
            colours: &settings.colours,
            logo,
            address: format!("{}/{}", cx.store.names.public_url, settings.id),
        };
        Ok(make(path.piece, &look)?)
    }
}

/// Draws a piece.
pub(crate) fn make(piece: Piece, look: &Look) -> Result<File, Undrawn> {
    let typeface = Typeface::load()?;
    Ok(match piece {
        Piece::Poster => File::Pdf(pdf::pdf(&portrait::poster(look, &typeface)?)?),
        Piece::Flyer => File::Pdf(pdf::pdf(&portrait::flyer(look, &typeface)?)?),
        Piece::Banner => File::Png(png::png(&banner::banner(look, &typeface)?, &typeface)?),
    })
}
