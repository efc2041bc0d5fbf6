//! What holds for everything in the catalog, so that a new function cannot forget it.

mod crossing;
mod entries;
mod grants;
mod layering;
mod modules;
mod refusals;

use std::path::{Path, PathBuf};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the workspace is there")
}
