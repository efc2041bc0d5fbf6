//! Residents whom an administrator named ambassadors of zones: they see how their neighbours take to it.

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, ZoneId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::accounts::account_key;
use crate::audit::{Act, AuditActor};
use crate::cursor;
use crate::error::StoreError;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::table::{Condition, step_aside};

/// How often an ambassador is named when they change at the same moment.
const TRIES: u32 = 3;

/// An ambassador.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ambassador {
    /// The account. It goes with the account.
    pub account: AccountId,
    /// What they see.
    pub zones: Vec<ZoneId>,
    /// Since when, or when their zones changed.
    pub since: Timestamp,
    /// Whether they want what they write on reports of others to say what they are. Theirs to say, off until they do.
    #[serde(default)]
    pub badge: bool,
    /// 1 more with every change.
    #[serde(default)]
    pub version: u32,
}

impl Item for Ambassador {
    const TYPE: &'static str = "ambassador";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(ambassador_key(commune, self.account)) }
    }
}

pub(crate) fn ambassador_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["ambassadors"], account.to_string())
}

impl Commune {
    /// The ambassador that an account is, if it is one. Grant: `GET`.
    pub async fn ambassador(&self, account: AccountId) -> Result<Option<Ambassador>, StoreError> {
        self.table().get(&ambassador_key(self.id(), account)).await
    }

    /// Names an ambassador, or gives one other zones and leaves them what they said about the badge. Grants: `GET`, `PUT`,
    /// `CHECK`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn put_ambassador(
        &self,
        by: AuditActor,
        account: AccountId,
        zones: Vec<ZoneId>,
        now: Timestamp,
    ) -> Result<Ambassador, StoreError> {
        let owner = account_key(self.id(), account);
        let mut tries = 0;
        loop {
            tries += 1;
            let before = self.ambassador(account).await?;
            let condition = || before.as_ref().map_or(Condition::Absent, |before| Condition::Version(before.version));
            let (badge, version) = before.as_ref().map_or((false, 1), |before| (before.badge, before.version + 1));
            let new = Ambassador { account, zones: zones.clone(), since: now, badge, version };
            let after = json!({ "zones": new.zones });
            let old = before.as_ref().map_or(json!(null), |before| json!({ "zones": before.zones }));
            let act = Act { by: by.clone(), what: "put_ambassador", about: account.to_string(), before: old, after };
            let named = self
                .commit_act(&act, now, |writes| writes.check(&owner, Condition::Present).put(&new, condition()))
                .await;
            match named {
                Ok(()) => return Ok(new),
                Err(StoreError::Conflict { item: 0 }) => return Err(StoreError::NotFound),
                // They changed their mind about the badge at this moment.
                Err(StoreError::Conflict { .. }) if tries < TRIES => step_aside(tries).await,
                Err(error) => return Err(error),
            }
        }
    }

    /// Has what an ambassador writes from now on say that they are one, or not. Grant: `PUT`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they changed, or are ambassador no more, since it was read.
    pub async fn put_badge(&self, ambassador: Ambassador, badge: bool) -> Result<(), StoreError> {
        let was = ambassador.version;
        let new = Ambassador { badge, version: was + 1, ..ambassador };
        self.table().put(&new, Condition::Version(was)).await
    }

    /// Takes it back. Grants: `GET`, `PUT`, `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the account is none.
    pub async fn delete_ambassador(
        &self,
        by: AuditActor,
        account: AccountId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let before = self.ambassador(account).await?.ok_or(StoreError::NotFound)?;
        let (about, before) = (account.to_string(), json!({ "zones": before.zones }));
        let act = Act { by, what: "delete_ambassador", about, before, after: json!(null) };
        let key = ambassador_key(self.id(), account);
        match self.commit_act(&act, now, |writes| writes.delete(&key, Condition::Present)).await {
            Err(StoreError::Conflict { .. }) => Err(StoreError::NotFound),
            done => done,
        }
    }

    /// One page of the ambassadors, and the cursor of the next. Grant: `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn ambassadors(
        &self,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Ambassador>, Option<String>), StoreError> {
        let (seal, query) = (&self.store().seal, format!("{} ambassadors", self.id()));
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let page = self.table().page(&self.table().range(&["ambassadors"]), limit, start).await?;
        let ambassadors = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        let next = page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((ambassadors, next))
    }
}
