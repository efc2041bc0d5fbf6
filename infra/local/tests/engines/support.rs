//! One running set of engines for all tests, and clients that do not retry, so that a test sees each answer.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use aws_sdk_sns::config::{BehaviorVersion, Credentials, Region};
use parvis_local::engines::{ACCESS_KEY, DataDir, Engines, Ports, REGION, SECRET_KEY};
use tokio::sync::OnceCell;

static SHARED: OnceCell<Engines> = OnceCell::const_new();

/// The shared engines. They end with the test process, which closes ministack's lifeline.
pub(crate) async fn engines() -> &'static Engines {
    SHARED.get_or_init(|| async { Engines::start(&shared_data(), Ports::free()).await.unwrap() }).await
}

pub(crate) fn shared_data() -> DataDir {
    DataDir::new(folder("shared"))
}

/// A folder of this process; those of processes that have ended are removed, and what one with the same number left.
pub(crate) fn folder(name: &str) -> PathBuf {
    static OWN: LazyLock<PathBuf> = LazyLock::new(|| {
        let (root, own) = (Path::new(env!("CARGO_TARGET_TMPDIR")), std::process::id().to_string());
        for entry in fs::read_dir(root).unwrap().flatten() {
            let pid = entry.file_name().to_string_lossy().strip_prefix("engines-").map(str::to_owned);
            if pid.is_some_and(|pid| pid == own || !Path::new("/proc").join(pid).exists()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        root.join(format!("engines-{own}"))
    });
    OWN.join(name)
}

macro_rules! clients {
    ($($name:ident: $sdk:ident at $url:ident),*) => {
        /// Clients of one set of engines, through its taps.
        pub(crate) struct Clients { $(pub(crate) $name: $sdk::Client),* }

        impl Clients {
            pub(crate) fn of(engines: &Engines) -> Clients {
                let credentials = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test");
                Clients { $($name: $sdk::Client::from_conf(
                    $sdk::config::Builder::new()
                        .behavior_version(BehaviorVersion::latest())
                        .region(Region::new(REGION))
                        .credentials_provider(credentials.clone())
                        .retry_config($sdk::config::retry::RetryConfig::disabled())
                        .endpoint_url(engines.$url())
                        .build()
                )),* }
            }
        }
    };
}

clients!(
    sns: aws_sdk_sns at aws_url,
    ses: aws_sdk_sesv2 at aws_url,
    sqs: aws_sdk_sqs at aws_url,
    kms: aws_sdk_kms at aws_url,
    streams: aws_sdk_dynamodbstreams at dynamodb_url,
    dynamo: aws_sdk_dynamodb at dynamodb_url
);

/// S3 with path-style addresses, as there are no bucket host names on one machine.
pub(crate) fn s3(engines: &Engines) -> aws_sdk_s3::Client {
    aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::new()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "test"))
            .retry_config(aws_sdk_s3::config::retry::RetryConfig::disabled())
            .endpoint_url(engines.aws_url())
            .force_path_style(true)
            .build(),
    )
}

pub(crate) async fn bucket(s3: &aws_sdk_s3::Client, name: &str) {
    use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
    let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuWest3).build();
    s3.create_bucket().bucket(name).create_bucket_configuration(place).send().await.unwrap();
}

/// An SNS endpoint for an Android device.
pub(crate) async fn push_endpoint(sns: &aws_sdk_sns::Client, token: &str) -> String {
    endpoint_of("GCM", sns, token).await
}

/// An SNS endpoint for a device of a push platform.
pub(crate) async fn endpoint_of(platform: &str, sns: &aws_sdk_sns::Client, token: &str) -> String {
    let application = sns
        .create_platform_application()
        .name(format!("app-{token}"))
        .platform(platform)
        .attributes("PlatformCredential", "local")
        .send()
        .await
        .unwrap();
    let endpoint = sns
        .create_platform_endpoint()
        .platform_application_arn(application.platform_application_arn.unwrap())
        .token(token)
        .send()
        .await
        .unwrap();
    endpoint.endpoint_arn.unwrap()
}

/// A table with a stream, `pk` as its key.
pub(crate) async fn table(dynamo: &aws_sdk_dynamodb::Client, name: &str) -> String {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, StreamSpecification,
        StreamViewType,
    };
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build().unwrap();
    let pk = AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewAndOldImages);
    let made = dynamo
        .create_table()
        .table_name(name)
        .key_schema(key)
        .attribute_definitions(pk.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream.build().unwrap())
        .send()
        .await
        .unwrap();
    made.table_description.unwrap().latest_stream_arn.unwrap()
}

/// How many records a stream holds from its beginning.
pub(crate) async fn stream_records(streams: &aws_sdk_dynamodbstreams::Client, arn: &str) -> usize {
    use aws_sdk_dynamodbstreams::types::ShardIteratorType;
    let stream = streams.describe_stream().stream_arn(arn).send().await.unwrap().stream_description.unwrap();
    let mut count = 0;
    for shard in stream.shards() {
        let start = streams
            .get_shard_iterator()
            .stream_arn(arn)
            .shard_id(shard.shard_id().unwrap())
            .shard_iterator_type(ShardIteratorType::TrimHorizon);
        let at = start.send().await.unwrap().shard_iterator.unwrap();
        count += streams.get_records().shard_iterator(at).send().await.unwrap().records().len();
    }
    count
}
