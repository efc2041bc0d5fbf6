//! `POST /v1/{commune}/bans`: somebody may not write to the commune for a while.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, Contact, Label};
use parvis_edge::{Created, Cx, Endpoint, Grant, Json, Problem, Route, Staff, post};
use parvis_store::{Banned, Commune};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ban::{BanView, may_ban};

/// A commune is a public service: whoever is kept out of it longer must be decided about again.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Bans somebody; who is banned already gets the new reason and end.
pub struct CreateBan;

/// Whom, why and until when. Exactly one of `account`, `contact` and `network`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBan {
    /// An account; its contacts are banned with it.
    account: Option<AccountId>,
    /// With `account`: also the devices it has registered. Whoever registers one of them from then on, with whatever contact, is
    /// banned for the same reason until the same end; members of the staff are not.
    #[serde(default)]
    devices: bool,
    /// A phone number or an e-mail address.
    contact: Option<Contact>,
    /// An IP address; of IPv6 its whole network of 64 bits is meant.
    network: Option<String>,
    /// Why, on one line; the person reads it.
    reason: Label,
    /// Until when, at most 366 days from now.
    until: Timestamp,
}

impl Endpoint for CreateBan {
    const ROUTE: Route = post("/v1/{commune}/bans");
    const SUMMARY: &'static str =
        "Keep somebody from writing to the commune for a while (administrators and moderators)";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    type Caller = Staff;
    type Input = Json<NewBan>;
    type Output = Created<BanView>;

    async fn run(cx: &Cx, caller: Staff, Json(new): Json<NewBan>) -> Result<Self::Output, Problem> {
        may_ban(&caller)?;
        let now = cx.now();
        if new.until <= now || now.duration_until(new.until) > LONGEST {
            let detail = format!("until is {}; it must be after {now:.0} and at most 366 days from now", new.until);
            return Err(Problem::field("until", "out_of_range", detail));
        }
        if new.devices && new.account.is_none() {
            let detail = "devices is for the ban of an account; give account";
            return Err(Problem::field("devices", "out_of_place", detail));
        }
        let mut banned = whom(&caller.commune, new.account, new.contact, new.network).await?;
        if let Banned::Account(account, devices) = &mut banned
            && new.devices
        {
            for id in &account.devices {
                devices.extend(caller.commune.device(account.id, *id).await?);
            }
        }
        let ban = caller.commune.put_ban("create_ban", caller.actor(), &banned, new.reason, new.until, now).await?;
        Ok(Created(ban.into()))
    }
}

async fn whom(
    commune: &Commune,
    account: Option<AccountId>,
    contact: Option<Contact>,
    network: Option<String>,
) -> Result<Banned, Problem> {
    match (account, contact, network) {
        (Some(id), None, None) => {
            not_staff(commune, id, "account").await?;
            let unknown = || Problem::field("account", "account_unknown", "there is no such account here");
            Ok(Banned::Account(commune.account(id).await?.ok_or_else(unknown)?, Vec::new()))
        }
        (None, Some(contact), None) => {
            if let Some(account) = commune.account_of(&contact).await? {
                not_staff(commune, account.id, "contact").await?;
            }
            Ok(Banned::Contact(contact))
        }
        (None, None, Some(address)) => match address.trim().parse::<IpAddr>() {
            Ok(_) => Ok(Banned::Network(address)),
            Err(_) => {
                let detail = "network is not an IP address like 192.0.2.7 or 2001:db8::1";
                Err(Problem::field("network", "not_an_address", detail))
            }
        },
        _ => Err(Problem::field("account", "not_one", "give exactly one of account, contact and network")),
    }
}

/// Who works for the commune is taken off its staff and not banned.
async fn not_staff(commune: &Commune, account: AccountId, field: &str) -> Result<(), Problem> {
    match commune.staff_member(account).await? {
        None => Ok(()),
        Some(_) => {
            let detail = "this is a member of the commune's staff; take them off the staff first";
            Err(Problem::field(field, "is_staff", detail))
        }
    }
}
