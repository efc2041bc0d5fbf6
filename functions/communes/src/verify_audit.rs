//! Command: reads a commune's whole audit log and says whether each entry follows from the one before.

use parvis_domain::CommuneId;
use parvis_edge::{CommandWorker, Cx, Failure, Grant};
use serde::Deserialize;

/// Verifies the log of one commune, or of the operators (`operator`).
pub struct VerifyAudit;

/// `{"commune": "aubignac-sur-arre"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    commune: CommuneId,
}

impl CommandWorker for VerifyAudit {
    const SUMMARY: &'static str = "Verifies that no entry of an audit log was altered, removed or added";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY];
    type Order = Verification;

    /// Answers how many entries fit; fails when one does not, with its number.
    async fn run(cx: &Cx, Verification { commune: id }: Verification) -> Result<usize, Failure> {
        let commune = if id.is_operators() { cx.store.operators()? } else { cx.store.commune(&id).await? };
        let (fits, gaps) = commune.verify_audit(cx.now()).await?;
        if gaps.is_empty() {
            return Ok(usize::try_from(fits).unwrap_or(usize::MAX));
        }
        let told: Vec<String> = gaps.iter().take(20).map(|gap| format!("entry {} {}", gap.number, gap.what)).collect();
        Err(Failure(format!("the audit log of {id} does not hold: {}; {fits} entries fit", told.join(", "))))
    }
}
