//! Which apps listen to their commune's alerts: those of accounts that take push messages, and no browser (a push service of a
//! browser knows no topics).
//!
//! What listens is written down beside the owner of the device's token, because to make an app stop takes the name that SNS gave its
//! subscription. The account decides; whoever changed the account, or whose app it is, has it settled, and looks again until a look
//! finds nothing to do. So of two who settle at once, the one who is last sees what the other left. Who is cut off in between is told
//! that it failed; and the app settles it when it registers, which it does at each start.

use parvis_domain::{AccountId, Channel, CommuneId};
use serde::{Deserialize, Serialize};

use crate::accounts::account_key;
use crate::devices::Device;
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::table::Condition;
use crate::{Account, Commune, Platform};

/// How often it is looked whether there is still something to do.
const LOOKS: u32 = 5;

/// An app that listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listening {
    /// Digest of its token.
    digest: String,
    /// Whose app it is.
    account: AccountId,
    /// The push endpoint that does.
    endpoint: String,
    /// What SNS calls that.
    subscription: String,
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

impl Commune {
    /// Has each app of an account listen, or not, as its channels are now. Grants: `QUERY`, `BATCH_GET`, `PUT`, `DELETE`, `SUBSCRIBE`,
    /// `UNSUBSCRIBE`, `CREATE_TOPIC`.
    pub async fn settle_listening(&self, account: AccountId) -> Result<(), StoreError> {
        for device in self.devices(account).await? {
            self.settle_device(&device).await?;
        }
        Ok(())
    }

    /// The same of one app; nothing happens when it has changed hands: who has it now settles it. Grants: those but `QUERY`.
    pub(crate) async fn settle_device(&self, device: &Device) -> Result<(), StoreError> {
        if device.platform == Platform::Web {
            return Ok(());
        }
        let digest = self.token_digest(device.platform, &device.token);
        // Not to be believed any more, whatever somebody else writes.
        let mut ended: Option<String> = None;
        for _ in 0..LOOKS {
            let (account, listening) = self.heard_by(device, &digest).await?;
            let Some(account) = account else { return Ok(()) };
            let wanted = account.channels.contains(&Channel::Push);
            let lasts = |listening: &Listening| {
                (listening.account, &listening.endpoint) == (device.account, &device.endpoint)
                    && ended.as_ref() != Some(&listening.subscription)
            };
            let written = match listening {
                Some(listening) if wanted && lasts(&listening) => return Ok(()),
                None if !wanted => return Ok(()),
                old if wanted => self.listen(device, &digest, old).await,
                Some(old) => {
                    self.unsubscribe(&old.subscription).await?;
                    ended = Some(old.subscription.clone());
                    let gone = self.table().transaction();
                    gone.delete(&listening_key(self.id(), &digest), Condition::Version(old.version)).commit().await
                }
                None => return Ok(()),
            };
            match written {
                // Somebody else settled it at the same moment.
                Ok(()) | Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let detail = format!("whether device {} listens changed {LOOKS} times meanwhile", device.id);
        Err(StoreError::Unavailable { service: "SNS", detail })
    }

    async fn listen(&self, device: &Device, digest: &str, old: Option<Listening>) -> Result<(), StoreError> {
        let subscription = self.subscribe(&device.endpoint).await?;
        let (condition, version) = match &old {
            None => (Condition::Absent, 1),
            Some(old) => (Condition::Version(old.version), old.version + 1),
        };
        let listening = Listening {
            digest: digest.to_owned(),
            account: device.account,
            endpoint: device.endpoint.clone(),
            subscription: subscription.clone(),
            version,
        };
        self.table().put(&listening, condition).await?;
        match old {
            // Its endpoint is gone; SNS keeps what listened there until it is told.
            Some(old) if old.subscription != subscription => self.unsubscribe(&old.subscription).await,
            _ => Ok(()),
        }
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

    /// Has an app listen again whose subscription SNS forgot; says whether it had. For one machine, whose SNS can: nobody asks that of
    /// SNS itself.
    pub async fn listen_again(&self, device: &Device) -> Result<bool, StoreError> {
        let digest = self.token_digest(device.platform, &device.token);
        let Some(listening) = self.listening(&digest).await? else { return Ok(false) };
        let sns = self.store().clients().sns();
        let asked = sns.get_subscription_attributes().subscription_arn(&listening.subscription).send().await;
        match asked {
            Err(e) if e.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {
                self.table().delete(&listening_key(self.id(), &digest)).await?;
                self.settle_device(device).await.map(|()| true)
            }
            asked => asked.map(|_| false).map_err(|e| StoreError::from_sdk("SNS", e)),
        }
    }

    /// What listens under a token's digest. Grant: `GET`.
    pub(crate) async fn listening(&self, digest: &str) -> Result<Option<Listening>, StoreError> {
        self.table().get(&listening_key(self.id(), digest)).await
    }

    /// Has an app that is being removed listen no more; its item is the caller's to remove. Grant: `UNSUBSCRIBE`.
    pub(crate) async fn stop_listening(&self, listening: Option<&Listening>) -> Result<(), StoreError> {
        match listening {
            Some(listening) => self.unsubscribe(&listening.subscription).await,
            None => Ok(()),
        }
    }
}
