//! The pumps deliver as Lambda does: in order, again after failures, and around what always fails.

use std::time::Duration;

use parvis_edge::stream;
use parvis_local::Platform;
use parvis_store::table::Condition;
use serde_json::json;

use crate::functions::{Lags, Leaf, Reads, Work, all, catch_up, heal, read, refused, tried};
use crate::support::{client, commune, platform, run, seen, start, wait_until};

const SOON: Duration = Duration::from_secs(60);

async fn grow(platform: &Platform, tree: &str, texts: &[&str]) {
    let commune = commune(platform).await;
    for (number, text) in (0..).zip(texts) {
        let leaf = Leaf { tree: tree.to_owned(), number, text: (*text).to_owned() };
        commune.table().put(&leaf, Condition::Any).await.unwrap();
    }
}

async fn send(platform: &Platform, name: &str, failures: u32) {
    let store = &platform.cx().store;
    let body = serde_json::to_string(&Work { name: name.to_owned(), failures }).unwrap();
    let message = store.clients().sqs().send_message().queue_url(&store.names.notice_queue).message_body(body);
    message.send().await.unwrap();
}

/// One test for what is about poison, because only one shard carries it.
#[test]
fn a_change_that_always_fails_is_put_aside_and_the_others_come_in_order() {
    run(async {
        let platform = platform().await;
        let refused_before = refused();
        grow(platform, "oak", &["a", "b", "poison", "c", "shock", "d"]).await;
        // Ten tries of each, the panic found by halving the batch.
        wait_until("the leaves behind the poison are read", Duration::from_secs(120), async || {
            read("oak").contains(&"d".to_owned())
        })
        .await;
        // Those before one that fails are read again with each half that holds it.
        let texts = read("oak");
        let mut first = Vec::new();
        for text in &texts {
            if !first.contains(text) {
                first.push(text.clone());
            }
        }
        assert_eq!(first, ["a", "b", "c", "d"], "in order: {texts:?}");
        // Ten tries alone, and one more in each part of the six that was halved before.
        let tries = refused() - refused_before;
        assert!((10..=13).contains(&tries), "{tries} tries");

        let dead = platform.dead_letters().await.unwrap();
        let stream = &dead.iter().find(|letters| letters.queue == "stream").unwrap().bodies;
        assert_eq!(stream.iter().filter(|body| body.contains("oak")).count(), 2, "{stream:?}");
        let panicked = stream.iter().find(|body| body.contains("shock")).unwrap();
        assert!(panicked.contains("panicked: a shock"), "the reason is kept: {panicked}");
        let depth = platform.queues().await.unwrap().into_iter().find(|q| q.queue == "stream").unwrap();
        assert!(depth.dead >= 2, "an alarm can count them: {depth:?}");

        heal();
        let url = format!("{}/_local/redrive/stream", platform.url());
        let (status, _, body) = seen(client().post(url).send().await.unwrap()).await;
        assert_eq!((status, &body["moved"]), (200, &json!(2)), "{body}");
        let again = read("oak");
        assert!(again.contains(&"poison".to_owned()) && again.contains(&"shock".to_owned()), "{again:?}");
        assert_eq!(platform.queues().await.unwrap().into_iter().find(|q| q.queue == "stream").unwrap().dead, 0);
    });
}

#[test]
fn a_function_that_is_behind_holds_up_no_other_and_each_goes_on_at_its_own_place() {
    run(async {
        let both = || vec![stream::<Reads>(), stream::<Lags>()];
        let platform = start("lanes", both()).await;
        grow(&platform, "fir", &["a", "b", "c"]).await;
        wait_until("one of them reads", SOON, async || read("fir").len() >= 3).await;
        assert!(read("fir, later").is_empty());
        platform.stop().await;
        catch_up();
        let platform = start("lanes", both()).await;
        wait_until("the other reads, too", SOON, async || read("fir, later").len() >= 3).await;
        grow(&platform, "fir", &["a", "b", "c", "d"]).await;
        wait_until("both go on", SOON, async || read("fir").len() + read("fir, later").len() >= 8).await;
        for reader in ["fir", "fir, later"] {
            assert_eq!(read(reader), ["a", "b", "c", "d"], "{reader}");
        }
        platform.stop().await;
    });
}

#[test]
fn a_restart_goes_on_where_it_stopped_and_skips_nothing() {
    run(async {
        // Nobody reads at first.
        let quiet = start("restart", vec![]).await;
        grow(&quiet, "elm", &["a", "b", "c"]).await;
        quiet.stop().await;
        let reading = start("restart", all()).await;
        wait_until("what was written before is read", SOON, async || read("elm").len() >= 3).await;
        reading.settled("elm", SOON).await.unwrap();
        reading.stop().await;
        let again = start("restart", all()).await;
        grow(&again, "elm-2", &["d"]).await;
        wait_until("what is written now is read", SOON, async || !read("elm-2").is_empty()).await;
        again.settled("elm", SOON).await.unwrap();
        assert_eq!(read("elm"), ["a", "b", "c"], "each once");
        again.stop().await;
    });
}

#[test]
fn a_message_that_fails_comes_again_until_it_works_and_its_neighbours_come_once() {
    run(async {
        let platform = platform().await;
        send(platform, "good", 0).await;
        send(platform, "slow starter", 2).await;
        wait_until("the message works in the end", SOON, async || tried("slow starter") == 3).await;
        platform.settled("slow starter", SOON).await.unwrap();
        assert_eq!((tried("slow starter"), tried("good")), (3, 1));
    });
}

#[test]
fn a_message_that_always_fails_becomes_a_dead_letter_and_can_be_tried_again() {
    run(async {
        let platform = platform().await;
        send(platform, "hopeless", 5).await;
        let dead = async || {
            let depth = platform.queues().await.unwrap().into_iter().find(|q| q.queue == "notices").unwrap();
            depth.dead == 1
        };
        wait_until("the message is a dead letter", Duration::from_secs(90), dead).await;
        assert_eq!(tried("hopeless"), 5);
        assert_eq!(platform.settled("hopeless", SOON).await.unwrap().len(), 1);
        let letters = platform.dead_letters().await.unwrap();
        assert!(letters.iter().any(|l| l.queue == "notices" && l.bodies.iter().any(|b| b.contains("hopeless"))));
        assert_eq!(platform.redrive("notices").await.unwrap(), 1);
        wait_until("it works now", SOON, async || tried("hopeless") == 6).await;
        let empty = async || {
            let depth = platform.queues().await.unwrap().into_iter().find(|q| q.queue == "notices").unwrap();
            (depth.waiting, depth.hidden, depth.dead) == (0, 0, 0)
        };
        wait_until("nothing is left", SOON, empty).await;
    });
}

#[test]
fn an_upload_arrives_as_a_message_and_only_what_is_under_the_prefix() {
    run(async {
        // Nobody takes from the queue here.
        let platform = start("uploads", vec![]).await;
        let store = &platform.cx().store;
        for key in ["incoming/aubignac/1", "elsewhere/aubignac/2"] {
            let body = aws_sdk_s3::primitives::ByteStream::from_static(b"x");
            let put = store.clients().s3().put_object().bucket(&store.names.incoming).key(key).body(body);
            put.send().await.unwrap();
        }
        let mut seen = Vec::new();
        let queue = store.clients().sqs();
        for _ in 0..5 {
            let take = queue.receive_message().queue_url(&store.names.photo_queue).max_number_of_messages(10);
            let taken = take.wait_time_seconds(1).send().await.unwrap();
            seen.extend(taken.messages.unwrap_or_default().into_iter().filter_map(|m| m.body));
        }
        let about = |text: &str| seen.iter().filter(|body| body.contains(text)).count();
        assert_eq!((about("incoming/aubignac/1"), about("aubignac/2")), (1, 0), "{seen:?}");
        platform.stop().await;
    });
}

#[test]
fn a_push_endpoint_that_sns_forgot_and_what_listened_are_made_again_at_the_next_start() {
    use jiff::Timestamp;
    use parvis_domain::{Contact, Language};
    use parvis_store::{Account, Platform as Push};
    run(async {
        let first = start("endpoints", vec![]).await;
        let now = Timestamp::now();
        let home = commune(&first).await;
        let contact: Contact = serde_json::from_str(r#"{"phone":"0612345678"}"#).unwrap();
        let claire = Account::new(&contact, Language::Fr, now);
        home.create_account(&claire).await.unwrap();
        let account = claire.id;
        let forgotten = home.put_device(account, Push::Fcm, "token-1", None, now).await.unwrap();
        let kept = home.put_device(account, Push::Fcm, "token-2", None, now).await.unwrap();
        let sns = first.cx().store.clients().sns().clone();
        sns.delete_endpoint().endpoint_arn(&forgotten.endpoint).send().await.unwrap();
        let all = sns.list_subscriptions_by_topic().topic_arn(home.alert_topic()).send().await.unwrap();
        let of_kept = all.subscriptions().iter().find(|s| s.endpoint() == Some(&kept.endpoint)).unwrap();
        sns.unsubscribe().subscription_arn(of_kept.subscription_arn().unwrap()).send().await.unwrap();
        first.stop().await;

        let second = start("endpoints", vec![]).await;
        let home = commune(&second).await;
        let restored = home.device(account, forgotten.id).await.unwrap().unwrap();
        assert_ne!(restored.endpoint, forgotten.endpoint);
        assert_eq!((restored.token, restored.seen), (forgotten.token, forgotten.seen));
        let sns = second.cx().store.clients().sns();
        sns.get_endpoint_attributes().endpoint_arn(&restored.endpoint).send().await.unwrap();
        assert_eq!(home.device(account, kept.id).await.unwrap().unwrap(), kept);
        let all = sns.list_subscriptions_by_topic().topic_arn(home.alert_topic()).send().await.unwrap();
        let mut listening: Vec<&str> = all.subscriptions().iter().filter_map(|s| s.endpoint()).collect();
        let mut wanted = [restored.endpoint.as_str(), &kept.endpoint];
        listening.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(listening, wanted, "both listen, the one that SNS forgot too");
        second.stop().await;
    });
}
