//! Who looks at a report, and as whom they act on it.

use parvis_domain::{Actor, Report, ReportId};
use parvis_edge::{Problem, SignedIn};
use parvis_store::{Commune, Role, StaffMember, StoreError, Viewer};
use schemars::JsonSchema;
use serde::Deserialize;

/// Which report.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ReportPath {
    /// The report's id.
    pub(crate) report: ReportId,
}

/// A caller as far as reports are concerned.
#[derive(Debug)]
pub(crate) struct Who {
    pub(crate) viewer: Viewer,
    member: Option<StaffMember>,
}

impl Who {
    /// Looks a membership up where the token speaks of one: who was removed is a resident at once. Grant: `GET`.
    pub(crate) async fn is(commune: &Commune, account: Option<&SignedIn>) -> Result<Who, StoreError> {
        let Some(account) = account else { return Ok(Who { viewer: Viewer::Guest, member: None }) };
        let member = match account.role {
            Role::Resident => None,
            _ => commune.staff_member(account.id).await?,
        };
        let viewer = if member.is_some() { Viewer::Staff(account.id) } else { Viewer::Resident(account.id) };
        Ok(Who { viewer, member })
    }

    /// The report, if this caller may see it: what may not be seen is as absent as what is not there.
    pub(crate) fn sees(&self, report: Option<Report>) -> Result<Report, Problem> {
        report.filter(|report| self.viewer.may_see(report)).ok_or_else(|| Problem::not_found("report"))
    }

    /// As whom they act on the report; nobody without an account does.
    pub(crate) fn acts_on(&self, report: &Report) -> Option<Actor> {
        let account = self.viewer.account()?;
        Some(match &self.member {
            Some(member) => Actor::Staff { account, name: member.name.clone() },
            None if report.reporter == Some(account) => Actor::Reporter(account),
            None => Actor::Resident(account),
        })
    }
}
