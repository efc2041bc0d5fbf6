//! A version of the settings as administrators see it.

use jiff::Timestamp;
use parvis_store::{AuditActor, SettingsVersion};
use schemars::JsonSchema;
use serde::Serialize;

/// Who made a version, and what is new in it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionView {
    /// 1, 2, 3, …; what `ETag` says of the settings.
    pub version: u32,
    /// When it was made; absent for what the platform's operators set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Who made it; absent for what the platform's operators set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<AuditActor>,
    /// The version whose settings it has put back, if it took a change back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restores: Option<u32>,
    /// The fields in which it differs from the version before.
    pub changed: Vec<String>,
}

impl From<SettingsVersion> for VersionView {
    fn from(version: SettingsVersion) -> VersionView {
        let SettingsVersion { version, at, by, restores, changed, .. } = version;
        VersionView { version, at, by, restores, changed }
    }
}
