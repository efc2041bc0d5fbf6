//! The whole platform on one machine: real engines behind their real protocols, in one process.

pub mod demo_commune;
pub mod engines;
mod gateway;
mod invoke;
mod pages;
mod platform;
mod process;
mod provision;
mod pumps;
pub mod tap;
mod web;

pub use platform::{Later, Options, Platform, RunError};
pub use process::Process;
pub use provision::ProvisionError;
pub use pumps::{DeadLetters, QueueDepth};
pub use web::{Geocoder, Tiles, WebOptions, hosts_of_tiles};
