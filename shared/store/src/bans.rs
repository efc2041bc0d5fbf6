//! Who may not write to a commune for a while: an account, a contact, a device or a network. Reading is never banned.

use jiff::Timestamp;
use parvis_domain::limit::network;
use parvis_domain::{AccountId, CommuneId, Contact, Label};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::accounts::contact_digest;
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::seal::Seal;
use crate::table::{Condition, Transaction};
use crate::{Account, Act, AuditActor, Commune, Device, cursor};

/// Purpose of the digests of banned networks. Another one than that of limits, and without a date: a ban has to find the
/// network again as long as it lasts.
const NETWORK: &str = "banned network";

/// Purpose of the digests of banned devices. Another one than that of their owners, and a commune's own.
const DEVICE: &str = "banned device";

/// Bans written with the entry in the audit log (a transaction takes 100 items). When there are more, the rest comes first.
const AT_ONCE: usize = 90;

/// Somebody who may not write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ban {
    /// `account-<id>`, `contact-<digest>`, `device-<digest>` or `network-<digest>`.
    pub id: String,
    /// As staff recognise it: an account's or a device's id, a masked contact, the first half of an address.
    pub shown: String,
    /// Why; the person reads it.
    pub reason: Label,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who banned.
    pub by: AuditActor,
    /// The bans that come and go with this one: of an account's contacts and devices, of the account that has a contact, of
    /// the accounts that registered a device.
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
    /// An account, with its contacts: who is banned must not come back as a guest with the same phone. And with these devices,
    /// nor with a new number on the same phone.
    Account(Account, Vec<Device>),
    /// A contact, with the account that has it and its other contacts, if there is one.
    Contact(Contact),
    /// A device, and so whoever registers it from now on. It is known by its push service's token and stays banned when it is
    /// removed.
    Device(Device),
    /// An address, or of IPv6 its network of 64 bits.
    Network(String),
}

impl Banned {
    fn id(&self, commune: &CommuneId, seal: &Seal) -> String {
        match self {
            Banned::Account(account, _) => of_account(account.id),
            Banned::Device(device) => of_device(commune, seal, device),
            Banned::Contact(contact) => of_contact(seal, contact),
            Banned::Network(address) => of_network(commune, seal, address),
        }
    }

    fn shown(&self) -> String {
        match self {
            Banned::Account(account, _) => account.id.to_string(),
            Banned::Device(device) => device.id.to_string(),
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

fn of_device(commune: &CommuneId, seal: &Seal, device: &Device) -> String {
    format!("device-{}", seal.digest(DEVICE, &format!("{commune} {} {}", device.platform.as_str(), device.token)))
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
        let (account, devices) = match banned {
            Banned::Account(account, devices) => (Some(account.clone()), devices.as_slice()),
            Banned::Contact(contact) => (self.account_of(contact).await?, &[][..]),
            Banned::Network(_) | Banned::Device(_) => (None, &[][..]),
        };
        // Whatever came with it before, also those who came back with a device, goes on coming with it.
        let mut others = match &before {
            Some(before) => self.came_with(before).await?,
            None => Vec::new(),
        };
        for other in &mut others {
            *other = Ban { reason: reason.clone(), since: now, until, by: by.clone(), ..other.clone() };
        }
        let devices = devices.iter().cloned().map(Banned::Device);
        let persons = account.into_iter().flat_map(|account| {
            account
                .contacts()
                .map(Banned::Contact)
                .chain([Banned::Account(account.clone(), Vec::new())])
                .collect::<Vec<_>>()
        });
        for other in persons.chain(devices) {
            let other = new(&other);
            if other.id == main.id || others.iter().any(|known| known.id == other.id) {
                continue;
            }
            // One that was decided by itself and lasts longer stays as it is.
            if self.ban(&other.id).await?.is_none_or(|there| there.until <= until) {
                others.push(other);
            }
        }
        let ban = Ban { contacts: others.iter().map(|ban| ban.id.clone()).collect(), ..main };
        let act =
            Act { by: by.clone(), what, about: ban.id.clone(), before: told(before.as_ref()), after: told(Some(&ban)) };
        let (last, first) = others.split_at(others.len().min(AT_ONCE));
        for part in first.chunks(AT_ONCE) {
            part.iter().fold(self.table().transaction(), |t, ban| t.put(ban, Condition::Any)).commit().await?;
        }
        self.commit_act(&act, now, |transaction| {
            last.iter().chain([&ban]).fold(transaction, |t, ban| t.put(ban, Condition::Any))
        })
        .await?;
        Ok(ban)
    }

    /// The bans that came with one, those that came with them too, and none that was decided about since. Grant: `GET`.
    async fn came_with(&self, ban: &Ban) -> Result<Vec<Ban>, StoreError> {
        let (mut found, mut looked_at) = (vec![ban.clone()], 0);
        while let Some(bringer) = found.get(looked_at).cloned() {
            looked_at += 1;
            for id in bringer.contacts.iter().filter(|id| **id != ban.id) {
                let known = found.iter().any(|known| known.id == *id);
                if let Some(other) = self.ban(id).await?.filter(|other| !known && bringer.brought(other)) {
                    found.push(other);
                }
            }
        }
        Ok(found.split_off(1))
    }

    /// What a ban of a device means for an account that registers it: the account and its contacts are banned for the same
    /// reason until the same end. The bans to write, that of the device first, with the entry in the audit log. Not staff, not
    /// who is banned for as long, and not who was let write again since. Grant: `GET`.
    pub(crate) async fn bans_by_device(
        &self,
        device: &Device,
        account: &Account,
        now: Timestamp,
    ) -> Result<Option<(Act, Vec<Ban>)>, StoreError> {
        let (commune, seal) = (self.id(), &self.store().seal);
        let ban = self.ban(&of_device(commune, seal, device)).await?.filter(|ban| ban.until > now);
        let Some(mut ban) = ban else { return Ok(None) };
        let own = of_account(account.id);
        let before = self.ban(&own).await?;
        let longer = before.as_ref().is_some_and(|there| there.until >= ban.until);
        if longer || ban.contacts.contains(&own) || self.staff_member(account.id).await?.is_some() {
            return Ok(None);
        }
        let brought =
            |who: &Banned| Ban { id: who.id(commune, seal), shown: who.shown(), contacts: Vec::new(), ..ban.clone() };
        let mut main = brought(&Banned::Account(account.clone(), Vec::new()));
        let mut all = Vec::new();
        for contact in account.contacts().map(Banned::Contact) {
            let contact = brought(&contact);
            if self.ban(&contact.id).await?.is_none_or(|there| there.until < ban.until) {
                main.contacts.push(contact.id.clone());
                all.push(contact);
            }
        }
        let mut after = told(Some(&main));
        after["with"] = json!(ban.id);
        // Nobody decides about this account: whoever banned the device did, in an entry of their own.
        let by = AuditActor::System { function: "put_device".to_owned() };
        let act = Act { by, what: "put_device", about: own, before: told(before.as_ref()), after };
        all.push(main);
        ban.contacts.extend(all.iter().map(|ban| ban.id.clone()));
        all.insert(0, ban);
        Ok(Some((act, all)))
    }

    /// Ends a ban and those that came with it, with the entry in the audit log. One that was decided by itself since then
    /// stays. Grants: `GET`, `PUT`, `DELETE`.
    pub async fn lift_ban(
        &self,
        what: &'static str,
        by: AuditActor,
        ban: &Ban,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let act = Act { by, what, about: ban.id.clone(), before: told(Some(ban)), after: told(None) };
        let others = self.came_with(ban).await?;
        let (last, first) = others.split_at(others.len().min(AT_ONCE));
        for part in first.chunks(AT_ONCE) {
            let transaction = self.table().transaction();
            part.iter().fold(transaction, |t, ban| t.delete(&key(self.id(), &ban.id), Condition::Any)).commit().await?;
        }
        self.commit_act(&act, now, |transaction| {
            let all = last.iter().chain([ban]);
            all.fold(transaction, |t, ban| t.delete(&key(self.id(), &ban.id), Condition::Any))
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

/// `transaction` with the bans that [`Commune::bans_by_device`] gave.
pub(crate) fn with_bans_by_device<'t>(transaction: Transaction<'t>, bans: &[Ban]) -> Transaction<'t> {
    // The device's has to be there: one that is lifted at this moment brings nothing.
    let conditions = std::iter::once(Condition::Present).chain(std::iter::repeat(Condition::Any));
    bans.iter().zip(conditions).fold(transaction, |transaction, (ban, condition)| transaction.put(ban, condition))
}

/// As the audit log has it: neither contact nor address.
fn told(ban: Option<&Ban>) -> serde_json::Value {
    ban.map_or(json!(null), |ban| json!({ "reason": ban.reason, "until": ban.until }))
}
