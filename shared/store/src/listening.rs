//! Which apps listen to their commune's alerts: those of accounts that take push messages, and no browser (a push service of a
//! browser knows no topics).
//!
//! SNS and the table share no transaction, and to make an app stop takes the name that SNS gave its subscription. So it is written
//! down under the device's token, in an item of its own, in two steps:
//!
//! ```text
//! (nothing) --mark--> unsettled --subscribe--> on
//!     ^                ^     |                  |
//!     '--unsubscribe---|-----'                  |
//!                      '--------- mark ---------'
//! ```
//! Whoever changes anything at SNS marks first, on the version that was read, and the mark names all that its writer is going to
//! end. Whoever finds a mark takes over: whatever it names is ended before anything is begun, so that a slow ender ends what is dead
//! already. Only `on` is believed. Whoever was cut off leaves a mark, which the next to settle takes up: the account's next choice, or its
//! app, which registers at each start. All look again until a look finds nothing to do, so the last of several sees what the others left.

use parvis_domain::{AccountId, Channel, CommuneId};
use serde::{Deserialize, Serialize};

use crate::accounts::account_key;
use crate::devices::{Device, device_key};
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::table::{Condition, step_aside};
use crate::{Account, Commune, Platform};

/// How often it is looked whether there is still something to do.
const LOOKS: u32 = 8;

/// Whether an app listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listening {
    /// Digest of its token.
    digest: String,
    /// Whose app it is.
    account: AccountId,
    /// The push endpoint that does.
    endpoint: String,
    /// What SNS calls that: one name where it is certain, else all it may be.
    names: Vec<String>,
    /// Whether it is certain; else somebody is at it, or was cut off.
    on: bool,
    /// Begins anywhere: an item that was removed and made again is not taken for the old one.
    version: u32,
}

impl Item for Listening {
    const TYPE: &'static str = "listening";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(listening_key(commune, &self.digest)) }
    }
}

pub(crate) fn listening_key(commune: &CommuneId, digest: &str) -> Key {
    Key::new(commune, &["token", digest], "listening")
}

impl Listening {
    /// Nobody knows yet.
    fn of(device: &Device, digest: &str) -> Listening {
        Listening {
            digest: digest.to_owned(),
            account: device.account,
            endpoint: device.endpoint.clone(),
            names: Vec::new(),
            on: false,
            version: fastrand::u32(1..u32::MAX / 2),
        }
    }

    fn holds_for(&self, device: &Device) -> bool {
        self.on && (self.account, &self.endpoint) == (device.account, &device.endpoint)
    }
}

impl Commune {
    /// Has each app of an account listen, or not, as its channels are now. One that fails keeps the others from nothing; one whose
    /// endpoint SNS does not have listens when it is made again. Grants: `QUERY`, `BATCH_GET`, `PUT`, `DELETE`, `CHECK`,
    /// `SUBSCRIBE`, `UNSUBSCRIBE`, `CREATE_TOPIC`.
    pub async fn settle_listening(&self, account: AccountId) -> Result<(), StoreError> {
        let mut settled = Ok(());
        for device in self.devices(account).await? {
            match self.settle_device(&device).await {
                Ok(()) | Err(StoreError::NoEndpoint(_)) => {}
                Err(error) => settled = Err(error),
            }
        }
        settled
    }

    /// The same of one app; nothing happens when it has changed hands: who has it now settles it. Grants: those but `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::NoEndpoint`] when SNS does not have its endpoint.
    pub(crate) async fn settle_device(&self, device: &Device) -> Result<(), StoreError> {
        if device.platform == Platform::Web {
            return Ok(());
        }
        let digest = self.token_digest(device.platform, &device.token);
        // Begun here and not written down: somebody else was at it.
        let mut loose: Option<String> = None;
        for look in 1..=LOOKS {
            let (account, listening) = self.heard_by(device, &digest).await?;
            let is_certain = listening.as_ref().is_none_or(|listening| listening.on);
            // There is one for each endpoint, so what was begun here is dead, unless it is the one that is written down.
            if is_certain && (listening.is_some() || account.is_none()) {
                let named = listening.as_ref().map_or(&[][..], |listening| &listening.names);
                if let Some(own) = loose.take().filter(|own| !named.contains(own)) {
                    self.unsubscribe(&own).await?;
                }
            }
            let tried = match (account, listening) {
                (None, Some(_)) if loose.is_some() => Err(StoreError::Conflict { item: 0 }),
                (None, _) => return Ok(()),
                (Some(account), found) => {
                    let wanted = account.channels.contains(&Channel::Push);
                    match found {
                        Some(listening) if wanted && listening.holds_for(device) => return Ok(()),
                        None if !wanted && loose.is_none() => return Ok(()),
                        found => self.settle_once(device, &digest, found, wanted, &mut loose).await,
                    }
                }
            };
            match tried {
                Ok(()) => {}
                // Somebody else is at it.
                Err(StoreError::Conflict { .. }) => step_aside(look).await,
                Err(error) => return Err(error),
            }
        }
        let detail = format!("whether device {} listens changed {LOOKS} times meanwhile", device.id);
        Err(StoreError::Unavailable { service: "SNS", detail })
    }

    /// One try, from mark to end.
    async fn settle_once(
        &self,
        device: &Device,
        digest: &str,
        found: Option<Listening>,
        wanted: bool,
        loose: &mut Option<String>,
    ) -> Result<(), StoreError> {
        let was_certain = found.as_ref().is_some_and(|found| found.on);
        let mut mark = self.mark_listening(device, digest, found, loose.clone()).await?;
        *loose = None;
        if !was_certain && !wanted {
            // Who was cut off here may have subscribed, whatever is known: to subscribe again is to learn the name.
            match self.subscribe(&device.endpoint).await {
                Ok(name) => {
                    *loose = Some(name.clone());
                    mark = self.mark_listening(device, digest, Some(mark), Some(name)).await?;
                    *loose = None;
                }
                Err(StoreError::NoEndpoint(_)) => {}
                Err(error) => return Err(error),
            }
        }
        self.end(&mark).await?;
        if !wanted {
            let gone = self.table().transaction();
            return gone.delete(&listening_key(self.id(), digest), Condition::Version(mark.version)).commit().await;
        }
        let new = self.subscribe(&device.endpoint).await?;
        if mark.names.contains(&new) {
            let detail = "it still knows what was ended a moment ago".to_owned();
            return Err(StoreError::Unavailable { service: "SNS", detail });
        }
        *loose = Some(new.clone());
        let (account, endpoint) = (device.account, device.endpoint.clone());
        let on = Listening { account, endpoint, names: vec![new], on: true, ..mark };
        self.write_listening(device, on).await?;
        *loose = None;
        Ok(())
    }

    /// Says that it is not certain whether the app listens, before that changes; `name` is what it may listen with, beside what is
    /// known.
    async fn mark_listening(
        &self,
        device: &Device,
        digest: &str,
        found: Option<Listening>,
        name: Option<String>,
    ) -> Result<Listening, StoreError> {
        let is_new = found.is_none();
        let mut mark = Listening { on: false, ..found.unwrap_or_else(|| Listening::of(device, digest)) };
        mark.names.extend(name);
        mark.names.sort_unstable();
        mark.names.dedup();
        if !is_new {
            return self.write_listening(device, mark).await;
        }
        let own = device_key(self.id(), device.account, device.id);
        let written = self.table().transaction().put(&mark, Condition::Absent).check(&own, Condition::Present);
        written.commit().await.map(|()| mark)
    }

    /// Writes the next version of an item, if the one it was made from is still the last and the device whose it was.
    async fn write_listening(&self, device: &Device, next: Listening) -> Result<Listening, StoreError> {
        let was = next.version;
        let next = Listening { version: was + 1, ..next };
        let own = device_key(self.id(), device.account, device.id);
        let written = self.table().transaction().put(&next, Condition::Version(was)).check(&own, Condition::Present);
        written.commit().await.map(|()| next)
    }

    /// Whose account decides about a device, if it still has it, and whether it listens, in one read.
    async fn heard_by(
        &self,
        device: &Device,
        digest: &str,
    ) -> Result<(Option<Account>, Option<Listening>), StoreError> {
        let keys = [account_key(self.id(), device.account), listening_key(self.id(), digest)];
        let mut found = self.table().get_each(&keys).await?.into_iter();
        let account = found.next().flatten().map(from_attributes::<Account>).transpose()?;
        let listening = found.next().flatten().map(from_attributes).transpose()?;
        Ok((account.filter(|account| account.devices.contains(&device.id)), listening))
    }

    /// Has a device that is about to be removed listen no more; its item goes with the device's own. Grants: `GET`, `PUT`, `CHECK`,
    /// `UNSUBSCRIBE`.
    pub(crate) async fn silence(&self, device: &Device, digest: &str) -> Result<(), StoreError> {
        for look in 1..=LOOKS {
            let Some(found) = self.table().get::<Listening>(&listening_key(self.id(), digest)).await? else {
                return Ok(());
            };
            match self.mark_listening(device, digest, Some(found), None).await {
                Ok(mark) => return self.end(&mark).await,
                Err(StoreError::Conflict { .. }) => step_aside(look).await,
                Err(error) => return Err(error),
            }
        }
        // Whoever is at it finds the device gone.
        Ok(())
    }

    /// Ends what an item names. Grant: `UNSUBSCRIBE`.
    pub(crate) async fn end(&self, listening: &Listening) -> Result<(), StoreError> {
        for name in &listening.names {
            self.unsubscribe(name).await?;
        }
        Ok(())
    }

    /// Has an app listen again whose subscription SNS forgot; says whether it had. For one machine, whose SNS can: nobody asks that of
    /// SNS itself.
    pub async fn listen_again(&self, device: &Device) -> Result<bool, StoreError> {
        let key = listening_key(self.id(), &self.token_digest(device.platform, &device.token));
        let found: Option<Listening> = self.table().get(&key).await?;
        let Some(name) = found.and_then(|listening| listening.names.into_iter().next()) else { return Ok(false) };
        let sns = self.store().clients().sns();
        match sns.get_subscription_attributes().subscription_arn(name).send().await {
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {
                self.table().delete(&key).await?;
                self.settle_device(device).await.map(|()| true)
            }
            asked => asked.map(|_| false).map_err(|e| StoreError::from_sdk("SNS", e)),
        }
    }
}
