//! The headers of every answer of the web, from the table that `infra/template.yaml` is held to as well.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use super::config::{WebOptions, origin};

const TABLE: &str = include_str!("../../../web/headers.json");

#[derive(Deserialize)]
struct Table {
    always: BTreeMap<String, String>,
}

/// The headers on one machine, where nothing is encrypted: `photos` and `uploads` are the addresses that pictures come from
/// and go to.
///
/// # Errors
/// What in the table is no header.
pub(super) fn headers(options: &WebOptions, photos: &str, uploads: &str) -> Result<HeaderMap, String> {
    let table: Table = serde_json::from_str(TABLE).map_err(|e| format!("infra/web/headers.json: {e}"))?;
    let places = [
        ("${Photos}", Some(photos)),
        ("${Uploads}", Some(uploads)),
        ("${Tiles}", options.tiles.as_ref().map(|tiles| &*tiles.url)),
        ("${Geocoder}", options.geocoder.as_ref().map(|geocoder| &*geocoder.url)),
    ];
    let hosts: Vec<String> = options.tile_hosts.iter().map(|host| format!("https://{host}")).collect();
    let mut headers = HeaderMap::new();
    for (name, text) in table.always {
        let mut value = text;
        for (place, url) in places {
            value = value.replace(place, url.map_or(Ok(""), origin)?);
        }
        value = value.replace("${TileHosts}", &hosts.join(" "));
        let header = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
        let (Ok(name), Ok(value)) = header else { return Err(format!("{name} cannot be {value:?}")) };
        headers.insert(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(options: &WebOptions) -> String {
        let headers = headers(options, "http://127.0.0.1:8200/media", "http://127.0.0.1:8202").expect("the table");
        headers["content-security-policy"].to_str().expect("text").to_owned()
    }

    #[test]
    fn pages_load_from_and_send_to_what_is_configured_and_nothing_else() {
        let policy_of = |options: &WebOptions, directive: &str| {
            let policy = policy(options);
            let found = policy.split(';').find_map(|part| part.trim().strip_prefix(directive).map(str::to_owned));
            found
                .unwrap_or_else(|| panic!("{policy} has no {directive}"))
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let usual = WebOptions::new("web/dist");
        let (own, ign) = ("'self'", "https://data.geopf.fr");
        assert_eq!(policy_of(&usual, "img-src"), [own, "blob:", "data:", "http://127.0.0.1:8200", ign, ign]);
        assert_eq!(policy_of(&usual, "connect-src"), [own, "http://127.0.0.1:8202", ign, ign]);
        assert_eq!(policy_of(&usual, "script-src"), [own]);
        assert_eq!(policy_of(&usual, "default-src"), ["'none'"]);
        let towns =
            WebOptions { tile_hosts: vec!["tiles.ville.example".into(), "b.example:8443".into()], ..usual.clone() };
        let own_tiles = ["https://tiles.ville.example", "https://b.example:8443"];
        assert_eq!(policy_of(&towns, "img-src")[5..], own_tiles);
        assert_eq!(policy_of(&towns, "connect-src"), policy_of(&usual, "connect-src"));
        let bare = WebOptions { tiles: None, tile_hosts: Vec::new(), geocoder: None, ..usual };
        assert_eq!(policy_of(&bare, "connect-src"), [own, "http://127.0.0.1:8202"]);
        assert!(!policy(&bare).contains('$'));
    }
}
