//! The functions of the `platform` domain, one file each, against the real engines.
