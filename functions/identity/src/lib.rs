//! The functions of the `identity` domain: a code instead of a password, sessions, how a person wants to be told, and who
//! works for the commune.

pub mod accept_invitation;
pub mod begin_contact_change;
pub mod begin_erasure;
pub mod change_contact;
pub mod confirm_totp;
pub mod create_challenge;
pub mod create_export;
pub mod create_invitation;
pub mod create_session;
pub mod create_totp;
pub mod delete_device;
pub mod delete_invitation;
pub mod delete_me;
pub mod delete_session;
pub mod delete_staff_member;
pub mod delete_totp;
pub mod erase_accounts;
pub mod export_accounts;
mod factor;
pub mod get_export;
pub mod get_me;
pub mod list_invitations;
pub mod list_staff;
mod me;
mod page;
pub mod pass_second_factor;
pub mod put_device;
pub mod put_staff_member;
pub mod refresh_session;
pub mod retire_accounts;
mod staff;
pub mod update_me;

use parvis_edge::{Function, endpoint, schedule};

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
        endpoint::<create_totp::CreateTotp>(),
        endpoint::<confirm_totp::ConfirmTotp>(),
        endpoint::<pass_second_factor::PassSecondFactor>(),
        endpoint::<delete_totp::DeleteTotp>(),
        endpoint::<list_staff::ListStaff>(),
        endpoint::<put_staff_member::PutStaffMember>(),
        endpoint::<delete_staff_member::DeleteStaffMember>(),
        endpoint::<create_invitation::CreateInvitation>(),
        endpoint::<list_invitations::ListInvitations>(),
        endpoint::<delete_invitation::DeleteInvitation>(),
        endpoint::<accept_invitation::AcceptInvitation>(),
        endpoint::<begin_contact_change::BeginContactChange>(),
        endpoint::<change_contact::ChangeContact>(),
        endpoint::<begin_erasure::BeginErasure>(),
        endpoint::<delete_me::DeleteMe>(),
        endpoint::<create_export::CreateExport>(),
        endpoint::<get_export::GetExport>(),
        schedule::<erase_accounts::EraseAccounts>(),
        schedule::<export_accounts::ExportAccounts>(),
        schedule::<retire_accounts::RetireAccounts>(),
    ]
}
