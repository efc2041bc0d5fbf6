//! Exports as callers see them.

use jiff::Timestamp;
use parvis_store::{Commune, Export, LINK_LIFETIME, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::{Code, Problem};

/// An export: what is being written, or where to fetch it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportView {
    /// Whether its files are there.
    state: ExportState,
    /// When it was ordered.
    ordered: Timestamp,
    /// How many records are in its files so far.
    records: u64,
    /// Until when its files are there; then another one can be ordered.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    /// Its zip files, in order; empty while it is being written.
    files: Vec<ExportFileView>,
}

/// Where an export stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportState {
    /// It is being written; ask again in a minute.
    Running,
    /// Its files are there.
    Ready,
}

/// One zip file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExportFileView {
    /// How large it is.
    bytes: u64,
    /// Where to fetch it, for an hour; ask again for another link.
    url: String,
}

impl ExportView {
    /// With a link to each file. Grant: `GET_EXPORT`.
    pub async fn of(commune: &Commune, export: &Export, now: Timestamp) -> Result<ExportView, StoreError> {
        let (state, links) = match export.until() {
            Some(_) => (ExportState::Ready, commune.export_links(export, now).await?),
            None => (ExportState::Running, Vec::new()),
        };
        let files = links.into_iter().map(|(bytes, url)| ExportFileView { bytes, url }).collect();
        Ok(ExportView { state, ordered: export.ordered, records: export.records, until: export.until(), files })
    }

    /// What was ordered; nothing while the one before is being removed.
    ///
    /// # Errors
    /// 409 with the time to wait.
    pub async fn ordered(commune: &Commune, export: &Export, now: Timestamp) -> Result<ExportView, Problem> {
        if export.is_over(now) {
            let detail = "the last export is being removed; order another one in a minute";
            return Err(Problem::new(Code::Conflict, detail).retry_after(60));
        }
        Ok(ExportView::of(commune, export, now).await?)
    }

    /// The export that is there.
    ///
    /// # Errors
    /// 404 where there is none, or none any more.
    pub async fn read(commune: &Commune, export: Option<Export>, now: Timestamp) -> Result<ExportView, Problem> {
        let export = export.filter(|export| !export.is_over(now)).ok_or_else(|| Problem::not_found("export"))?;
        Ok(ExportView::of(commune, &export, now).await?)
    }
}

const _: () = assert!(LINK_LIFETIME.as_secs() == 3600, "what the document says of links");
