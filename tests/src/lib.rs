//! Integration tests: every function against the real engines, through the local gateway and pumps. One file per function,
//! in the folder of its domain.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod communes;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod kit;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod packaged;
#[cfg(test)]
mod photos;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod web;
