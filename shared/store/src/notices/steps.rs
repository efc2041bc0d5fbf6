//! What a deliverer does with a notice: it claims it, and marks it sent, gives it back or drops it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Claim, DropReason, FIRST_WAIT, Notice, NoticeState, advance, advanced, after};
use crate::Commune;
use crate::error::StoreError;

/// Marking takes no longer than this, so that it ends before the deliverer's own limit does.
const MARK_LIMIT: Duration = Duration::from_secs(5);
/// A call that stalls is made again after this long.
const MARK_TRY: Duration = Duration::from_secs(2);
/// Between the tries to mark a notice sent.
const MARK_PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];
/// A claim that meets another write looks again this often.
const CLAIM_TRIES: u32 = 3;

impl Commune {
    /// Takes a notice that was read a moment ago for `lease`, if nobody has it. It is due again when the lease has ended; after
    /// tries of which nobody learnt the end, twice as late for each of them, up to an hour: every one of them may have arrived.
    pub async fn claim_notice(
        &self,
        mut found: Notice,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Claim, StoreError> {
        for _ in 0..CLAIM_TRIES {
            let doubt = match found.state {
                NoticeState::Sent { .. } | NoticeState::Dropped { .. } => return Ok(Claim::Done),
                NoticeState::Sending { lease_until } if after(lease_until, found.waits_longer(lease)) > now => {
                    return Ok(Claim::Busy);
                }
                NoticeState::Sending { .. } => 1,
                NoticeState::Planned => 0,
            };
            let doubts = found.doubts + doubt;
            let taken = Notice {
                state: NoticeState::Sending { lease_until: after(now, lease) },
                attempts: found.attempts + 1,
                doubts,
                ..found.clone()
            };
            let taken = Notice { due: after(now, lease + taken.waits_longer(lease)), ..taken };
            match advance(&self.table(), taken).await {
                Err(StoreError::Conflict { .. }) => match self.notice(&found.key).await? {
                    Some(newer) => found = newer,
                    None => return Ok(Claim::Done),
                },
                written => return Ok(Claim::Held(written?)),
            }
        }
        Ok(Claim::Busy)
    }

    /// Ends a claimed notice: it is out, under the id that SNS or SES gave. Tried for five seconds if the table does not
    /// answer: a mark that is missing sends the notice again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the lease ran out and another deliverer has it: it may be out twice.
    pub async fn mark_sent(&self, held: Notice, now: Timestamp, message: String) -> Result<(), StoreError> {
        let sent = NoticeState::Sent { at: now, message };
        let tried = tokio::time::timeout(MARK_LIMIT, self.mark(held, sent)).await;
        tried.unwrap_or_else(|_| Err(unanswered()))
    }

    async fn mark(&self, held: Notice, sent: NoticeState) -> Result<(), StoreError> {
        let mut last = held.clone();
        let mut pauses = MARK_PAUSES.into_iter();
        loop {
            let next = Notice { state: sent.clone(), error: None, ..last.clone() };
            let written = tokio::time::timeout(MARK_TRY, advance(&self.table(), next)).await;
            match written.unwrap_or_else(|_| Err(unanswered())) {
                Err(StoreError::Unavailable { service, detail }) => match pauses.next() {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => return Err(StoreError::Unavailable { service, detail }),
                },
                Err(StoreError::Conflict { item }) => match self.notice(&held.key).await {
                    // By ourselves: the answer was lost, and the second try found what the first had written.
                    Ok(Some(found)) if found.state == sent => return Ok(()),
                    // By the sweeper, which moves only its own time: the claim is ours still.
                    Ok(Some(found)) if found.state == held.state && found.version > last.version => last = found,
                    // The next try meets the same conflict, and looks again.
                    Err(StoreError::Unavailable { service, detail }) => match pauses.next() {
                        Some(pause) => tokio::time::sleep(pause).await,
                        None => return Err(StoreError::Unavailable { service, detail }),
                    },
                    Err(error) => return Err(error),
                    Ok(_) => return Err(StoreError::Conflict { item }),
                },
                written => return written.map(drop),
            }
        }
    }

    /// Gives a claimed notice back after a try that failed; the sweeper queues it again after 4 minutes, and later with
    /// every further try, up to an hour; what goes to everybody always after 4 minutes.
    pub async fn give_back(&self, held: Notice, now: Timestamp, error: String) -> Result<(), StoreError> {
        let due = after(now, held.retry_wait());
        let state = NoticeState::Planned;
        advance(&self.table(), Notice { state, due, error: Some(error), ..held }).await.map(drop)
    }

    /// Plans a notice anew that was dropped because its account was told over something else then, and is told over this again,
    /// or for want of anything else (`stands_in`); says whether it was. Any other stays as it is.
    pub async fn take_up(&self, dropped: &Notice, stands_in: bool, now: Timestamp) -> Result<bool, StoreError> {
        if !matches!(dropped.state, NoticeState::Dropped { reason: DropReason::ChannelChanged, .. }) {
            return Ok(false);
        }
        let (state, due) = (NoticeState::Planned, after(now, FIRST_WAIT));
        let fallback = dropped.fallback || stands_in;
        let planned = Notice { state, due, fallback, attempts: 0, swept: 0, ..dropped.clone() };
        match advance(&self.table(), planned).await {
            Ok(_) => Ok(true),
            // Somebody took it up at the same moment.
            Err(StoreError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends a claimed notice unsent. One that was counted as a text message and is certainly not out is taken off again.
    pub async fn drop_notice(&self, held: Notice, now: Timestamp, reason: DropReason) -> Result<(), StoreError> {
        let state = NoticeState::Dropped { at: now, reason };
        let Some(charge) = held.charged.as_deref().cloned().filter(|_| held.doubts == 0) else {
            return advance(&self.table(), Notice { state, ..held }).await.map(drop);
        };
        let (next, condition) = advanced(Notice { state, charged: None, ..held });
        let transaction = self.table().transaction().put(&next, condition);
        self.without_charge(transaction, &charge, now).commit().await
    }
}

fn unanswered() -> StoreError {
    StoreError::Unavailable { service: "DynamoDB", detail: "no answer while marking a notice sent".to_owned() }
}
