//! Who had to be told what, what was sent and what the ledger says, counted against each other: nothing lost, nothing
//! doubled, nothing told that nobody had to hear.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::AttributeValue;
use parvis_domain::{AccountId, Alert, Channel, CommuneId, DeviceId, Event};
use parvis_local::engines::{ACCESS_KEY, REGION, SECRET_KEY};
use parvis_local::tap::{Channel as Medium, Sent};
use parvis_store::item::{Attributes, Item, from_attributes};
use parvis_store::{Notice, NoticeKey, NoticeState};

/// One way to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Who.
    pub account: AccountId,
    /// Over what.
    pub channel: Channel,
    /// Push: to which device.
    pub device: Option<DeviceId>,
}

/// The three books. Notices go by their names, see [`named`].
#[derive(Debug, Default)]
pub struct Tally {
    /// Who had to be told of what.
    pub expected: BTreeSet<String>,
    /// How many messages about each went out; codes are not counted.
    pub sent: BTreeMap<String, u32>,
    /// What the ledger has.
    pub ledger: BTreeMap<String, Notice>,
}

/// A notice that went out more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubled {
    /// Its name.
    pub notice: String,
    /// How many messages went out.
    pub copies: u32,
    /// How many tries ended without the ledger knowing how: each may have sent one.
    pub doubts: u32,
}

/// How the books compare.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Notices that had to go out.
    pub expected: usize,
    /// Messages that went out.
    pub sent: u32,
    /// Tries that ended without a word, see [`Notice::doubts`].
    pub doubts: u32,
    /// Expected, and no message went out.
    pub lost: Vec<String>,
    /// A message went out that nobody had to get.
    pub unasked: Vec<String>,
    /// The ledger does not say `sent` of a message that went out, or says so of one that did not.
    pub misrecorded: Vec<String>,
    /// More than one message, each further one within the documented window: a try whose end nobody learnt.
    pub doubled_in_window: Vec<Doubled>,
    /// More than one message without such an excuse: a defect.
    pub doubled: Vec<Doubled>,
}

/// A notice's name: its key as messages carry it, with `_` for the slash that SES does not allow in a tag.
pub fn named(key: &str) -> String {
    key.replace('/', "_")
}

impl Tally {
    /// Expects an event to be told over all these ways, but to nobody who did it; nothing if it is internal.
    pub fn expect(&mut self, event: &Event, ways: &[Way]) {
        if event.is_internal() {
            return;
        }
        for way in ways.iter().filter(|way| Some(way.account) != event.actor.account()) {
            let Way { account, channel, device } = *way;
            self.expected
                .insert(named(&NoticeKey { event: event.id, account: Some(account), channel, device }.to_string()));
        }
    }

    /// Expects an alert to be told to everybody, and its all-clear if it was given.
    pub fn expect_alert(&mut self, alert: &Alert) {
        let events = [Some(alert.event), alert.ended.as_ref().map(|end| end.event)];
        let keys = events.into_iter().flatten().map(|event| NoticeKey::to_everybody(event, Channel::Push));
        self.expected.extend(keys.map(|key| named(&key.to_string())));
    }

    /// Counts messages.
    pub fn count<'s>(&mut self, sent: impl IntoIterator<Item = &'s Sent>) {
        // What goes to everybody is one message to a topic; what SNS makes of it is SNS's.
        let copy = |sent: &&Sent| {
            let notice = sent.message.notice.as_deref().unwrap_or_default();
            sent.message.channel == Medium::Push && notice.contains("/everybody/")
        };
        let notices = sent.into_iter().filter(|sent| !copy(sent)).filter_map(|sent| sent.message.notice.as_deref());
        for notice in notices.filter(|notice| ![parvis_store::ABOUT_CODE, parvis_store::ABOUT_STAFF].contains(notice)) {
            *self.sent.entry(named(notice)).or_default() += 1;
        }
    }

    /// Takes the ledger over.
    pub fn record(&mut self, ledger: impl IntoIterator<Item = Notice>) {
        self.ledger.extend(ledger.into_iter().map(|notice| (named(&notice.key.to_string()), notice)));
    }

    /// Compares the books.
    pub fn outcome(&self) -> Outcome {
        let lost = self.expected.iter().filter(|name| !self.sent.contains_key(*name)).cloned();
        let unasked = self.sent.keys().filter(|name| !self.expected.contains(*name)).cloned();
        let marked = |name: &String| {
            let notice = self.ledger.get(name);
            notice.is_some_and(|notice| matches!(notice.state, NoticeState::Sent { .. }))
        };
        let names: BTreeSet<&String> = self.sent.keys().chain(self.ledger.keys()).collect();
        let misrecorded = names.into_iter().filter(|name| marked(name) != self.sent.contains_key(*name));
        let doubled = self.sent.iter().filter(|(_, copies)| **copies > 1).map(|(notice, copies)| {
            let doubts = self.ledger.get(notice).map_or(0, |notice| notice.doubts);
            Doubled { notice: notice.clone(), copies: *copies, doubts }
        });
        let (doubled_in_window, doubled) = doubled.partition(|doubled| doubled.copies <= 1 + doubled.doubts);
        Outcome {
            expected: self.expected.len(),
            sent: self.sent.values().sum(),
            doubts: self.ledger.values().map(|notice| notice.doubts).sum(),
            lost: lost.collect(),
            unasked: unasked.collect(),
            misrecorded: misrecorded.cloned().collect(),
            doubled_in_window,
            doubled,
        }
    }
}

impl Outcome {
    /// Whether nothing is lost, nothing is doubled outside the documented window, and the ledger tells the truth.
    pub fn holds(&self) -> bool {
        [&self.lost, &self.unasked, &self.misrecorded].iter().all(|wrong| wrong.is_empty()) && self.doubled.is_empty()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome { expected, sent, doubts, .. } = self;
        write!(f, "{expected} notices expected, {sent} messages sent, {doubts} tries without a word, ")?;
        write!(f, "{} doubled within the window", self.doubled_in_window.len())?;
        for (what, which) in
            [("lost", &self.lost), ("sent to nobody's need", &self.unasked), ("misrecorded", &self.misrecorded)]
        {
            if !which.is_empty() {
                write!(f, "\n{} {what}: {which:#?}", which.len())?;
            }
        }
        if !self.doubled.is_empty() {
            write!(f, "\n{} doubled outside the window: {:#?}", self.doubled.len(), self.doubled)?;
        }
        Ok(())
    }
}

/// A client of a local DynamoDB at this address, for looking at the table from outside: it holds no grants.
pub fn table_at(url: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local"))
        .endpoint_url(url);
    Client::from_conf(config.build())
}

/// Every item of a type that a commune has: the whole table is read.
///
/// # Panics
/// When the table does not answer or holds what cannot be read.
pub async fn items<T: Item>(client: &Client, commune: &CommuneId) -> Vec<T> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mut pages = client
        .scan()
        .table_name("parvis")
        .consistent_read(true)
        .filter_expression("#type = :type AND #commune = :commune")
        .expression_attribute_names("#type", parvis_store::item::TYPE)
        .expression_attribute_names("#commune", parvis_store::item::COMMUNE)
        .expression_attribute_values(":type", text(T::TYPE))
        .expression_attribute_values(":commune", text(commune.as_str()))
        .into_paginator()
        .items()
        .send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        let item: Attributes = match item {
            Ok(item) => item,
            Err(error) => panic!("the table does not answer: {error:?}"),
        };
        match from_attributes(item) {
            Ok(value) => found.push(value),
            Err(error) => panic!("{error}"),
        }
    }
    found
}

/// Everything that ever went out from the platform with this data directory, from its file.
///
/// # Panics
/// When the file cannot be read.
pub fn sent_in(data: &Path) -> Vec<Sent> {
    match std::fs::read_to_string(data.join("outbox.jsonl")) {
        // A line that a crash cut off is no message: it is read as the platform reads it.
        Ok(text) => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        Err(error) => panic!("{}: {error}", data.display()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use parvis_domain::{EventId, ReportId};

    use super::*;

    /// The books of one notice: expected or not, so many copies, so many doubts, marked or not.
    fn outcome(expected: bool, copies: u32, doubts: u32, marked: bool) -> Outcome {
        let now = Timestamp::UNIX_EPOCH;
        let (event, account) = (EventId::new(now), AccountId::new(now));
        let key = NoticeKey { event, account: Some(account), channel: Channel::Sms, device: None };
        let name = named(&key.to_string());
        let mut tally = Tally::default();
        tally.expected.extend(expected.then(|| name.clone()));
        tally.sent.extend((copies > 0).then_some((name, copies)));
        let mut notice = Notice { doubts, ..Notice::new(key, (ReportId::new(now), 1), now) };
        if marked {
            notice.state = NoticeState::Sent { at: now, message: "1".to_owned() };
        }
        tally.record([notice]);
        tally.outcome()
    }

    #[test]
    fn one_message_that_is_marked_is_as_it_should_be_and_everything_else_is_named() {
        assert!(outcome(true, 1, 0, true).holds());
        assert!(outcome(false, 0, 0, false).holds(), "dropped for a reason");
        assert_eq!(outcome(true, 0, 0, false).lost.len(), 1);
        assert_eq!(outcome(false, 1, 0, true).unasked.len(), 1);
        assert_eq!(outcome(true, 1, 0, false).misrecorded.len(), 1);
        assert_eq!(outcome(true, 0, 0, true).misrecorded.len(), 1);
        assert_eq!(outcome(true, 2, 0, true).doubled.len(), 1);
        let excused = outcome(true, 2, 1, true);
        assert!(excused.holds() && excused.doubled_in_window.len() == 1);
        assert_eq!(outcome(true, 3, 1, true).doubled.len(), 1, "one doubt excuses one copy");
    }
}
