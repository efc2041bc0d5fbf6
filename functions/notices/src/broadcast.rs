//! One message to everybody: an alert, or its all-clear, goes to the commune's topic, and from there to every app that listens. It is
//! one notice of the ledger and one call, whatever the audience.

use std::collections::BTreeMap;
use std::time::Instant;

use parvis_domain::texts::{AlertText, alert as alert_text, alert_ended};
use parvis_domain::{Alert, AlertId, Language};
use parvis_edge::{Cx, GIVEN_UP};
use parvis_store::{Commune, DropReason, Notice, NoticeKey, NoticeState, StoreError};

use crate::deliver_notice::{End, in_time};
use crate::recipient::{PUSH_BODY, shortened};

/// Sends a claimed notice about an alert. Grants: `GET`, `PUBLISH_TOPIC`, `CREATE_TOPIC`.
pub(crate) async fn broadcast(
    cx: &Cx,
    commune: &Commune,
    notice: &Notice,
    alert: AlertId,
    until: Instant,
) -> Result<End, StoreError> {
    // Read now that nobody else can send it: whoever gives the all-clear waits for this notice.
    let Some(alert) = commune.alert(alert).await? else { return Ok(End::Dropped(DropReason::NotVisible)) };
    if commune.is_before_residents().await? {
        return Ok(End::Dropped(DropReason::Training));
    }
    let AlertText { title, body } = match worded(cx, commune, notice, &alert).await? {
        Ok(text) => text,
        Err(reason) => return Ok(End::Dropped(reason)),
    };
    in_time(cx, notice, until)?;
    let event = notice.key.event.to_string();
    let data = BTreeMap::from([
        ("commune", commune.id().to_string()),
        ("alert", alert.id.to_string()),
        ("event", event.clone()),
    ]);
    let body = shortened(&body, PUSH_BODY);
    // All-clear and alert replace each other on the phone: what holds is what is seen.
    let replaces = alert.id.to_string();
    let message = commune.publish_to_everybody(&title, &body, &data, &notice.key.to_string(), &replaces).await?;
    Ok(End::Sent(message))
}

/// The words, in the commune's own language: one message goes to all. Or why there is nothing to say any more.
async fn worded(
    cx: &Cx,
    commune: &Commune,
    notice: &Notice,
    alert: &Alert,
) -> Result<Result<AlertText, DropReason>, StoreError> {
    let language = commune.settings.spoken(Language::Fr);
    let link = format!("{}/{}/alerts/{}", commune.store().names.public_url, commune.id(), alert.id);
    if notice.key.event == alert.event {
        if alert.is_in_force(cx.now()) {
            return Ok(Ok(alert_text(language, alert, &link)));
        }
        if alert.ended.is_none() {
            // Its time went by in trying: nobody was warned, or nobody knows.
            let Notice { key, attempts, doubts, error, .. } = notice;
            tracing::error!(commune = %commune.id(), notice = %key, attempts, doubts, error, "{GIVEN_UP}");
        }
        return Ok(Err(DropReason::Over));
    }
    let Some(end) = alert.ended.as_ref().filter(|end| end.event == notice.key.event) else {
        return Ok(Err(DropReason::NotVisible));
    };
    let first = commune.notice(&NoticeKey { event: alert.event, ..notice.key.clone() }).await?;
    match first.map(|first| (first.doubts, first.state)) {
        // Nobody was alarmed, so there is nothing to take back.
        Some((0, NoticeState::Dropped { .. })) => Ok(Err(DropReason::Over)),
        // It goes out first, or is dropped: who has it may have read the alert before it was ended.
        Some((0, NoticeState::Planned)) => Err(first_things_first()),
        Some((_, NoticeState::Sending { lease_until })) if lease_until > cx.now() => Err(first_things_first()),
        // It is out, or may be.
        _ => Ok(Ok(alert_ended(language, alert, end, &link))),
    }
}

fn first_things_first() -> StoreError {
    StoreError::Unavailable { service: "deliver_notice", detail: "the alert itself is not out yet".to_owned() }
}
