//! The gateway keeps AWS's limits and survives what functions do.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{client, platform, run, seen};

#[test]
fn a_literal_segment_is_found_before_a_placeholder() {
    run(async {
        let url = platform().await.url();
        let put = |thing: &str| client().put(format!("{url}/v1/things/{thing}")).json(&json!({"a": 1}));
        let (_, _, newest) = seen(put("newest").send().await.unwrap()).await;
        assert_eq!(newest, json!({"newest": true}));
        let (_, _, other) = seen(put("n%C3%A9").send().await.unwrap()).await;
        assert_eq!(other, json!({"thing": "né", "body": {"a": 1}}));
    });
}

#[test]
fn what_is_not_there_is_a_problem_and_so_is_another_method() {
    run(async {
        let url = platform().await.url();
        let (status, media_type, body) = seen(client().get(format!("{url}/v1/nothing")).send().await.unwrap()).await;
        assert_eq!((status, &*media_type), (404, "application/problem+json"));
        assert_eq!(body["type"], "urn:parvis:problem:not_found");
        assert!(body["request_id"].as_str().is_some_and(|id| !id.is_empty()));
        let other = client().delete(format!("{url}/v1/things/1")).send().await.unwrap();
        let (status, _, body) = seen(other).await;
        assert_eq!((status, &body["type"]), (405, &json!("urn:parvis:problem:method_not_allowed")));
        assert!(body["detail"].as_str().unwrap().contains("PUT"), "{body}");
    });
}

#[test]
fn six_megabytes_pass_and_seven_are_refused_by_name() {
    run(async {
        let url = format!("{}/v1/things/big", platform().await.url());
        let put = |bytes: usize| {
            let body = format!("\"{}\"", "x".repeat(bytes - 2));
            client().put(&url).header("content-type", "application/json").body(body).send()
        };
        let limit = 6 * 1024 * 1024;
        // What it echoes is a little longer than Lambda's answers may be.
        let (status, _, _) = seen(put(limit - 100).await.unwrap()).await;
        assert_eq!(status, 200);
        let (status, _, body) = seen(put(7 * 1024 * 1024).await.unwrap()).await;
        assert_eq!((status, &body["type"]), (413, &json!("urn:parvis:problem:too_large")), "{body}");
        assert!(body["detail"].as_str().unwrap().contains(&limit.to_string()), "{body}");
    });
}

#[test]
fn an_answer_beyond_the_limit_of_lambda_is_a_defect_and_not_half_an_answer() {
    run(async {
        let answer = client().get(format!("{}/v1/too-much", platform().await.url())).send().await.unwrap();
        let (status, _, body) = seen(answer).await;
        assert_eq!((status, &body["type"]), (500, &json!("urn:parvis:problem:internal")));
    });
}

#[test]
fn a_panic_is_a_problem_for_one_caller_only() {
    run(async {
        let url = platform().await.url();
        let (status, media_type, body) = seen(client().get(format!("{url}/v1/panics")).send().await.unwrap()).await;
        assert_eq!((status, &*media_type), (500, "application/problem+json"));
        assert!(!body.to_string().contains("a defect"), "what a panic says stays inside: {body}");
        let (status, _, _) = seen(client().put(format!("{url}/v1/things/newest")).send().await.unwrap()).await;
        assert_eq!(status, 200);
    });
}

#[test]
fn a_function_that_takes_too_long_is_cut_off() {
    run(async {
        let began = Instant::now();
        let answer = client().get(format!("{}/v1/sleeps", platform().await.url())).send().await.unwrap();
        let (status, _, body) = seen(answer).await;
        assert_eq!((status, &body["type"]), (504, &json!("urn:parvis:problem:timeout")));
        assert!(body["detail"].as_str().unwrap().contains("1 s"), "{body}");
        assert!(began.elapsed() < Duration::from_secs(30));
    });
}

#[test]
fn a_route_with_an_authorizer_says_sign_in_before_anything_runs() {
    run(async {
        let url = format!("{}/v1/aubignac-sur-arre/who-am-i", platform().await.url());
        for header in [None, Some("Basic dTpw"), Some("Bearer"), Some("Bearer x.y.z")] {
            let mut request = client().get(&url);
            if let Some(header) = header {
                request = request.header("authorization", header);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["www-authenticate"], "Bearer", "{header:?}");
            let (status, _, body) = seen(answer).await;
            assert_eq!((status, &body["type"]), (401, &json!("urn:parvis:problem:unauthenticated")), "{header:?}");
        }
    });
}

#[test]
fn pages_of_the_platform_may_read_answers_and_pages_of_others_may_not() {
    run(async {
        let own = platform().await.url();
        let ask = |origin: &str, method: reqwest::Method| {
            let request = client().request(method, format!("{own}/v1/things/newest")).header("origin", origin);
            request.header("access-control-request-method", "PUT").send()
        };
        let preflight = ask(own, reqwest::Method::OPTIONS).await.unwrap();
        assert_eq!(preflight.status(), 204);
        assert_eq!(preflight.headers()["access-control-allow-origin"], own);
        let allowed = preflight.headers()["access-control-allow-headers"].to_str().unwrap().to_owned();
        assert!(allowed.contains("authorization") && allowed.contains("if-match"), "{allowed}");
        let answer = ask(own, reqwest::Method::PUT).await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], own);
        for method in [reqwest::Method::OPTIONS, reqwest::Method::PUT] {
            let other = ask("https://elsewhere.example", method).await.unwrap();
            assert!(!other.headers().contains_key("access-control-allow-origin"));
        }
    });
}

#[test]
fn pictures_come_from_their_bucket_and_nothing_else_does() {
    run(async {
        let platform = platform().await;
        let store = &platform.cx().store;
        let put = store.clients().s3().put_object().bucket(&store.names.photos).key("aubignac/1/small.jpg");
        let bytes = aws_sdk_s3::primitives::ByteStream::from_static(&[0xff, 0xd8, 0xff]);
        put.content_type("image/jpeg").body(bytes).send().await.unwrap();
        let media = &store.names.media_url;
        let picture = client().get(format!("{media}/aubignac/1/small.jpg")).send().await.unwrap();
        assert_eq!(
            (picture.status().as_u16(), &picture.headers()["content-type"]),
            (200, &"image/jpeg".parse().unwrap())
        );
        assert!(picture.headers()["cache-control"].to_str().unwrap().contains("max-age"));
        assert_eq!(picture.bytes().await.unwrap(), [0xff, 0xd8, 0xff].as_slice());
        let part =
            client().get(format!("{media}/aubignac/1/small.jpg")).header("range", "bytes=1-2").send().await.unwrap();
        let told =
            (part.status().as_u16(), part.headers()["content-range"].clone(), part.headers().contains_key("etag"));
        assert_eq!(told, (206, "bytes 1-2/3".parse().unwrap(), true));
        assert_eq!(part.bytes().await.unwrap(), [0xd8, 0xff].as_slice());
        let after =
            client().get(format!("{media}/aubignac/1/small.jpg")).header("range", "bytes=7-9").send().await.unwrap();
        assert_eq!(after.status().as_u16(), 416);
        for missing in ["aubignac/2/small.jpg", "aubignac/1", "..%2F..%2Fsecret"] {
            let (status, _, body) = seen(client().get(format!("{media}/{missing}")).send().await.unwrap()).await;
            assert_eq!((status, &body["type"]), (404, &Value::from("urn:parvis:problem:not_found")), "{missing}");
        }
    });
}
