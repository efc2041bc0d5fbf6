//! Routes as the gateway knows them.

use serde::Serialize;

/// HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Read.
    Get,
    /// Make, or act.
    Post,
    /// Make or replace under a known address.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Method and path template, for example `GET /v1/{commune}/reports/{report}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with `{placeholders}`, one per segment.
    pub path: &'static str,
}

/// `GET`.
pub const fn get(path: &'static str) -> Route {
    Route { method: Method::Get, path }
}
/// `POST`.
pub const fn post(path: &'static str) -> Route {
    Route { method: Method::Post, path }
}
/// `PUT`.
pub const fn put(path: &'static str) -> Route {
    Route { method: Method::Put, path }
}
/// `PATCH`.
pub const fn patch(path: &'static str) -> Route {
    Route { method: Method::Patch, path }
}
/// `DELETE`.
pub const fn delete(path: &'static str) -> Route {
    Route { method: Method::Delete, path }
}

impl Route {
    /// The placeholders, in order.
    pub fn placeholders(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'))
    }

    /// The placeholders' values (percent-decoded) when `path` matches. A literal segment must be equal.
    pub fn matches(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut found = Vec::new();
        let mut given = path.split('/');
        for wanted in self.path.split('/') {
            let segment = given.next()?;
            match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(_) if segment.is_empty() => return None,
                Some(name) => found.push((name, percent_decode(segment))),
                None if wanted == segment => {}
                None => return None,
            }
        }
        given.next().is_none().then_some(found)
    }
}

/// `%C3%A9` -> `é`; what is not valid stays as it is.
fn percent_decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = (first == b'%').then(|| tail.get(..2)).flatten();
        let byte = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_placeholders() {
        let route = get("/v1/{commune}/reports/{report}");
        assert_eq!(route.placeholders().collect::<Vec<_>>(), ["commune", "report"]);
        let found = route.matches("/v1/aubignac/reports/7%C3%A9").expect("it matches");
        assert_eq!(found, [("commune", "aubignac".to_owned()), ("report", "7é".to_owned())]);
        assert_eq!(route.matches("/v1/aubignac/reports/7/status"), None);
        assert_eq!(route.matches("/v1//reports/7"), None);
        assert_eq!(route.matches("/v1/aubignac/reports"), None);
    }
}
