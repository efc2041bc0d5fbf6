//! How every artefact is linked, so that it starts fast (docs/decisions/0013-what-starts-lies-together.md).

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=../../infra/start/build.rs");
    // To a fixed address: Lambda starts it in a fresh machine, and moving it would touch every page of its tables first.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    // What runs at the start side by side. Development builds are linked often and never timed.
    if env::var("PROFILE").as_deref() == Ok("release") {
        let home = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        let order = Path::new(&home).join("../../infra/start/order.ld");
        println!("cargo::rerun-if-changed={}", order.display());
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{}", order.display());
    }
}
