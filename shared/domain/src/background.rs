//! What lies under the outline and the pins of a commune's maps, and which addresses of tiles are good for it.

use std::ops::RangeInclusive;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::invalid::{grouped, quoted};
use crate::{Invalid, Settings};

/// Longest address of tiles, in characters. That of a WMTS, all of whose parameters are in it, has some 250.
const MAX_URL: usize = 500;
/// Longest attribution, in characters: it lies on a map that is 320 pixels wide.
const MAX_ATTRIBUTION: usize = 200;
/// Zooms that maps have.
const ZOOMS: RangeInclusive<u8> = 0..=22;
/// What is put in place of it in the address of a tile.
const PLACES: [&str; 3] = ["{z}", "{x}", "{y}"];

/// The background of a commune's maps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Background {
    /// What the deployment has for all communes.
    #[default]
    Usual,
    /// None: outline, zones and pins lie on a plain ground, and nobody else is asked for anything.
    Plain,
    /// Pictures of 256 pixels a side in Web Mercator, from a server of the commune's choice.
    Raster {
        /// Address of a tile, `https`, with `{z}`, `{x}` and `{y}`; its host is one that the deployment allows.
        url: String,
        /// Who has to be named on the map; plain text.
        attribution: String,
        /// The coarsest zoom there is, 0 to 22.
        #[serde(default)]
        min_zoom: u8,
        /// The finest zoom there is, 0 to 22; nearer, its tiles are shown larger.
        max_zoom: u8,
    },
}

impl Background {
    /// Names everything that does not fit.
    pub(crate) fn check(&self) -> Vec<Invalid> {
        let Background::Raster { url, attribution, min_zoom, max_zoom } = self else { return Vec::new() };
        let mut wrong = Vec::new();
        wrong.extend(host(url).err());
        wrong.extend(check_attribution(attribution).err());
        for (field, zoom) in [("min_zoom", min_zoom), ("max_zoom", max_zoom)] {
            if !ZOOMS.contains(zoom) {
                let detail = format!("{field} is {zoom}; from {} to {}", ZOOMS.start(), ZOOMS.end());
                wrong.push(Invalid::new(field, "out_of_range", detail));
            }
        }
        if min_zoom > max_zoom {
            let detail = format!("min_zoom is {min_zoom}, more than max_zoom, which is {max_zoom}");
            wrong.push(Invalid::new("min_zoom", "out_of_range", detail));
        }
        wrong
    }
}

/// Host, and port if it has one, of an address of tiles; whether it is one at all.
fn host(url: &str) -> Result<&str, Invalid> {
    let length = url.chars().count();
    if length > MAX_URL {
        let detail = format!("url is {} characters; at most {MAX_URL}", grouped(length));
        return Err(Invalid::new("url", "too_long", detail));
    }
    let malformed = |detail: String| Err(Invalid::new("url", "malformed_tiles_url", detail));
    let Some(rest) = url.strip_prefix("https://") else {
        let detail = format!("{} does not begin with https://", quoted(url));
        return malformed(detail);
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let named = host.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-:".contains(c));
    if host.is_empty() || !named {
        let detail = format!("{} has no host in lower case between https:// and the next slash", quoted(url));
        return malformed(detail);
    }
    if let Some(missing) = PLACES.into_iter().find(|place| !path.contains(place)) {
        let detail = format!("{} has no {missing} after its host", quoted(url));
        return malformed(detail);
    }
    let others = PLACES.iter().fold(path.to_owned(), |path, place| path.replace(place, ""));
    // What RFC 3986 has in paths and queries; of braces, there are those of the three places only.
    if let Some(other) = others.chars().find(|c| !c.is_ascii_alphanumeric() && !"-._~!$&'()*+,;=:@/?%".contains(*c)) {
        let other = quoted(&other.to_string());
        let detail = format!("{} has a {other}, which is no part of an address of tiles", quoted(url));
        return malformed(detail);
    }
    Ok(host)
}

/// Refuses what cannot stand on a map as the name of its source: 1 to 200 visible characters on one line.
///
/// # Errors
/// What it is, at the field `attribution`.
pub fn check_attribution(text: &str) -> Result<(), Invalid> {
    let length = text.chars().count();
    if text.trim().is_empty() || length > MAX_ATTRIBUTION || text.chars().any(char::is_control) {
        let detail =
            format!("{} is no attribution; 1 to {MAX_ATTRIBUTION} visible characters on one line", quoted(text));
        return Err(Invalid::new("attribution", "malformed_attribution", detail));
    }
    Ok(())
}

impl Settings {
    /// Refuses tiles from a host that is none of `allowed`: the policy that browsers hold pages to names these alone.
    ///
    /// # Errors
    /// The host, and those that are allowed.
    pub fn check_tile_host(&self, allowed: &[String]) -> Result<(), Vec<Invalid>> {
        let Background::Raster { url, .. } = &self.map else { return Ok(()) };
        let host = host(url).map_err(|e| vec![e.at("map")])?;
        if allowed.iter().any(|one| one == host) {
            return Ok(());
        }
        let detail = if allowed.is_empty() {
            format!("this deployment takes no tiles from other hosts, so none from {host}")
        } else {
            format!("{host} is not among the hosts that this deployment takes tiles from: {}", allowed.join(", "))
        };
        Err(vec![Invalid::new("map.url", "host_not_allowed", detail)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "https://tiles.ville.example/{z}/{x}/{y}.png";

    fn raster(url: &str, attribution: &str, min_zoom: u8, max_zoom: u8) -> Background {
        Background::Raster { url: url.to_owned(), attribution: attribution.to_owned(), min_zoom, max_zoom }
    }

    fn tiles(url: &str) -> Background {
        raster(url, "© Ville", 0, 19)
    }

    fn codes(tiles: &Background) -> Vec<(String, &'static str)> {
        tiles.check().into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn an_address_of_tiles_is_https_with_a_host_and_three_places() {
        for good in [
            GOOD,
            "https://tiles.ville.example:8443/{z}/{x}/{y}@2x.png?key=a%20b",
            "https://data.geopf.fr/wmts?LAYER=A.B&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}",
        ] {
            assert_eq!(tiles(good).check(), [], "{good}");
        }
        for (bad, says) in [
            ("", "does not begin with https://"),
            ("http://tiles.ville.example/{z}/{x}/{y}.png", "does not begin with https://"),
            ("https:///{z}/{x}/{y}.png", "has no host"),
            ("https://{s}.ville.example/{z}/{x}/{y}.png", "has no host"),
            ("https://a@ville.example/{z}/{x}/{y}.png", "has no host"),
            ("https://ville.example;script-src/{z}/{x}/{y}.png", "has no host"),
            ("https://tiles.ville.example/{z}/{x}.png", "has no {y}"),
            ("https://tiles.ville.example", "has no {z}"),
            ("https://tiles.ville.example/{z}/{x}/{y}{r}.png", "has a \"{\""),
            ("https://tiles.ville.example/{z}/{x}/{y}.png\" onerror=", "has a \"\"\""),
        ] {
            let wrong = tiles(bad).check();
            assert_eq!((wrong.len(), wrong[0].code), (1, "malformed_tiles_url"), "{bad}");
            assert!(wrong[0].detail.contains(says), "{}", wrong[0].detail);
        }
        let long = tiles(&format!("https://tiles.ville.example/{}/{{z}}/{{x}}/{{y}}.png", "a".repeat(500)));
        assert_eq!(codes(&long), [("url".to_owned(), "too_long")]);
    }

    #[test]
    fn a_source_is_named_and_its_zooms_are_in_order() {
        let found: Vec<_> = codes(&raster(GOOD, "\n", 23, 19)).into_iter().map(|(field, _)| field).collect();
        assert_eq!(found, ["attribution", "min_zoom", "min_zoom"]);
        assert!(check_attribution(&"é".repeat(200)).is_ok() && check_attribution(&"é".repeat(201)).is_err());
        assert_eq!(raster(GOOD, "© Ville", 19, 19).check(), []);
    }

    #[test]
    fn a_background_that_nobody_chose_is_the_deployments() {
        assert_eq!(Background::default(), Background::Usual);
        assert_eq!(serde_json::to_value(Background::Usual).expect("JSON"), serde_json::json!({ "kind": "usual" }));
    }
}
