//! Which page or file answers a path; CloudFront is held to the same cases (infra/web/functions.test.mjs).

use std::fs;

use parvis_testkit::run;
use serde_json::Value;

use super::{BUILD, ask, build, get};

#[test]
fn every_path_is_answered_by_the_page_or_the_file_that_is_meant_or_not_found() {
    run(async {
        let cases: Vec<Value> =
            serde_json::from_str(include_str!("../../../infra/web/paths.json")).expect("a list of cases");
        let (mut found, mut missing) = (0, 0);
        for case in cases {
            let (path, serves) = (case["path"].as_str().expect("a path"), case["serves"].as_str().expect("a file"));
            let got = get(path).await;
            match BUILD.iter().find(|(name, _)| serves == format!("/{name}")) {
                Some((_, content)) => {
                    assert_eq!((got.status, &*got.body), (200, *content), "{path}");
                    found += 1;
                }
                None => {
                    assert_eq!(got.status, 404, "{path}: {}", got.body);
                    assert!(!got.header("content-type").contains("html"), "{path} is missing and a page");
                    assert!(!got.body.contains("not for browsers"), "{path}");
                    missing += 1;
                }
            }
        }
        assert!(found > 15 && missing > 8, "{found} found, {missing} missing");
    });
}

#[test]
fn what_is_beside_the_build_is_never_served_however_it_is_spelt() {
    run(async {
        assert_eq!(fs::read_to_string(build().join("../secret.txt")).expect("it is there"), "not for browsers");
        for path in [
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/%2E%2E%2Fsecret.txt",
            "/assets/%2e%2e/%2e%2e/secret.txt",
            "/..%5csecret.txt",
            "//../secret.txt",
            "/./../secret.txt",
            "/secret.txt%00.js",
            "/assets/..",
        ] {
            let got = get(path).await;
            assert_eq!(got.status, 404, "{path}: {}", got.body);
            assert!(!got.body.contains("not for browsers"), "{path}");
        }
        // A name that no file can have is not found by any method.
        let long = format!("/assets/{}.js", "x".repeat(2_000));
        for path in ["/a%00.js", &*long] {
            assert_eq!(ask("HEAD", path, &[]).await.status, 404, "{path}");
        }
    });
}

#[test]
fn the_api_and_the_local_pages_stay_where_they_are() {
    run(async {
        for path in ["/v1", "/v1/", "/v1/nothing", "/.well-known/nothing", "/media/nothing", "/_local/nothing"] {
            let got = get(path).await;
            assert_eq!((got.status, got.header("content-type")), (404, "application/problem+json"), "{path}");
        }
        assert_eq!(get("/v1/health").await.status, 200);
        assert_eq!(get("/.well-known/openid-configuration").await.status, 200);
        assert!(get("/_local/").await.body.contains("Téléphones"));
    });
}
