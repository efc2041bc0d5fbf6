//! What left for phones and mailboxes: kept in memory, written to a file, readable by residents' "phones" and by tests.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

/// How many messages of earlier runs are there again after a start.
const LOADED: usize = 5_000;
/// How many messages a run keeps in memory; the file has them all.
const KEPT: usize = 50_000;

/// One message to one recipient, as it was accepted by SNS or SES.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// 1 for the first message ever, then counting up; never used twice in one data directory.
    pub id: u64,
    /// When it was accepted.
    pub at: Timestamp,
    /// What was said, and to whom.
    #[serde(flatten)]
    pub message: Message,
}

/// What was said, and to whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// How it travels.
    pub channel: Channel,
    /// Phone number (E.164), endpoint ARN, e-mail address or topic ARN.
    pub recipient: String,
    /// What a person reads: the SMS, the push notification's title and body, the mail's text part.
    pub text: String,
    /// Subject of a mail, or the one given to a topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Push: what of the message is for the device's platform, with the JSON inside its key (`GCM`, `APNS`) parsed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
    /// Push: the device token of the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<String>,
    /// The notice it belongs to: message attribute or e-mail tag `parvis-notice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The commune that speaks: message attribute or e-mail tag `parvis-commune`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// To a phone number.
    Sms,
    /// To one device.
    Push,
    /// To a mailbox.
    Email,
    /// To everybody who subscribed to a topic.
    Topic,
}

/// Which messages to list. The default is the first 100.
#[derive(Debug, Clone)]
pub struct OutboxQuery {
    /// Only messages with a greater id: the last one of the page before.
    pub after: Option<u64>,
    /// Only messages accepted at this time or later.
    pub since: Option<Timestamp>,
    /// Only messages to exactly this recipient.
    pub recipient: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl Default for OutboxQuery {
    fn default() -> OutboxQuery {
        OutboxQuery { after: None, since: None, recipient: None, limit: 100 }
    }
}

/// All messages of one platform; clones share them.
#[derive(Debug, Clone)]
pub struct Outbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    book: Mutex<Book>,
    last: watch::Sender<u64>,
}

#[derive(Debug)]
struct Book {
    file: File,
    sent: VecDeque<Sent>,
    last: u64,
}

impl Outbox {
    /// Opens the file and reads the last 5,000 messages; a line that was cut off by a crash is dropped.
    ///
    /// # Errors
    /// What the system says about the file.
    pub fn open(path: &Path) -> io::Result<Outbox> {
        let (sent, cut) = read(path)?;
        let mut file = File::options().create(true).append(true).open(path)?;
        if cut {
            // The next message must not continue the broken line.
            file.write_all(b"\n")?;
        }
        let last = sent.back().map_or(0, |sent| sent.id);
        let book = Mutex::new(Book { file, sent, last });
        Ok(Outbox { inner: Arc::new(Inner { book, last: watch::Sender::new(last) }) })
    }

    /// Writes messages down, in the file first. A file that cannot be written is logged: the messages did go out.
    pub(super) fn record(&self, messages: Vec<Message>) {
        if messages.is_empty() {
            return;
        }
        let mut book = self.inner.book.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = Vec::new();
        for message in messages {
            book.last += 1;
            let sent = Sent { id: book.last, at: Timestamp::now(), message };
            if let Err(error) = serde_json::to_writer(&mut lines, &sent) {
                tracing::error!(%error, "a message cannot be written as JSON");
            }
            lines.push(b'\n');
            book.sent.push_back(sent);
        }
        if let Err(error) = book.file.write_all(&lines) {
            tracing::error!(%error, "the outbox file cannot be written; its messages are gone after a restart");
        }
        let excess = book.sent.len().saturating_sub(KEPT);
        book.sent.drain(..excess);
        self.inner.last.send_replace(book.last);
    }

    /// A page of messages, oldest first.
    pub fn list(&self, query: &OutboxQuery) -> Vec<Sent> {
        let book = self.inner.book.lock().unwrap_or_else(PoisonError::into_inner);
        let after = query.after.unwrap_or(0);
        let from = book.sent.partition_point(|sent| sent.id <= after);
        let wanted = book.sent.range(from..).filter(|sent| {
            query.since.is_none_or(|since| sent.at >= since)
                && query.recipient.as_ref().is_none_or(|recipient| sent.message.recipient == *recipient)
        });
        wanted.take(query.limit).cloned().collect()
    }

    /// The id of the newest message, 0 before the first. As `after` it makes a list of what comes from now on.
    pub fn last_id(&self) -> u64 {
        *self.inner.last.borrow()
    }

    /// The newest id as it changes, for who waits for messages without polling.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.inner.last.subscribe()
    }

    /// The page of `query` as soon as it has `count` messages, or as it is when `limit` has passed.
    pub async fn wait_for(&self, query: &OutboxQuery, count: usize, limit: Duration) -> Vec<Sent> {
        let mut last = self.watch();
        let enough = async {
            loop {
                last.mark_unchanged();
                let page = self.list(query);
                if page.len() >= count || last.changed().await.is_err() {
                    return page;
                }
            }
        };
        tokio::time::timeout(limit, enough).await.unwrap_or_else(|_| self.list(query))
    }
}

/// The last [`LOADED`] messages of a file, and whether its last line lacks its end.
fn read(path: &Path) -> io::Result<(VecDeque<Sent>, bool)> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((VecDeque::new(), false)),
        Err(error) => return Err(error),
    };
    let mut sent: VecDeque<Sent> =
        bytes.rsplit(|&b| b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).take(LOADED).collect();
    sent.make_contiguous().reverse();
    Ok((sent, bytes.last().is_some_and(|&last| last != b'\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(recipient: &str, text: &str) -> Message {
        Message {
            channel: Channel::Sms,
            recipient: recipient.to_owned(),
            text: text.to_owned(),
            subject: None,
            payload: None,
            device_token: None,
            notice: None,
            commune: None,
        }
    }

    /// A file that goes with the test.
    struct Temporary(std::path::PathBuf);

    impl std::ops::Deref for Temporary {
        type Target = Path;

        fn deref(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn file(name: &str) -> Temporary {
        let path = std::env::temp_dir().join(format!("parvis-outbox-{}-{name}.jsonl", std::process::id()));
        let _ = fs::remove_file(&path);
        Temporary(path)
    }

    fn texts(page: &[Sent]) -> Vec<&str> {
        page.iter().map(|sent| sent.message.text.as_str()).collect()
    }

    #[test]
    fn pages_follow_each_other_and_filter_by_recipient() {
        let outbox = Outbox::open(&file("pages")).unwrap();
        outbox.record(vec![sms("+33600000001", "a"), sms("+33600000002", "b"), sms("+33600000001", "c")]);
        let first = outbox.list(&OutboxQuery { limit: 2, ..OutboxQuery::default() });
        assert_eq!(texts(&first), ["a", "b"]);
        let second = outbox.list(&OutboxQuery { after: Some(first[1].id), ..OutboxQuery::default() });
        assert_eq!(texts(&second), ["c"]);
        let recipient = Some("+33600000001".to_owned());
        assert_eq!(texts(&outbox.list(&OutboxQuery { recipient, ..OutboxQuery::default() })), ["a", "c"]);
        let since = Some(Timestamp::now() + Duration::from_secs(60));
        assert!(outbox.list(&OutboxQuery { since, ..OutboxQuery::default() }).is_empty());
    }

    #[test]
    fn a_line_cut_off_by_a_crash_costs_only_that_line() {
        let path = file("cut");
        Outbox::open(&path).unwrap().record(vec![sms("+33600000001", "a"), sms("+33600000001", "b")]);
        let whole = fs::read(&*path).unwrap();
        fs::write(&*path, &whole[..whole.len() - 10]).unwrap();
        let again = Outbox::open(&path).unwrap();
        assert_eq!(texts(&again.list(&OutboxQuery::default())), ["a"]);
        again.record(vec![sms("+33600000001", "c")]);
        let last = Outbox::open(&path).unwrap();
        assert_eq!(texts(&last.list(&OutboxQuery::default())), ["a", "c"]);
        assert_eq!(last.last_id(), 2);
    }

    #[tokio::test]
    async fn waiting_ends_with_the_message_that_was_missing() {
        let outbox = Outbox::open(&file("wait")).unwrap();
        let waiting = tokio::spawn({
            let outbox = outbox.clone();
            async move { outbox.wait_for(&OutboxQuery::default(), 2, Duration::from_secs(20)).await }
        });
        outbox.record(vec![sms("+33600000001", "a")]);
        tokio::task::yield_now().await;
        outbox.record(vec![sms("+33600000001", "b")]);
        assert_eq!(texts(&waiting.await.unwrap()), ["a", "b"]);
        assert_eq!(outbox.wait_for(&OutboxQuery::default(), 3, Duration::from_millis(10)).await.len(), 2);
    }
}
