//! An account as its owner sees it.

use jiff::Timestamp;
use parvis_domain::{AccountId, Channel, DeviceId, EmailAddress, Language, PhoneNumber, ServiceId};
use parvis_edge::{Code, Problem, Resident};
use parvis_store::{Account, Device, Platform, Role, SmsConsent};
use schemars::JsonSchema;
use serde::Serialize;

/// The signed-in account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MeView {
    /// The account.
    id: AccountId,
    /// What it may be.
    role: Role,
    /// Of staff: what the commune calls them.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Of staff: the services that an agent or a manager acts for.
    #[serde(skip_serializing_if = "Option::is_none")]
    services: Option<Vec<ServiceId>>,
    /// Of staff: whether an authenticator app is registered, so that a code of it is asked for and not a registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    second_factor: Option<bool>,
    /// In which it is written to.
    language: Language,
    /// How it wants to be told; empty for not at all.
    channels: Vec<Channel>,
    /// Its verified number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    /// Its verified address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    /// What its owner agreed to for text messages, or took back. Taken back `by` `stop`, none gets through until who operates the
    /// platform takes the number off the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_consent: Option<SmsConsent>,
    /// When it was made.
    created: Timestamp,
    /// Its devices.
    devices: Vec<DeviceView>,
    /// Of an ambassador: whether what they write on reports of others says that they are one. Absent for everybody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<bool>,
}

/// A device that takes push messages.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeviceView {
    /// The device; the same for one token.
    id: DeviceId,
    /// Whose push service.
    platform: Platform,
    /// In which it wants its messages, if not in the account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    /// When the app last registered it.
    seen: Timestamp,
}

impl From<Device> for DeviceView {
    fn from(device: Device) -> DeviceView {
        DeviceView { id: device.id, platform: device.platform, language: device.language, seen: device.seen }
    }
}

/// The caller's account.
pub(crate) async fn my_account(caller: &Resident) -> Result<Account, Problem> {
    let account = caller.commune.account(caller.account.id).await?;
    account.ok_or_else(|| Problem::new(Code::Unauthenticated, "the account no longer exists; sign in again"))
}

/// The view of an account, with its devices, its role of today and whether it is an ambassador's.
pub(crate) async fn view(caller: &Resident, account: Account) -> Result<MeView, Problem> {
    let member = caller.commune.staff_member(account.id).await?;
    let devices = caller.commune.devices(account.id).await?;
    let ambassador = caller.commune.ambassador(account.id).await?;
    let second_factor = match member {
        Some(_) => Some(caller.commune.has_second_factor(account.id).await?),
        None => None,
    };
    Ok(MeView {
        id: account.id,
        role: member.as_ref().map_or(Role::Resident, |member| member.role),
        name: member.as_ref().map(|member| member.name.clone()),
        services: member.map(|member| member.services),
        second_factor,
        language: account.language,
        channels: account.channels,
        phone: account.phone,
        email: account.email,
        sms_consent: account.sms_consent,
        created: account.created,
        devices: devices.into_iter().map(DeviceView::from).collect(),
        badge: ambassador.map(|ambassador| ambassador.badge),
    })
}
