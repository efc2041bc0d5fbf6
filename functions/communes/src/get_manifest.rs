//! `GET /v1/{commune}/manifest`: what a browser has to know to install the web app as this commune's own
//! (W3C, Web Application Manifest).

use parvis_domain::{Colour, Module, Settings};
use parvis_edge::{Cx, Endpoint, Grant, Problem, Route, Visitor, WebManifest, get};
use schemars::JsonSchema;
use serde::Serialize;

use crate::get_commune::{LogoShown, logo};

/// How long a client or a cache may keep it, in seconds: it changes a few times a year, and browsers look anew once a day.
const MAX_AGE_S: u32 = 600;

/// The web app's own icons, by side in pixels: it serves them to every commune.
const ICONS: [(&str, u32, Purpose); 3] = [
    ("/icons/192.png", 192, Purpose::Any),
    ("/icons/512.png", 512, Purpose::Any),
    ("/icons/maskable-512.png", 512, Purpose::Maskable),
];

/// Reads the manifest.
pub struct GetManifest;

/// A web app manifest.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Manifest {
    /// What makes it the same app at every start; a path of the platform's own origin.
    id: String,
    /// Where it opens.
    start_url: String,
    /// What belongs to it; a link that leads elsewhere opens in the browser.
    scope: String,
    /// In full.
    name: String,
    /// Under an icon.
    short_name: String,
    /// What it is for, in one sentence.
    description: String,
    /// Of the texts in here.
    lang: &'static str,
    /// Without the browser's bars.
    display: &'static str,
    /// The commune's first colour.
    theme_color: Colour,
    /// Until the app has drawn something.
    background_color: &'static str,
    /// The commune's logo, if it has one, and the web app's own icons.
    icons: Vec<Icon>,
    /// What an icon offers that is pressed long.
    shortcuts: Vec<Shortcut>,
}

/// One picture.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Icon {
    /// Its address.
    src: String,
    /// Width and height in pixels: `512x512`.
    sizes: String,
    /// Its media type.
    #[serde(rename = "type")]
    media_type: &'static str,
    /// What it is good for.
    purpose: Purpose,
}

/// What an icon is good for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// As it is.
    Any,
    /// To be cut to any shape: it is full to its edges, and what counts is in the middle.
    Maskable,
}

/// A way into the app.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Shortcut {
    /// As it is shown.
    name: &'static str,
    /// Where it leads.
    url: String,
}

impl Endpoint for GetManifest {
    const ROUTE: Route = get("/v1/{commune}/manifest");
    const SUMMARY: &'static str = "Read the manifest of a commune's web app";
    const GRANTS: &'static [Grant] = &[Grant::GET];
    type Caller = Visitor;
    type Input = ();
    type Output = WebManifest<Manifest>;

    async fn run(_: &Cx, Visitor { commune }: Visitor, (): ()) -> Result<Self::Output, Problem> {
        let logo = logo(&commune).await?;
        Ok(WebManifest { seconds: MAX_AGE_S, body: manifest(&commune.settings, logo) })
    }
}

fn manifest(settings: &Settings, logo: Option<LogoShown>) -> Manifest {
    let home = format!("/{}/", settings.id);
    let own = ICONS.map(|(src, side, purpose)| Icon::png(src.to_owned(), side, side, purpose));
    let logo = logo.map(|logo| Icon::png(logo.url, logo.width, logo.height, Purpose::Any));
    let report = Shortcut { name: "Signaler", url: format!("{home}report") };
    Manifest {
        id: home.clone(),
        start_url: home.clone(),
        scope: home,
        name: format!("Parvis {}", settings.name),
        short_name: settings.name.clone(),
        description: format!("Signaler, proposer, demander à {}, et savoir où cela en est.", settings.name),
        lang: "fr",
        display: "standalone",
        theme_color: settings.colours.primary.clone(),
        background_color: "#ffffff",
        icons: logo.into_iter().chain(own).collect(),
        shortcuts: settings.has(Module::Reports).then_some(report).into_iter().collect(),
    }
}

impl Icon {
    fn png(src: String, width: u32, height: u32, purpose: Purpose) -> Icon {
        Icon { src, sizes: format!("{width}x{height}"), media_type: "image/png", purpose }
    }
}
