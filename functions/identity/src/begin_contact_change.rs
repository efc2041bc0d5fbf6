//! `POST /v1/{commune}/me/contacts`: codes by which a contact is replaced, or a second one added.

use parvis_domain::Contact;
use parvis_edge::{
    Accepted, Class, Code, CodeSent, Cx, Endpoint, Grant, Json, Problem, Resident, Route, post, send_code,
};
use parvis_store::{Account, Purpose};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::me::my_account;

/// Sends two codes: one to the new contact, and one to a contact that is the account's already, so that neither an unlocked
/// phone nor a slip of the finger gives an account away. Whether the new contact is known makes no difference here.
pub struct BeginContactChange;

/// What is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// A number takes the place of the account's number, an address that of its address; if it had none, it is added.
    contact: Contact,
}

/// Two codes on their way.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CodesSent {
    /// The one for `current_code`.
    current: CodeSent,
    /// The one for `code`.
    new: CodeSent,
}

impl Endpoint for BeginContactChange {
    const ROUTE: Route = post("/v1/{commune}/me/contacts");
    const SUMMARY: &'static str = "Ask for the codes that replace or add a contact";
    const LIMIT: Class = Class::Code;
    const GRANTS: &'static [Grant] = &[Grant::QUERY, Grant::PUT, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    type Caller = Resident;
    type Input = Json<NewContact>;
    type Output = Accepted<CodesSent>;

    async fn run(
        cx: &Cx,
        caller: Resident,
        Json(NewContact { contact }): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let account = my_account(&caller).await?;
        let current = current_for(&account, &contact)?;
        let (commune, language) = (&caller.commune, account.language);
        let purpose = purpose(&account, &contact);
        let current = send_code(cx, commune, &current, purpose.clone(), language).await?;
        let new = send_code(cx, commune, &contact, purpose, language).await?;
        Ok(Accepted(CodesSent { current, new }))
    }
}

/// What both codes are good for: this very contact, for this account.
pub(crate) fn purpose(account: &Account, new: &Contact) -> Purpose {
    Purpose::Contact { account: account.id, new: new.clone() }
}

/// The contact that proves who asks: the one that is replaced, or else the other one.
pub(crate) fn current_for(account: &Account, new: &Contact) -> Result<Contact, Problem> {
    if account.contacts().any(|own| own.key() == new.key()) {
        let detail = format!("{} is a contact of this account already", new.masked());
        return Err(Problem::field("contact", "yours_already", detail));
    }
    let replaced = account.contacts().find(|own| own.channel() == new.channel());
    let gone = || Problem::new(Code::NoContact, "the account has no contact that could prove the change");
    replaced.or_else(|| account.contacts().next()).ok_or_else(gone)
}
