//! `GET /v1/{commune}/staff/invitations`.

use jiff::SignedDuration;
use parvis_testkit::{Town, at, run};
use serde_json::json;

use super::invite;

#[test]
fn administrators_see_who_is_invited_page_by_page_until_it_ends() {
    run(async {
        let town = Town::new().await;
        let mut nadia = town.administrator().await;
        let mut expected = Vec::new();
        for _ in 0..3 {
            let invited = town.resident_by_mail().await;
            expected.push(invite(&nadia, &invited).await.0);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = nadia.get(&format!("staff/invitations?limit=2&cursor={cursor}")).await.expect(200);
            assert!(!page.to_string().contains("token"), "{page}");
            for invitation in page.json["invitations"].as_array().expect("a list") {
                assert_eq!((&invitation["role"], &invitation["name"]), (&json!("agent"), &json!("Luc Ferrand")));
                seen.push(invitation["id"].as_str().expect("an id").to_owned());
            }
            match page.json["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected);
        let later = at(SignedDuration::from_hours(7 * 24)).await;
        nadia = nadia.at(&later);
        nadia.refresh().await;
        nadia.pass_second_factor(jiff::Timestamp::now() + SignedDuration::from_hours(7 * 24)).await;
        assert_eq!(nadia.get("staff/invitations").await.expect(200).json["invitations"], json!([]));
    });
}
