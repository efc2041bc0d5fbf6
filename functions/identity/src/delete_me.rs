//! `DELETE /v1/{commune}/me`: the account is erased.
//!
//! At once: the account, its contacts, sessions and devices, its preferences and codes; nobody is reached by it any more.
//! Within minutes (`erase_accounts`): its name on reports, comments, photos and notices. The reports and what was written
//! stay with the commune, without an author. A code of its own purpose is the proof.

use parvis_domain::Contact;
use parvis_edge::{
    Accepted, Class, Code, Cx, Endpoint, Grant, Json, Problem, Resident, Route, check_code, delete, redemption_problem,
};
use parvis_store::{Purpose, StoreError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::begin_erasure::check_own;

/// Erases one's own account.
pub struct DeleteMe;

/// The proof.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureProof {
    /// Where the code went (`POST …/me/erasure`).
    contact: Contact,
    /// The six digits.
    code: String,
}

/// What happens now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Erasing {
    /// What is gone, what goes, and what stays, in words.
    detail: &'static str,
}

const DETAIL: &str = "the account is gone; its name is taken off reports, comments and photos within minutes, and off \
                      backups within 35 days; reports and what was written in them stay with the commune, without an author";

impl Endpoint for DeleteMe {
    const ROUTE: Route = delete("/v1/{commune}/me");
    const SUMMARY: &'static str = "Erase one's own account";
    const GRANTS: &'static [Grant] = &[
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::CHECK,
        Grant::DELETE_ENDPOINT,
        Grant::UNSUBSCRIBE,
        Grant::DELETE_EXPORT,
    ];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Json<ErasureProof>;
    type Output = Accepted<Erasing>;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        Json(proof): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let now = cx.now();
        // Gone already: the answer was lost, or another device was quicker. Once more is the same.
        if let Some(account) = commune.account(account.id).await? {
            check_own(&account, &proof.contact)?;
            if commune.staff_member(account.id).await?.is_some() {
                return Err(still_staff());
            }
            let purpose = Purpose::Erasure(account.id);
            let verified = check_code(&commune, &proof.contact, purpose, &proof.code, now).await?;
            commune.begin_erasure(&account, verified, now).await.map_err(|error| match error {
                StoreError::Conflict { item: 1 } => still_staff(),
                other => redemption_problem(other),
            })?;
        }
        // Should this be cut off, the worker does it.
        commune.forget_account(account.id, now).await?;
        tracing::info!(commune = %commune.id(), "an account is being erased");
        Ok(Accepted(Erasing { detail: DETAIL }))
    }
}

fn still_staff() -> Problem {
    let detail = "the account is of the commune's staff; an administrator has to take it off the staff first";
    Problem::new(Code::StillStaff, detail)
}
