//! The engines and taps with real processes, called by the SDKs the platform uses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests stop the test by panicking; clippy exempts the test functions only"
)]

mod faults;
mod lifecycle;
mod outbox;
mod services;
mod support;
