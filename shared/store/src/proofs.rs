//! Proofs of work that were used: each is good once.

use jiff::Timestamp;
use parvis_domain::CommuneId;
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;

/// A challenge that was answered.
#[derive(Debug, Serialize, Deserialize)]
struct Redeemed {
    challenge: String,
    expires: Timestamp,
}

impl Item for Redeemed {
    const TYPE: &'static str = "proof";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = Key::new(commune, &["proof", &self.challenge], "proof");
        Placement { expires: Some(self.expires), ..Placement::at(key) }
    }
}

impl Commune {
    /// Takes the answer of a challenge, which is good until `expires`; says whether it is the first time. Grant: `PUT`.
    pub async fn redeem_proof(&self, challenge: &str, expires: Timestamp) -> Result<bool, StoreError> {
        let redeemed = Redeemed { challenge: challenge.to_owned(), expires };
        match self.table().put(&redeemed, Condition::Absent).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
