//! The functions of the `reports` domain: residents speak up, the commune acts, everybody sees how it goes.

pub mod anonymise_reports;
pub mod change_status;
pub mod confirm_report;
pub mod count_adoption;
pub mod create_comment;
pub mod create_report;
pub mod expire_unconfirmed;
pub mod follow_report;
pub mod get_map;
pub mod get_report;
pub mod list_inbox;
pub mod list_reports;
pub mod list_similar_reports;
pub mod project_reports;
pub mod rebuild_counters;
mod refused;
mod sent;
pub mod unfollow_report;
pub mod view;
pub mod who;
pub mod withdraw_report;

use parvis_edge::{Function, command, endpoint, schedule, stream};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<create_report::CreateReport>(),
        endpoint::<confirm_report::ConfirmReport>(),
        endpoint::<list_reports::ListReports>(),
        endpoint::<list_inbox::ListInbox>(),
        endpoint::<list_similar_reports::ListSimilarReports>(),
        endpoint::<get_report::GetReport>(),
        endpoint::<get_map::GetMap>(),
        endpoint::<change_status::ChangeStatus>(),
        endpoint::<create_comment::CreateComment>(),
        endpoint::<follow_report::FollowReport>(),
        endpoint::<unfollow_report::UnfollowReport>(),
        endpoint::<withdraw_report::WithdrawReport>(),
        stream::<project_reports::ProjectReports>(),
        schedule::<expire_unconfirmed::ExpireUnconfirmed>(),
        schedule::<anonymise_reports::AnonymiseReports>(),
        command::<rebuild_counters::RebuildCounters>(),
        command::<count_adoption::CountAdoption>(),
    ]
}
