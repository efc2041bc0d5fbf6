//! What the deployed resources are called; read from the environment that the templates (or `infra/local`) set.

use std::env;

/// A variable that is missing or empty; the function must not start without it.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set; infra/template.yaml and infra/local set it")]
pub struct MissingName(pub &'static str);

/// Names, addresses and secrets of a deployment.
#[derive(Debug, Clone)]
pub struct Names {
    /// The DynamoDB table.
    pub table: String,
    /// Bucket of uploads.
    pub incoming: String,
    /// Bucket of finished pictures.
    pub photos: String,
    /// Bucket of the files of exports.
    pub exports: String,
    /// URL of the notice queue.
    pub notice_queue: String,
    /// URL of the photo queue.
    pub photo_queue: String,
    /// Key id or ARN of the token key.
    pub token_key: String,
    /// ARN of the SNS platform application for FCM.
    pub fcm_application: String,
    /// ARN of the SNS platform application for APNs.
    pub apns_application: String,
    /// What the ARNs of the topics of alerts begin with; a hyphen and the commune's id follow.
    pub alert_topics: String,
    /// Address mails are sent from.
    pub mail_from: String,
    /// Public origin without a slash at the end: links in notices, and the `iss` of tokens.
    pub public_url: String,
    /// Origin that serves finished pictures, without a slash at the end.
    pub media_url: String,
    /// Hosts that communes may take tiles of their maps from: `tiles.ville.example`.
    pub tile_hosts: Vec<String>,
    /// Signs cursors and claims, hashes codes. At least 32 characters.
    pub secret: String,
    /// What the distribution in front of the API adds to each request, so that its word on the caller's address is taken.
    pub edge_secret: String,
}

impl Names {
    /// Reads `PARVIS_*`.
    ///
    /// # Errors
    /// The first variable that is missing or empty.
    pub fn from_env() -> Result<Names, MissingName> {
        let read = |name: &'static str| env::var(name).ok().filter(|v| !v.is_empty()).ok_or(MissingName(name));
        Ok(Names {
            table: read("PARVIS_TABLE")?,
            incoming: read("PARVIS_INCOMING_BUCKET")?,
            photos: read("PARVIS_PHOTOS_BUCKET")?,
            exports: read("PARVIS_EXPORTS_BUCKET")?,
            notice_queue: read("PARVIS_NOTICE_QUEUE")?,
            photo_queue: read("PARVIS_PHOTO_QUEUE")?,
            token_key: read("PARVIS_TOKEN_KEY")?,
            fcm_application: read("PARVIS_FCM_APPLICATION")?,
            apns_application: read("PARVIS_APNS_APPLICATION")?,
            alert_topics: read("PARVIS_ALERT_TOPICS")?,
            mail_from: read("PARVIS_MAIL_FROM")?,
            public_url: read("PARVIS_PUBLIC_URL")?,
            media_url: read("PARVIS_MEDIA_URL")?,
            tile_hosts: tile_hosts(&read("PARVIS_TILE_HOSTS")?),
            secret: read("PARVIS_SECRET")?,
            edge_secret: read("PARVIS_EDGE_SECRET")?,
        })
    }
}

/// The hosts in a list with commas; `none` are none.
pub fn tile_hosts(list: &str) -> Vec<String> {
    let named = list.split(',').map(str::trim).filter(|host| !host.is_empty() && *host != "none");
    named.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_tiles_are_a_list_with_commas_or_none() {
        assert_eq!(tile_hosts("a.example, b.example:8443"), ["a.example", "b.example:8443"]);
        assert!(tile_hosts("none").is_empty());
    }
}
