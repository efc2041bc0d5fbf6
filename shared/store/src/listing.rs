//! Lists of reports: newest first, page by page, at a cost that does not grow with what the commune holds.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use jiff::civil::Date;
use parvis_domain::{
    AccountId, CategoryId, Kind, Report, ReportId, ServiceId, Status, StatusGroup, Visibility, ZoneId,
};

use crate::Commune;
use crate::cursor;
use crate::error::StoreError;
use crate::followers::followed_report;
use crate::grant::Index;
use crate::item::{Attributes, from_attributes};
use crate::table::Range;

/// The most items that one page reads. A filter that hits little then answers a short (even an empty) page with a cursor.
const MAX_READ: u32 = 1_000;

/// How many items are read at a time once the first read was not enough.
const CHUNK: u32 = 200;

/// Who looks at a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody without an account.
    Guest,
    /// A resident.
    Resident(AccountId),
    /// Somebody who works for the commune.
    Staff(AccountId),
}

impl Viewer {
    /// The account, if there is one.
    pub fn account(self) -> Option<AccountId> {
        match self {
            Viewer::Guest => None,
            Viewer::Resident(account) | Viewer::Staff(account) => Some(account),
        }
    }

    /// Whether they work for the commune.
    pub fn is_staff(self) -> bool {
        matches!(self, Viewer::Staff(_))
    }

    /// Whether they may see a report: everybody what is published, its reporter their own, staff everything that is with
    /// the commune. Nobody sees what is not confirmed.
    pub fn may_see(self, report: &Report) -> bool {
        let own = self.account().is_some() && report.reporter == self.account();
        report.is_published() || report.status.is_with_commune() && (own || self.is_staff())
    }
}

/// Which reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only this category.
    pub category: Option<CategoryId>,
    /// Only what this service treats.
    pub service: Option<ServiceId>,
    /// Only this status.
    pub status: Option<Status>,
    /// Only open or only closed ones.
    pub group: Option<StatusGroup>,
    /// Only this zone.
    pub zone: Option<ZoneId>,
    /// Only those of this account.
    pub reporter: Option<AccountId>,
    /// Only those that this account follows.
    pub follower: Option<AccountId>,
    /// Only those sent at this time or later.
    pub since: Option<Timestamp>,
}

impl Commune {
    /// One page of reports, newest first: at most `limit`, and the cursor of the next page. `query` names the request that
    /// the cursor is good for.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn list_reports(
        &self,
        filter: &Filter,
        viewer: Viewer,
        limit: u32,
        query: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<Report>, Option<String>), StoreError> {
        let seal = &self.store().seal;
        let query = format!("{} {query} {viewer:?} {filter:?}", self.id());
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let (reports, next) = match filter.follower {
            Some(account) => self.list_followed(account, filter, viewer, limit, start).await?,
            None => self.list_indexed(filter, viewer, limit, start).await?,
        };
        let next = next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((reports, next))
    }

    /// One page of what staff have to do: open reports, those expected first at the top, so that late ones come first and
    /// those without a day last. With `late_on` only those that were expected before that day.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn list_inbox(
        &self,
        filter: &Filter,
        late_on: Option<Date>,
        viewer: Viewer,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Report>, Option<String>), StoreError> {
        let seal = &self.store().seal;
        let query = format!("{} inbox {viewer:?} {late_on:?} {filter:?}", self.id());
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let range = self.table().index(Index::Inbox, &["inbox"]);
        let range = match late_on {
            // The day itself sorts before its reports.
            Some(day) => range.between("0", day.to_string()),
            None => range,
        };
        let range = filtered(range, filter, viewer);
        let (reports, next) = self.read_index(Index::Inbox, &range, limit, start).await?;
        let next = next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((reports, next))
    }

    /// By the index that leaves least to be filtered.
    async fn list_indexed(
        &self,
        filter: &Filter,
        viewer: Viewer,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Report>, Option<Attributes>), StoreError> {
        let table = self.table();
        let (index, range) = match (filter.reporter, filter.status) {
            (Some(account), _) => (Index::Author, table.index(Index::Author, &["author", &account.to_string()])),
            (None, Some(status)) => (Index::Status, table.index(Index::Status, &["status", status.as_str()])),
            (None, None) => (Index::Recency, table.index(Index::Recency, &["reports"])),
        };
        let range = match filter.since {
            // `~` is above every digit and letter.
            Some(since) => range.between(least_id(since), "~"),
            None => range,
        };
        let range = filtered(range.newest_first(), filter, viewer);
        self.read_index(index, &range, limit, start).await
    }

    /// Reads on until there are `limit` reports, or [`MAX_READ`] items were looked at.
    async fn read_index(
        &self,
        index: Index,
        range: &Range,
        limit: u32,
        mut start: Option<Attributes>,
    ) -> Result<(Vec<Report>, Option<Attributes>), StoreError> {
        let table = self.table();
        let limit_len = usize::try_from(limit).unwrap_or(usize::MAX);
        let (mut items, mut left, mut read) = (Vec::new(), MAX_READ, limit);
        loop {
            let page = table.page(range, read.min(left), start).await?;
            left -= read.min(left);
            read = CHUNK;
            items.extend(page.items);
            start = page.next;
            if items.len() > limit_len {
                items.truncate(limit_len);
                start = items.last().map(|last| position(last, index));
            }
            if items.len() >= limit_len || start.is_none() || left == 0 {
                let reports = items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
                return Ok((reports, start));
            }
        }
    }

    /// By the account's own entries; whatever else is asked for is looked at afterwards.
    async fn list_followed(
        &self,
        account: AccountId,
        filter: &Filter,
        viewer: Viewer,
        limit: u32,
        mut start: Option<Attributes>,
    ) -> Result<(Vec<Report>, Option<Attributes>), StoreError> {
        let table = self.table();
        let range = self.followed_range(account, filter.since.map(least_id).as_deref());
        let (mut found, mut left) = (Vec::new(), MAX_READ);
        loop {
            // As many as are still wanted: a page never holds more than fits, and the cursor is where reading stopped.
            let wanted = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX)).min(left);
            let page = table.page(&range, wanted, start).await?;
            left -= wanted;
            let ids: Vec<ReportId> = page.items.into_iter().map(followed_report).collect::<Result<_, _>>()?;
            let reports = self.reports(&ids).await?;
            found.extend(reports.into_iter().filter(|report| filter.admits(report) && viewer.may_see(report)));
            start = page.next;
            let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
            if full || start.is_none() || left == 0 {
                return Ok((found, start));
            }
        }
    }
}

impl Filter {
    /// Whether a report is one of them; who follows it is not asked here.
    pub fn admits(&self, report: &Report) -> bool {
        self.kind.is_none_or(|kind| report.kind == kind)
            && self.category.as_ref().is_none_or(|category| report.category.as_ref() == Some(category))
            && self.service.as_ref().is_none_or(|service| report.service == *service)
            && self.status.is_none_or(|status| report.status == status)
            && self.group.is_none_or(|group| report.status.group() == group)
            && self.since.is_none_or(|since| report.created >= since)
            && self.zone.as_ref().is_none_or(|zone| report.zone.as_ref() == Some(zone))
            && self.reporter.is_none_or(|account| report.reporter == Some(account))
    }
}

/// The range with what [`Filter::admits`] and [`Viewer::may_see`] say, as far as the index does not say it. What is not
/// with the commune is not in the indexes of status and recency, and in that of authors only for a moment.
fn filtered(range: Range, filter: &Filter, viewer: Viewer) -> Range {
    let mut equal = Vec::new();
    equal.extend(filter.kind.map(|kind| ("kind", kind.as_str().to_owned())));
    equal.extend(filter.category.as_ref().map(|category| ("category", category.to_string())));
    equal.extend(filter.service.as_ref().map(|service| ("service", service.to_string())));
    equal.extend(filter.zone.as_ref().map(|zone| ("zone", zone.to_string())));
    equal.extend(filter.status.map(|status| ("status", status.as_str().to_owned())));
    let mut conditions = Vec::new();
    let mut values = Attributes::new();
    let mut names = vec![("#data".to_owned(), "data".to_owned())];
    for (name, value) in equal {
        conditions.push(format!("#data.#{name} = :{name}"));
        values.insert(format!(":{name}"), AttributeValue::S(value));
        names.push((format!("#{name}"), name.to_owned()));
    }
    if let Some(group) = filter.group {
        names.push(("#status".to_owned(), "status".to_owned()));
        let of_group = Status::ALL.into_iter().filter(|status| status.group() == group).map(Status::as_str);
        let placeholders: Vec<String> = of_group
            .map(|status| {
                let placeholder = format!(":{status}");
                values.insert(placeholder.clone(), AttributeValue::S(status.to_owned()));
                placeholder
            })
            .collect();
        conditions.push(format!("#data.#status IN ({})", placeholders.join(", ")));
    }
    // One's own list needs no check of who may see it: it holds nothing but one's own.
    let own = filter.reporter.is_some() && filter.reporter == viewer.account();
    if !viewer.is_staff() && !own {
        let mut visible = "#data.#visibility = :public".to_owned();
        names.push(("#visibility".to_owned(), "visibility".to_owned()));
        let public = serde_dynamo::to_attribute_value(Visibility::Public);
        values.insert(":public".to_owned(), public.unwrap_or(AttributeValue::S("public".to_owned())));
        if let Some(account) = viewer.account() {
            visible = format!("({visible} OR #data.#reporter = :reporter)");
            names.push(("#reporter".to_owned(), "reporter".to_owned()));
            values.insert(":reporter".to_owned(), AttributeValue::S(account.to_string()));
        }
        conditions.push(visible);
    }
    if conditions.is_empty() { range } else { range.filtered(conditions.join(" AND "), values, names) }
}

/// Where reading goes on after an item of an index.
fn position(item: &Attributes, index: Index) -> Attributes {
    let names = ["pk".to_owned(), "sk".to_owned(), format!("{}_pk", index.name()), format!("{}_sk", index.name())];
    names.into_iter().filter_map(|name| item.get(&name).cloned().map(|value| (name, value))).collect()
}

/// Not above any id made at that time or later: ids begin with their milliseconds since 1970 as twelve hexadecimal digits.
fn least_id(since: Timestamp) -> String {
    let digits = format!("{:012x}", since.as_millisecond().max(0));
    let (high, low) = digits.split_at(8);
    format!("{high}-{low}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_at_or_above_the_least_of_its_time_and_below_that_of_the_next_millisecond() {
        for text in ["2026-11-21T18:00:00Z", "1970-01-01T00:00:00Z", "2026-11-21T18:00:00.123456Z"] {
            let at: Timestamp = text.parse().expect("a time");
            let id = ReportId::new(at).to_string();
            let next = at.checked_add(jiff::SignedDuration::from_millis(1)).expect("a time");
            assert!(least_id(at) <= id && id < least_id(next), "{id}");
        }
    }
}
