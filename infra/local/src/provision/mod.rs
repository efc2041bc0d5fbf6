//! Makes the resources that `infra/template.yaml` makes on AWS, again at every start: what is there stays, what an engine
//! forgot comes back.

mod devices;
mod queues;
mod senders;
mod table;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use aws_sdk_s3::types::{
    BucketLocationConstraint, CorsConfiguration, CorsRule, CreateBucketConfiguration, Event, FilterRule,
    FilterRuleName, NotificationConfiguration, NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter,
};
use parvis_edge::{Function, Queue};
use parvis_store::{Clients, LocalEndpoints, Names, Seal, Store};

use crate::engines::{ACCESS_KEY, ACCOUNT, Engines, REGION, SECRET_KEY};

pub(crate) use queues::{MAX_RECEIVE, STREAM_DEAD_LETTERS, dead_letters, queue_name};

const TABLE: &str = "parvis";
const INCOMING: &str = "parvis-incoming";
const PHOTOS: &str = "parvis-photos";
const EXPORTS: &str = "parvis-exports";
const TOKEN_KEY: &str = "alias/parvis-tokens";
const MAIL_FROM: &str = "parvis@parvis.example";
/// Uploads are under it; the pictures' bucket has none.
const INCOMING_PREFIX: &str = "incoming/";

/// What could not be made, and why.
#[derive(Debug, thiserror::Error)]
#[error(
    "the local platform cannot make {what}: {why}; the engines' log may say more, and a fresh start needs an empty data directory"
)]
pub struct ProvisionError {
    what: &'static str,
    why: String,
}

/// `.map_err(cannot("the table"))`.
fn cannot<E: std::error::Error>(what: &'static str) -> impl Fn(E) -> ProvisionError {
    move |error| ProvisionError { what, why: DisplayErrorContext(error).to_string() }
}

/// What the resources of one machine are called.
pub(crate) fn names(engines: &Engines, public_url: &str, tile_hosts: Vec<String>, secret: String) -> Names {
    Names {
        // No distribution is in front of the gateway here; a test may be one.
        edge_secret: Seal::new(&secret).digest("edge", ""),
        table: TABLE.to_owned(),
        incoming: INCOMING.to_owned(),
        photos: PHOTOS.to_owned(),
        exports: EXPORTS.to_owned(),
        notice_queue: queues::url(engines, Queue::Notices),
        photo_queue: queues::url(engines, Queue::Photos),
        token_key: TOKEN_KEY.to_owned(),
        fcm_application: senders::application("GCM"),
        apns_application: senders::application("APNS"),
        alert_topics: arn_of("sns", "parvis-alerts"),
        mail_from: MAIL_FROM.to_owned(),
        public_url: public_url.to_owned(),
        media_url: format!("{public_url}/media"),
        tile_hosts,
        secret,
    }
}

/// A store on the engines, through their taps.
pub(crate) fn store(engines: &Engines, names: Names) -> Store {
    let names = Arc::new(names);
    let local = LocalEndpoints { dynamodb: engines.dynamodb_url(), aws: engines.aws_url() };
    let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local");
    let clients = Clients::new(Arc::clone(&names), REGION.to_owned(), credentials, Some(local));
    Store::new(names, clients)
}

/// The deployment's secret, made at the first start and kept in the data directory for its owner only.
pub(crate) fn secret(data: &Path) -> io::Result<String> {
    let path = data.join("secret");
    match fs::read_to_string(&path) {
        Ok(secret) if secret.len() >= 32 => return Ok(secret),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let secret = parvis_store::random_hex(32).map_err(io::Error::other)?;
    let mut options = fs::File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    Ok(secret)
}

/// Makes everything that is not there.
pub(crate) async fn provision(store: &Store, functions: &[Function]) -> Result<(), ProvisionError> {
    table::provision(store).await?;
    aws(store, functions).await
}

/// Everything outside DynamoDB: what ministack can forget.
pub(crate) async fn aws(store: &Store, functions: &[Function]) -> Result<(), ProvisionError> {
    queues::provision(store, functions).await?;
    buckets(store).await?;
    token_key(store).await?;
    senders::provision(store).await?;
    match devices::restore(store).await? {
        0 => {}
        restored => tracing::info!(restored, "push endpoints that SNS had forgotten are there again"),
    }
    Ok(())
}

async fn buckets(store: &Store) -> Result<(), ProvisionError> {
    let s3 = store.clients().s3();
    for name in [INCOMING, PHOTOS, EXPORTS] {
        let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest3).build();
        if let Err(error) = s3.create_bucket().bucket(name).create_bucket_configuration(place).send().await {
            let there = error.as_service_error().is_some_and(|e| e.is_bucket_already_owned_by_you());
            if !there {
                return Err(cannot("a bucket")(error));
            }
        }
    }
    // Browsers upload from the platform's own origin, and from no other.
    let rule = CorsRule::builder()
        .allowed_methods("PUT")
        .allowed_origins(&store.names.public_url)
        .allowed_headers("*")
        .max_age_seconds(3_600)
        .build()
        .map_err(cannot("the upload rules"))?;
    let cors = CorsConfiguration::builder().cors_rules(rule).build().map_err(cannot("the upload rules"))?;
    s3.put_bucket_cors().bucket(INCOMING).cors_configuration(cors).send().await.map_err(cannot("the upload rules"))?;
    notify_about_uploads(store).await
}

/// The arrival of an upload becomes a message. Written only when it is not there: S3 sends a test message each time.
async fn notify_about_uploads(store: &Store) -> Result<(), ProvisionError> {
    let s3 = store.clients().s3();
    let what = "the notification about uploads";
    let queue = queues::arn(&queue_name(Queue::Photos));
    let now = s3.get_bucket_notification_configuration().bucket(INCOMING).send().await.map_err(cannot(what))?;
    if now.queue_configurations().iter().any(|c| c.queue_arn() == queue) {
        return Ok(());
    }
    let prefix = FilterRule::builder().name(FilterRuleName::Prefix).value(INCOMING_PREFIX).build();
    let filter = NotificationConfigurationFilter::builder().key(S3KeyFilter::builder().filter_rules(prefix).build());
    let to_queue = QueueConfiguration::builder()
        .queue_arn(queue)
        .events(Event::from("s3:ObjectCreated:*"))
        .filter(filter.build())
        .build()
        .map_err(cannot(what))?;
    let configuration = NotificationConfiguration::builder().queue_configurations(to_queue).build();
    let request = s3.put_bucket_notification_configuration().bucket(INCOMING);
    request.notification_configuration(configuration).send().await.map(drop).map_err(cannot(what))
}

async fn token_key(store: &Store) -> Result<(), ProvisionError> {
    let kms = store.clients().kms();
    let what = "the token key";
    let there = kms.describe_key().key_id(TOKEN_KEY).send().await;
    match there {
        Ok(_) => return Ok(()),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {}
        Err(error) => return Err(cannot(what)(error)),
    }
    let made = kms.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::SignVerify).send().await;
    let key = made.map_err(cannot(what))?.key_metadata.map(|key| key.key_id).unwrap_or_default();
    kms.create_alias().alias_name(TOKEN_KEY).target_key_id(key).send().await.map(drop).map_err(cannot(what))
}

/// `arn:aws:<service>:<region>:<account>:<rest>`.
fn arn_of(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}")
}
