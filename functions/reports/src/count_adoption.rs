//! Command: counts what a commune had before adoption was counted: its accounts, and its reports that reached it.

use futures::{StreamExt as _, TryStreamExt as _};
use parvis_domain::{CommuneId, Report};
use parvis_edge::{CommandWorker, Cx, Failure, Grant};
use parvis_store::item::{Attributes, Item as _, from_attributes, type_of};
use parvis_store::{Account, Commune, StoreError};
use serde::Deserialize;

/// Items counted side by side.
const WIDTH: usize = 16;

/// Counts everything of one commune that adoption does not know yet. What was counted is marked, so that a run that broke off, or
/// another one, adds nothing to it. Of what was a draft before, only that it reached the commune is known.
pub struct CountAdoption;

/// `{"commune": "aubignac-sur-arre"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    commune: CommuneId,
}

impl CommandWorker for CountAdoption {
    const SUMMARY: &'static str = "Counts for adoption what a commune had before it was counted";
    const GRANTS: &'static [Grant] = &[Grant::SCAN, Grant::GET, Grant::QUERY, Grant::PUT, Grant::UPDATE, Grant::CHECK];
    type Order = Count;

    async fn run(cx: &Cx, order: Count) -> Result<usize, Failure> {
        let commune = cx.store.commune(&order.commune).await?;
        let (mut counted, mut after) = (0, None);
        loop {
            let found = cx.store.items_of(&commune, after.as_ref()).await?;
            let all = futures::stream::iter(found.all).map(|item| count(&commune, item)).buffer_unordered(WIDTH);
            let all: Vec<bool> = all.try_collect().await?;
            counted += all.into_iter().filter(|new| *new).count();
            after = found.next;
            if after.is_none() {
                return Ok(counted);
            }
        }
    }
}

/// Whether anything of it was new.
async fn count(commune: &Commune, item: Attributes) -> Result<bool, StoreError> {
    match type_of(&item) {
        Account::TYPE => commune.adopt_account(&from_attributes(item)?).await,
        Report::TYPE => {
            let report: Report = from_attributes(item)?;
            Ok(commune.adopt_report(&report).await? | commune.adopt_sender(&report).await?)
        }
        _ => Ok(false),
    }
}
