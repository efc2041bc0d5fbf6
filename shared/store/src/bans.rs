//! Who may not write to a commune for a while: an account, a contact or a network. Reading is never banned.

use jiff::Timestamp;
use parvis_domain::limit::network;
use parvis_domain::{AccountId, CommuneId, Contact, Label};
use serde::{Deserialize, Serialize};

use crate::accounts::contact_digest;
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::seal::Seal;
use crate::table::Condition;
use crate::{Account, Act, AuditActor, Commune, cursor};

/// Purpose of the digests of banned networks. Another one than that of limits, and without a date: a ban has to find the
/// network again as long as it lasts.
const NETWORK: &str = "banned network";

/// Somebody who may not write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ban {
    /// `account-<id>`, `contact-<digest>` or `network-<digest>`.
    pub id: String,
    /// As staff recognise it: an account's id, a masked contact, the first half of an address.
    pub shown: String,
    /// Why; the person reads it.
    pub reason: Label,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who banned.
    pub by: AuditActor,
    /// The bans that come and go with this one: of an account's contacts, and of the account that has a contact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<String>,
}

impl Item for Ban {
    const TYPE: &'static str = "ban";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { expires: Some(self.until), ..Placement::at(key(commune, &self.id)) }
    }
}

fn key(commune: &CommuneId, id: &str) -> Key {
    Key::new(commune, &["bans"], id)
}

impl Ban {
    /// Whether the other came with this one, and was not decided about since.
    fn brought(&self, other: &Ban) -> bool {
        self.contacts.contains(&other.id) && (self.since, self.until) == (other.since, other.until)
    }
}

/// Whom a ban is to keep from writing.
#[derive(Clone, Debug)]
pub enum Banned {
    /// An account, with its contacts: who is banned must not come back as a guest with the same phone.
    Account(Account),
    /// A contact, with the account that has it and its other contacts, if there is one.
    Contact(Contact),
    /// An address, or of IPv6 its network of 64 bits.
    Network(String),
}

impl Banned {
    fn id(&self, commune: &CommuneId, seal: &Seal) -> String {
        match self {
            Banned::Account(account) => of_account(account.id),
            Banned::Contact(contact) => of_contact(seal, contact),
            Banned::Network(address) => of_network(commune, seal, address),
        }
    }

    fn shown(&self) -> String {
        match self {
            Banned::Account(account) => account.id.to_string(),
            Banned::Contact(contact) => contact.masked(),
            Banned::Network(address) => {
                let whole = network(address);
                let separator = if whole.contains('.') { '.' } else { ':' };
                whole.split(separator).take(2).collect::<Vec<_>>().join(&separator.to_string()) + "…"
            }
        }
    }
}

fn of_account(account: AccountId) -> String {
    format!("account-{account}")
}

fn of_contact(seal: &Seal, contact: &Contact) -> String {
    format!("contact-{}", contact_digest(seal, contact))
}

fn of_network(commune: &CommuneId, seal: &Seal, address: &str) -> String {
    format!("network-{}", seal.digest(NETWORK, &format!("{commune} {}", network(address))))
}

impl Commune {
    /// The ban that keeps a caller from writing now: of the account, or of the network that a guest calls from. Who is signed
    /// in does not answer for others behind the same address. Grant: `GET`.
    pub async fn ban_of(
        &self,
        account: Option<AccountId>,
        address: &str,
        now: Timestamp,
    ) -> Result<Option<Ban>, StoreError> {
        let id = match account {
            Some(account) => of_account(account),
            None => of_network(self.id(), &self.store().seal, address),
        };
        Ok(self.ban(&id).await?.filter(|ban| ban.until > now))
    }

    /// The ban of a contact, if it has one now. Grant: `GET`.
    pub async fn ban_of_contact(&self, contact: &Contact, now: Timestamp) -> Result<Option<Ban>, StoreError> {
        Ok(self.ban(&of_contact(&self.store().seal, contact)).await?.filter(|ban| ban.until > now))
    }

    /// One ban, also one that is over but not removed yet. Grant: `GET`.
    pub async fn ban(&self, id: &str) -> Result<Option<Ban>, StoreError> {
        self.table().get(&key(self.id(), id)).await
    }

    /// Bans somebody, or changes reason and end of a ban, with the entry in the audit log. Grants: `GET`, `PUT`.
    pub async fn put_ban(
        &self,
        what: &'static str,
        by: AuditActor,
        banned: &Banned,
        reason: Label,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Ban, StoreError> {
        let (commune, seal) = (self.id(), &self.store().seal);
        let new = |banned: &Banned| Ban {
            id: banned.id(commune, seal),
            shown: banned.shown(),
            reason: reason.clone(),
            since: now,
            until,
            by: by.clone(),
            contacts: Vec::new(),
        };
        let main = new(banned);
        let before = self.ban(&main.id).await?;
        let account = match banned {
            Banned::Account(account) => Some(account.clone()),
            Banned::Contact(contact) => self.account_of(contact).await?,
            Banned::Network(_) => None,
        };
        let mut contacts = Vec::new();
        for other in account
            .iter()
            .flat_map(|account| account.contacts().map(Banned::Contact).chain([Banned::Account(account.clone())]))
        {
            let other = new(&other);
            // One that was decided by itself and lasts longer stays as it is.
            let stays =
                |there: Ban| there.until > until && !before.as_ref().is_some_and(|before| before.brought(&there));
            if other.id != main.id && !self.ban(&other.id).await?.is_some_and(stays) {
                contacts.push(other);
            }
        }
        let ban = Ban { contacts: contacts.iter().map(|ban| ban.id.clone()).collect(), ..main };
        let act =
            Act { by: by.clone(), what, about: ban.id.clone(), before: told(before.as_ref()), after: told(Some(&ban)) };
        self.commit_act(&act, now, |transaction| {
            contacts.iter().chain([&ban]).fold(transaction, |t, ban| t.put(ban, Condition::Any))
        })
        .await?;
        Ok(ban)
    }

    /// Ends a ban, with the entry in the audit log. Grants: `GET`, `PUT`, `DELETE`.
    pub async fn lift_ban(
        &self,
        what: &'static str,
        by: AuditActor,
        ban: &Ban,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let act = Act { by, what, about: ban.id.clone(), before: told(Some(ban)), after: told(None) };
        let mut all = vec![ban.id.clone()];
        for id in &ban.contacts {
            // One that was decided by itself since then stays.
            if self.ban(id).await?.is_some_and(|other| ban.brought(&other)) {
                all.push(id.clone());
            }
        }
        self.commit_act(&act, now, |transaction| {
            all.iter().fold(transaction, |t, id| t.delete(&key(self.id(), id), Condition::Any))
        })
        .await
    }

    /// One page of the bans that hold now, and the cursor of the next. Grant: `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn bans(
        &self,
        limit: u32,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<(Vec<Ban>, Option<String>), StoreError> {
        let (seal, query) = (&self.store().seal, format!("{} bans", self.id()));
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let page = self.table().page(&self.table().range(&["bans"]), limit, start).await?;
        let mut bans = Vec::with_capacity(page.items.len());
        for item in page.items {
            bans.push(from_attributes::<Ban>(item)?);
        }
        bans.retain(|ban| ban.until > now);
        let next = page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((bans, next))
    }
}

/// As the audit log has it: neither contact nor address.
fn told(ban: Option<&Ban>) -> serde_json::Value {
    ban.map_or(serde_json::Value::Null, |ban| serde_json::json!({ "reason": ban.reason, "until": ban.until }))
}
