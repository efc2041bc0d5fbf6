//! What a running function holds: the store, the token verifier and the clock.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parvis_store::Store;

use crate::token::Tokens;

/// The context of a call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cx {
    /// Everything kept and sent through.
    pub store: Store,
    /// Signs and verifies access tokens.
    pub tokens: Arc<Tokens>,
    shift: SignedDuration,
}

impl Cx {
    /// A context on a store.
    pub fn new(store: Store) -> Cx {
        Cx { tokens: Arc::new(Tokens::new(store.clone())), store, shift: SignedDuration::ZERO }
    }

    /// The time. Rules take it from here and never from the system, so that a test can look at tomorrow.
    pub fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.shift).unwrap_or(Timestamp::MAX)
    }

    /// The same context with a clock that is ahead (or behind).
    #[must_use]
    pub fn shifted(&self, by: SignedDuration) -> Cx {
        Cx { shift: self.shift + by, ..self.clone() }
    }
}
