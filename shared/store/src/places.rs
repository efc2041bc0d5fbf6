//! Public reports by where they are.

use aws_sdk_dynamodb::types::AttributeValue;
use parvis_domain::{BBox, CategoryId, Position, Report, StatusGroup, cells_near, distance_m, ranges_covering};

use crate::Commune;
use crate::error::StoreError;
use crate::grant::Index;
use crate::item::{Attributes, from_attributes};
use crate::reports::group_name;

/// The most items that one search reads.
const MAX_READ: u32 = 1_000;

impl Commune {
    /// Open public reports of a category within `radius_m` metres, with their distance, the nearest first. At most 1,000
    /// reports of any category are read: where more are open within the radius, some may be missing.
    pub async fn open_reports_near(
        &self,
        position: &Position,
        radius_m: f64,
        category: &CategoryId,
    ) -> Result<Vec<(Report, f64)>, StoreError> {
        let mut search = Search { left: MAX_READ, found: Vec::new() };
        for range in cells_near(position, radius_m) {
            search.read(self, StatusGroup::Open, range, Some(category)).await?;
        }
        let distance = |report: Report| {
            let metres = distance_m(position, &report.place.as_ref()?.position);
            (metres <= radius_m).then_some((report, metres))
        };
        let mut near: Vec<(Report, f64)> = search.found.into_iter().filter_map(distance).collect();
        near.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        Ok(near)
    }

    /// Public reports in a box, of the groups asked for; none when they are more than `max`.
    pub async fn reports_in(
        &self,
        bbox: BBox,
        groups: &[StatusGroup],
        max: usize,
    ) -> Result<Option<Vec<Report>>, StoreError> {
        let mut search = Search { left: MAX_READ, found: Vec::new() };
        for group in groups {
            for range in ranges_covering(bbox, 15) {
                search.read(self, *group, range, None).await?;
                search.found.retain(|r| r.place.as_ref().is_some_and(|place| bbox.contains(&place.position)));
                if search.left == 0 || search.found.len() > max {
                    return Ok(None);
                }
            }
        }
        Ok(Some(search.found))
    }
}

/// A search over several ranges with one budget.
struct Search {
    left: u32,
    found: Vec<Report>,
}

impl Search {
    async fn read(
        &mut self,
        commune: &Commune,
        group: StatusGroup,
        (low, high): (String, String),
        category: Option<&CategoryId>,
    ) -> Result<(), StoreError> {
        let table = commune.table();
        // `~` is above `#`, which follows the cell in the sort key.
        let mut range = table.index(Index::Place, &["places", group_name(group)]).between(low, format!("{high}~"));
        if let Some(category) = category {
            let values = Attributes::from([(":category".to_owned(), AttributeValue::S(category.to_string()))]);
            let names = vec![("#data".to_owned(), "data".to_owned()), ("#category".to_owned(), "category".to_owned())];
            range = range.filtered("#data.#category = :category".to_owned(), values, names);
        }
        let mut start = None;
        while self.left > 0 {
            let read = self.left.min(500);
            let page = table.page(&range, read, start).await?;
            // What a filter kept out was read too; how much that was is known only for a page that is full.
            let spent =
                if page.next.is_some() { read } else { u32::try_from(page.items.len()).unwrap_or(read).min(read) };
            self.left -= spent;
            for item in page.items {
                self.found.push(from_attributes(item)?);
            }
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        Ok(())
    }
}
