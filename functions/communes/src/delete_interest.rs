//! `DELETE /v1/{commune}/launch/interest`: somebody does not want to be told of the launch any more.

use parvis_domain::Contact;
use parvis_edge::{
    Class, Code, Cx, Endpoint, Grant, Json, NoContent, Problem, ResidentOrGuest, Route, check_code, delete,
    redemption_problem,
};
use parvis_store::{Purpose, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;

/// Takes a contact off the list of who is told when the commune opens. Who is not on it, or not any more, gets the same answer.
pub struct DeleteInterest;

/// Which contact, and the proof that it is one's own: the token, or the contact with a code that `POST` sent there. Empty for
/// who is signed in: all contacts of the account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LostInterest {
    /// Behind the `#` of the link in the mail.
    token: Option<String>,
    /// A guest's mobile number or e-mail address.
    contact: Option<Contact>,
    /// The six digits that were sent there.
    code: Option<String>,
}

impl Endpoint for DeleteInterest {
    const ROUTE: Route = delete("/v1/{commune}/launch/interest");
    const SUMMARY: &'static str = "Do not be told any more when the commune opens";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::UPDATE, Grant::DELETE];
    const LIMIT: Class = Class::Own;
    type Caller = ResidentOrGuest;
    type Input = Json<LostInterest>;
    type Output = NoContent;

    async fn run(
        cx: &Cx,
        ResidentOrGuest { commune, account }: ResidentOrGuest,
        Json(lost): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let transaction = commune.table().transaction();
        match (lost, account) {
            (LostInterest { token: Some(token), .. }, _) => {
                commune.forget_interest(&token).await.map_err(|error| match error {
                    StoreError::NotFound => {
                        let detail = "this link is not of a mail of this commune; ask for a code and send it instead";
                        Problem::new(Code::CodeRefused, detail)
                    }
                    other => other.into(),
                })?;
            }
            (LostInterest { contact: Some(contact), code: Some(code), .. }, _) => {
                let verified = check_code(&commune, &contact, Purpose::Interest, &code, cx.now()).await?;
                let transaction = commune.without_interest(verified.redeemed_in(transaction), &contact);
                transaction.commit().await.map_err(redemption_problem)?;
            }
            (LostInterest { contact: Some(_), code: None, .. }, _) => {
                return Err(Problem::field(
                    "code",
                    "code_required",
                    "give the six digits that were sent to the contact",
                ));
            }
            (LostInterest { contact: None, .. }, Some(account)) => {
                let gone = || Problem::new(Code::Unauthenticated, "the account no longer exists; sign in again");
                let account = commune.account(account.id).await?.ok_or_else(gone)?;
                let without = |transaction, contact| commune.without_interest(transaction, &contact);
                account.contacts().fold(transaction, without).commit().await?;
            }
            (LostInterest { contact: None, .. }, None) => {
                let detail = "give the token of a mail, or a contact and the code that was sent there";
                return Err(Problem::field("contact", "contact_required", detail));
            }
        }
        Ok(NoContent)
    }
}
