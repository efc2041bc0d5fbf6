//! The functions of the `communes` domain, one file each.

mod announce_launches;
mod check_launch;
mod create_ban;
mod create_commune_export;
mod create_interest;
mod create_invite;
mod delete_ambassador;
mod delete_ban;
mod delete_interest;
mod delete_invite;
mod end_trainings;
mod export_audit;
mod get_adoption;
mod get_commune;
mod get_commune_export;
mod get_launch;
mod get_manifest;
mod get_proof_of_work;
mod get_retention;
mod get_settings;
mod get_settings_version;
mod get_usage;
mod list_ambassadors;
mod list_audit;
mod list_bans;
mod list_invites;
mod list_settings_versions;
mod mutations;
mod put_ambassador;
mod redeem_invite;
mod try_routing;
mod undo_settings;
mod update_launch;
mod update_settings;
mod verify_audit;
mod wipe_training;

use parvis_domain::Role;
use parvis_testkit::{Actor, Answer, Town};
use serde_json::Value;

/// Reads the settings, changes them as JSON and sends them back as the version that was read.
pub(crate) async fn change(administrator: &Actor, change: impl FnOnce(&mut Value)) -> Answer {
    let read = administrator.get("settings").await.expect(200);
    let mut settings = read.json.clone();
    change(&mut settings);
    administrator.put("settings", settings).if_match(read.version()).await
}

/// A member of the staff who decides what the public sees.
async fn moderator(town: &Town) -> Actor {
    town.staff(Role::Moderator, &[], "Inès Moulin").await
}

/// So many days from now, as a ban wants it.
fn in_days(days: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days)).to_string()
}
