//! The functions of the `communes` domain, one file each.

mod get_commune;
mod get_settings;
mod get_settings_version;
mod list_audit;
mod list_settings_versions;
mod mutations;
mod try_routing;
mod undo_settings;
mod update_settings;
mod verify_audit;

use parvis_testkit::{Actor, Answer};
use serde_json::Value;

/// Reads the settings, changes them as JSON and sends them back as the version that was read.
async fn change(administrator: &Actor, change: impl FnOnce(&mut Value)) -> Answer {
    let read = administrator.get("settings").await.expect(200);
    let mut settings = read.json.clone();
    change(&mut settings);
    administrator.put("settings", settings).if_match(read.version()).await
}
