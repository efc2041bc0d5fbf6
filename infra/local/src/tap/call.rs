//! Which operation of which service a request is, told from its signature, target, form or path.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::browser;

/// The services behind the taps, named as in their signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Push, SMS and topics.
    Sns,
    /// E-mail (API version 2).
    Ses,
    /// Queues.
    Sqs,
    /// Objects.
    S3,
    /// Keys.
    Kms,
    /// Tables and their streams.
    Dynamodb,
    /// The push service of browsers: `Send`.
    Push,
}

/// A request that is about to be forwarded.
#[derive(Debug)]
pub(super) struct Call {
    /// `None` for what is no AWS call, such as ministack's health page.
    pub(super) service: Option<Service>,
    /// As the service's reference names it: `Publish`, `PutItem`.
    pub(super) operation: Option<String>,
    pub(super) path_and_query: String,
    pub(super) body: Bytes,
    /// The body's fields where it is a form (the AWS query protocol, which SNS speaks).
    pub(super) form: Vec<(String, String)>,
}

impl Call {
    pub(super) fn of(head: &Parts, body: Bytes) -> Call {
        let content_type = text(&head.headers, "content-type").unwrap_or_default();
        let form = match content_type.starts_with("application/x-www-form-urlencoded") {
            true => serde_urlencoded::from_bytes(&body).unwrap_or_default(),
            false => Vec::new(),
        };
        let query: Vec<(String, String)> =
            head.uri.query().and_then(|query| serde_urlencoded::from_str(query).ok()).unwrap_or_default();
        let target = text(&head.headers, "x-amz-target");
        let pushes = head.method == Method::POST && head.uri.path().starts_with(browser::PATH);
        let service = target.and_then(by_target).or_else(|| by_signature(&head.headers, &query));
        let service = if pushes { Some(Service::Push) } else { service };
        let operation = match (target.and_then(|t| t.split_once('.')), value(&form, "Action")) {
            (Some((_, operation)), _) => Some(operation.to_owned()),
            (_, Some(action)) => Some(action.to_owned()),
            _ => by_path(service, head, &query).map(str::to_owned),
        };
        let path_and_query = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        Call { service, operation, path_and_query, body, form }
    }

    /// A field of the form.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }

    pub(super) fn is(&self, service: Service, operation: &str) -> bool {
        self.service == Some(service) && self.operation.as_deref() == Some(operation)
    }

    /// Whether it asks for a message to be sent to somebody.
    pub(super) fn sends(&self) -> bool {
        let sns = [(Service::Sns, "Publish"), (Service::Sns, "PublishBatch")];
        let others = [(Service::Ses, "SendEmail"), (Service::Push, "Send")];
        sns.into_iter().chain(others).any(|(service, operation)| self.is(service, operation))
    }

    /// Whether the path, the query or the body contains `needle`, all as their sender meant them: form and path without
    /// their percent signs.
    pub(super) fn mentions(&self, needle: &str) -> bool {
        percent_decode_str(&self.path_and_query).decode_utf8_lossy().contains(needle)
            || self.form.iter().any(|(_, value)| value.contains(needle))
            || String::from_utf8_lossy(&self.body).contains(needle)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn value<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
}

fn by_target(target: &str) -> Option<Service> {
    match target.split_once('.')?.0 {
        "DynamoDB_20120810" | "DynamoDBStreams_20120810" => Some(Service::Dynamodb),
        "TrentService" => Some(Service::Kms),
        "AmazonSQS" => Some(Service::Sqs),
        _ => None,
    }
}

/// The service in the credential scope: `AKID/20260831/eu-west-3/sns/aws4_request`.
fn by_signature(headers: &HeaderMap, query: &[(String, String)]) -> Option<Service> {
    let in_header = text(headers, "authorization").and_then(|value| value.split_once("Credential="));
    let scope = in_header.map(|(_, scope)| scope).or_else(|| value(query, "X-Amz-Credential"))?;
    match scope.split(',').next()?.split('/').nth(3)? {
        "sns" => Some(Service::Sns),
        "ses" => Some(Service::Ses),
        "sqs" => Some(Service::Sqs),
        "s3" => Some(Service::S3),
        "kms" => Some(Service::Kms),
        "dynamodb" => Some(Service::Dynamodb),
        _ => None,
    }
}

fn by_path<'q>(service: Option<Service>, head: &Parts, query: &'q [(String, String)]) -> Option<&'q str> {
    let path = head.uri.path();
    match service? {
        Service::Push => Some("Send"),
        Service::Ses => match (&head.method, path) {
            (&Method::POST, "/v2/email/outbound-emails") => Some("SendEmail"),
            (&Method::POST, "/v2/email/outbound-bulk-emails") => Some("SendBulkEmail"),
            (&Method::POST, "/v2/email/identities") => Some("CreateEmailIdentity"),
            (&Method::GET, "/v2/email/account") => Some("GetAccount"),
            _ => None,
        },
        // The SDKs say the operation in the query; a browser with a presigned URL may not.
        Service::S3 => value(query, "x-id").or_else(|| s3_operation(&head.method, path, query, &head.headers)),
        _ => None,
    }
}

fn s3_operation(method: &Method, path: &str, query: &[(String, String)], headers: &HeaderMap) -> Option<&'static str> {
    let has_key = path.trim_start_matches('/').split_once('/').is_some_and(|(_, key)| !key.is_empty());
    let signed = |name: &str| name.to_ascii_lowercase().starts_with("x-amz-");
    // `?notification`, `?policy` and the like are operations of their own.
    let plain = query.iter().all(|(name, value)| !value.is_empty() || signed(name));
    match (method, has_key) {
        (&Method::GET, true) if plain => Some("GetObject"),
        (&Method::HEAD, true) => Some("HeadObject"),
        (&Method::PUT, true) if plain && headers.contains_key("x-amz-copy-source") => Some("CopyObject"),
        (&Method::PUT, true) if plain => Some("PutObject"),
        (&Method::DELETE, true) if plain => Some("DeleteObject"),
        (&Method::GET, false) if value(query, "list-type") == Some("2") => Some("ListObjectsV2"),
        (&Method::HEAD, false) => Some("HeadBucket"),
        (&Method::PUT, false) if plain => Some("CreateBucket"),
        (&Method::POST, false) if query.iter().any(|(name, _)| name == "delete") => Some("DeleteObjects"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, uri: &str, headers: &[(&str, &str)], body: &'static str) -> Call {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, body) = request.body(Bytes::from_static(body.as_bytes())).unwrap().into_parts();
        Call::of(&head, body)
    }

    fn signed(service: &str) -> String {
        format!("AWS4-HMAC-SHA256 Credential=test/20260831/eu-west-3/{service}/aws4_request, SignedHeaders=host")
    }

    #[test]
    fn a_target_names_service_and_operation() {
        for (target, service, operation) in [
            ("DynamoDB_20120810.PutItem", Service::Dynamodb, "PutItem"),
            ("DynamoDBStreams_20120810.GetRecords", Service::Dynamodb, "GetRecords"),
            ("TrentService.Sign", Service::Kms, "Sign"),
            ("AmazonSQS.SendMessage", Service::Sqs, "SendMessage"),
        ] {
            assert!(call("POST", "/", &[("x-amz-target", target)], "{}").is(service, operation), "{target}");
        }
    }

    #[test]
    fn a_form_names_the_operation_and_the_signature_the_service() {
        let headers = [("authorization", &*signed("sns")), ("content-type", "application/x-www-form-urlencoded")];
        let publish = call("POST", "/", &headers, "Action=Publish&PhoneNumber=%2B33600000001&Message=%C3%A9t%C3%A9");
        assert!(publish.is(Service::Sns, "Publish"));
        assert_eq!(publish.field("PhoneNumber"), Some("+33600000001"));
        assert!(publish.mentions("été") && publish.mentions("+33600000001") && !publish.mentions("hiver"));
    }

    #[test]
    fn a_presigned_upload_is_a_put_object_whose_key_can_be_matched() {
        let uri = "/photos/incoming/ville%20neuve/a.jpg?X-Amz-Credential=test%2F20260831%2Feu-west-3%2Fs3%2Faws4_request&X-Amz-Signature=ff";
        let put = call("PUT", uri, &[], "");
        assert!(put.is(Service::S3, "PutObject"));
        assert!(put.mentions("incoming/ville neuve/a.jpg"));
        assert!(!call("PUT", &format!("{uri}&tagging"), &[], "").is(Service::S3, "PutObject"));
    }

    #[test]
    fn a_mail_is_known_by_its_path() {
        let headers = [("authorization", &*signed("ses"))];
        assert!(call("POST", "/v2/email/outbound-emails", &headers, "{}").is(Service::Ses, "SendEmail"));
    }

    #[test]
    fn what_is_no_aws_call_has_no_service() {
        let health = call("GET", "/_ministack/health", &[], "");
        assert_eq!((health.service, health.operation), (None, None));
    }
}
