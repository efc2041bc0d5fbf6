//! Stream worker: what follows from a change without anybody waiting for it. It keeps the counters of the map, of statuses and of
//! adoption, lets the followers of a duplicate follow its original, and counts what the commune uses: reports, active residents,
//! notices (docs/decisions/0022-usage.md).

use std::collections::BTreeMap;

use parvis_domain::{AccountId, CommuneId, Event, Report};
use parvis_edge::{Change, Cx, Failure, Grant, StreamFilter, StreamWorker};
use parvis_store::item::{Item as _, from_attributes};
use parvis_store::{Account, Commune, Fact, Notice, StoreError};

/// Followers that are moved along in one transaction.
const BATCH: u32 = 40;

/// Keeps what is derived from reports.
pub struct ProjectReports;

impl StreamWorker for ProjectReports {
    const FILTERS: &'static [StreamFilter] = &[
        StreamFilter::of(&["INSERT", "MODIFY", "REMOVE"], &[Report::TYPE]),
        StreamFilter::of(&["INSERT"], &[Event::TYPE, Account::TYPE]),
        StreamFilter { state: Some(Notice::SENT), ..StreamFilter::of(&["MODIFY"], &[Notice::TYPE]) },
    ];
    const SUMMARY: &'static str =
        "Keeps the counters of maps, statuses, adoption and usage; moves followers of duplicates along";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::PUT, Grant::UPDATE, Grant::CHECK];

    async fn run(cx: &Cx, change: Change) -> Result<(), Failure> {
        if ![Report::TYPE, Account::TYPE].contains(&change.kind.as_str()) {
            // Counted together with the others; one that cannot be read has to fail by itself.
            return used(&change).map(drop).map_err(Failure::from);
        }
        let commune = match cx.store.commune(&change.commune).await {
            Ok(commune) => commune,
            // The commune left the platform, and its counters with it.
            Err(StoreError::NotFound) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if change.kind == Account::TYPE {
            // Only that it was made counts.
            if let (None, Some(made)) = (change.old, change.new) {
                commune.adopt_account(&from_attributes(made)?).await?;
            }
            return Ok(());
        }
        let old: Option<Report> = change.old.map(from_attributes).transpose()?;
        let Some(new) = change.new else {
            if let Some(old) = old {
                commune.uncount_report(old.id, cx.now()).await?;
            }
            return Ok(());
        };
        let new: Report = from_attributes(new)?;
        // Somebody followed it, or a duplicate was linked to it: nothing that is counted here.
        if old.as_ref().is_some_and(|old| old.version == new.version) {
            return Ok(());
        }
        commune.count_report(&new).await?;
        commune.adopt_report(&new).await?;
        if !old.as_ref().is_some_and(|old| old.status.is_with_commune()) {
            commune.adopt_sender(&new).await?;
        }
        if new.duplicate_of != old.and_then(|old| old.duplicate_of) {
            move_followers(cx, &commune, &new).await?;
        }
        Ok(())
    }

    async fn together(cx: &Cx, changes: &[Change]) -> Result<(), Failure> {
        let mut facts: BTreeMap<&CommuneId, Vec<Fact>> = BTreeMap::new();
        for change in changes {
            facts.entry(&change.commune).or_default().extend(used(change)?);
        }
        for (commune, facts) in facts.into_iter().filter(|(_, facts)| !facts.is_empty()) {
            match cx.store.commune(commune).await {
                Ok(commune) => commune.meter(&facts, cx.now()).await?,
                Err(StoreError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// What a change adds to its commune's usage: an entry of a history when it is made, a notice when it is sent. Neither happens
/// twice; what is written to them later (who is erased) adds nothing.
fn used(change: &Change) -> Result<Vec<Fact>, StoreError> {
    match (change.kind.as_str(), &change.old, &change.new) {
        (Event::TYPE, None, Some(new)) => Ok(Fact::of_event(&from_attributes(new.clone())?)),
        (Notice::TYPE, old, Some(new)) => {
            let new: Notice = from_attributes(new.clone())?;
            let old: Option<Notice> = old.clone().map(from_attributes).transpose()?;
            let was_sent = old.is_some_and(|old| Fact::of_notice(&old).is_some());
            Ok(Fact::of_notice(&new).filter(|_| !was_sent).into_iter().collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// They follow the duplicate still: the notice that it was closed is theirs, and it may be reopened. An original that not
/// everybody may see stays between its reporter and staff.
async fn move_followers(cx: &Cx, commune: &Commune, duplicate: &Report) -> Result<(), StoreError> {
    let Some(original) = duplicate.duplicate_of else { return Ok(()) };
    if !commune.report(original).await?.is_some_and(|original| original.is_published()) {
        return Ok(());
    }
    let mut start = None;
    loop {
        let (followers, next) = commune.followers(duplicate.id, BATCH, start).await?;
        let accounts: Vec<AccountId> = followers.into_iter().map(|follower| follower.account).collect();
        commune.follow_all(original, &accounts, cx.now()).await?;
        start = next;
        if start.is_none() {
            return Ok(());
        }
    }
}
