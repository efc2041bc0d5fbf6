//! The functions of the `communes` domain, one file each.

mod get_commune;
