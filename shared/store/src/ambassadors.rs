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
use crate::table::Condition;

/// An ambassador.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ambassador {
    /// The account. It goes with the account.
    pub account: AccountId,
    /// What they see.
    pub zones: Vec<ZoneId>,
    /// Since when, or when their zones changed.
    pub since: Timestamp,
}

impl Item for Ambassador {
    const TYPE: &'static str = "ambassador";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(ambassador_key(commune, self.account))
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

    /// Names an ambassador, or gives one other zones. Grants: `GET`, `PUT`, `CHECK`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub async fn put_ambassador(&self, by: AuditActor, new: &Ambassador, now: Timestamp) -> Result<(), StoreError> {
        let before = self.ambassador(new.account).await?;
        let (about, after) = (new.account.to_string(), json!({ "zones": new.zones }));
        let before = before.map_or(json!(null), |before| json!({ "zones": before.zones }));
        let act = Act { by, what: "put_ambassador", about, before, after };
        let account = account_key(self.id(), new.account);
        let named = self
            .commit_act(&act, now, |writes| writes.check(&account, Condition::Present).put(new, Condition::Any))
            .await;
        match named {
            Err(StoreError::Conflict { item: 0 }) => Err(StoreError::NotFound),
            done => done,
        }
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
