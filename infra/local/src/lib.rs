//! The whole platform on one machine: real engines behind their real protocols, in one process.

pub mod engines;
pub mod tap;
