//! The functions of the `identity` domain, one file each, against the real engines.
