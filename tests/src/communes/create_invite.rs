//! `POST /v1/{commune}/launch/invites`.

use parvis_testkit::{Town, platform, run};
use serde_json::json;

use super::in_days;

#[test]
fn an_invite_is_a_code_a_link_to_the_public_site_and_a_picture_of_it() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let new = json!({ "label": "Marché du 12", "limit": 40, "expires_at": in_days(30) });
        let made = nadia.post("launch/invites", new).await.expect(201);
        let code = made.text("code");
        assert_eq!((code.len(), made.json["used"].as_u64(), made.json["open"].as_bool()), (10, Some(0), Some(true)));
        let site = &platform().await.cx().store.names.public_url;
        assert_eq!(made.text("link"), format!("{site}/{}/join#{code}", town.id));
        assert!(made.text("qr_svg").starts_with("<svg xmlns="), "{made}");
        let acts = town.acts().await;
        assert_eq!((acts[0].what.as_str(), acts[0].about.as_str()), ("create_invite", code));
    });
}

#[test]
fn a_limit_or_an_end_that_cannot_be_is_refused_by_field() {
    run(async {
        let nadia = Town::new().await.administrator().await;
        for limit in [0, 10_001] {
            let new = json!({ "label": "Marché", "limit": limit, "expires_at": in_days(1) });
            nadia.post("launch/invites", new).await.refused_field("limit");
        }
        for end in [in_days(-1), in_days(367)] {
            let new = json!({ "label": "Marché", "limit": 1, "expires_at": end });
            nadia.post("launch/invites", new).await.refused_field("expires_at");
        }
        let new = json!({ "label": " ", "limit": 1, "expires_at": in_days(1) });
        nadia.post("launch/invites", new).await.refused_field("label");
    });
}
