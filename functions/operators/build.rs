//! Links the program to a fixed address: Lambda starts it in a fresh machine, and moving it to another address would touch
//! every page of its tables first (docs/performance.md, "Starting").

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-no-pie");
}
