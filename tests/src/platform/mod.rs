//! The functions of the `platform` domain, one file each.

mod get_health;
mod get_jwks;
mod get_openapi;
mod get_openid_configuration;
