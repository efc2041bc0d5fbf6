//! `PUT /v1/{commune}/staff/{account}`.

use futures::future::join_all;
use parvis_testkit::{Actor, Call, Town, run};
use serde_json::{Value, json};

use super::acts;

fn put(administrator: &Actor, member: &Actor, version: u64, post: Value) -> Call {
    administrator.put(&format!("staff/{}", member.account_id()), post).if_match(version)
}

fn agent() -> Value {
    json!({ "name": "Luc", "role": "agent", "services": ["accueil"] })
}

#[test]
fn a_member_s_role_name_and_services_change_at_once_also_for_tokens_already_issued() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        luc.get("staff/invitations").await.problem("forbidden");
        let changed = put(&nadia, &luc, 1, json!({ "name": "Luc F.", "role": "administrator" })).await.expect(200);
        assert_eq!((changed.version(), changed.text("name"), changed.text("role")), (2, "Luc F.", "administrator"));
        luc.get("staff/invitations").await.expect(200);
        put(&luc, &nadia, 1, agent()).await.expect(200);
        nadia.get("staff/invitations").await.problem("forbidden");
        put(&nadia, &luc, 2, agent()).await.problem("forbidden");
        let entries = town.commune().await.audit_entries(10, None).await.expect("the log").0;
        assert!(entries[1].before.contains("agent") && entries[1].after.contains("administrator"), "{entries:?}");
        assert_eq!(acts(&town).await.len(), 2);
    });
}

#[test]
fn the_version_must_be_said_and_be_the_latest() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.agent().await);
        let path = format!("staff/{}", luc.account_id());
        nadia.put(&path, agent()).await.problem("version_required");
        put(&nadia, &luc, 2, agent()).await.problem("version_conflict");
        let race = (0..4).map(|_| put(&nadia, &luc, 1, agent()).into_future());
        let answers = join_all(race).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 412)), "{answers:?}");
        assert_eq!(acts(&town).await.len(), 1);
    });
}

#[test]
fn who_is_not_on_the_staff_and_what_no_member_can_be_are_refused() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc, claire) = (town.administrator().await, town.agent().await, town.resident().await);
        put(&nadia, &claire, 1, agent()).await.problem("not_found");
        for (post, field) in [
            (json!({ "name": "Luc", "role": "manager" }), "services"),
            (json!({ "name": "Luc", "role": "resident" }), "role"),
            (json!({ "role": "moderator" }), "name"),
        ] {
            put(&nadia, &luc, 1, post).await.refused_field(field);
        }
    });
}

#[test]
fn the_last_administrator_stays_one_also_when_two_degrade_each_other_at_the_same_moment() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        put(&nadia, &nadia, 1, agent()).await.problem("last_administrator");
        // But may change otherwise.
        put(&nadia, &nadia, 1, json!({ "name": "Nadia", "role": "administrator" })).await.expect(200);
        for _ in 0..3 {
            let town = Town::new().await;
            let (nadia, zoe) = (town.administrator().await, town.administrator().await);
            let race = [put(&nadia, &zoe, 1, agent()).into_future(), put(&zoe, &nadia, 1, agent()).into_future()];
            let answers = join_all(race).await;
            assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1, "{answers:?}");
            let (staff, _) = town.commune().await.staff(10, None).await.expect("the staff");
            let administrators = staff.iter().filter(|member| member.role == parvis_store::Role::Administrator);
            assert_eq!(administrators.count(), 1);
            assert_eq!(acts(&town).await.len(), 1);
        }
    });
}
