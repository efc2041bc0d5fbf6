//! Which file of the build answers a path. The CloudFront function `infra/web/served.js` does the same.

/// The file, as an address under the folder of the build. Between the slashes of a commune's addresses there is never a dot,
/// so a dot in the last part is a file: a script that is missing must not become a page.
pub(super) fn served(path: &str) -> &str {
    let mut parts = path.split('/').skip(1);
    let (first, second) = (parts.next(), parts.next());
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    match (first, second) {
        (Some("assets"), _) => path,
        _ if is_file => path,
        (Some("operator"), _) => "/operator.html",
        (_, Some("console")) => "/console.html",
        _ => "/index.html",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_answered_as_cloudfront_answers_them() {
        let cases: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../web/paths.json")).expect("a list of cases");
        assert!(cases.len() > 25);
        for case in cases {
            let path = case["path"].as_str().expect("a path");
            assert_eq!(served(path), case["serves"], "{path}");
        }
    }
}
