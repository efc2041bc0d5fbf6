//! The rules that take several types together: opening a report, changing it, configuring a commune.

// Clippy lets tests unwrap; their helpers in a crate of tests it takes for the product.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod answers;
mod changing;
mod fixture;
mod launching;
mod opening;
mod real_boundaries;
mod settings;
mod wire;
