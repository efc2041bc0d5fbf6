//! `DELETE /v1/{commune}/staff/{account}`.

use futures::future::join_all;
use parvis_testkit::{Actor, Call, Town, run};
use serde_json::json;

use super::{acts, invite};

fn remove(administrator: &Actor, member: &Actor) -> Call {
    administrator.delete(&format!("staff/{}", member.account_id()))
}

#[test]
fn who_was_removed_is_a_resident_at_once_and_their_sessions_are_closed() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc, claire) = (town.administrator().await, town.agent().await, town.resident().await);
        let report = town.report(&claire).await;
        let path = format!("reports/{}", report.text("id"));
        assert!(luc.get(&path).await.expect(200).json.get("possible").is_some());
        let mut phone = town.guest().await;
        phone.sign_in(luc.contact.clone().expect("a mailbox")).await;
        remove(&nadia, &luc).await.expect(204);
        // The access tokens that are out say `agent` still; nobody believes them.
        luc.get("staff").await.problem("forbidden");
        assert!(luc.get(&path).await.expect(200).json.get("possible").is_none());
        let note = json!({ "text": "Note", "internal": true });
        luc.post(&format!("{path}/comments"), note).await.problem("forbidden");
        let change = json!({ "to": "under_review" });
        luc.post(&format!("{path}/status"), change).if_match(1).await.problem("forbidden");
        for session in [&luc, &phone] {
            let refresh = json!({ "refresh_token": session.refresh_token });
            session.signed_out().post("sessions/refresh", refresh).await.problem("unauthenticated");
        }
        // A resident they are still, and may be invited again.
        phone.sign_in(luc.contact.clone().expect("a mailbox")).await;
        phone.refresh().await;
        assert_eq!(phone.get("me").await.expect(200).text("role"), "resident");
        let (_, token) = invite(&nadia, &phone).await;
        phone.post("staff/invitations/accept", json!({ "token": token })).await.expect(201);
        phone.refresh().await;
        assert_eq!(phone.get("me").await.expect(200).text("role"), "agent");
        let acts: Vec<String> = acts(&town).await.into_iter().map(|(what, _)| what).collect();
        assert_eq!(acts, ["delete_staff_member", "create_invitation", "accept_invitation"]);
    });
}

#[test]
fn who_is_not_there_is_not_removed() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc, claire) = (town.administrator().await, town.agent().await, town.resident().await);
        remove(&nadia, &claire).await.problem("not_found");
        remove(&nadia, &luc).await.expect(204);
        remove(&nadia, &luc).await.problem("not_found");
        assert_eq!(acts(&town).await.len(), 1);
    });
}

#[test]
fn the_last_administrator_cannot_go_also_when_two_remove_each_other_at_the_same_moment() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        town.agent().await;
        let refused = remove(&nadia, &nadia).await.problem("last_administrator");
        assert!(refused.text("detail").contains("seul administrateur"), "{refused}");
        for _ in 0..5 {
            let town = Town::new().await;
            let (nadia, zoe) = (town.administrator().await, town.administrator().await);
            let race = [remove(&nadia, &zoe).into_future(), remove(&zoe, &nadia).into_future()];
            let answers = join_all(race).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1, "{answers:?}");
            let (staff, _) = town.commune().await.staff(10, None).await.expect("the staff");
            assert_eq!(staff.len(), 1);
        }
        // Each leaving by themselves is the same race.
        let town = Town::new().await;
        let all = [town.administrator().await, town.administrator().await, town.administrator().await];
        let answers = join_all(all.iter().map(|one| remove(one, one).into_future())).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 2, "{answers:?}");
        let (staff, _) = town.commune().await.staff(10, None).await.expect("the staff");
        assert_eq!(staff.len(), 1);
    });
}
