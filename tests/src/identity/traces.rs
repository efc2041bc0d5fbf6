//! Looks for somebody in everything that is kept: every attribute of every item of the table, every object of the buckets,
//! and the log. Left out is what stands in for the outside world: the local outbox, which is everybody's phone and mailbox.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Where any of `needles` is, as it is or in Base64: keys of items, and files of the data directory.
pub(crate) async fn traces(table: &Client, data: &Path, needles: &[String]) -> Vec<String> {
    let needles: Vec<String> = needles.iter().flat_map(|needle| spellings(needle)).collect();
    let mut found = items_with(table, &needles).await;
    let mut files = files_of(&data.join("ministack/s3"));
    assert!(data.join("ministack/s3").is_dir(), "the buckets are somewhere else: {}", data.display());
    files.push(data.join("platform.log"));
    for file in files {
        let content = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.display().to_string();
        let has = |needle: &String| {
            name.contains(needle.as_str()) || content.windows(needle.len()).any(|part| part == needle.as_bytes())
        };
        found.extend(needles.iter().filter(|needle| has(needle)).map(|needle| format!("{needle} in {name}")));
    }
    found
}

/// The same in the table only.
pub(crate) async fn items_with(table: &Client, needles: &[String]) -> Vec<String> {
    let mut pages = table.scan().table_name("parvis").consistent_read(true).into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        let item: HashMap<String, AttributeValue> = item.expect("the table answers");
        let text = format!("{item:?}");
        let has = needles.iter().filter(|needle| text.contains(needle.as_str()));
        found.extend(has.map(|needle| format!("{needle} in {:?} {:?}", item["pk"], item["sk"])));
    }
    found
}

/// A text as it is, and what is the same in Base64 wherever in a longer text it begins.
fn spellings(needle: &str) -> Vec<String> {
    let mut all = vec![needle.to_owned()];
    for before in 0..3 {
        let text = format!("{}{needle}", "\0".repeat(before));
        // Without the digits that depend on what stands before and behind.
        let (from, bits) = ((before * 8).div_ceil(6), text.len() * 8);
        for code in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            all.push(code.encode(&text)[from..bits / 6].to_owned());
        }
    }
    all.sort();
    all.dedup();
    all
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_of(&path)) } else { files.push(path) }
    }
    files
}

#[test]
fn what_is_looked_for_is_found_in_base64_too() {
    for around in ["", "a", "ab", "abc"] {
        let hidden = STANDARD_NO_PAD.encode(format!("{around}+33612345678{around}"));
        assert!(spellings("+33612345678").iter().any(|spelling| hidden.contains(spelling)), "{hidden}");
    }
}
