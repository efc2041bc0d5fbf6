//! Danger alerts, and that everybody is told of them.
//!
//! An alert and the notice that tells of it are written in one transaction, so that none is ever sent untold or told twice; so are its
//! all-clear and the notice of that.

use jiff::Timestamp;
use parvis_domain::{Alert, AlertEnd, AlertId, Channel, CommuneId, EventId};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::cursor;
use crate::error::StoreError;
use crate::idempotency::Idempotency;
use crate::item::{Item, Placement, from_attributes};
use crate::key::Key;
use crate::notices::{Notice, NoticeKey, Subject};
use crate::queue::NoticeJob;
use crate::table::Condition;

impl Item for Alert {
    const TYPE: &'static str = "alert";

    fn placement(&self, commune: &CommuneId) -> Placement {
        // An alert changes once: from 1 to 2, when it is ended.
        let version = if self.ended.is_some() { 2 } else { 1 };
        Placement { version: Some(version), ..Placement::at(alert_key(commune, self.id)) }
    }
}

pub(crate) fn alert_key(commune: &CommuneId, alert: AlertId) -> Key {
    Key::new(commune, &["alerts"], alert.to_string())
}

impl Commune {
    /// One alert. Grant: `GET`.
    pub async fn alert(&self, id: AlertId) -> Result<Option<Alert>, StoreError> {
        self.table().get(&alert_key(self.id(), id)).await
    }

    /// One page of the alerts, newest first, and the cursor of the next. Grant: `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn alerts(&self, limit: u32, cursor: Option<&str>) -> Result<(Vec<Alert>, Option<String>), StoreError> {
        let (seal, query) = (&self.store().seal, format!("{} alerts", self.id()));
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let page = self.table().page(&self.table().range(&["alerts"]).newest_first(), limit, start).await?;
        let alerts = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((alerts, page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?))
    }

    /// Writes an alert, and that everybody is to be told; the notice is out as soon as it can be. `key` is what it was sent
    /// under. Grants: `GET`, `PUT`, `SEND_NOTICE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 2 when the key was used meanwhile.
    pub async fn send_alert(&self, by: AuditActor, alert: &Alert, key: Option<&Idempotency>) -> Result<(), StoreError> {
        let notice = self.to_everybody(alert, alert.event, alert.sent);
        let after = json!({
            "category": alert.category, "severity": alert.severity, "headline": alert.headline, "expires": alert.expires,
        });
        let act = Act { by, what: "create_alert", about: alert.id.to_string(), before: json!(null), after };
        self.commit_act(&act, alert.sent, |writes| {
            let writes = writes.put(alert, Condition::Absent).put(&notice, Condition::Absent);
            key.into_iter().fold(writes, |writes, key| writes.put(key, key.condition()))
        })
        .await?;
        self.store().queue_notices(&[NoticeJob::of(self.id(), &notice)]).await;
        Ok(())
    }

    /// Writes an alert's all-clear, and that everybody is to be told of it. Grants: `GET`, `PUT`, `SEND_NOTICE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when somebody ended it meanwhile.
    pub async fn end_alert(&self, by: AuditActor, ended: &Alert, end: &AlertEnd) -> Result<(), StoreError> {
        let notice = self.to_everybody(ended, end.event, end.at);
        let after = json!({ "ended": end.at });
        let act = Act { by, what: "end_alert", about: ended.id.to_string(), before: json!(null), after };
        self.commit_act(&act, end.at, |writes| {
            writes.put(ended, Condition::Version(1)).put(&notice, Condition::Absent)
        })
        .await?;
        self.store().queue_notices(&[NoticeJob::of(self.id(), &notice)]).await;
        Ok(())
    }

    fn to_everybody(&self, alert: &Alert, event: EventId, now: Timestamp) -> Notice {
        Notice::new(NoticeKey::to_everybody(event, Channel::Push), Subject::Alert { alert: alert.id }, now)
    }
}
