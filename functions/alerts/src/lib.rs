//! The functions of the `alerts` domain: what warns everybody of a danger, and says when it is over. That an alert goes out is
//! `deliver_notice`'s.

mod alert;
pub mod create_alert;
pub mod end_alert;
pub mod get_alert;
pub mod list_alerts;

use parvis_edge::{Function, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<list_alerts::ListAlerts>(),
        endpoint::<create_alert::CreateAlert>(),
        endpoint::<get_alert::GetAlert>(),
        endpoint::<end_alert::EndAlert>(),
    ]
}
