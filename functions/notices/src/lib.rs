//! Telling people: events become notices, notices go out, and what got lost on the way is found again.

mod broadcast;
mod budget;
mod channels;
mod deliver_notice;
pub mod list_notices;
mod plan_notices;
mod planning;
mod recipient;
mod sweep_unsent;

use parvis_edge::{Function, endpoint, queue, schedule, stream};

pub use deliver_notice::DeliverNotice;
pub use plan_notices::PlanNotices;
pub use sweep_unsent::SweepUnsent;

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        stream::<PlanNotices>(),
        queue::<DeliverNotice>(),
        schedule::<SweepUnsent>(),
        endpoint::<list_notices::ListNotices>(),
    ]
}
