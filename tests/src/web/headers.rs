//! The headers of every answer, and the configuration that pages read.

use std::collections::BTreeMap;

use parvis_testkit::{platform, run};
use serde_json::{Value, json};

use super::{ask, get};

#[test]
fn every_answer_has_the_headers_of_the_table_whether_it_is_a_page_a_file_or_a_refusal() {
    run(async {
        let table: BTreeMap<String, BTreeMap<String, String>> =
            serde_json::from_str(include_str!("../../../infra/web/headers.json")).expect("two tables");
        for (method, path) in [
            ("GET", "/"),
            ("HEAD", "/aubignac/console"),
            ("GET", "/operator/"),
            ("GET", "/assets/index-1a2b3c4d.js"),
            ("GET", "/assets/gone.js"),
            ("GET", "/../secret.txt"),
            ("GET", "/web.json"),
            ("POST", "/aubignac"),
        ] {
            let got = ask(method, path, &[]).await;
            for (name, value) in &table["always"] {
                let there = got.header(name);
                match value.contains("${") {
                    true => assert!(!there.is_empty() && !there.contains('$'), "{path}: {name}: {there}"),
                    false => assert_eq!(there, value, "{method} {path}: {name}"),
                }
            }
            for name in table["over_https"].keys() {
                assert_eq!(got.header(name), "", "{path}: nothing is encrypted on one machine");
            }
            assert_eq!(got.header("vary"), "accept-encoding", "{path}");
        }
    });
}

#[test]
fn pages_may_upload_where_photos_go_and_show_what_comes_back() {
    run(async {
        let platform = platform().await;
        let policy = get("/").await.header("content-security-policy").to_owned();
        let directive = |name: &str| policy.split("; ").find(|d| d.starts_with(name)).expect("a directive").to_owned();
        let connect = directive("connect-src");
        assert!(connect.contains(&platform.engines().aws_url()), "{connect}");
        assert!(connect.contains("https://data.geopf.fr"), "{connect}");
        let pictures = directive("img-src");
        assert!(pictures.contains(platform.url()) && pictures.contains("https://data.geopf.fr"), "{pictures}");
        assert_eq!(directive("script-src"), "script-src 'self'");
    });
}

#[test]
fn pages_learn_where_maps_and_addresses_come_from() {
    run(async {
        let got = get("/web.json").await;
        assert_eq!((got.status, got.header("content-type")), (200, "application/json"));
        assert_eq!(got.header("cache-control"), "no-cache");
        let mut wanted: Value = serde_json::from_str(include_str!("../../../infra/web/config.json")).expect("JSON");
        wanted["stage"] = json!("local");
        // For the platform alone: it tells the policy and the settings.
        wanted.as_object_mut().expect("an object").remove("tile_hosts");
        assert_eq!(serde_json::from_str::<Value>(&got.body).expect("JSON"), wanted);
        let head = ask("HEAD", "/web.json", &[]).await;
        assert_eq!((head.status, &*head.body), (200, ""));
    });
}
