//! The functions of the `photos` domain, one file each, against the real engines.
