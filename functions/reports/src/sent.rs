//! What was sent under an `Idempotency-Key`, so that a report or a comment that is sent twice is there once.

use jiff::Timestamp;
use parvis_domain::{AccountId, Contact, ReportId};
use parvis_edge::{Code, Cx, Problem};
use parvis_store::{Commune, Dossier, Idempotency, Made, StoreError};
use serde::Serialize;

/// What was sent under which key.
pub(crate) struct Sent {
    id: Option<String>,
    content: String,
}

/// What the key was used for before.
pub(crate) enum Earlier {
    /// Nothing.
    Nothing,
    /// Something long enough ago to be forgotten.
    Over(Idempotency),
    /// This very request: the report that it made, or wrote on, as it is now.
    Report(Box<Dossier>),
}

impl Sent {
    /// `content` under `key`, from an account or else a contact.
    pub(crate) fn read(
        commune: &Commune,
        account: Option<AccountId>,
        contact: Option<&Contact>,
        key: Option<&str>,
        content: &impl Serialize,
    ) -> Result<Sent, Problem> {
        let content = serde_json::to_string(content).map_err(|e| StoreError::Defect(e.to_string()))?;
        let id = key.map(|key| commune.idempotency_id(account, contact, key));
        Ok(Sent { id, content: commune.idempotency_content(&content) })
    }

    /// What the key was used for before this request. Nothing is read without a key.
    pub(crate) async fn earlier(&self, cx: &Cx, commune: &Commune) -> Result<Earlier, Problem> {
        let Some(id) = &self.id else { return Ok(Earlier::Nothing) };
        match commune.idempotency(id).await? {
            None => Ok(Earlier::Nothing),
            Some(use_) if use_.is_over(cx.now()) => Ok(Earlier::Over(use_)),
            Some(Idempotency { made: Made::Report(report), content, .. }) if content == self.content => {
                let dossier = commune.dossier(report).await?;
                let gone = || Problem::new(Code::Conflict, "the report sent under this Idempotency-Key is gone");
                Ok(Earlier::Report(Box::new(dossier.ok_or_else(gone)?)))
            }
            Some(_) => Err(Problem::key_reused()),
        }
    }

    /// The use of the key to write with what is made, or written on, now.
    pub(crate) fn key(
        &self,
        replaced: Option<Idempotency>,
    ) -> impl FnOnce(ReportId, Timestamp) -> Option<Idempotency> + use<> {
        let (id, content) = (self.id.clone(), self.content.clone());
        move |report, used| {
            let replaces = replaced.map(|earlier| earlier.used);
            Some(Idempotency { id: id?, content, made: Made::Report(report), used, replaces })
        }
    }
}
