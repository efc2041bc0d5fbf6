//! Each fault reaches the SDK as the error the real service would give.

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::publish::PublishError;
use parvis_local::tap::{FaultAction, MAX_SLOW_MS, NewFault, OutboxQuery, Service};

use crate::support::{Clients, bucket, engines, push_endpoint, s3, stream_records, table};

/// A fault for calls that contain `mark`, so that no other test meets it; gives its id.
async fn fault(service: Service, operation: &str, mark: &str, action: FaultAction) -> u64 {
    let rule = NewFault {
        operation: Some(operation.to_owned()),
        contains: Some(mark.to_owned()),
        times: Some(1),
        ..NewFault::new(service, action)
    };
    engines().await.faults().add(rule).unwrap().id
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::ServiceError(error) => error.err().code().unwrap_or("none").to_owned(),
        _ => "no answer".to_owned(),
    }
}

async fn publish(phone: &str) -> Result<(), SdkError<PublishError>> {
    let sns = Clients::of(engines().await).sns;
    sns.publish().phone_number(phone).message("x").send().await.map(drop)
}

async fn sent_to(phone: &str) -> usize {
    let recipient = Some(phone.to_owned());
    engines().await.outbox().list(&OutboxQuery { recipient, ..OutboxQuery::default() }).len()
}

#[tokio::test]
async fn a_failing_or_throttling_sns_says_so_once_and_then_works_again() {
    fault(Service::Sns, "Publish", "+33613000001", FaultAction::Fail).await;
    let failed = publish("+33613000001").await.unwrap_err().into_service_error();
    assert!(matches!(failed, PublishError::InternalErrorException(_)), "{failed:?}");
    let rule = fault(Service::Sns, "Publish", "+33613000001", FaultAction::Throttle).await;
    assert_eq!(code(&publish("+33613000001").await.unwrap_err()), "Throttling");
    assert_eq!(sent_to("+33613000001").await, 0);
    publish("+33613000001").await.unwrap();
    assert_eq!(sent_to("+33613000001").await, 1);
    let ended = engines().await.faults().remove(rule).unwrap();
    assert_eq!((ended.hits, ended.rule.times), (1, Some(0)));
}

#[tokio::test]
async fn a_fault_for_one_recipient_leaves_the_others_alone() {
    fault(Service::Sns, "Publish", "+33613000002", FaultAction::Fail).await;
    publish("+33613000003").await.unwrap();
    assert!(publish("+33613000002").await.is_err());
}

#[tokio::test]
async fn a_device_disabled_by_a_fault_is_refused_as_sns_does() {
    let sns = Clients::of(engines().await).sns;
    let endpoint = push_endpoint(&sns, "device-fault").await;
    fault(Service::Sns, "Publish", &endpoint, FaultAction::EndpointDisabled).await;
    let refused = sns.publish().target_arn(&endpoint).message("x").send().await.unwrap_err().into_service_error();
    assert!(refused.is_endpoint_disabled_exception(), "{refused:?}");
    sns.publish().target_arn(&endpoint).message("x").send().await.unwrap();
}

#[tokio::test]
async fn a_dropped_answer_leaves_the_caller_in_doubt_though_the_message_went_out() {
    fault(Service::Sns, "Publish", "+33613000004", FaultAction::DropAnswer).await;
    let doubt = publish("+33613000004").await.unwrap_err();
    assert!(matches!(doubt, SdkError::DispatchFailure(_)), "{doubt:?}");
    assert_eq!(sent_to("+33613000004").await, 1);
}

#[tokio::test]
async fn a_topics_devices_have_the_message_whose_answer_was_dropped() {
    let engines = engines().await;
    let sns = Clients::of(engines).sns;
    let topic = sns.create_topic().name("alertes-en-doute").send().await.unwrap().topic_arn.unwrap();
    let endpoint = push_endpoint(&sns, "topic-dropped").await;
    sns.subscribe().topic_arn(&topic).protocol("application").endpoint(&endpoint).send().await.unwrap();
    fault(Service::Sns, "Publish", &topic, FaultAction::DropAnswer).await;
    let doubt = sns.publish().topic_arn(&topic).message("x").send().await.unwrap_err();
    assert!(matches!(doubt, SdkError::DispatchFailure(_)), "{doubt:?}");
    let query = OutboxQuery { recipient: Some(endpoint), ..OutboxQuery::default() };
    assert_eq!(engines.outbox().wait_for(&query, 1, Duration::from_secs(60)).await.len(), 1);
}

#[tokio::test]
async fn a_slow_call_succeeds_later() {
    let rule = NewFault {
        contains: Some("+33613000005".to_owned()),
        ms: Some(300),
        ..NewFault::new(Service::Sns, FaultAction::Slow)
    };
    let rule = engines().await.faults().add(rule).unwrap();
    let began = Instant::now();
    publish("+33613000005").await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(300));
    engines().await.faults().remove(rule.id).unwrap();
    assert_eq!(sent_to("+33613000005").await, 1);
}

#[tokio::test]
async fn a_slow_call_goes_on_when_its_rule_is_removed() {
    let rule = NewFault {
        contains: Some("+33613000007".to_owned()),
        ms: Some(MAX_SLOW_MS),
        ..NewFault::new(Service::Sns, FaultAction::Slow)
    };
    let faults = engines().await.faults();
    let rule = faults.add(rule).unwrap();
    let lifted = async {
        while faults.list().iter().all(|fault| fault.id != rule.id || fault.hits == 0) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(sent_to("+33613000007").await, 0, "it is held up");
        faults.remove(rule.id).unwrap()
    };
    let (sent, ended) = tokio::join!(publish("+33613000007"), lifted);
    sent.unwrap();
    assert_eq!((ended.hits, sent_to("+33613000007").await), (1, 1));
}

#[tokio::test]
async fn queues_keys_objects_and_mails_fail_in_their_own_words() {
    let engines = engines().await;
    let Clients { sqs, kms, ses, .. } = Clients::of(engines);
    let s3 = s3(engines);
    bucket(&s3, "faults").await;
    let queue = sqs.create_queue().queue_name("faults").send().await.unwrap().queue_url.unwrap();
    let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
    for (action, expected) in [
        (FaultAction::Fail, ["InternalFailure", "KMSInternalException", "InternalError", "InternalFailure"]),
        (FaultAction::Throttle, ["RequestThrottled", "ThrottlingException", "SlowDown", "TooManyRequestsException"]),
    ] {
        fault(Service::Sqs, "SendMessage", "fault-mark", action).await;
        let sqs = sqs.send_message().queue_url(&queue).message_body("fault-mark").send().await.unwrap_err();
        fault(Service::Kms, "DescribeKey", &key, action).await;
        let kms = kms.describe_key().key_id(&key).send().await.unwrap_err();
        fault(Service::S3, "PutObject", "fault-mark/", action).await;
        let put = s3.put_object().bucket("faults").key("fault-mark/a b").body(ByteStream::from_static(b"x"));
        let s3 = put.send().await.unwrap_err();
        fault(Service::Ses, "SendEmail", "fault@mark.example", action).await;
        let content = aws_sdk_sesv2::types::EmailContent::builder().build();
        let ses = ses.send_email().from_email_address("fault@mark.example").content(content).send().await.unwrap_err();
        assert_eq!([code(&sqs), code(&kms), code(&s3), code(&ses)], expected);
        if action == FaultAction::Throttle {
            assert!(sqs.into_service_error().is_request_throttled());
            assert!(ses.into_service_error().is_too_many_requests_exception());
        }
    }
}

#[tokio::test]
async fn the_database_fails_throttles_and_loses_answers() {
    let clients = Clients::of(engines().await);
    let stream = table(&clients.dynamo, "faulty").await;
    let put = |pk: &str| {
        let put = clients.dynamo.put_item().table_name("faulty").item("pk", AttributeValue::S(pk.to_owned()));
        put.send()
    };
    fault(Service::Dynamodb, "PutItem", "\"faulty\"", FaultAction::Fail).await;
    assert!(put("a").await.unwrap_err().into_service_error().is_internal_server_error());
    fault(Service::Dynamodb, "PutItem", "\"faulty\"", FaultAction::Throttle).await;
    assert!(put("b").await.unwrap_err().into_service_error().is_throttling_exception());
    assert_eq!(stream_records(&clients.streams, &stream).await, 0);
    fault(Service::Dynamodb, "PutItem", "\"faulty\"", FaultAction::DropAnswer).await;
    assert!(matches!(put("c").await.unwrap_err(), aws_sdk_dynamodb::error::SdkError::DispatchFailure(_)));
    assert_eq!(stream_records(&clients.streams, &stream).await, 1);
}

#[tokio::test]
async fn the_retries_of_an_sdk_get_past_a_short_fault() {
    use aws_sdk_sns::config::retry::RetryConfig;
    let engines = engines().await;
    let sns = Clients::of(engines).sns;
    let retrying = sns.config().to_builder().retry_config(RetryConfig::standard()).build();
    fault(Service::Sns, "Publish", "+33613000006", FaultAction::Throttle).await;
    let publish = aws_sdk_sns::Client::from_conf(retrying).publish().phone_number("+33613000006").message("x");
    publish.send().await.unwrap();
    assert_eq!(sent_to("+33613000006").await, 1);
}
