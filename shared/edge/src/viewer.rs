//! Where a request came from when CloudFront handed it over: API Gateway then sees CloudFront's address, and limits and bans
//! are by the caller's.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::HeaderMap;

/// The caller's address, written by `infra/web/viewer.js` over whatever the caller said.
const ADDRESS: &str = "parvis-viewer-address";
/// What only the distribution knows and adds to each request: without it anybody could say where they call from, because the
/// API's own host name answers too.
const SECRET: &str = "parvis-edge-secret";

/// The address that the distribution vouches for; nothing when it was not the distribution that asked.
pub(crate) fn address(headers: &HeaderMap, secret: &str) -> Option<IpAddr> {
    let told = headers.get(SECRET)?;
    verify_slices_are_equal(told.as_bytes(), secret.as_bytes()).ok()?;
    headers.get(ADDRESS)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "what only the distribution knows";

    fn told(secret: Option<&str>, address_told: &str) -> Option<IpAddr> {
        let mut headers = HeaderMap::new();
        headers.insert(ADDRESS, address_told.parse().expect("a header"));
        if let Some(secret) = secret {
            headers.insert(SECRET, secret.parse().expect("a header"));
        }
        address(&headers, KNOWN)
    }

    #[test]
    fn an_address_is_believed_with_the_secret_and_not_without_it() {
        let caller: IpAddr = "203.0.113.7".parse().expect("an address");
        assert_eq!(told(Some(KNOWN), "203.0.113.7"), Some(caller));
        assert_eq!(told(Some(KNOWN), "2001:db8::7"), "2001:db8::7".parse().ok());
        for wrong in [None, Some(""), Some("what"), Some("what only the distribution knowS")] {
            assert_eq!(told(wrong, "203.0.113.7"), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_one_with_the_secret_either() {
        for wrong in ["", "nowhere", "203.0.113.7,203.0.113.8", "203.0.113.7:4711"] {
            assert_eq!(told(Some(KNOWN), wrong), None, "{wrong}");
        }
    }
}
