//! `PATCH /v1/{commune}/me`.

use parvis_testkit::{Town, run};
use serde_json::{Value, json};

#[test]
fn switching_text_messages_off_takes_the_agreement_back_and_switching_them_on_gives_it() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let me = claire.get("me").await.expect(200);
        let (version, words) = (parvis_domain::texts::SMS_CONSENT_VERSION, parvis_domain::Language::Fr);
        assert_eq!(me.json["sms_consent"]["version"], json!(version));
        assert_eq!(me.text("sms_consent/text"), parvis_domain::texts::sms_consent(words));
        assert!(me.text("sms_consent/given").parse::<jiff::Timestamp>().is_ok(), "{me}");
        let off = claire.patch("me", json!({"channels": ["push"]})).await.expect(200);
        assert_eq!(off.text("sms_consent/withdrawn/by"), "owner");
        assert_eq!(off.text("sms_consent/given"), me.text("sms_consent/given"));
        let on = claire.patch("me", json!({"channels": ["push", "sms"]})).await.expect(200);
        assert!(on.json["sms_consent"].get("withdrawn").is_none(), "{on}");
        assert!(on.text("sms_consent/given") > me.text("sms_consent/given"), "{on}");
        let by_mail = town.resident_by_mail().await.get("me").await.expect(200);
        assert!(by_mail.json.get("sms_consent").is_none(), "{by_mail}");
    });
}

#[test]
fn language_and_channels_change_and_what_is_left_out_stays() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let english = claire.patch("me", json!({"language": "en"})).await.expect(200);
        assert_eq!((english.text("language"), &english.json["channels"]), ("en", &json!(["push", "sms"])));
        let quiet = claire.patch("me", json!({"channels": []})).await.expect(200);
        assert_eq!((quiet.text("language"), &quiet.json["channels"]), ("en", &json!([])));
        let again = claire.patch("me", json!({"channels": ["sms"], "language": "fr"})).await.expect(200);
        assert_eq!((again.text("language"), &again.json["channels"]), ("fr", &json!(["sms"])));
        assert_eq!(claire.get("me").await.expect(200).json, again.json);
        assert_eq!(claire.patch("me", json!({})).await.expect(200).json, again.json);
    });
}

#[test]
fn a_channel_that_cannot_reach_the_account_is_refused_by_place() {
    run(async {
        let town = Town::new().await;
        let (by_phone, by_mail) = (town.resident().await, town.resident_by_mail().await);
        let refused = by_phone.patch("me", json!({"channels": ["sms", "email"]})).await.refused_field("channels[1]");
        assert_eq!(refused.rule("channels[1]"), "no_email");
        let refused = by_mail.patch("me", json!({"channels": ["sms"]})).await.refused_field("channels[0]");
        assert_eq!(refused.rule("channels[0]"), "no_phone");
        let twice = by_mail.patch("me", json!({"channels": ["push", "push"]})).await.refused_field("channels[1]");
        assert_eq!(twice.rule("channels[1]"), "channel_twice");
        assert_eq!(by_phone.get("me").await.expect(200).json["channels"], json!(["push", "sms"]));
    });
}

#[test]
fn what_is_no_language_no_channel_and_no_field_is_refused() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        for (change, field) in [
            (json!({"language": "de"}), "language"),
            (json!({"channels": ["pigeon"]}), "channels[0]"),
            (json!({"channels": "sms"}), "channels"),
            (json!({"role": "administrator"}), "role"),
            (json!({"phone": "0612345678"}), "phone"),
            (Value::Null, "body"),
        ] {
            claire.patch("me", change).await.refused_field(field);
        }
        town.guest().await.patch("me", json!({"language": "en"})).await.problem("unauthenticated");
    });
}
