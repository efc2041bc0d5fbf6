//! `POST /v1/{commune}/staff/invitations/accept`.

use futures::future::join_all;
use jiff::SignedDuration;
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, run, wait_until};
use serde_json::{Value, json};

use super::{acts, invite};

const ACCEPT: &str = "staff/invitations/accept";

#[test]
fn who_was_invited_joins_the_staff_with_the_role_of_the_invitation() {
    run(async {
        let town = Town::new().await;
        let (nadia, mut luc) = (town.administrator().await, town.resident_by_mail().await);
        let (id, token) = invite(&nadia, &luc).await;
        luc.get("staff").await.problem("forbidden");
        let joined = luc.post(ACCEPT, json!({ "token": token })).await.expect(201);
        assert_eq!((joined.text("role"), joined.json["services"].clone()), ("agent", json!(["techniques"])));
        luc.refresh().await;
        assert_eq!(luc.get("me").await.expect(200).text("role"), "agent");
        let about = luc.account_id().to_string();
        assert_eq!(acts(&town).await, [("create_invitation".to_owned(), id), ("accept_invitation".to_owned(), about)]);
        assert_eq!(nadia.get("staff/invitations").await.expect(200).json["invitations"], json!([]));
    });
}

#[test]
fn an_invitation_is_good_once_also_in_parallel() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (_, token) = invite(&nadia, &luc).await;
        let tries = (0..6).map(|_| luc.post(ACCEPT, json!({ "token": token })).into_future());
        let answers = join_all(tries).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            answer.problem("code_refused");
        }
        luc.post(ACCEPT, json!({ "token": token })).await.problem("code_refused");
        assert_eq!(acts(&town).await.len(), 2);
    });
}

#[test]
fn an_invitation_is_no_seat_where_the_plan_was_made_smaller_since() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (_, token) = invite(&nadia, &luc).await;
        let seats = |seats: u32| json!({ "name": "essai", "staff_seats": seats, "sms_a_month": 0, "photo_bytes": 0 });
        let path = format!("communes/{}/plan", town.id);
        operator.put(&path, seats(1)).await.expect(200);
        let refused = luc.post(ACCEPT, json!({ "token": token })).await.problem("no_seat_left");
        assert!(
            refused
                .text("detail")
                .contains("1 personnes travaillent pour la commune et son abonnement prévoit 1 places"),
            "{refused}"
        );
        operator.put(&path, seats(2)).await.expect(200);
        luc.post(ACCEPT, json!({ "token": token })).await.expect(201);
    });
}

#[test]
fn of_two_who_accept_at_once_the_one_seat_takes_one() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let nadia = town.administrator().await;
        let (luc, ana) = (town.resident_by_mail().await, town.resident_by_mail().await);
        let (_, of_luc) = invite(&nadia, &luc).await;
        let (_, of_ana) = invite(&nadia, &ana).await;
        let plan = json!({ "name": "essai", "staff_seats": 2, "sms_a_month": 0, "photo_bytes": 0 });
        operator.put(&format!("communes/{}/plan", town.id), plan).await.expect(200);
        // Both have counted before either writes.
        let staff = Some(format!("C#{}#staff", town.id));
        let late = NewFault { contains: staff, ..NewFault::new(Service::Dynamodb, FaultAction::Slow) };
        let operation = Some("TransactWriteItems".to_owned());
        let late = fault(NewFault { operation, ms: Some(60_000), ..late }).await;
        let accept = |who: &Actor, token: &str| who.post(ACCEPT, json!({ "token": token })).into_future();
        let both = async {
            wait_until("both are about to write", || async { (late.hits() > 1).then_some(()) }).await;
            drop(late);
        };
        let (one, two, ()) = futures::join!(accept(&luc, &of_luc), accept(&ana, &of_ana), both);
        let (joined, refused) = if one.status == 201 { (one, two) } else { (two, one) };
        joined.expect(201);
        let refused = refused.problem("no_seat_left");
        assert!(
            refused
                .text("detail")
                .contains("2 personnes travaillent pour la commune et son abonnement prévoit 2 places"),
            "{refused}"
        );
        let staff = nadia.get("staff").await.expect(200);
        assert_eq!(staff.json["staff"].as_array().map(Vec::len), Some(2), "{staff}");
    });
}

#[test]
fn fetching_the_link_redeems_nothing() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (_, token) = invite(&nadia, &luc).await;
        for path in [format!("/{}/console/accept", town.id), format!("/v1/{}/{ACCEPT}", town.id)] {
            town.guest().await.get(&path).await;
        }
        luc.post(ACCEPT, json!({ "token": token })).await.expect(201);
    });
}

#[test]
fn somebody_with_another_address_or_another_commune_or_no_address_does_not_join() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (_, token) = invite(&nadia, &luc).await;
        for stranger in [town.resident_by_mail().await, town.resident().await] {
            let refused = stranger.post(ACCEPT, json!({ "token": token })).await.problem("forbidden");
            let address = json!(luc.contact)["email"].as_str().expect("an address").to_owned();
            assert!(!refused.to_string().contains(&address), "the whole address is not for strangers: {refused}");
        }
        other.resident_by_mail().await.post(ACCEPT, json!({ "token": token })).await.problem("code_refused");
        luc.signed_out().post(ACCEPT, json!({ "token": token })).await.problem("unauthenticated");
        luc.post(ACCEPT, json!({ "token": token })).await.expect(201);
    });
}

#[test]
fn an_altered_token_a_foreign_one_and_an_old_one_are_refused() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (_, token) = invite(&nadia, &luc).await;
        let altered = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        for wrong in [altered, String::new(), luc.refresh_token.clone().expect("a token"), "é".repeat(1_000)] {
            luc.post(ACCEPT, json!({ "token": wrong })).await.problem("code_refused");
        }
        let (just, over) = (SignedDuration::from_hours(7 * 24 - 1), SignedDuration::from_hours(7 * 24));
        for (late, good) in [(over, false), (just, true)] {
            let later = at(late).await;
            let mut luc = luc.at(&later);
            luc.refresh().await;
            let answer = luc.post(ACCEPT, json!({ "token": token })).await;
            if good {
                answer.expect(201);
            } else {
                assert!(answer.problem("code_refused").text("detail").contains("7 jours"));
            }
        }
        luc.post(ACCEPT, Value::Null).await.refused_field("body");
    });
}

#[test]
fn an_invitation_to_a_service_that_is_gone_or_of_an_account_that_is_gone_makes_nobody_staff() {
    run(async {
        let town = Town::with(|settings| {
            settings["services"].as_array_mut().unwrap().push(json!({ "id": "plage", "name": "Plage" }));
        })
        .await;
        let (nadia, ana, luc) =
            (town.administrator().await, town.resident_by_mail().await, town.resident_by_mail().await);
        let before = ana.messages().await.len();
        let body =
            json!({ "email": json!(ana.contact)["email"], "name": "Ana", "role": "agent", "services": ["plage"] });
        nadia.post("staff/invitations", body).await.expect(201);
        let mail = ana.messages().await.into_iter().nth(before).expect("a mail").message;
        let token = mail.text.split('#').nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link");
        let read = nadia.get("settings").await.expect(200);
        let mut settings = read.json.clone();
        settings["services"].as_array_mut().unwrap().retain(|service| service["id"] != "plage");
        nadia.put("settings", settings).if_match(read.version()).await.expect(200);
        let refused = ana.post(ACCEPT, json!({ "token": token })).await.problem("conflict");
        assert!(refused.text("detail").contains("plage"), "{refused}");

        let (_, token) = invite(&nadia, &luc).await;
        let (commune, now) = (town.commune().await, jiff::Timestamp::now());
        let account = commune.account(luc.account_id()).await.unwrap().expect("an account");
        let invitation = commune.invitation_for(&account, &token, now).await.expect("an invitation");
        super::delete_me::erase(&luc).await.expect(202);
        let member = parvis_store::StaffMember::new(account.id, invitation.role, "Luc", invitation.services.clone());
        let by = parvis_store::AuditActor::Staff { account: account.id, name: "Luc".to_owned() };
        let (what, about, none) = ("accept_invitation", account.id.to_string(), Value::Null);
        let act = parvis_store::Act { by, what, about, before: none.clone(), after: none };
        let joined = commune.join_staff(&act, &invitation, &member, now).await;
        assert!(matches!(joined, Err(parvis_store::NotInvited::AccountGone)), "{joined:?}");
    });
}
