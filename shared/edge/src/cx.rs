//! What a running function holds: the store, the token verifier and the clock.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parvis_store::{Commune, Plan, Store};

use crate::token::Tokens;

/// The context of a call. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cx {
    /// Everything kept and sent through.
    pub store: Store,
    /// Signs and verifies access tokens.
    pub tokens: Arc<Tokens>,
    clock: Clock,
    roominess: u32,
}

#[derive(Clone, Copy, Debug)]
enum Clock {
    /// Goes, ahead of the system's by so much.
    Shifted(SignedDuration),
    /// Stands still.
    Standing(Timestamp),
}

impl Cx {
    /// A context on a store.
    pub fn new(store: Store) -> Cx {
        Cx {
            tokens: Arc::new(Tokens::new(store.clone())),
            store,
            clock: Clock::Shifted(SignedDuration::ZERO),
            roominess: 1,
        }
    }

    /// The time. Rules take it from here and never from the system, so that a test can look at tomorrow.
    pub fn now(&self) -> Timestamp {
        match self.clock {
            Clock::Shifted(by) => Timestamp::now().saturating_add(by).unwrap_or(Timestamp::MAX),
            Clock::Standing(at) => at,
        }
    }

    /// How many times as much as the limits say may be done: 1 wherever a function is deployed, because nothing that a
    /// deployment configures reaches this.
    pub fn roominess(&self) -> u32 {
        self.roominess
    }

    /// Text messages that a commune may send in a month, in parts of 160 characters: what its plan says. The plan that every
    /// commune begins with is a limit like the others, and as much wider where those are.
    pub fn sms_budget(&self, commune: &Commune) -> u32 {
        let (plan, first) = (commune.standing.plan.sms_a_month, Plan::default().sms_a_month);
        if plan == first { plan.saturating_mul(self.roominess) } else { plan }
    }

    /// The same context with limits so many times as wide: on one machine everybody calls from the same address.
    #[must_use]
    pub fn with_roominess(&self, roominess: u32) -> Cx {
        Cx { roominess, ..self.clone() }
    }

    /// The same context with a clock that is ahead (or behind).
    #[must_use]
    pub fn shifted(&self, by: SignedDuration) -> Cx {
        let clock = match self.clock {
            Clock::Shifted(so_far) => Clock::Shifted(so_far + by),
            Clock::Standing(at) => Clock::Standing(at.saturating_add(by).unwrap_or(Timestamp::MAX)),
        };
        Cx { clock, ..self.clone() }
    }

    /// The same context with a clock that stands still, for what depends on a second.
    #[must_use]
    pub fn standing(&self, at: Timestamp) -> Cx {
        Cx { clock: Clock::Standing(at), ..self.clone() }
    }
}
