//! The functions of the `notices` domain, one file each, against the real engines.
