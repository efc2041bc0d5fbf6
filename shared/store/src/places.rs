//! Public reports by where they are.

use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::AttributeValue;
use futures::{StreamExt as _, TryStreamExt as _};
use parvis_domain::{BBox, CategoryId, Position, Report, StatusGroup, cells_near, distance_m, ranges_covering};

use crate::Commune;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, from_attributes};
use crate::reports::group_name;

/// How many items one search reads, but for the pages that are under way when it has read so many.
const MAX_READ: u32 = 1_000;
/// Items of one page.
const PAGE: u32 = 100;
/// Ranges that are read side by side: a street is up to two dozen of them.
const WIDTH: usize = 4;

impl Commune {
    /// Open public reports of a category within `radius_m` metres, with their distance, the nearest first. Some 1,000
    /// reports of any category are read: where more are open within the radius, some may be missing.
    pub async fn open_reports_near(
        &self,
        position: &Position,
        radius_m: f64,
        category: &CategoryId,
    ) -> Result<Vec<(Report, f64)>, StoreError> {
        let search = Search { commune: self, category: Some(category), read: AtomicU32::new(0) };
        let mut near = Vec::new();
        for part in cells_near(position, radius_m) {
            near.push(search.part(StatusGroup::Open, part));
        }
        let found: Vec<Part> = futures::stream::iter(near).buffered(WIDTH).try_collect().await?;
        let distance = |report: Report| {
            let metres = distance_m(position, &report.place.as_ref()?.position);
            (metres <= radius_m).then_some((report, metres))
        };
        let mut near: Vec<(Report, f64)> =
            found.into_iter().flat_map(|part| part.reports).filter_map(distance).collect();
        near.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        Ok(near)
    }

    /// Public reports in a box, those of the groups asked for that `wanted` says; none when they are more than `max`, or more
    /// than 1,000 would have to be read.
    pub async fn reports_in(
        &self,
        bbox: BBox,
        groups: &[StatusGroup],
        max: usize,
        wanted: impl Fn(&Report) -> bool,
    ) -> Result<Option<Vec<Report>>, StoreError> {
        let search = Search { commune: self, category: None, read: AtomicU32::new(0) };
        let mut parts = Vec::new();
        for group in groups {
            for part in ranges_covering(bbox, 15) {
                parts.push(search.part(*group, part));
            }
        }
        let mut parts = futures::stream::iter(parts).buffered(WIDTH);
        let mut found: Vec<Report> = Vec::new();
        while let Some(part) = parts.try_next().await? {
            let inside = |report: &Report| report.place.as_ref().is_some_and(|place| bbox.contains(&place.position));
            found.extend(part.reports.into_iter().filter(inside).filter(&wanted));
            if !part.whole || found.len() > max {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }
}

/// A search over several ranges with one budget.
struct Search<'c> {
    commune: &'c Commune,
    category: Option<&'c CategoryId>,
    read: AtomicU32,
}

/// What a range holds.
struct Part {
    reports: Vec<Report>,
    /// Whether all of it was read.
    whole: bool,
}

impl Search<'_> {
    async fn part(&self, group: StatusGroup, (low, high): (String, String)) -> Result<Part, StoreError> {
        let table = self.commune.table();
        // `~` is above `#`, which follows the cell in the sort key.
        let mut range = table.index(Index::Place, &["places", group_name(group)]).between(low, format!("{high}~"));
        if let Some(category) = self.category {
            let values = Attributes::from([(":category".to_owned(), AttributeValue::S(category.to_string()))]);
            let names = vec![("#data".to_owned(), "data".to_owned()), ("#category".to_owned(), "category".to_owned())];
            range = range.filtered("#data.#category = :category".to_owned(), values, names);
        }
        let (mut reports, mut start) = (Vec::new(), None);
        while self.read.load(Ordering::Relaxed) < MAX_READ {
            let page = table.page(&range, PAGE, start).await?;
            // What a filter kept out was read too; how much that was is known only for a page that is full.
            let items = u32::try_from(page.items.len()).unwrap_or(PAGE);
            self.read.fetch_add(if page.next.is_some() { PAGE } else { items }, Ordering::Relaxed);
            for item in page.items {
                reports.push(from_attributes(item)?);
            }
            start = page.next;
            if start.is_none() {
                return Ok(Part { reports, whole: true });
            }
        }
        Ok(Part { reports, whole: false })
    }
}
