//! The rules that take several types together: opening a report, changing it, configuring a commune.

mod answers;
mod changing;
mod fixture;
mod opening;
mod real_boundaries;
mod settings;
mod wire;
