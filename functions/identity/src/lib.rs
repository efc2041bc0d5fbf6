//! The functions of the `identity` domain: a code instead of a password, sessions, and how a person wants to be told.

pub mod create_challenge;
pub mod create_session;
pub mod delete_device;
pub mod delete_session;
pub mod get_me;
mod me;
pub mod put_device;
pub mod refresh_session;
pub mod update_me;

use parvis_edge::{Function, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<create_challenge::CreateChallenge>(),
        endpoint::<create_session::CreateSession>(),
        endpoint::<refresh_session::RefreshSession>(),
        endpoint::<delete_session::DeleteSession>(),
        endpoint::<get_me::GetMe>(),
        endpoint::<update_me::UpdateMe>(),
        endpoint::<put_device::PutDevice>(),
        endpoint::<delete_device::DeleteDevice>(),
    ]
}
