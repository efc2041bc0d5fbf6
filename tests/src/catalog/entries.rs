//! Entries are named once, documented as they are, tested, and stay within what AWS allows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parvis_catalog::functions;
use parvis_edge::{Queue, Trigger};

use super::root;

/// AWS throttles a shard's readers beyond two (Developer Guide, "Using DynamoDB Streams with Lambda").
const MAX_STREAM_READERS: usize = 2;
/// A gateway waits no longer, so more would only be paid for.
const MAX_HTTP_SECONDS: u32 = 29;
/// Longest that Lambda lets a function run.
const MAX_SECONDS: u32 = 900;

/// `<domain>/<function>` without an integration test. Only ever gets shorter.
const UNTESTED: [&str; 0] = [];

#[test]
fn every_id_is_unique_and_so_is_every_method_and_path() {
    let (mut ids, mut routes) = (BTreeMap::new(), BTreeMap::new());
    for function in functions() {
        if let Some(http) = function.http() {
            // Placeholders of other names are the same route.
            let path = http.route.path.split('/').map(|s| if s.starts_with('{') { "{}" } else { s });
            let route = (http.route.method, path.collect::<Vec<_>>().join("/"));
            let before = routes.insert(route.clone(), function.id.clone());
            assert_eq!(before, None, "{} has the route {route:?} already", function.id);
        }
        let before = ids.insert(function.id.clone(), function.domain.clone());
        assert_eq!(before, None, "{} is there twice", function.id);
    }
    assert!(ids.len() > 20, "the catalog lists everything: {ids:?}");
}

#[test]
fn every_placeholder_is_read_and_nothing_else_is_read_from_the_path() {
    let mut schemas = schemars::SchemaGenerator::default();
    for function in functions() {
        let Some(http) = function.http() else { continue };
        let (input, _) = http.describe(&mut schemas);
        let mut read: BTreeSet<String> = input
            .parameters
            .iter()
            .filter(|p| p["in"] == "path")
            .map(|p| p["name"].as_str().unwrap_or_default().to_owned())
            .collect();
        // A caller opens it.
        if http.route.placeholders().any(|name| name == "commune") {
            read.insert("commune".to_owned());
        }
        let placed: BTreeSet<String> = http.route.placeholders().map(str::to_owned).collect();
        assert_eq!(read, placed, "{}: what it reads, and the placeholders of {}", function.id, http.route.path);
    }
}

#[test]
fn every_entry_has_an_integration_test_of_its_name() {
    let mut untested = Vec::new();
    for function in functions() {
        let folder = root().join("tests/src").join(&function.domain);
        let tests = fs::read_to_string(folder.join(format!("{}.rs", function.id))).unwrap_or_default();
        let listed = fs::read_to_string(folder.join("mod.rs")).unwrap_or_default();
        if !tests.contains("#[test]") || !listed.contains(&format!("mod {};", function.id)) {
            untested.push(format!("{}/{}", function.domain, function.id));
        }
    }
    let missing: Vec<&String> = untested.iter().filter(|name| !UNTESTED.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "write tests/src/<function>.rs with a test, and list it in mod.rs, for: {missing:?}");
    let done: Vec<&&str> = UNTESTED.iter().filter(|name| !untested.iter().any(|u| u == **name)).collect();
    assert!(done.is_empty(), "these have tests now; take them off the list: {done:?}");
}

#[test]
fn the_stream_has_two_readers_at_most_and_every_queue_has_one() {
    let all = functions();
    let readers: Vec<&str> =
        all.iter().filter(|f| matches!(f.trigger, Trigger::Stream(_))).map(|f| f.id.as_str()).collect();
    assert!((1..=MAX_STREAM_READERS).contains(&readers.len()), "readers of the stream: {readers:?}");
    for queue in Queue::ALL {
        let readers = all.iter().filter(|f| matches!(f.trigger, Trigger::Queue(q) if q == queue)).count();
        assert_eq!(readers, 1, "functions on the queue {}", queue.name());
    }
}

#[test]
fn every_entry_stays_within_the_limits_of_lambda_and_says_what_it_does() {
    for function in functions() {
        let most = if function.http().is_some() { MAX_HTTP_SECONDS } else { MAX_SECONDS };
        assert!((1..=most).contains(&function.timeout_s), "{}: {} s", function.id, function.timeout_s);
        assert!((128..=10_240).contains(&function.memory_mb), "{}: {} MB", function.id, function.memory_mb);
        let summary = function.summary;
        assert!(
            !summary.is_empty() && !summary.ends_with('.') && !summary.contains('\n'),
            "{}: {summary:?}",
            function.id
        );
        let listed: BTreeSet<_> = function.grants.iter().collect();
        assert_eq!(listed.len(), function.grants.len(), "{} names a grant twice", function.id);
        assert!(function.grants.iter().all(|g| !g.action.contains('*')), "{} has a wildcard", function.id);
    }
}
