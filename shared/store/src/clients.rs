//! The AWS clients, each made at its first use so that a cold start pays only for what the function calls.

use std::sync::{Arc, OnceLock};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::names::Names;
use crate::watch::Watch;
use crate::web_push::PushServices;

/// Where the engines of one machine listen; on AWS there is none of this.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalEndpoints {
    /// DynamoDB.
    pub dynamodb: String,
    /// Everything else.
    pub aws: String,
}

/// An endpoint that a function cannot use.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{name} is {value:?}: {must}")]
pub struct BadEndpoint {
    name: &'static str,
    value: String,
    must: &'static str,
}

impl LocalEndpoints {
    /// Reads the variables that every AWS SDK knows: `AWS_ENDPOINT_URL`, and `AWS_ENDPOINT_URL_DYNAMODB` for DynamoDB where
    /// that is another (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"). None of them, and calls go to
    /// AWS. That is how a packaged function runs on the engines of one machine.
    ///
    /// # Errors
    /// An address that is not plain `http://`, or one for DynamoDB alone: half on AWS and half not is a mistake.
    pub fn from_env() -> Result<Option<LocalEndpoints>, BadEndpoint> {
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        LocalEndpoints::of(read(ALL_SERVICES), read(DYNAMODB))
    }

    fn of(aws: Option<String>, dynamodb: Option<String>) -> Result<Option<LocalEndpoints>, BadEndpoint> {
        let plain = |name, value: String| match value.starts_with("http://") {
            true => Ok(value),
            false => {
                Err(BadEndpoint { name, value, must: "only http:// engines of one machine take the place of AWS" })
            }
        };
        let aws = aws.map(|value| plain(ALL_SERVICES, value)).transpose()?;
        let dynamodb = dynamodb.map(|value| plain(DYNAMODB, value)).transpose()?;
        match (aws, dynamodb) {
            (None, None) => Ok(None),
            (Some(aws), dynamodb) => {
                Ok(Some(LocalEndpoints { dynamodb: dynamodb.unwrap_or_else(|| aws.clone()), aws }))
            }
            (None, Some(value)) => Err(BadEndpoint { name: DYNAMODB, value, must: "AWS_ENDPOINT_URL must be set too" }),
        }
    }
}

const ALL_SERVICES: &str = "AWS_ENDPOINT_URL";
const DYNAMODB: &str = "AWS_ENDPOINT_URL_DYNAMODB";

/// Lazily made clients that share one HTTP client, one configuration and the grants watch.
#[derive(Debug)]
pub struct Clients {
    config: SdkConfig,
    local: Option<LocalEndpoints>,
    watch: Watch,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
    ses: OnceLock<aws_sdk_sesv2::Client>,
    kms: OnceLock<aws_sdk_kms::Client>,
    push_services: PushServices,
}

macro_rules! client {
    ($(#[$doc:meta])* $name:ident, $sdk:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> &$sdk::Client {
            self.$name.get_or_init(|| {
                let mut config = $sdk::config::Builder::from(&self.config).interceptor(self.watch.clone());
                if let Some(local) = &self.local {
                    config = config.endpoint_url(&local.aws);
                }
                $sdk::Client::from_conf(config.build())
            })
        }
    };
}

impl Clients {
    /// Clients for `names`, on AWS or (with `local`) on the engines of this machine. `region` and `credentials` are given
    /// and not looked for: the default chain costs a cold start 0.8 ms and buys a function nothing.
    pub fn new(names: Arc<Names>, region: String, credentials: Credentials, local: Option<LocalEndpoints>) -> Clients {
        let config = SdkConfig::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .region(Region::new(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .http_client(http_client(local.is_some()))
            .build();
        Clients {
            config,
            local,
            watch: Watch { names },
            dynamodb: OnceLock::new(),
            s3: OnceLock::new(),
            sqs: OnceLock::new(),
            sns: OnceLock::new(),
            ses: OnceLock::new(),
            kms: OnceLock::new(),
            push_services: PushServices::default(),
        }
    }

    /// Browsers' push services, which are not AWS's.
    pub(crate) fn push_services(&self) -> &PushServices {
        &self.push_services
    }

    /// Where the engines of one machine are; nowhere on AWS.
    pub(crate) fn local_url(&self) -> Option<&str> {
        self.local.as_ref().map(|local| local.aws.as_str())
    }

    /// DynamoDB.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        self.dynamodb.get_or_init(|| {
            let mut config = aws_sdk_dynamodb::config::Builder::from(&self.config).interceptor(self.watch.clone());
            if let Some(local) = &self.local {
                config = config.endpoint_url(&local.dynamodb);
            }
            aws_sdk_dynamodb::Client::from_conf(config.build())
        })
    }

    /// S3; path-style on one machine, where buckets have no host names.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| {
            let mut config = aws_sdk_s3::config::Builder::from(&self.config)
                .interceptor(self.watch.clone())
                // A checksum header of the SDK's own would be part of what a presigned upload must send.
                .request_checksum_calculation(aws_sdk_s3::config::RequestChecksumCalculation::WhenRequired);
            if let Some(local) = &self.local {
                config = config.endpoint_url(&local.aws).force_path_style(true);
            }
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }

    client!(
        /// SQS.
        sqs,
        aws_sdk_sqs
    );
    client!(
        /// SNS: push and SMS.
        sns,
        aws_sdk_sns
    );
    client!(
        /// SES: e-mail.
        ses,
        aws_sdk_sesv2
    );
    client!(
        /// KMS: the token key.
        kms,
        aws_sdk_kms
    );
}

/// The credentials that Lambda gives a function.
///
/// # Errors
/// The variable that is missing.
pub fn credentials_from_env() -> Result<Credentials, crate::MissingName> {
    let read = |name: &'static str| std::env::var(name).map_err(|_| crate::MissingName(name));
    let token = std::env::var("AWS_SESSION_TOKEN").ok();
    Ok(Credentials::new(read("AWS_ACCESS_KEY_ID")?, read("AWS_SECRET_ACCESS_KEY")?, token, None, "lambda"))
}

/// One HTTP client for all. AWS answers with certificates of Amazon's own authorities, so only these five are trusted:
/// reading the machine's whole trust store costs 5.7 ms of a cold start (docs/performance.md).
fn http_client(local: bool) -> SharedHttpClient {
    let builder = HttpClient::new();
    if local {
        return builder.build_http();
    }
    let roots = tls::TrustStore::empty().with_pem_certificate(include_bytes!("amazon_roots.pem").as_slice());
    let context = tls::TlsContext::builder().with_trust_store(roots).build();
    let builder = builder.tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc));
    match context {
        Ok(context) => builder.tls_context(context).build_https(),
        // Cannot happen with the file above (a test reads it); the platform's own roots are the safe way on.
        Err(_) => builder.build_https(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_in_the_environment_takes_the_place_of_aws_for_all_services_or_none() {
        let of = |aws: &str, dynamodb: &str| {
            let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
            LocalEndpoints::of(some(aws), some(dynamodb)).map_err(|e| e.to_string())
        };
        let both = |aws: &str, dynamodb: &str| LocalEndpoints { dynamodb: dynamodb.to_owned(), aws: aws.to_owned() };
        assert_eq!(of("", ""), Ok(None));
        assert_eq!(of("http://a", ""), Ok(Some(both("http://a", "http://a"))));
        assert_eq!(of("http://a", "http://b"), Ok(Some(both("http://a", "http://b"))));
        let told = of("", "http://b").expect_err("half of AWS");
        assert_eq!(told, r#"AWS_ENDPOINT_URL_DYNAMODB is "http://b": AWS_ENDPOINT_URL must be set too"#);
        assert!(of("https://a", "").expect_err("not plain").contains("only http://"));
    }
}
