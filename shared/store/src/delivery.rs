//! What a deliverer has to know about notices, read by one call.

use std::collections::{HashMap, HashSet};

use parvis_domain::{CommuneId, Event, Report};

use crate::devices::device_key;
use crate::error::StoreError;
use crate::followers::follower_key;
use crate::item::{Attributes, from_attributes};
use crate::key::Key;
use crate::notices::notice_key;
use crate::reports::report_key;
use crate::{Account, Commune, Device, Follower, Notice, NoticeJob};
use crate::{accounts, events};

/// A notice and what it is about, as they are now; what is not there any more is `None`.
#[derive(Debug)]
pub struct Delivery {
    /// The ledger's item.
    pub notice: Option<Notice>,
    /// Who is told.
    pub account: Option<Account>,
    /// Whether the account still follows.
    pub follower: Option<Follower>,
    /// What it is about.
    pub report: Option<Report>,
    /// What happened.
    pub event: Option<Event>,
    /// The device of a push notice.
    pub device: Option<Device>,
}

impl Commune {
    /// Everything about each of these notices, at its job's place, where it can be read; strongly consistent, and one call for up to ten jobs
    /// about one event. Grant: `BATCH_GET`.
    pub async fn deliveries(&self, jobs: &[NoticeJob]) -> Result<Vec<Result<Delivery, StoreError>>, StoreError> {
        let commune = self.id();
        let mut keys: Vec<Key> = jobs.iter().flat_map(|job| keys_of(commune, job)).collect();
        let mut once = HashSet::with_capacity(keys.len());
        keys.retain(|key| once.insert(key.clone()));
        let items = self.table().get_each(&keys).await?;
        let found: HashMap<&Key, &Attributes> =
            keys.iter().zip(&items).filter_map(|(key, item)| Some((key, item.as_ref()?))).collect();
        Ok(jobs.iter().map(|job| Delivery::of(commune, job, &found)).collect())
    }
}

impl Delivery {
    fn of(commune: &CommuneId, job: &NoticeJob, found: &HashMap<&Key, &Attributes>) -> Result<Delivery, StoreError> {
        let mut keys = keys_of(commune, job).into_iter();
        let mut next = || keys.next().and_then(|key| found.get(&key)).map(|item| (*item).clone());
        Ok(Delivery {
            notice: next().map(from_attributes).transpose()?,
            account: next().map(from_attributes).transpose()?,
            follower: next().map(from_attributes).transpose()?,
            report: next().map(from_attributes).transpose()?,
            event: next().map(from_attributes).transpose()?,
            device: next().map(from_attributes).transpose()?,
        })
    }
}

/// In the order of [`Delivery`]'s fields.
fn keys_of(commune: &CommuneId, job: &NoticeJob) -> Vec<Key> {
    let account = job.notice.account;
    let mut keys = vec![
        notice_key(commune, &job.notice),
        accounts::account_key(commune, account),
        follower_key(commune, job.report, account),
        report_key(commune, job.report),
        events::event_key(commune, job.report, job.report_version),
    ];
    keys.extend(job.notice.device.map(|device| device_key(commune, account, device)));
    keys
}
