//! Who looks at a report, and as whom they act on it.

use parvis_domain::{Actor, Reach, Report, ReportId, StaffAct};
use parvis_edge::{Code, Problem, SignedIn, second_factor_required};
use parvis_store::{Act, AuditActor, Commune, Role, StaffMember, StoreError, Viewer};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

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
    /// Whether they are staff who have not passed their second factor: until then they are residents.
    unraised: bool,
}

impl Who {
    /// Looks a membership up where the token speaks of one: who was removed is a resident at once. Grant: `GET`.
    pub(crate) async fn is(commune: &Commune, account: Option<&SignedIn>) -> Result<Who, StoreError> {
        let Some(account) = account else {
            return Ok(Who { viewer: Viewer::Guest, member: None, unraised: false });
        };
        let member = match account.role {
            Role::Resident => None,
            _ => commune.staff_member(account.id).await?,
        };
        let unraised = member.is_some() && !account.raised;
        let member = member.filter(|_| account.raised);
        let viewer = if member.is_some() { Viewer::Staff(account.id) } else { Viewer::Resident(account.id) };
        Ok(Who { viewer, member, unraised })
    }

    /// The report, if this caller may see it: what may not be seen is as absent as what is not there.
    pub(crate) fn sees(&self, report: Option<Report>) -> Result<Report, Problem> {
        report.filter(|report| self.viewer.may_see(report)).ok_or_else(|| Problem::not_found("report"))
    }

    /// What to answer where only staff may go on: to staff, that their second factor is missing.
    pub(crate) async fn refused(&self, commune: &Commune, problem: Problem) -> Problem {
        match self.viewer.account() {
            Some(account) if self.unraised && problem.code == Code::Forbidden => {
                second_factor_required(commune, account).await.unwrap_or_else(Problem::from)
            }
            _ => problem,
        }
    }

    /// As whom they do something to the report. Staff whose role does not reach that far act on their own reports like
    /// anybody else, and on no others.
    ///
    /// # Errors
    /// 404 without an account; 403 that names the service the report is with.
    pub(crate) fn acts_on(&self, report: &Report, act: StaffAct, commune: &Commune) -> Result<Actor, Problem> {
        let account = self.viewer.account().ok_or_else(|| Problem::not_found("report"))?;
        let own = report.reporter == Some(account);
        match &self.member {
            Some(member) if member.role.reach(act).covers(&report.service, &member.services) => {
                Ok(Actor::Staff { account, name: member.name.clone() })
            }
            Some(member) if !own => Err(not_within_reach(member, act, report, commune)),
            _ if own => Ok(Actor::Reporter(account)),
            _ => Ok(Actor::Resident(account)),
        }
    }
}

/// What a member of staff did to a report, for the audit log; nothing for residents, who are not in it.
pub(crate) fn act(actor: &Actor, what: &'static str, old: &Report, new: &Report) -> Option<Act> {
    let Actor::Staff { account, name } = actor else { return None };
    Some(Act {
        by: AuditActor::Staff { account: *account, name: name.clone() },
        what,
        about: old.id.to_string(),
        before: json!({ "status": old.status, "version": old.version }),
        after: json!({ "status": new.status, "version": new.version }),
    })
}

fn not_within_reach(member: &StaffMember, act: StaffAct, report: &Report, commune: &Commune) -> Problem {
    let role = member.role.as_str();
    let detail = match member.role.reach(act) {
        Reach::OwnServices => {
            let service = commune.settings.service(&report.service).map_or(report.service.as_str(), |s| &s.name);
            format!("this report is with {service}; a member who is {role} acts on those of their own services only")
        }
        _ => format!("a member who is {role} cannot do this to a report"),
    };
    Problem::new(Code::Forbidden, detail)
}
