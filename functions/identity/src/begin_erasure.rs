//! `POST /v1/{commune}/me/erasure`: a code by which the account can be erased.

use parvis_domain::Contact;
use parvis_edge::{Accepted, Class, CodeSent, Cx, Endpoint, Grant, Json, Problem, Resident, Route, post, send_code};
use parvis_store::{Account, Purpose};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::me::my_account;

/// Sends a code that erases the account and is good for nothing else: whoever finds a phone unlocked cannot erase its owner.
pub struct BeginErasure;

/// Where to send the code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// One of the account's own contacts.
    contact: Contact,
}

impl Endpoint for BeginErasure {
    const ROUTE: Route = post("/v1/{commune}/me/erasure");
    const SUMMARY: &'static str = "Ask for the code that erases one's own account";
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::PUT, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Json<ErasureRequest>;
    type Output = Accepted<CodeSent>;

    async fn run(cx: &Cx, caller: Resident, Json(request): Self::Input) -> Result<Self::Output, Problem> {
        let account = my_account(&caller).await?;
        check_own(&account, &request.contact)?;
        let purpose = Purpose::Erasure(account.id);
        let sent = send_code(cx, &caller.commune, &request.contact, purpose, account.language).await?;
        Ok(Accepted(sent))
    }
}

/// Refuses a contact that is not the account's.
pub(crate) fn check_own(account: &Account, contact: &Contact) -> Result<(), Problem> {
    if account.contacts().any(|own| own == *contact) {
        return Ok(());
    }
    let detail = format!("{} is not a contact of this account", contact.masked());
    Err(Problem::field("contact", "not_yours", detail))
}
