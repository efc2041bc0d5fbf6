//! `DELETE /v1/{commune}/staff/invitations/{invitation}`.

use parvis_testkit::{Town, run};
use serde_json::json;

use super::{acts, invite};

#[test]
fn a_withdrawn_invitation_is_good_for_nothing() {
    run(async {
        let town = Town::new().await;
        let (nadia, luc) = (town.administrator().await, town.resident_by_mail().await);
        let (id, token) = invite(&nadia, &luc).await;
        nadia.delete(&format!("staff/invitations/{id}")).await.expect(204);
        luc.post("staff/invitations/accept", json!({ "token": token })).await.problem("code_refused");
        for unknown in [id.as_str(), "x", &"0".repeat(64)] {
            nadia.delete(&format!("staff/invitations/{unknown}")).await.problem("not_found");
        }
        assert_eq!(acts(&town).await.last(), Some(&("delete_invitation".to_owned(), id)));
    });
}
