//! The functions of the `platform` domain: what programs ask before they ask for anything of a commune.

pub mod get_health;
pub mod get_jwks;
pub mod get_openapi;
pub mod get_openid_configuration;

use parvis_edge::{Function, endpoint};

/// Every function of this domain.
pub fn functions() -> Vec<Function> {
    vec![
        endpoint::<get_health::GetHealth>(),
        endpoint::<get_openapi::GetOpenapi>(),
        endpoint::<get_openid_configuration::GetOpenidConfiguration>(),
        endpoint::<get_jwks::GetJwks>(),
    ]
}
