//! The functions of the `communes` domain: what a commune tells everybody about itself, and how its administrators set it up.

mod changing;
pub mod get_commune;
pub mod get_settings;
pub mod get_settings_version;
pub mod list_audit;
pub mod list_settings_versions;
pub mod try_routing;
pub mod undo_settings;
pub mod update_settings;
pub mod verify_audit;
pub mod versions;

use parvis_edge::{Function, command, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<get_commune::GetCommune>(),
        endpoint::<get_settings::GetSettings>(),
        endpoint::<update_settings::UpdateSettings>(),
        endpoint::<undo_settings::UndoSettings>(),
        endpoint::<try_routing::TryRouting>(),
        endpoint::<list_settings_versions::ListSettingsVersions>(),
        endpoint::<get_settings_version::GetSettingsVersion>(),
        endpoint::<list_audit::ListAudit>(),
        command::<verify_audit::VerifyAudit>(),
    ]
}
