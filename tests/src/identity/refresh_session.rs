//! `POST /v1/{commune}/sessions/refresh`.

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_store::{Role, StaffMember};
use parvis_testkit::{Actor, Call, FaultAction, NewFault, Service, Town, at, fault, run};
use serde_json::json;

fn refresh(actor: &Actor) -> Call {
    actor.signed_out().post("sessions/refresh", json!({ "refresh_token": actor.refresh_token }))
}

#[test]
fn a_refresh_gives_new_tokens_for_the_same_account() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let before = claire.clone();
        let session = refresh(&claire).await.expect(200);
        claire.keep(&session);
        assert_eq!(claire.account, before.account);
        assert_ne!(claire.refresh_token, before.refresh_token);
        claire.get("me").await.expect(200);
        claire.refresh().await;
        claire.get("me").await.expect(200);
    });
}

#[test]
fn a_refresh_token_used_twice_closes_the_whole_session() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let stolen = claire.clone();
        claire.refresh().await;
        let later = at(SignedDuration::from_secs(31)).await;
        let refused = refresh(&stolen.at(&later)).await.problem("unauthenticated");
        assert!(refused.text("detail").contains("avait déjà servi"), "{refused}");
        refresh(&claire).await.problem("unauthenticated");
        refresh(&stolen).await.problem("unauthenticated");
        // Another session of the same account is not touched.
        let mut other = town.guest().await;
        other.sign_in(claire.contact.clone().expect("a contact")).await;
        other.refresh().await;
        assert_eq!(other.account, claire.account);
    });
}

#[test]
fn a_refresh_token_before_the_last_closes_the_session_at_once() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let stolen = claire.clone();
        claire.refresh().await;
        claire.refresh().await;
        refresh(&stolen).await.problem("unauthenticated");
        refresh(&claire).await.problem("unauthenticated");
    });
}

#[test]
fn ten_refreshes_at_once_and_one_a_moment_later_get_the_same_next_token() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let first = refresh(&claire);
        let answers = join_all((0..9).map(|_| refresh(&claire).into_future())).await;
        let next = first.await.expect(200);
        for answer in answers {
            assert_eq!(answer.expect(200).text("refresh_token"), next.text("refresh_token"));
        }
        assert_ne!(claire.refresh_token.as_deref(), Some(next.text("refresh_token")));
        claire.keep(&next);
        claire.refresh().await;
        claire.get("me").await.expect(200);
    });
}

#[test]
fn a_session_lives_sixty_days_from_its_last_refresh() {
    run(async {
        let town = Town::new().await;
        let (claire, mut paul) = (town.resident().await, town.resident().await);
        let day = |n: i64| SignedDuration::from_hours(24 * n);
        let late = at(day(60)).await;
        let refused = refresh(&claire.at(&late)).await.problem("unauthenticated");
        assert!(refused.text("detail").contains("60 jours"), "{refused}");
        for days in [59, 118] {
            let then = at(day(days)).await;
            paul = paul.at(&then);
            paul.refresh().await;
            paul.get("me").await.expect(200);
        }
    });
}

#[test]
fn a_token_of_another_commune_and_one_made_elsewhere_are_refused() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let claire = town.resident().await;
        refresh(&claire.in_commune(&other.id)).await.problem("unauthenticated");
        let token = claire.refresh_token.clone().expect("a token");
        let altered = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        let access = claire.access_token.clone().expect("a token");
        for forged in [String::new(), "x".to_owned(), altered, access, "é".repeat(100_000)] {
            let mut guest = claire.clone();
            guest.refresh_token = Some(forged);
            refresh(&guest).await.problem("unauthenticated");
        }
        claire.post("sessions/refresh", json!({})).await.refused_field("refresh_token");
        refresh(&claire).await.expect(200);
    });
}

#[test]
fn the_next_token_has_the_role_of_today() {
    run(async {
        let town = Town::new().await;
        let mut luc = town.resident().await;
        let services = vec![town.settings.services[0].id.clone()];
        let member = StaffMember::new(luc.account_id(), Role::Agent, "Luc Ferrand", services);
        town.commune().await.put_staff_member(&member).await.expect("kept");
        let session = refresh(&luc).await.expect(200);
        assert_eq!(session.text("account/role"), "agent");
        luc.keep(&session);
        assert_eq!(luc.get("me").await.expect(200).text("role"), "agent");
    });
}

#[test]
fn a_refresh_goes_through_although_the_table_s_answer_got_lost() {
    run(async {
        let town = Town::new().await;
        let mut claire = town.resident().await;
        let rule = NewFault {
            operation: Some("PutItem".to_owned()),
            contains: Some(format!("C#{}#account#", town.id)),
            times: Some(1),
            ..NewFault::new(Service::Dynamodb, FaultAction::DropAnswer)
        };
        let lost = fault(rule).await;
        claire.refresh().await;
        assert_eq!(lost.hits(), 1);
        claire.refresh().await;
        claire.get("me").await.expect(200);
    });
}
