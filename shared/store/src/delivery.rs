//! What a deliverer has to know about notices, read by one call.

use std::collections::{HashMap, HashSet};

use parvis_domain::{AccountId, AlertId, CommuneId, Event, Report};

use crate::accounts::account_key;
use crate::devices::device_key;
use crate::error::StoreError;
use crate::events::event_key;
use crate::followers::follower_key;
use crate::item::{Attributes, Item, from_attributes};
use crate::key::Key;
use crate::notices::notice_key;
use crate::reports::report_key;
use crate::{Account, Commune, Device, Follower, Notice, NoticeJob, Subject};

/// A notice and what it is about, as they are now; what is not there any more is `None`.
#[derive(Debug)]
pub struct Delivery {
    /// The ledger's item.
    pub notice: Option<Notice>,
    /// What it tells about.
    pub about: About,
}

/// What a notice tells about, and to whom.
#[derive(Debug)]
pub enum About {
    /// An entry of a report's history.
    Entry(Box<Entry>),
    /// An alert, which goes to everybody. It is read when the notice is claimed: nobody must be alarmed by one that was ended
    /// meanwhile.
    Alert(AlertId),
}

/// An entry of a report's history, and who is told of it.
#[derive(Debug)]
pub struct Entry {
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
        let mut next = || keys.next().and_then(|key| found.get(&key)).copied();
        let notice = read(next())?;
        let about = match job.subject {
            Subject::Alert { alert } => About::Alert(alert),
            Subject::Report { .. } => About::Entry(Box::new(Entry {
                report: read(next())?,
                event: read(next())?,
                account: read(next())?,
                follower: read(next())?,
                device: read(next())?,
            })),
        };
        Ok(Delivery { notice, about })
    }
}

fn read<T: Item>(item: Option<&Attributes>) -> Result<Option<T>, StoreError> {
    item.cloned().map(from_attributes).transpose()
}

/// In the order in which [`Delivery::of`] reads them.
fn keys_of(commune: &CommuneId, job: &NoticeJob) -> Vec<Key> {
    let mut keys = vec![notice_key(commune, &job.notice)];
    if let Some((report, report_version)) = job.subject.entry() {
        keys.extend([report_key(commune, report), event_key(commune, report, report_version)]);
        let mine = |account: AccountId| [account_key(commune, account), follower_key(commune, report, account)];
        keys.extend(job.notice.account.into_iter().flat_map(mine));
        let device = job.notice.account.zip(job.notice.device);
        keys.extend(device.map(|(account, device)| device_key(commune, account, device)));
    }
    keys
}
