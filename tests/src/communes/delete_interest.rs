//! `DELETE /v1/{commune}/launch/interest`.

use jiff::SignedDuration;
use parvis_testkit::{Actor, Town, at, platform, run, run_alone};
use serde_json::{Value, json};

use super::create_interest::{ask, waiting};

/// What is behind the `#` of the link in the mail with the code.
async fn token(town: &Town, guest: &Actor) -> String {
    let mails = guest.messages().await;
    let text = &mails.last().expect("a mail").message.text;
    let site = &platform().await.cx().store.names.public_url;
    let link = format!("{site}/{}/launch/interest#", town.id);
    let (_, token) = text.split_once(&link).unwrap_or_else(|| panic!("{link} is not in {text}"));
    token.lines().next().expect("a token").to_owned()
}

async fn mailbox(town: &Town) -> Actor {
    ask(town, json!({ "email": format!("sortie.{}@exemple.fr", uuid::Uuid::new_v4().simple()) })).await
}

#[test]
fn the_link_in_a_mail_takes_its_reader_off_the_list_and_nobody_else_and_no_launch_is_told() {
    run_alone(async {
        let (town, other) = (Town::in_draft().await, Town::in_draft().await);
        let (leaves, stays) = (mailbox(&town).await, mailbox(&town).await);
        let contact = json!(leaves.contact);
        let next_door = ask(&other, contact.clone()).await;
        let (token, guest) = (token(&town, &leaves).await, town.guest().await);
        let gone =
            async |guest: &Actor, token: &str| guest.delete("launch/interest").json(&json!({ "token": token })).await;
        let mut altered = token.clone();
        altered.replace_range(4..5, if token[4..].starts_with('A') { "B" } else { "A" });
        gone(&guest, &altered).await.problem("code_refused");
        gone(&other.guest().await, &token).await.problem("code_refused");
        assert_eq!((waiting(&town).await.len(), waiting(&other).await.len()), (2, 1));
        for _ in 0..2 {
            gone(&guest, &token).await.expect(204);
            assert_eq!(waiting(&town).await, [json!(stays.contact)]);
        }
        assert_eq!(waiting(&other).await, [contact]);

        town.launch(json!({ "phase": "live" })).await;
        let soon = at(SignedDuration::from_secs(5)).await;
        soon.run_schedule("announce_launches").await.expect("a run");
        let told = async |actor: &Actor| {
            actor.messages().await.iter().filter(|sent| sent.message.notice.as_deref() == Some("launch")).count()
        };
        assert_eq!((told(&leaves).await, told(&stays).await, told(&next_door).await), (0, 1, 0));
    });
}

#[test]
fn a_guest_leaves_the_list_by_a_code_and_a_wrong_one_or_none_takes_nobody_off() {
    run(async {
        let town = Town::in_draft().await;
        let mut guest = town.guest().await;
        let contact = serde_json::from_value(town.new_contact()).expect("a contact");
        let waits = town.commune().await;
        let waits = waits.with_interest(
            waits.table().transaction(),
            &contact,
            parvis_domain::Language::Fr,
            jiff::Timestamp::now(),
        );
        waits.commit().await.expect("in the list");
        guest.contact = Some(contact);
        let leave = async |body: Value| guest.delete("launch/interest").json(&body).await;
        leave(json!({})).await.refused_field("contact");
        leave(json!({ "contact": guest.contact })).await.refused_field("code");
        leave(json!({ "contact": guest.contact, "code": "123456" })).await.problem("code_refused");
        guest.post("launch/interest", json!({ "contact": guest.contact })).await.expect(202);
        let text = guest.messages().await.last().expect("a message").message.text.clone();
        assert!(!text.contains("http"), "a link would cost a second text message: {text}");
        let code = guest.newest_code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        leave(json!({ "contact": guest.contact, "code": wrong })).await.problem("code_refused");
        assert_eq!(waiting(&town).await, [json!(guest.contact)]);
        leave(json!({ "contact": guest.contact, "code": code })).await.expect(204);
        assert_eq!(waiting(&town).await, [] as [Value; 0]);
        leave(json!({ "contact": guest.contact, "code": code })).await.problem("code_refused");
    });
}

#[test]
fn who_is_signed_in_leaves_the_list_with_all_contacts_and_leaves_the_others_on_it() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await;
        let (claire, paul) = (town.resident().await, town.resident_by_mail().await);
        for resident in [&claire, &paul] {
            resident.post("launch/interest", json!({})).await.expect(202);
        }
        claire.delete("launch/interest").json(&json!({})).await.expect(204);
        assert_eq!(waiting(&town).await, [json!(paul.contact)]);
        claire.delete("launch/interest").json(&json!({})).await.expect(204);
    });
}
