//! Pages of lists.

use parvis_edge::{Cx, Problem, page_limit};
use parvis_store::item::Attributes;
use parvis_store::{Commune, cursor};
use schemars::JsonSchema;
use serde::Deserialize;

/// Entries on a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// The most entries on a page.
const MAX_LIMIT: u32 = 100;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Entries on a page, 1 to 100; 50 unless given.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// How many entries, and where they begin in the list that `name` names.
    pub(crate) fn read(&self, cx: &Cx, commune: &Commune, name: &str) -> Result<(u32, Option<Attributes>), Problem> {
        let limit = page_limit(self.limit, DEFAULT_LIMIT, MAX_LIMIT)?;
        let start = self.cursor.as_deref().map(|text| cursor::decode(&cx.store.seal, &query(commune, name), text));
        Ok((limit, start.transpose()?))
    }
}

/// The cursor of the page after, if there is one.
pub(crate) fn next(
    cx: &Cx,
    commune: &Commune,
    name: &str,
    next: Option<Attributes>,
) -> Result<Option<String>, Problem> {
    Ok(next.map(|next| cursor::encode(&cx.store.seal, &query(commune, name), &next)).transpose()?)
}

fn query(commune: &Commune, name: &str) -> String {
    format!("{} {name}", commune.id())
}
