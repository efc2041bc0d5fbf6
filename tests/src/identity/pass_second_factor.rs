//! `POST /v1/{commune}/sessions/second-factor`.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::TotpSecret;
use parvis_store::Role;
use parvis_testkit::{Actor, Call, Town, at, run, standing};
use serde_json::{Value, json};

use super::wrong;

const STEP: SignedDuration = SignedDuration::from_secs(30);

/// The code of the step after the one that was used to register.
fn next() -> Timestamp {
    Timestamp::now() + STEP
}

fn pass(actor: &Actor, code: &str) -> Call {
    actor.post("sessions/second-factor", json!({ "code": code }))
}

/// The same person with a new session, which has not passed.
async fn again(town: &Town, member: &Actor) -> Actor {
    let mut again = town.guest().await;
    again.totp = member.totp.clone();
    again.sign_in(member.contact.clone().expect("a mailbox")).await;
    again
}

#[test]
fn staff_who_signed_in_are_residents_until_they_pass() {
    run(async {
        let town = Town::new().await;
        let (claire, luc) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let path = format!("reports/{}", sent.text("id"));
        let mut luc = again(&town, &luc).await;
        luc.get("me").await.expect(200);
        assert!(luc.get(&path).await.expect(200).json.get("possible").is_none());
        for call in [
            luc.post(&format!("{path}/status"), json!({ "to": "under_review" })).if_match(1),
            luc.post(&format!("{path}/comments"), json!({ "text": "Note", "internal": true })),
            luc.get("staff"),
        ] {
            assert_eq!(call.await.problem("second_factor_required").json["errors"][0]["code"], "code");
        }
        let said = luc.post(&format!("{path}/comments"), json!({ "text": "Moi aussi." })).await.expect(201);
        assert_eq!(said.text("history/1/actor/type"), "resident");
        luc.pass_second_factor(next()).await;
        luc.get("staff").await.expect(200);
        assert!(luc.get(&path).await.expect(200).json.get("possible").is_some());
        luc.post(&format!("{path}/status"), json!({ "to": "under_review" })).if_match(2).await.expect(200);
        town.settled().await;
    });
}

#[test]
fn the_access_token_says_how_its_owner_signed_in() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let tokens = &parvis_testkit::platform().await.cx().tokens;
        let raised = tokens.verify(luc.access_token.as_deref().expect("a token"), Timestamp::now()).await;
        assert_eq!(raised.expect("a good token").amr, ["otp", "mfa"]);
        let luc = again(&town, &luc).await;
        let plain = tokens.verify(luc.access_token.as_deref().expect("a token"), Timestamp::now()).await;
        assert_eq!(plain.expect("a good token").amr, ["otp"]);
    });
}

#[test]
fn a_code_is_good_once_also_in_parallel() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        let made = luc.post("me/totp", Value::Null).await.expect(201);
        luc.totp = TotpSecret::from_base32(made.text("secret"));
        // The one that registered the app is used up, whichever step it is by now.
        let used = luc.app_code(Timestamp::now());
        luc.post("me/totp/confirm", json!({ "code": used })).await.expect(200);
        assert!(pass(&luc, &used).await.problem("code_refused").text("detail").contains("a déjà servi"));
        let code = luc.app_code(next());
        let (one, two) = (again(&town, &luc).await, again(&town, &luc).await);
        let tries = (0..6).map(|n| pass(if n % 2 == 0 { &one } else { &two }, &code).into_future());
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            answer.problem("code_refused");
        }
    });
}

#[test]
fn a_code_of_one_step_before_or_after_is_good_and_of_two_is_not() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.agent().await;
        for (minutes, steps, good) in [(20, -2, false), (30, 2, false), (40, -1, true), (50, 0, true), (60, 1, true)] {
            let ahead = SignedDuration::from_mins(minutes);
            // Standing still, so that the clock does not turn between here and there.
            let then = Timestamp::now() + ahead;
            let later = standing(then).await;
            luc = luc.at(&later);
            luc.refresh().await;
            let answer = pass(&luc, &luc.app_code(then + STEP * steps)).await;
            assert_eq!(answer.status == 200, good, "{steps}: {answer}");
        }
    });
}

#[test]
fn the_sixth_code_is_refused_although_it_is_right_and_a_quarter_of_an_hour_later_it_is_not() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let right = luc.app_code(next());
        for n in 1..=5 {
            let answer = pass(&luc, &wrong(&right, 10 + n)).await;
            match n {
                5 => answer.problem("too_many_requests"),
                _ => answer.problem("code_refused"),
            };
        }
        let refused = pass(&luc, &right).await.problem("too_many_requests");
        let wait: u64 = refused.header("retry-after").parse().expect("seconds");
        assert!((880..=900).contains(&wait), "{wait}");
        let recovery = json!({ "recovery_code": "0000-0000-0000-0000" });
        luc.post("sessions/second-factor", recovery).await.problem("too_many_requests");
        let quarter = SignedDuration::from_mins(15);
        let later = at(quarter).await;
        let mut then = luc.at(&later);
        then.refresh().await;
        then.pass_second_factor(Timestamp::now() + quarter).await;
    });
}

#[test]
fn parallel_guesses_are_as_many_tries_as_guesses_one_after_the_other() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let right = luc.app_code(next());
        let guesses = (0..12).map(|n| pass(&luc, &wrong(&right, 10 + n)).into_future());
        let answers = join_all(guesses).await;
        let counted = answers.iter().filter(|answer| answer.status == 422).count();
        assert_eq!(counted, 4, "the fifth locks: {answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 422 | 429 | 503)), "{answers:?}");
        pass(&luc, &right).await.problem("too_many_requests");
    });
}

#[test]
fn a_recovery_code_is_good_once() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        let codes = luc.enrol().await;
        let session = again(&town, &luc).await;
        let with = |code: &str| session.post("sessions/second-factor", json!({ "recovery_code": code }));
        let typed = codes[3].replace('-', " ").to_uppercase();
        let tries = join_all((0..4).map(|_| with(&typed).into_future())).await;
        assert_eq!(tries.iter().filter(|answer| answer.status == 200).count(), 1, "{tries:?}");
        let passed = with(&codes[0]).await.expect(200);
        assert_eq!(passed.json["recovery_codes_left"], 8);
        with(&codes[3]).await.problem("code_refused");
        // Those of somebody else are good for nobody.
        let mut other = town.member(Role::Agent, &["techniques"], "Alix").await;
        let others = other.enrol().await;
        with(&others[0]).await.problem("code_refused");
    });
}

#[test]
fn a_session_stays_raised_for_twelve_hours_and_then_asks_again() {
    run(async {
        let town = Town::new().await;
        let luc = town.agent().await;
        let mut then = luc.clone();
        for (minutes, raised) in [(11 * 60 + 44, true), (11 * 60 + 46, false), (12 * 60 + 1, false)] {
            let later = at(SignedDuration::from_mins(minutes)).await;
            then = then.at(&later);
            then.refresh().await;
            let answer = then.get("staff").await;
            if raised {
                answer.expect(200);
            } else {
                answer.problem("second_factor_required");
            }
        }
        let half_a_day = SignedDuration::from_hours(12);
        let later = at(half_a_day).await;
        then = then.at(&later);
        then.refresh().await;
        then.pass_second_factor(Timestamp::now() + half_a_day).await;
        then.get("staff").await.expect(200);
    });
}

#[test]
fn operators_pass_it_as_staff_do_and_are_asked_again_after_twelve_hours() {
    run(async {
        let mut camille = Actor::new_operator().await;
        let recovery = camille.enrol().await;
        camille.get("communes").await.expect(200);
        let mut then = camille.clone();
        for (minutes, raised) in [(11 * 60 + 44, true), (12 * 60 + 1, false)] {
            let later = at(SignedDuration::from_mins(minutes)).await;
            then = then.at(&later);
            then.refresh().await;
            let answer = then.get("communes").await;
            if raised {
                answer.expect(200);
            } else {
                answer.problem("second_factor_required");
            }
        }
        let later = at(SignedDuration::from_mins(12 * 60 + 1)).await;
        then = then.at(&later);
        let passed = then.post("sessions/second-factor", json!({ "recovery_code": recovery[0] })).await.expect(200);
        assert_eq!(passed.json["recovery_codes_left"], 9);
        then.access_token = Some(passed.text("access_token").to_owned());
        then.get("communes").await.expect(200);
        let (entries, _) = camille.opened().await.audit_entries(50, None).await.expect("a log");
        let own = entries.iter().find(|entry| entry.about == camille.account_id().to_string());
        let own = serde_json::to_value(&own.expect("an entry").by).expect("JSON");
        assert_eq!(own["kind"], "operator", "{own}");
    });
}

#[test]
fn what_is_no_proof_is_refused() {
    run(async {
        let town = Town::new().await;
        let luc = town.member(Role::Agent, &["techniques"], "Luc Ferrand").await;
        pass(&luc, "123456").await.problem("factor_missing");
        for body in [json!({}), json!({ "code": "123456", "recovery_code": "x" })] {
            luc.post("sessions/second-factor", body).await.refused_field("code");
        }
        luc.post("sessions/second-factor", Value::Null).await.refused_field("body");
        town.resident().await.post("sessions/second-factor", json!({ "code": "1" })).await.problem("forbidden");
    });
}
