//! Sessions whose refresh token is in a cookie: what a browser may hold, and what nobody else gets out of it.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Answer, Call, Town, at, run};
use serde_json::json;

use super::{asked, redeem};

/// Says that the client keeps its refresh token in a cookie.
fn by_cookie(call: Call) -> Call {
    call.header("parvis-session", "cookie")
}

/// `Set-Cookie` of an answer, which is one or none.
fn set_cookie(answer: &Answer) -> Option<String> {
    let all: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert!(all.len() <= 1, "{answer}");
    all.first().map(|value| value.to_str().expect("ASCII").to_owned())
}

/// `parvis-session=<token>`, as the browser sends it back.
#[track_caller]
fn cookie(answer: &Answer) -> String {
    let set = set_cookie(answer).unwrap_or_else(|| panic!("no cookie: {answer}"));
    let pair = set.split(';').next().expect("a pair").to_owned();
    assert!(
        !answer.to_string().contains(pair.trim_start_matches("parvis-session=")),
        "the token is in the body: {answer}"
    );
    pair
}

#[track_caller]
fn cleared(answer: &Answer, commune: &str) {
    let flags = format!("Path=/v1/{commune}/sessions; Max-Age=0; HttpOnly; Secure; SameSite=Strict");
    assert_eq!(set_cookie(answer), Some(format!("parvis-session=; {flags}")), "{answer}");
}

/// Somebody who signed in with a browser, and its cookie.
async fn signed_in(town: &Town) -> (Actor, String) {
    let (mut guest, code) = asked(town).await;
    let session = by_cookie(redeem(&guest, &code)).await.expect(201);
    guest.keep(&session);
    assert_eq!((&guest.refresh_token, session.json.get("refresh_token")), (&None, None));
    (guest, cookie(&session))
}

fn refresh(actor: &Actor, cookie: &str) -> Call {
    by_cookie(actor.signed_out().post("sessions/refresh", json!({}))).header("cookie", cookie)
}

#[test]
fn a_browser_gets_its_refresh_token_where_no_script_reads_it() {
    run(async {
        let town = Town::new().await;
        let (guest, code) = asked(&town).await;
        let session = by_cookie(redeem(&guest, &code)).await.expect(201);
        let set = set_cookie(&session).expect("a cookie");
        let (_, flags) = set.split_once("; ").expect("flags");
        let path = format!("Path=/v1/{}/sessions", town.id);
        assert_eq!(flags, format!("{path}; Max-Age=5184000; HttpOnly; Secure; SameSite=Strict"));
        assert!(cookie(&session).len() > 100, "{set}");
        assert_eq!(session.header("cache-control"), "no-store");
    });
}

#[test]
fn a_client_that_does_not_ask_gets_no_cookie() {
    run(async {
        let town = Town::new().await;
        let (mut guest, code) = asked(&town).await;
        let session = redeem(&guest, &code).await.expect(201);
        assert_eq!(set_cookie(&session), None);
        guest.keep(&session);
        let next = guest.post("sessions/refresh", json!({ "refresh_token": guest.refresh_token })).await.expect(200);
        assert_eq!(set_cookie(&next), None);
        next.text("refresh_token");
        assert_eq!(set_cookie(&guest.delete("sessions/current").await.expect(204)), None);
    });
}

#[test]
fn the_cookie_refreshes_and_is_replaced_each_time() {
    run(async {
        let town = Town::new().await;
        let (mut claire, first) = signed_in(&town).await;
        let mut held = first.clone();
        for _ in 0..2 {
            let next = refresh(&claire, &format!("other=1; {held}; more=2")).await.expect(200);
            claire.keep(&next);
            assert_ne!(cookie(&next), held);
            held = cookie(&next);
            claire.get("me").await.expect(200);
        }
        assert_ne!(first, held);
    });
}

#[test]
fn a_token_in_the_body_moves_into_a_cookie_when_that_is_asked_for() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let body = json!({ "refresh_token": claire.refresh_token });
        let moved = by_cookie(claire.signed_out().post("sessions/refresh", body)).await.expect(200);
        assert_eq!(moved.json.get("refresh_token"), None);
        refresh(&claire, &cookie(&moved)).await.expect(200);
    });
}

#[test]
fn without_the_header_the_cookie_is_not_looked_at() {
    run(async {
        let town = Town::new().await;
        let (claire, held) = signed_in(&town).await;
        let guest = claire.signed_out();
        let plain = guest.post("sessions/refresh", json!({})).header("cookie", &held).await;
        assert_eq!(set_cookie(&plain.refused_field("refresh_token")), None);
        let other = guest.post("sessions/refresh", json!({})).header("cookie", &held).header("parvis-session", "yes");
        other.await.refused_field("Parvis-Session");
        let form = guest.call(reqwest::Method::POST, "sessions/refresh").header("cookie", &held);
        let form = by_cookie(form).body("application/x-www-form-urlencoded", b"a=b".to_vec());
        form.await.problem("unsupported_media_type");
        refresh(&claire, &held).await.expect(200);
    });
}

#[test]
fn no_route_but_those_of_sessions_takes_the_cookie_for_a_sign_in() {
    run(async {
        let town = Town::new().await;
        let (claire, held) = signed_in(&town).await;
        let guest = claire.signed_out();
        for (method, path) in [("GET", "me"), ("DELETE", "me"), ("DELETE", "sessions/current")] {
            let call = guest.call(method.parse().expect("a method"), path).header("cookie", &held);
            by_cookie(call).await.problem("unauthenticated");
        }
        let mine = by_cookie(guest.get("reports?mine=true").header("cookie", &held)).await;
        mine.problem("unauthenticated");
        refresh(&claire, &held).await.expect(200);
    });
}

#[test]
fn an_old_cookie_closes_the_session_and_is_taken_away() {
    run(async {
        let town = Town::new().await;
        let (claire, stolen) = signed_in(&town).await;
        let next = cookie(&refresh(&claire, &stolen).await.expect(200));
        let later = at(SignedDuration::from_secs(31)).await;
        let refused = refresh(&claire.at(&later), &stolen).await.problem("unauthenticated");
        assert!(refused.text("detail").contains("avait déjà servi"), "{refused}");
        cleared(&refused, town.id.as_str());
        cleared(&refresh(&claire, &next).await.problem("unauthenticated"), town.id.as_str());
        // With nothing in it there is nothing to take away.
        let empty = by_cookie(claire.signed_out().post("sessions/refresh", json!({}))).await;
        assert_eq!(set_cookie(&empty.problem("unauthenticated")), None);
    });
}

#[test]
fn two_tabs_that_refresh_at_once_get_the_same_cookie() {
    run(async {
        let town = Town::new().await;
        let (claire, held) = signed_in(&town).await;
        let (one, two) = futures::join!(refresh(&claire, &held).into_future(), refresh(&claire, &held).into_future());
        let (one, two) = (cookie(&one.expect(200)), cookie(&two.expect(200)));
        assert_eq!(one, two);
        let third = cookie(&refresh(&claire, &held).await.expect(200));
        assert_eq!(one, third, "and one a moment later");
        refresh(&claire, &one).await.expect(200);
    });
}

#[test]
fn another_commune_neither_gets_nor_takes_the_cookie() {
    run(async {
        let (here, there) = (Town::new().await, Town::new().await);
        let (claire, held) = signed_in(&here).await;
        let refused = refresh(&claire.in_commune(&there.id), &held).await.problem("unauthenticated");
        // What it takes away is its own; the path keeps browsers from sending it here at all.
        cleared(&refused, there.id.as_str());
        refresh(&claire, &held).await.expect(200);
    });
}

#[test]
fn signing_out_takes_the_cookie_away_and_closes_its_session() {
    run(async {
        let town = Town::new().await;
        let (claire, held) = signed_in(&town).await;
        cleared(&claire.delete("sessions/current").header("cookie", &held).await.expect(204), town.id.as_str());
        refresh(&claire, &held).await.problem("unauthenticated");
        // Another tab has signed in anew: the browser has one cookie, so signing out is for both.
        let ((first, _), (second, held)) = (signed_in(&town).await, signed_in(&town).await);
        cleared(&first.delete("sessions/current").header("cookie", &held).await.expect(204), town.id.as_str());
        refresh(&second, &held).await.problem("unauthenticated");
        // What is no token of ours closes nothing.
        let (paul, held) = signed_in(&town).await;
        let junk = paul.delete("sessions/current").header("cookie", "parvis-session=junk");
        cleared(&junk.await.expect(204), town.id.as_str());
        refresh(&paul, &held).await.problem("unauthenticated");
    });
}

#[test]
fn a_confirmed_report_signs_in_by_cookie_too() {
    run(async {
        let town = Town::new().await;
        let (mut guest, sent) = crate::reports::guests_report(&town).await;
        let path = format!("reports/{}/confirmation", sent.text("id"));
        let code = guest.newest_code().await;
        let confirmed = by_cookie(guest.post(&path, json!({ "code": code }))).await.expect(200);
        assert_eq!(confirmed.json["session"].get("refresh_token"), None);
        guest.keep(&confirmed);
        refresh(&guest, &cookie(&confirmed)).await.expect(200);
        town.settled().await;
    });
}

#[test]
fn who_operates_the_platform_has_a_cookie_of_that_tenant() {
    run(async {
        let mut operator = Actor::new_operator().await;
        let body = json!({ "refresh_token": operator.refresh_token });
        let moved = by_cookie(operator.signed_out().post("sessions/refresh", body)).await.expect(200);
        assert!(set_cookie(&moved).is_some_and(|set| set.contains("; Path=/v1/operator/sessions; ")), "{moved}");
        let next = refresh(&operator, &cookie(&moved)).await.expect(200);
        operator.keep(&next);
        let gone = operator.delete("sessions/current").header("cookie", &cookie(&next)).await.expect(204);
        cleared(&gone, "operator");
        refresh(&operator, &cookie(&next)).await.problem("unauthenticated");
    });
}
