//! What holds for everything in the catalog.
