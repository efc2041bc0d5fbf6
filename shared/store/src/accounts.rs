//! Accounts: a person in one commune, and the contacts that lead to them.

mod consent;

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, Channel, CommuneId, Contact, DeviceId, EmailAddress, Language, PhoneNumber, SessionId};
use serde::{Deserialize, Serialize};

pub use consent::{SmsConsent, Withdrawn, WithdrawnBy};

use crate::Commune;
use crate::challenges::Verified;
use crate::error::StoreError;
use crate::interest::interest_key;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::retention;
use crate::seal::Seal;
use crate::sessions::session_key;
use crate::table::{Condition, Transaction};

/// How often it is noted that an account is used.
const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Sessions closed in the transaction that changes a contact (DynamoDB takes 100 items in one).
const MOST_AT_ONCE: usize = 80;

/// An account. It exists from the moment that a contact was verified by a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// In which it is written to.
    pub language: Language,
    /// How it wants to be told; none of them is an account that unsubscribed from everything.
    pub channels: Vec<Channel>,
    /// A verified number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// A verified address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// Its devices, as [`crate::devices`] keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceId>,
    /// What its owner agreed to for text messages, or took back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sms_consent: Option<SmsConsent>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used: its owner signed in, or an app refreshed its session. To the week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Timestamp>,
    /// 1 more with every change.
    pub version: u32,
}

impl Account {
    /// A fresh account with one verified contact. It wants push (as soon as it has a device) and the contact's channel.
    pub fn new(contact: &Contact, language: Language, now: Timestamp) -> Account {
        let (phone, email) = match contact.clone() {
            Contact::Phone(phone) => (Some(phone), None),
            Contact::Email(email) => (None, Some(email)),
        };
        let channels = vec![Channel::Push, contact.channel()];
        let sms_consent = phone.as_ref().map(|_| SmsConsent::given(language, now));
        Account {
            id: AccountId::new(now),
            language,
            channels,
            phone,
            email,
            devices: Vec::new(),
            sms_consent,
            created: now,
            used: None,
            version: 1,
        }
    }

    /// When it was last used, to the week.
    pub fn last_used(&self) -> Timestamp {
        self.used.unwrap_or(self.created)
    }

    /// Its verified contacts.
    pub fn contacts(&self) -> impl Iterator<Item = Contact> {
        let phone = self.phone.clone().map(Contact::Phone);
        phone.into_iter().chain(self.email.clone().map(Contact::Email))
    }
}

impl Item for Account {
    const TYPE: &'static str = "account";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let index = retention::account_look(self, commune).into_iter().collect();
        Placement { index, version: Some(self.version), ..Placement::at(account_key(commune, self.id)) }
    }
}

pub(crate) fn account_key(commune: &CommuneId, id: AccountId) -> Key {
    Key::new(commune, &["account", &id.to_string()], "account")
}

/// Whose a contact is: one contact leads to one account of a commune, because this item can exist once.
#[derive(Debug, Serialize, Deserialize)]
struct ContactOwner {
    contact: String,
    account: AccountId,
}

impl Item for ContactOwner {
    const TYPE: &'static str = "contact";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(owner_key(commune, &self.contact))
    }
}

pub(crate) fn owner_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["contact", digest], "contact")
}

/// A contact as keys hold it: whoever reads the table's keys (or a log of them) learns no number and no address.
pub(crate) fn contact_digest(seal: &Seal, contact: &Contact) -> String {
    seal.digest("contact", &contact.key())
}

impl Commune {
    /// An account, if there is one of that id.
    pub async fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.table().get(&account_key(self.id(), id)).await
    }

    /// Many accounts; those that do not exist are left out. Strongly consistent. Grant: `BATCH_GET`.
    pub async fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        let keys: Vec<Key> = ids.iter().map(|id| account_key(self.id(), *id)).collect();
        self.table().get_each(&keys).await?.into_iter().flatten().map(from_attributes).collect()
    }

    /// The account that a contact leads to.
    pub async fn account_of(&self, contact: &Contact) -> Result<Option<Account>, StoreError> {
        let digest = contact_digest(&self.store().seal, contact);
        let owner: Option<ContactOwner> = self.table().get(&owner_key(self.id(), &digest)).await?;
        match owner {
            Some(owner) => self.account(owner.account).await,
            None => Ok(None),
        }
    }

    /// `transaction` with a new account and the items that make its contacts its own; it fails with a conflict when one of
    /// them belongs to somebody already. Grant: `PUT`.
    #[must_use]
    pub fn with_account<'a>(&self, transaction: Transaction<'a>, account: &Account) -> Transaction<'a> {
        account.contacts().fold(transaction.put(account, Condition::Absent), |transaction, contact| {
            let contact = contact_digest(&self.store().seal, &contact);
            transaction.put(&ContactOwner { contact, account: account.id }, Condition::Absent)
        })
    }

    /// Makes an account whose contacts are known to be its own (staff that a commune names, demo data).
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a contact belongs to somebody already.
    pub async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        self.with_account(self.table().transaction(), account).commit().await
    }

    /// Gives an account a contact, in place of the one of the same kind if it has one, and closes its sessions but `stays`.
    /// Both codes are redeemed in the same transaction. Grants: `QUERY`, `PUT`, `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 or 1 when a code was redeemed a moment ago, item 2 when the account changed
    /// since it was read, item 3 when the contact is another account's.
    pub async fn change_contact(
        &self,
        account: &Account,
        new: &Contact,
        of_current: Verified,
        of_new: Verified,
        stays: SessionId,
        now: Timestamp,
    ) -> Result<Account, StoreError> {
        let mut changed = Account { version: account.version + 1, ..account.clone() };
        match new.clone() {
            Contact::Phone(phone) => {
                changed.phone = Some(phone);
                changed.sms_consent = Some(SmsConsent::given(account.language, now));
            }
            Contact::Email(email) => changed.email = Some(email),
        }
        let digest = |contact: &Contact| contact_digest(&self.store().seal, contact);
        let transaction = of_new.redeemed_in(of_current.redeemed_in(self.table().transaction()));
        let mut transaction = transaction
            .put(&changed, Condition::Version(account.version))
            .put(&ContactOwner { contact: digest(new), account: account.id }, Condition::Absent);
        if let Some(old) = account.contacts().find(|own| own.channel() == new.channel()) {
            let old = digest(&old);
            transaction = transaction.delete(&owner_key(self.id(), &old), Condition::Any);
            // Nobody is told of the launch at a contact that may be somebody else's by then.
            transaction = transaction.delete(&interest_key(self.id(), &old), Condition::Any);
        }
        let mut sessions = self.sessions(account.id).await?;
        sessions.retain(|session| session.id != stays);
        let at_once = sessions.len().min(MOST_AT_ONCE);
        for session in &sessions[..at_once] {
            transaction = transaction.delete(&session_key(self.id(), account.id, session.id), Condition::Any);
        }
        transaction.commit().await?;
        for session in &sessions[at_once..] {
            self.close_session(account.id, session.id).await?;
        }
        Ok(changed)
    }

    /// Notes that a phone stopped text messages, if it is still the account's. Grants: `GET`, `PUT`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed the account meanwhile.
    pub async fn stop_sms(&self, id: AccountId, phone: &PhoneNumber, now: Timestamp) -> Result<(), StoreError> {
        match self.account(id).await? {
            Some(account) if account.phone_for_sms() == Some(phone) => {
                self.update_account(&account.stopped(now)).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Notes that an account is used, unless that was noted within a week. Grants: `GET`, `PUT`.
    pub async fn note_use(&self, id: AccountId, now: Timestamp) -> Result<(), StoreError> {
        let Some(account) = self.account(id).await? else { return Ok(()) };
        if account.last_used().duration_until(now) < NOTED_EVERY {
            return Ok(());
        }
        match self.update_account(&Account { used: Some(now), ..account }).await {
            // Its owner changed it at this moment; the next use is noted.
            Err(StoreError::Conflict { .. }) => Ok(()),
            done => done.map(drop),
        }
    }

    /// Writes a changed account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it since it was read.
    pub async fn update_account(&self, account: &Account) -> Result<Account, StoreError> {
        let (changed, condition) = changed(account.clone());
        self.table().put(&changed, condition).await?;
        Ok(changed)
    }
}

/// The next version of an account, and that the one it was made from is still the last.
fn changed(account: Account) -> (Account, Condition) {
    let was = account.version;
    (Account { version: was + 1, ..account }, Condition::Version(was))
}

impl Transaction<'_> {
    /// Also writes an account that was changed since it was read.
    #[must_use]
    pub(crate) fn put_changed(self, account: Account) -> Self {
        let (account, condition) = changed(account);
        self.put(&account, condition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(raw: &str) -> Contact {
        serde_json::from_str(raw).expect("a contact")
    }

    #[test]
    fn a_new_account_wants_push_and_the_channel_of_its_contact() {
        let now = "2026-11-21T18:00:00Z".parse().expect("a time");
        let by_phone = Account::new(&contact(r#"{"phone":"0612345678"}"#), Language::Fr, now);
        assert_eq!(by_phone.channels, [Channel::Push, Channel::Sms]);
        assert_eq!(by_phone.contacts().collect::<Vec<_>>(), [contact(r#"{"phone":"0612345678"}"#)]);
        let by_mail = Account::new(&contact(r#"{"email":"claire@exemple.fr"}"#), Language::En, now);
        assert_eq!(by_mail.channels, [Channel::Push, Channel::Email]);
        assert_eq!((by_mail.phone, by_mail.language), (None, Language::En));
    }

    #[test]
    fn two_spellings_of_a_mailbox_have_one_digest_and_it_hides_the_address() {
        let seal = Seal::new("a secret of at least thirty-two characters");
        let digest = contact_digest(&seal, &contact(r#"{"email":"Claire@exemple.fr"}"#));
        assert_eq!(digest, contact_digest(&seal, &contact(r#"{"email":"claire@exemple.fr"}"#)));
        assert!(!digest.contains("claire"));
    }
}
