//! H3 cells as keys: a cell at any resolution is one contiguous range of cells at the finest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A box in degrees; does not cross the antimeridian. On the wire `w,s,e,n`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BBox {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}
