//! The functions of the `communes` domain: what a commune tells everybody about itself, how its administrators set it up, and
//! who may not write to it.

mod ban;
mod changing;
pub mod create_ban;
pub mod create_commune_export;
pub mod delete_ban;
pub mod export_audit;
pub mod get_commune;
pub mod get_commune_export;
pub mod get_proof_of_work;
pub mod get_retention;
pub mod get_settings;
pub mod get_settings_version;
pub mod get_usage;
pub mod list_audit;
pub mod list_bans;
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
        endpoint::<get_usage::GetUsage>(),
        endpoint::<list_audit::ListAudit>(),
        endpoint::<export_audit::ExportAudit>(),
        command::<verify_audit::VerifyAudit>(),
        endpoint::<get_proof_of_work::GetProofOfWork>(),
        endpoint::<list_bans::ListBans>(),
        endpoint::<create_ban::CreateBan>(),
        endpoint::<delete_ban::DeleteBan>(),
        endpoint::<create_commune_export::CreateCommuneExport>(),
        endpoint::<get_commune_export::GetCommuneExport>(),
        endpoint::<get_retention::GetRetention>(),
    ]
}
