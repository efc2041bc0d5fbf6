//! The functions of the `communes` domain: what a commune tells everybody about itself, how its administrators set it up and
//! launch it, and who may not write to it.

mod ambassador;
pub mod announce_launches;
mod ban;
mod changing;
pub mod check_launch;
pub mod create_ban;
pub mod create_commune_export;
pub mod create_interest;
pub mod create_invite;
pub mod delete_ambassador;
pub mod delete_ban;
pub mod delete_interest;
pub mod delete_invite;
pub mod end_trainings;
pub mod export_audit;
pub mod get_adoption;
pub mod get_commune;
pub mod get_commune_export;
pub mod get_launch;
pub mod get_manifest;
pub mod get_proof_of_work;
pub mod get_retention;
pub mod get_settings;
pub mod get_settings_version;
pub mod get_usage;
mod invite;
mod launch;
pub mod list_ambassadors;
pub mod list_audit;
pub mod list_bans;
pub mod list_invites;
pub mod list_settings_versions;
pub mod put_ambassador;
pub mod redeem_invite;
pub mod try_routing;
pub mod undo_settings;
pub mod update_launch;
pub mod update_settings;
pub mod verify_audit;
pub mod versions;
pub mod wipe_training;

use parvis_edge::{Function, command, endpoint, schedule};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<get_commune::GetCommune>(),
        endpoint::<get_manifest::GetManifest>(),
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
        endpoint::<get_launch::GetLaunch>(),
        endpoint::<check_launch::CheckLaunch>(),
        endpoint::<update_launch::UpdateLaunch>(),
        endpoint::<wipe_training::WipeTraining>(),
        schedule::<end_trainings::EndTrainings>(),
        endpoint::<create_interest::CreateInterest>(),
        endpoint::<delete_interest::DeleteInterest>(),
        schedule::<announce_launches::AnnounceLaunches>(),
        endpoint::<get_adoption::GetAdoption>(),
        endpoint::<list_ambassadors::ListAmbassadors>(),
        endpoint::<put_ambassador::PutAmbassador>(),
        endpoint::<delete_ambassador::DeleteAmbassador>(),
        endpoint::<list_invites::ListInvites>(),
        endpoint::<create_invite::CreateInvite>(),
        endpoint::<delete_invite::DeleteInvite>(),
        endpoint::<redeem_invite::RedeemInvite>(),
    ]
}
