//! Who works for a commune.

use std::str::FromStr;

use parvis_domain::{AccountId, CommuneId, Contact, ServiceId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Commune;
use crate::error::StoreError;
use crate::item::{Item, Placement};
use crate::key::Key;
use crate::table::Condition;

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

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Role, ()> {
        match text {
            "resident" => Ok(Role::Resident),
            "agent" => Ok(Role::Agent),
            "manager" => Ok(Role::Manager),
            "moderator" => Ok(Role::Moderator),
            "elected_member" => Ok(Role::ElectedMember),
            "administrator" => Ok(Role::Administrator),
            "operator" => Ok(Role::Operator),
            _ => Err(()),
        }
    }
}

/// A membership. Removing the item removes the rights at once, also of tokens already issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StaffMember {
    /// The account.
    pub account: AccountId,
    /// Its role; never [`Role::Resident`].
    pub role: Role,
    /// Name, seen by other staff only.
    pub name: String,
    /// The services of an agent.
    pub services: Vec<ServiceId>,
}

impl Item for StaffMember {
    const TYPE: &'static str = "staff";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(key(commune, self.account))
    }
}

fn key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["staff"], account.to_string())
}

impl Commune {
    /// The membership of an account, if it has one.
    pub async fn staff_member(&self, account: AccountId) -> Result<Option<StaffMember>, StoreError> {
        self.table().get(&key(self.id(), account)).await
    }

    /// Whether a code that is sent to the contact may open a session: always in a commune; among the operators only for who
    /// is one already. Grant: `GET`.
    pub async fn may_enter(&self, contact: &Contact) -> Result<bool, StoreError> {
        if !self.id().is_operators() {
            return Ok(true);
        }
        match self.account_of(contact).await? {
            Some(account) => Ok(self.staff_member(account.id).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Makes or changes a membership.
    pub async fn put_staff_member(&self, member: &StaffMember) -> Result<(), StoreError> {
        self.table().put(member, Condition::Any).await
    }
}
