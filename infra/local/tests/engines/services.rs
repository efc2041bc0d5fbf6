//! Every service answers the SDK through its tap as it would without it.

use std::time::Duration;

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;

use crate::support::{Clients, bucket, engines, s3, stream_records, table};

#[tokio::test]
async fn an_object_with_an_awkward_key_is_stored_and_read_back() {
    let s3 = s3(engines().await);
    bucket(&s3, "objects").await;
    let key = "incoming/saint étienne/a+b & c='d'.jpg";
    let photo: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    s3.put_object().bucket("objects").key(key).body(ByteStream::from(photo.clone())).send().await.unwrap();
    let head = s3.head_object().bucket("objects").key(key).send().await.unwrap();
    assert_eq!(head.content_length, Some(3_000_000));
    let object = s3.get_object().bucket("objects").key(key).send().await.unwrap();
    assert!(object.body.collect().await.unwrap().into_bytes() == photo);
    let listed = s3.list_objects_v2().bucket("objects").send().await.unwrap();
    assert_eq!(listed.contents()[0].key(), Some(key));
}

#[tokio::test]
async fn a_presigned_upload_is_accepted_with_the_signed_length_only() {
    let s3 = s3(engines().await);
    bucket(&s3, "presigned").await;
    let for_ten_minutes = PresigningConfig::expires_in(Duration::from_secs(600)).unwrap();
    let upload = s3.put_object().bucket("presigned").key("incoming/a.jpg").content_type("image/jpeg").content_length(5);
    let upload = upload.presigned(for_ten_minutes).await.unwrap();
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let put = |body: &'static str| {
        let request = browser.put(upload.uri()).header("content-type", "image/jpeg").body(body);
        async { request.send().await.unwrap().status() }
    };
    assert_eq!(put("longer than five").await, 403);
    assert_eq!(put("photo").await, 200);
    let stored = s3.get_object().bucket("presigned").key("incoming/a.jpg").send().await.unwrap();
    assert_eq!(stored.body.collect().await.unwrap().into_bytes(), "photo");
}

#[tokio::test]
async fn a_message_goes_through_a_queue() {
    let sqs = Clients::of(engines().await).sqs;
    let queue = sqs.create_queue().queue_name("through").send().await.unwrap().queue_url.unwrap();
    sqs.send_message().queue_url(&queue).message_body("un nid-de-poule").send().await.unwrap();
    let received = sqs.receive_message().queue_url(&queue).wait_time_seconds(2).send().await.unwrap();
    assert_eq!(received.messages()[0].body(), Some("un nid-de-poule"));
    let receipt = received.messages()[0].receipt_handle().unwrap();
    sqs.delete_message().queue_url(&queue).receipt_handle(receipt).send().await.unwrap();
}

#[tokio::test]
async fn a_key_signs_what_its_public_key_verifies() {
    let kms = Clients::of(engines().await).kms;
    let made = kms.create_key().key_spec(KeySpec::Rsa2048).key_usage(KeyUsageType::SignVerify).send().await.unwrap();
    let key = made.key_metadata.unwrap().key_id;
    let sign = kms.sign().key_id(&key).message(Blob::new("token")).message_type(MessageType::Raw);
    let signed = sign.signing_algorithm(SigningAlgorithmSpec::RsassaPkcs1V15Sha256).send().await.unwrap();
    let public = kms.get_public_key().key_id(&key).send().await.unwrap().public_key.unwrap();
    let verifier = aws_lc_rs::signature::UnparsedPublicKey::new(
        &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
        public.as_ref(),
    );
    verifier.verify(b"token", signed.signature.unwrap().as_ref()).unwrap();
}

#[tokio::test]
async fn an_item_is_written_and_its_stream_tells_it() {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    let clients = Clients::of(engines().await);
    let stream = table(&clients.dynamo, "items").await;
    let put = clients.dynamo.put_item().table_name("items").item("pk", S("a".into())).item("v", S("é".into()));
    put.send().await.unwrap();
    let got = clients.dynamo.get_item().table_name("items").key("pk", S("a".into())).send().await.unwrap();
    assert_eq!(got.item.unwrap()["v"], S("é".into()));
    assert_eq!(stream_records(&clients.streams, &stream).await, 1);
}

#[tokio::test]
async fn an_expired_item_is_deleted_by_a_sweep() {
    use aws_sdk_dynamodb::types::AttributeValue::{N, S};
    use aws_sdk_dynamodb::types::TimeToLiveSpecification;
    let engines = engines().await;
    let dynamo = Clients::of(engines).dynamo;
    table(&dynamo, "expiring").await;
    let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name("ttl").build().unwrap();
    dynamo.update_time_to_live().table_name("expiring").time_to_live_specification(ttl).send().await.unwrap();
    for (pk, ttl) in [("past", "1000000000"), ("future", "4000000000")] {
        let put = dynamo.put_item().table_name("expiring").item("pk", S(pk.into())).item("ttl", N(ttl.into()));
        put.send().await.unwrap();
    }
    engines.sweep_ttl().await.unwrap();
    let left = dynamo.scan().table_name("expiring").send().await.unwrap();
    assert_eq!(left.items().iter().map(|item| item["pk"].clone()).collect::<Vec<_>>(), [S("future".into())]);
}

#[tokio::test]
async fn a_body_past_twenty_megabytes_is_refused_by_name() {
    let engines = engines().await;
    let s3 = s3(engines);
    let body = ByteStream::from(vec![0; 20 * 1024 * 1024 + 1]);
    let refused = s3.put_object().bucket("any").key("a").body(body).send().await.unwrap_err();
    let message = aws_sdk_s3::error::ProvideErrorMetadata::message(&refused).map(str::to_owned);
    assert_eq!(message.as_deref(), Some("The upload is larger than 20 MB, the limit of the local platform."));
}
