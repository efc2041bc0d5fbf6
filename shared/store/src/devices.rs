//! Devices that take push messages. One token is one device, whoever signs in on it: it moves with its owner.
//!
//! An account names its devices (`Account::devices`), in the transactions that give and take them: whoever plans notices for
//! thousands of followers reads a hundred accounts in one call and needs no query for each.

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, DeviceId, Language};
use serde::{Deserialize, Serialize};

use crate::accounts::account_key;
use crate::bans::with_bans_by_device;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::listening::listening_key;
use crate::push::Platform;
use crate::table::{Condition, Transaction};
use crate::web_push::WebKeys;
use crate::{Account, Commune, WebSubscription};

/// How many devices an account may have; one more replaces the one that was not seen for longest.
pub const MAX_DEVICES: usize = 10;

/// How often a registration is tried when the same device is registered elsewhere at the same moment.
const TRIES: u32 = 3;

/// A device of an account.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Its id; the same for one token, also when it changes hands.
    pub id: DeviceId,
    /// Whose it is now.
    pub account: AccountId,
    /// Whose push service.
    pub platform: Platform,
    /// The push service's name for it; of a browser, the address of its subscription.
    pub token: String,
    /// The SNS endpoint's ARN; empty of a browser.
    pub endpoint: String,
    /// What is encrypted with for a browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<WebKeys>,
    /// In which it wants its messages, if not in the account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// When the app last registered it.
    pub seen: Timestamp,
}

/// Without the token: who has it could be taken for the app.
impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Device({} of {}, {})", self.id, self.account, self.platform.as_str())
    }
}

impl Item for Device {
    const TYPE: &'static str = "device";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(device_key(commune, self.account, self.id))
    }
}

pub(crate) fn device_key(commune: &CommuneId, account: AccountId, device: DeviceId) -> Key {
    Key::new(commune, &["account", &account.to_string()], format!("device#{device}"))
}

/// Where a token's device is: the item that makes it one.
#[derive(Debug, Serialize, Deserialize)]
struct TokenOwner {
    digest: String,
    account: AccountId,
    device: DeviceId,
    version: u32,
}

impl Item for TokenOwner {
    const TYPE: &'static str = "token";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(owner_key(commune, &self.digest)) }
    }
}

fn owner_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["token", digest], "token")
}

/// What a registration writes.
struct Registration<'d> {
    device: &'d Device,
    owner: TokenOwner,
    /// What must hold of the owner before.
    condition: Condition,
    /// Whose it is from now on.
    account: Account,
    /// Where it was, if that was another account, and that account without it.
    before: Option<(Key, Option<Account>)>,
}

impl Commune {
    /// The devices of an account. Grant: `QUERY`.
    pub async fn devices(&self, account: AccountId) -> Result<Vec<Device>, StoreError> {
        let range = self.table().range(&["account", &account.to_string()]).starting("device#");
        self.table().all(&range).await
    }

    /// One device of an account, if it has it. Grant: `GET`.
    pub async fn device(&self, account: AccountId, device: DeviceId) -> Result<Option<Device>, StoreError> {
        self.table().get(&device_key(self.id(), account, device)).await
    }

    /// Registers a device for an account: a known token keeps its id and moves here, in one transaction, if it was
    /// somebody else's, and listens to the commune's alerts if the account takes push messages. A device that is banned has the account
    /// banned with it. Grants: `GET`, `BATCH_GET`, `QUERY`, `PUT`, `DELETE`, `CHECK`, `CREATE_ENDPOINT`, `SET_ENDPOINT`, `DELETE_ENDPOINT`,
    /// `SUBSCRIBE`, `UNSUBSCRIBE`, `CREATE_TOPIC`.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when SNS does not take the token; [`StoreError::NotFound`] when there is no such account.
    pub async fn put_device(
        &self,
        account: AccountId,
        platform: Platform,
        token: &str,
        language: Option<Language>,
        now: Timestamp,
    ) -> Result<Device, StoreError> {
        // First: of an account that was just erased, no endpoint may stay that nothing names.
        self.account(account).await?.ok_or(StoreError::NotFound)?;
        let endpoint = self.store().create_endpoint(platform, token).await?;
        let (id, token, keys) = (DeviceId::new(now), token.to_owned(), None);
        self.register(Device { id, account, platform, token, endpoint, keys, language, seen: now }).await
    }

    /// Registers a browser for an account, as [`Commune::put_device`] does an app; a subscription that is known gets its new keys.
    /// Grants: `GET`, `QUERY`, `PUT`, `DELETE`; where an app gives way to it, `CHECK`, `DELETE_ENDPOINT` and `UNSUBSCRIBE` too.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn put_browser(
        &self,
        account: AccountId,
        subscription: WebSubscription,
        language: Option<Language>,
        now: Timestamp,
    ) -> Result<Device, StoreError> {
        let WebSubscription { endpoint: token, keys } = subscription;
        let (id, platform, keys) = (DeviceId::new(now), Platform::Web, Some(keys));
        self.register(Device { id, account, platform, token, endpoint: String::new(), keys, language, seen: now }).await
    }

    /// Writes a device under the id that its token has already, if it has one.
    async fn register(&self, new: Device) -> Result<Device, StoreError> {
        let (account, now) = (new.account, new.seen);
        let digest = self.token_digest(new.platform, &new.token);
        let mut tries = 0;
        loop {
            tries += 1;
            let owner: Option<TokenOwner> = self.table().get(&owner_key(self.id(), &digest)).await?;
            let device = Device { id: owner.as_ref().map_or(new.id, |owner| owner.device), ..new.clone() };
            match self.write_device(&device, &digest, owner, now).await {
                Err(StoreError::Conflict { .. }) if tries < TRIES => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    let others = self.devices(account).await?.into_iter().filter(|other| other.id != device.id);
                    for old in surplus(others.collect()) {
                        self.remove_device(&old).await?;
                    }
                    return match self.settle_device(&device).await {
                        Ok(()) => Ok(device),
                        // Another commune's sign-out removed it at this moment: who registers again gets a new one.
                        Err(StoreError::NoEndpoint(detail)) => Err(StoreError::Unavailable { service: "SNS", detail }),
                        Err(error) => Err(error),
                    };
                }
            }
        }
    }

    async fn write_device(
        &self,
        device: &Device,
        digest: &str,
        owner: Option<TokenOwner>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (condition, version) = match &owner {
            None => (Condition::Absent, 1),
            Some(owner) => (Condition::Version(owner.version), owner.version + 1),
        };
        let account = self.account(device.account).await?.ok_or(StoreError::NotFound)?;
        let before = match owner.filter(|owner| owner.account != device.account) {
            Some(before) => {
                let key = device_key(self.id(), before.account, before.device);
                Some((key, self.account_without(before.account, before.device).await?))
            }
            None => None,
        };
        let bans = self.bans_by_device(device, &account, now).await?;
        let digest = digest.to_owned();
        let owner = TokenOwner { digest, account: device.account, device: device.id, version };
        let registration = Registration { device, owner, condition, account, before };
        let Some((act, bans)) = bans else {
            return self.with_device(self.table().transaction(), &registration).commit().await;
        };
        self.commit_act(&act, now, |transaction| {
            with_bans_by_device(self.with_device(transaction, &registration), &bans)
        })
        .await
    }

    /// `transaction` with a device that an account registers.
    fn with_device<'a>(&self, transaction: Transaction<'a>, registration: &Registration<'_>) -> Transaction<'a> {
        let Registration { device, owner, condition, account, before } = registration;
        let transaction = transaction.put(owner, condition.clone()).put(*device, Condition::Any);
        let transaction = if account.devices.contains(&device.id) {
            // An account that is erased at this moment must not get its device back.
            transaction.check(&account_key(self.id(), account.id), Condition::Present)
        } else {
            let devices = account.devices.iter().copied().chain([device.id]).collect();
            transaction.put_changed(Account { devices, ..account.clone() })
        };
        match before {
            Some((key, Some(account))) => transaction.delete(key, Condition::Any).put_changed(account.clone()),
            Some((key, None)) => transaction.delete(key, Condition::Any),
            None => transaction,
        }
    }

    /// Removes a device that its push service gave up, and then its endpoint; nothing happens when it has changed hands or
    /// was registered again since `device` was read. Grants: those of `put_device` but `CREATE_ENDPOINT` and `SET_ENDPOINT`.
    pub async fn remove_lost_device(&self, device: &Device) -> Result<(), StoreError> {
        // The owner first: who registers it after this makes the removal fail.
        let Some(owner) = self.owner_of(device).await? else { return Ok(()) };
        if self.device(device.account, device.id).await?.as_ref() != Some(device) {
            return Ok(());
        }
        self.silence(device, &owner.digest).await?;
        if self.delete_device(device, &owner).await? {
            return self.store().delete_endpoint(&device.endpoint).await;
        }
        // Registered again since: it listens again.
        match self.device(device.account, device.id).await? {
            Some(now) => self.settle_device(&now).await,
            None => Ok(()),
        }
    }

    /// Removes a device that its owner gives up, what it listens with and its endpoint first: who is cut off in between finds the device again, and no
    /// endpoint is left that nothing names. Nothing happens when it has changed hands meanwhile. Grants: `GET`, `PUT`, `DELETE`,
    /// `CHECK`, `DELETE_ENDPOINT`, `UNSUBSCRIBE`.
    pub async fn remove_device(&self, device: &Device) -> Result<(), StoreError> {
        let Some(owner) = self.owner_of(device).await? else { return Ok(()) };
        self.silence(device, &owner.digest).await?;
        self.store().delete_endpoint(&device.endpoint).await?;
        self.delete_device(device, &owner).await.map(drop)
    }

    /// Who has the device's token, if it is this device still.
    async fn owner_of(&self, device: &Device) -> Result<Option<TokenOwner>, StoreError> {
        let token = owner_key(self.id(), &self.token_digest(device.platform, &device.token));
        let owner: Option<TokenOwner> = self.table().get(&token).await?;
        Ok(owner.filter(|owner| owner.account == device.account && owner.device == device.id))
    }

    /// Whether the device was removed; not when it was registered again a moment ago, here or by somebody else: then it is
    /// wanted.
    async fn delete_device(&self, device: &Device, owner: &TokenOwner) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let transaction = self
                .table()
                .transaction()
                .delete(&owner_key(self.id(), &owner.digest), Condition::Version(owner.version))
                .delete(&device_key(self.id(), device.account, device.id), Condition::Any)
                .delete(&listening_key(self.id(), &owner.digest), Condition::Any);
            match self.without_device(transaction, device.account, device.id).await?.commit().await {
                Ok(()) => return Ok(true),
                Err(StoreError::Conflict { item: 0 }) => return Ok(false),
                // The account changed at this moment.
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict { item: 3 })
    }

    /// `transaction` with the account that no longer names the device, if it is there and does.
    async fn without_device<'a>(
        &self,
        transaction: Transaction<'a>,
        account: AccountId,
        device: DeviceId,
    ) -> Result<Transaction<'a>, StoreError> {
        Ok(match self.account_without(account, device).await? {
            Some(account) => transaction.put_changed(account),
            None => transaction,
        })
    }

    /// An account that no longer names the device, if it is there and does.
    async fn account_without(&self, account: AccountId, device: DeviceId) -> Result<Option<Account>, StoreError> {
        let found = self.account(account).await?.filter(|account| account.devices.contains(&device));
        Ok(found.map(|mut account| {
            account.devices.retain(|named| *named != device);
            account
        }))
    }

    pub(crate) fn token_digest(&self, platform: Platform, token: &str) -> String {
        self.store().seal.digest("push token", &format!("{} {token}", platform.as_str()))
    }
}

/// The devices that give way to one more.
fn surplus(mut others: Vec<Device>) -> Vec<Device> {
    others.sort_by_key(|device| std::cmp::Reverse(device.seen));
    others.split_off(others.len().min(MAX_DEVICES - 1))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn the_device_not_seen_for_longest_gives_way_to_the_eleventh() {
        let start: Timestamp = "2026-11-21T18:00:00Z".parse().expect("a time");
        let device = |minutes: i64| Device {
            id: DeviceId::new(start),
            account: AccountId::new(start),
            platform: Platform::Fcm,
            token: "secret".to_owned(),
            endpoint: String::new(),
            keys: None,
            language: None,
            seen: start + SignedDuration::from_mins(minutes),
        };
        let mut devices: Vec<Device> = (0..9).map(device).collect();
        assert!(surplus(devices.clone()).is_empty(), "nine and the new one are ten");
        devices.insert(4, device(-5));
        assert_eq!(surplus(devices.clone()), [devices[4].clone()]);
        assert!(!format!("{:?}", devices[0]).contains("secret"));
    }
}
