//! The functions of the `kit` domain: what a commune hangs up, hands out and publishes when it begins.

mod banner;
mod error;
pub mod get_kit;
mod logo;
mod pdf;
mod png;
mod portrait;
mod qr;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod words;

use parvis_edge::{Function, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![endpoint::<get_kit::GetKit>()]
}
