//! The functions of the `communes` domain, one file each, against the real engines.
