//! The platform around functions: what the gateway, the pumps, the local pages and the program itself do, with functions
//! made for it and the real engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "a test binary: nobody else uses its items, and its helpers stop the test by panicking"
)]

mod functions;
mod gateway;
mod pages;
mod pumps;
mod support;
mod up;
