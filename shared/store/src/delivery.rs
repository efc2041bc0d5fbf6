//! What a deliverer has to know about a notice, read by one call.

use parvis_domain::{Event, Report};

use crate::devices::device_key;
use crate::error::StoreError;
use crate::followers::follower_key;
use crate::item::from_attributes;
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
    /// Everything about a notice, strongly consistent. Grant: `BATCH_GET`.
    pub async fn delivery(&self, job: &NoticeJob) -> Result<Delivery, StoreError> {
        let (commune, account) = (self.id(), job.notice.account);
        let mut keys = vec![
            notice_key(commune, &job.notice),
            accounts::account_key(commune, account),
            follower_key(commune, job.report, account),
            report_key(commune, job.report),
            events::event_key(commune, job.report, job.report_version),
        ];
        keys.extend(job.notice.device.map(|device| device_key(commune, account, device)));
        let mut items = self.table().get_each(&keys).await?.into_iter();
        let mut next = || items.next().flatten();
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
