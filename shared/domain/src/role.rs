//! What staff may do: one table of role and act.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ServiceId;

/// What an account may be in its commune.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Not staff.
    Resident,
    /// Treats reports of some services.
    Agent,
    /// The same, and looks after the agents of those services.
    Manager,
    /// Decides what the public sees.
    Moderator,
    /// An elected member (élu): answers in the commune's name.
    ElectedMember,
    /// Runs the commune's configuration and staff.
    Administrator,
    /// Operates the platform; only among the operators, in no commune.
    Operator,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Role; 7] = [
        Role::Resident,
        Role::Agent,
        Role::Manager,
        Role::Moderator,
        Role::ElectedMember,
        Role::Administrator,
        Role::Operator,
    ];

    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Resident => "resident",
            Role::Agent => "agent",
            Role::Manager => "manager",
            Role::Moderator => "moderator",
            Role::ElectedMember => "elected_member",
            Role::Administrator => "administrator",
            Role::Operator => "operator",
        }
    }

    /// Whether a commune can give it to somebody who works there.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Role::Resident | Role::Operator)
    }

    /// On which reports somebody with this role may do `act` as staff.
    pub const fn reach(self, act: StaffAct) -> Reach {
        match (self, act) {
            (Role::Resident | Role::Operator, _) => Reach::None,
            (Role::Administrator, _) => Reach::All,
            (Role::Agent | Role::Manager, StaffAct::Treat | StaffAct::Answer) => Reach::OwnServices,
            (Role::Agent | Role::Manager, StaffAct::Moderate) => Reach::None,
            (Role::Moderator, StaffAct::Moderate) => Reach::All,
            (Role::Moderator, StaffAct::Treat | StaffAct::Answer) => Reach::None,
            (Role::ElectedMember, StaffAct::Answer) => Reach::All,
            (Role::ElectedMember, StaffAct::Treat | StaffAct::Moderate) => Reach::None,
            // Words for colleagues change nothing that anybody else sees.
            (_, StaffAct::Advise) => Reach::All,
        }
    }

    /// Whether it is given for some services of the commune, at least one.
    pub const fn needs_services(self) -> bool {
        matches!(self.reach(StaffAct::Treat), Reach::OwnServices)
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Role, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == text).ok_or(())
    }
}

/// What staff do to a report. To see it is none of them: all staff see all reports of their commune.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffAct {
    /// Bring it to another status.
    Treat,
    /// Answer it in the commune's name.
    Answer,
    /// Write to colleagues.
    Advise,
    /// Hide or publish it.
    Moderate,
}

impl StaffAct {
    /// Every act there is.
    pub const ALL: [StaffAct; 4] = [StaffAct::Treat, StaffAct::Answer, StaffAct::Advise, StaffAct::Moderate];
}

/// On which reports an act is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On none.
    None,
    /// On those of the services that the member acts for.
    OwnServices,
    /// On all of the commune.
    All,
}

impl Reach {
    /// Whether a report that is with `service` is one of them, for somebody who acts for `own`.
    pub fn covers(self, service: &ServiceId, own: &[ServiceId]) -> bool {
        match self {
            Reach::None => false,
            Reach::OwnServices => own.contains(service),
            Reach::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_may_do_exactly_what_the_table_says() {
        use Reach::{All, None, OwnServices};
        // Treat, answer, advise, moderate.
        let table = [
            (Role::Resident, [None, None, None, None]),
            (Role::Agent, [OwnServices, OwnServices, All, None]),
            (Role::Manager, [OwnServices, OwnServices, All, None]),
            (Role::Moderator, [None, None, All, All]),
            (Role::ElectedMember, [None, All, All, None]),
            (Role::Administrator, [All, All, All, All]),
            (Role::Operator, [None, None, None, None]),
        ];
        assert_eq!(table.map(|(role, _)| role), Role::ALL);
        for (role, row) in table {
            assert_eq!(StaffAct::ALL.map(|act| role.reach(act)), row, "{role:?}");
        }
    }

    #[test]
    fn an_own_service_is_one_that_the_member_acts_for() {
        let [roads, desk] = ["techniques", "accueil"].map(|id| ServiceId::parse(id).unwrap());
        let own = std::slice::from_ref(&roads);
        assert!(Reach::OwnServices.covers(&roads, own) && !Reach::OwnServices.covers(&desk, own));
        assert!(!Reach::OwnServices.covers(&roads, &[]));
        assert!(Reach::All.covers(&desk, &[]) && !Reach::None.covers(&roads, own));
    }

    #[test]
    fn a_role_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!("mayor".parse::<Role>(), Err(()));
        let with_services: Vec<Role> = Role::ALL.into_iter().filter(|role| role.needs_services()).collect();
        assert_eq!(with_services, [Role::Agent, Role::Manager]);
    }
}
