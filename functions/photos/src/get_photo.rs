//! `GET /v1/{commune}/photos/{photo}`: what became of a photo.

use parvis_domain::{Language, PhotoId, Position};
use parvis_edge::{
    Cx, Endpoint, Grant, Input, InputDoc, Json, Path, Preferred, Problem, Request, ResidentOrGuest, Route, get,
};
use parvis_store::Commune;
use parvis_store::objects::Size;
use parvis_store::photos::{Photo, PhotoState};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// Answers what became of a photo.
pub struct GetPhoto;

/// Which photo.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PhotoPath {
    /// The photo's id.
    photo: PhotoId,
}

/// `Photo-Claim`: what the upload answered, for guests.
#[derive(Debug)]
pub struct PhotoClaim(Option<String>);

/// A photo.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PhotoView {
    /// Its id.
    photo: PhotoId,
    /// `pending`, `ready` or `refused`.
    status: PhotoStatus,
    /// At most 1,600 px a side; when ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    large: Option<Picture>,
    /// At most 400 px a side; when ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    small: Option<Picture>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<RefusalView>,
    /// Where its EXIF says it was taken; only for its uploader.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
}

/// What became of a photo.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhotoStatus {
    /// Not arrived, or not worked on yet: ask again in a second.
    Pending,
    /// Pictures are there.
    Ready,
    /// Not taken.
    Refused,
}

/// A finished picture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Picture {
    /// Its address.
    url: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
}

/// Why a photo was refused.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalView {
    /// For programs: `truncated`, `too_many_pixels`, …
    code: String,
    /// For people, in the language asked for.
    detail: String,
}

impl Endpoint for GetPhoto {
    const ROUTE: Route = get("/v1/{commune}/photos/{photo}");
    const SUMMARY: &'static str = "See what became of a photo";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = (Path<PhotoPath>, PhotoClaim, Preferred);
    type Output = Json<PhotoView>;

    async fn run(
        _: &Cx,
        caller: ResidentOrGuest,
        (Path(path), PhotoClaim(claim), Preferred(language)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let commune = caller.commune;
        let photo = commune.photo(path.photo).await?.ok_or_else(|| Problem::not_found("photo"))?;
        let mine = commune.announced(&photo, caller.account.map(|a| a.id), claim.as_deref());
        // Photos of a report are seen through the report, which decides who may.
        if !mine {
            return Err(Problem::not_found("photo"));
        }
        Ok(Json(view(&commune, photo, language)))
    }
}

fn view(commune: &Commune, photo: Photo, language: Language) -> PhotoView {
    let id = photo.id;
    let mut view =
        PhotoView { photo: id, status: PhotoStatus::Pending, large: None, small: None, refusal: None, position: None };
    match photo.state {
        PhotoState::Pending => {}
        PhotoState::Ready { large, small, .. } => {
            let picture = |size, (width, height)| Some(Picture { url: commune.picture_url(id, size), width, height });
            view.status = PhotoStatus::Ready;
            view.large = picture(Size::Large, large);
            view.small = picture(Size::Small, small);
            view.position = photo.position;
        }
        PhotoState::Refused { code, detail, detail_en } => {
            let detail = if language == Language::En { detail_en } else { detail };
            view.status = PhotoStatus::Refused;
            view.refusal = Some(RefusalView { code, detail });
        }
    }
    view
}

impl Input for PhotoClaim {
    fn describe(doc: &mut InputDoc, _: &mut SchemaGenerator) {
        doc.parameters.push(serde_json::json!({
            "in": "header", "name": "Photo-Claim", "required": false,
            "description": "The `claim` that the upload answered; not needed by the resident who announced the photo.",
            "schema": {"type": "string"},
        }));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        Ok(PhotoClaim(request.header("photo-claim").map(str::to_owned)))
    }
}
