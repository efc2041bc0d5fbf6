//! The functions of the `kit` domain, one file each.

mod get_kit;
