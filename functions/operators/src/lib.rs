//! The functions of the `operators` domain: communes subscribe, pause, leave; and who operates the platform.

pub mod create_operator;
pub mod create_subscription_export;
mod defaults;
pub mod export_communes;
pub mod get_commune_usage;
pub mod get_subscription;
pub mod get_subscription_export;
pub mod list_subscriptions;
mod national;
pub mod purge_communes;
pub mod remove_commune;
pub mod remove_operator;
pub mod reset_staff_totp;
pub mod resume_commune;
pub mod set_plan;
pub mod subscribe_commune;
pub mod suspend_commune;
mod view;

use parvis_edge::{Function, command, endpoint, schedule};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<subscribe_commune::SubscribeCommune>(),
        endpoint::<list_subscriptions::ListSubscriptions>(),
        endpoint::<get_subscription::GetSubscription>(),
        endpoint::<get_commune_usage::GetCommuneUsage>(),
        endpoint::<set_plan::SetPlan>(),
        endpoint::<suspend_commune::SuspendCommune>(),
        endpoint::<resume_commune::ResumeCommune>(),
        endpoint::<remove_commune::RemoveCommune>(),
        endpoint::<reset_staff_totp::ResetStaffTotp>(),
        endpoint::<create_subscription_export::CreateSubscriptionExport>(),
        endpoint::<get_subscription_export::GetSubscriptionExport>(),
        schedule::<purge_communes::PurgeCommunes>(),
        schedule::<export_communes::ExportCommunes>(),
        command::<create_operator::CreateOperator>(),
        command::<remove_operator::RemoveOperator>(),
    ]
}
