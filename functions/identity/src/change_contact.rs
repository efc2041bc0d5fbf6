//! `PUT /v1/{commune}/me/contacts`: a contact is replaced, or a second one added.

use parvis_domain::{Contact, sms, texts};
use parvis_edge::{Code, Cx, Endpoint, Grant, Json, Problem, Resident, Route, check_code, put, redemption_problem};
use parvis_store::{ABOUT_ACCOUNT, Commune, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::begin_contact_change::{current_for, purpose};
use crate::me::{MeView, my_account, view};

/// Redeems both codes, moves the contact and signs all other devices out, in one transaction; then the contact that proved
/// it is told. That word can be lost with the answer; the code that came there before was the first one.
pub struct ChangeContact;

/// The new contact and the proof of both.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    /// As in `POST …/me/contacts`.
    contact: Contact,
    /// The six digits that went to it.
    code: String,
    /// The six digits that went to the account's own contact.
    current_code: String,
}

impl Endpoint for ChangeContact {
    const ROUTE: Route = put("/v1/{commune}/me/contacts");
    const SUMMARY: &'static str = "Replace or add a contact by the codes of both";
    const GRANTS: &'static [Grant] =
        &[Grant::QUERY, Grant::PUT, Grant::UPDATE, Grant::DELETE, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    type Caller = Resident;
    type Input = Json<ContactChange>;
    type Output = Json<MeView>;

    async fn run(cx: &Cx, caller: Resident, Json(change): Self::Input) -> Result<Self::Output, Problem> {
        let (commune, now) = (&caller.commune, cx.now());
        let account = my_account(&caller).await?;
        let current = current_for(&account, &change.contact)?;
        let purpose = purpose(&account, &change.contact);
        let of_current = check_code(commune, &current, purpose.clone(), &change.current_code, now).await?;
        let of_new = check_code(commune, &change.contact, purpose, &change.code, now).await?;
        let session = caller.account.session;
        let changed = commune.change_contact(&account, &change.contact, of_current, of_new, session, now).await;
        let changed = changed.map_err(|error| match error {
            // Its owner has just proved to hold it, and may know.
            StoreError::Conflict { item: 3 } => {
                let detail = format!("{} belongs to another account of this commune", change.contact.masked());
                Problem::new(Code::ContactTaken, detail)
            }
            StoreError::Conflict { item: 1 } => redemption_problem(StoreError::Conflict { item: 0 }),
            other => redemption_problem(other),
        })?;
        tell(cx, commune, &current, &change.contact, &changed).await;
        view(&caller, changed).await.map(Json)
    }
}

/// A failure is logged and not the caller's: the change is done.
async fn tell(cx: &Cx, commune: &Commune, to: &Contact, new: &Contact, account: &parvis_store::Account) {
    let name = &commune.settings.name;
    let words = texts::contact_changed(account.language, name, &new.masked());
    if let Contact::Phone(_) = to {
        // It goes out whatever there is left: it may be how somebody learns that their account was taken.
        let parts = u32::try_from(sms::parts(&words.sms)).unwrap_or(u32::MAX);
        if let Err(error) = commune.charge_code(parts, u32::MAX, cx.now()).await {
            tracing::warn!(commune = %commune.id(), %error, "a text message was not counted");
        }
    }
    let sent = match to {
        Contact::Phone(phone) => commune.send_sms(phone, &words.sms, ABOUT_ACCOUNT).await,
        Contact::Email(email) => commune.send_mail(email, &words.email_subject, &words.email_body, ABOUT_ACCOUNT).await,
    };
    if let Err(error) = sent {
        tracing::warn!(commune = %commune.id(), %error, "a contact was not told that the account's contacts changed");
    }
}
