//! Delivering by hand what queue and sweeper would deliver later, and closing the books after it.

use jiff::SignedDuration;
use parvis_domain::CommuneId;
use parvis_local::Platform;
use parvis_local::tap::OutboxQuery;
use parvis_store::key::DUE_SHARDS;
use parvis_store::{NoticeJob, NoticeKey};
use serde_json::{Value, json};

use crate::tally::{Tally, items, table_at};

/// Gives jobs to `deliver_notice` as it runs in `by`; answers what it reports as failed.
pub async fn deliver_in(platform: &Platform, by: SignedDuration, commune: &CommuneId, keys: &[NoticeKey]) -> Value {
    let deliver = platform.functions().iter().find(|function| function.id == "deliver_notice").unwrap();
    let open = platform.cx().store.commune(commune).await.unwrap();
    let mut messages = Vec::new();
    for (n, key) in keys.iter().enumerate() {
        let notice = open.notice(key).await.unwrap().expect("a notice of the ledger");
        let body = serde_json::to_string(&[NoticeJob::of(commune, &notice)]).unwrap();
        messages.push(json!({ "messageId": n.to_string(), "body": body }));
    }
    let event = json!({ "Records": messages });
    deliver.invoke(&platform.cx().shifted(by), event).await.unwrap()["batchItemFailures"].clone()
}

/// Has everything of a commune delivered that is due in two hours, as sweeper and queue do: by then every lease has ended
/// and every wait is over.
pub async fn deliver_what_is_left(platform: &Platform, commune: &CommuneId) {
    let by = SignedDuration::from_hours(2);
    let now = platform.cx().shifted(by).now();
    let mut keys = Vec::new();
    for shard in 0..DUE_SHARDS {
        let mut start = None;
        loop {
            let (due, next) = platform.cx().store.due_notices(shard, now, 100, start).await.unwrap();
            keys.extend(due.into_iter().filter(|(whose, _)| whose == commune).map(|(_, notice)| notice.key));
            start = next;
            if start.is_none() {
                break;
            }
        }
    }
    for some in keys.chunks(10) {
        assert_eq!(deliver_in(platform, by, commune, some).await, json!([]));
    }
}

/// Adds what a commune's people got and what its ledger says.
pub async fn close_the_books(platform: &Platform, commune: &CommuneId, tally: &mut Tally) {
    let all = platform.outbox().list(&OutboxQuery { limit: usize::MAX, ..OutboxQuery::default() });
    tally.count(all.iter().filter(|sent| sent.message.commune.as_deref() == Some(commune.as_str())));
    tally.record(items(&table_at(&platform.engines().direct_dynamodb_url()), commune).await);
}
