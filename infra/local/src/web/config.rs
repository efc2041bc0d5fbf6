//! What the pages read at their start: where map tiles and addresses come from.

use std::path::PathBuf;

use parvis_store::tile_hosts;
use serde::{Deserialize, Serialize};

/// The configuration of a deployment that says nothing else; `infra/template.yaml` has the same.
const USUAL: &str = include_str!("../../../web/config.json");

/// Where the web is and what it uses.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// Folder of the build.
    pub folder: PathBuf,
    /// Background of maps; none: lists and coordinates only.
    pub tiles: Option<Tiles>,
    /// Hosts that communes may take tiles of their own from.
    pub tile_hosts: Vec<String>,
    /// Search of addresses; none: coordinates only.
    pub geocoder: Option<Geocoder>,
}

/// Tiles of a map in Web Mercator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tiles {
    /// Address of a tile of 256 pixels, with `{z}`, `{x}` and `{y}`.
    pub url: String,
    /// Who has to be named on the map.
    pub attribution: String,
    /// Finest zoom there is.
    pub max_zoom: u8,
}

/// A search of addresses with the interface of the Base Adresse Nationale: `/search` and `/reverse` under `url`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Geocoder {
    /// Address, without a slash at the end.
    pub url: String,
}

#[derive(Deserialize)]
struct Usual {
    tiles: Tiles,
    tile_hosts: String,
    geocoder: Geocoder,
}

/// `GET /web.json`.
#[derive(Debug, Serialize)]
pub(super) struct WebConfig<'o> {
    tiles: &'o Option<Tiles>,
    geocoder: &'o Option<Geocoder>,
    stage: &'static str,
}

impl WebOptions {
    /// The build in `folder`, with the maps and the search of addresses of the Géoplateforme (IGN).
    pub fn new(folder: impl Into<PathBuf>) -> WebOptions {
        // The file is part of the program, and a test reads it.
        let usual: Option<Usual> = serde_json::from_str(USUAL).ok();
        let hosts = usual.as_ref().map(|usual| tile_hosts(&usual.tile_hosts)).unwrap_or_default();
        let (tiles, geocoder) = usual.map(|usual| (usual.tiles, usual.geocoder)).unzip();
        WebOptions { folder: folder.into(), tiles, tile_hosts: hosts, geocoder }
    }

    /// What pages read.
    pub(super) fn config(&self) -> WebConfig<'_> {
        WebConfig { tiles: &self.tiles, geocoder: &self.geocoder, stage: "local" }
    }
}

impl Tiles {
    /// Tiles of somebody else, who is named by the host.
    ///
    /// # Errors
    /// What the address lacks.
    pub fn at(url: &str) -> Result<Tiles, String> {
        if let Some(missing) = ["{z}", "{x}", "{y}"].into_iter().find(|part| !url.contains(part)) {
            return Err(format!("{url} has no {missing}"));
        }
        let (_, host) = origin(url)?.split_once("://").unwrap_or_default();
        Ok(Tiles { url: url.to_owned(), attribution: host.to_owned(), max_zoom: 19 })
    }
}

/// The hosts in a list with commas.
///
/// # Errors
/// Which is no host.
pub fn hosts_of_tiles(list: &str) -> Result<Vec<String>, String> {
    let hosts = tile_hosts(list);
    for host in &hosts {
        let address = format!("https://{host}");
        if origin(&address)? != address || host.contains(char::is_uppercase) {
            return Err(format!("{host} is no host in lower case like tiles.ville.example"));
        }
    }
    Ok(hosts)
}

impl Geocoder {
    /// The one at `url`.
    ///
    /// # Errors
    /// Why that is no address.
    pub fn at(url: &str) -> Result<Geocoder, String> {
        origin(url)?;
        Ok(Geocoder { url: url.trim_end_matches('/').to_owned() })
    }
}

/// Scheme, host and port of an address: what a content security policy names.
pub(super) fn origin(url: &str) -> Result<&str, String> {
    let wrong = || format!("{url} is no address that begins with https:// or http://");
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).ok_or_else(wrong)?;
    let host = rest.find(['/', '?', '#']).map_or(rest, |end| &rest[..end]);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ".-:[]".contains(letter);
    if host.is_empty() || !host.chars().all(fits) {
        return Err(wrong());
    }
    Ok(&url[..url.len() - rest.len() + host.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_word_tiles_and_addresses_come_from_the_geoplateforme() {
        let options = WebOptions::new("web/dist");
        let (tiles, geocoder) = (options.tiles.expect("tiles"), options.geocoder.expect("addresses"));
        assert_eq!((origin(&tiles.url), tiles.max_zoom), (Ok("https://data.geopf.fr"), 19));
        assert!(tiles.url.contains("PLANIGNV2") && Tiles::at(&tiles.url).is_ok());
        assert_eq!(geocoder, Geocoder::at("https://data.geopf.fr/geocodage/").expect("an address"));
        assert_eq!(options.tile_hosts, ["data.geopf.fr"]);
    }

    #[test]
    fn hosts_of_tiles_are_hosts_and_nothing_that_could_end_a_directive() {
        assert_eq!(hosts_of_tiles("a.example,b.example:8443"), Ok(vec!["a.example".into(), "b.example:8443".into()]));
        assert_eq!(hosts_of_tiles("none"), Ok(Vec::new()));
        for wrong in ["https://a.example", "a.example/tiles", "a.example;script-src *", "A.example"] {
            assert!(hosts_of_tiles(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_that_could_end_a_header_or_a_directive() {
        assert_eq!(origin("http://127.0.0.1:9000/{z}/{x}/{y}.png"), Ok("http://127.0.0.1:9000"));
        assert_eq!(origin("https://tiles.example?z={z}"), Ok("https://tiles.example"));
        for wrong in ["", "tiles.example", "ftp://tiles.example", "https://", "https:///x", "https://{s}.example/"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
        for wrong in ["https://a.example;script-src *", "https://a.example\r\nx: y", "https://a b/"] {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
        assert_eq!(
            Tiles::at("https://tiles.example/{z}/{x}.png"),
            Err("https://tiles.example/{z}/{x}.png has no {y}".to_owned())
        );
    }
}
