//! The schedule that ends what waited too long.

use jiff::SignedDuration;
use parvis_domain::Status;
use parvis_testkit::{Later, Town, at, run_alone};
use serde_json::json;

use super::{change, id, photo};

async fn expire(later: &Later) {
    later.run_schedule("expire_unconfirmed").await.expect("a run");
}

#[test]
fn an_unconfirmed_report_expires_after_a_day_and_its_contact_is_forgotten() {
    run_alone(async {
        let town = Town::new().await;
        let contact = town.new_contact();
        let mut guest = town.guest().await;
        guest.contact = Some(serde_json::from_value(contact.clone()).expect("a contact"));
        let upload = photo(&guest, 70).await;
        let mut body = town.problem();
        body["contact"] = contact;
        body["photos"] = json!([{ "id": upload.photo, "claim": upload.claim }]);
        let sent = guest.post("reports", body).await.expect(201);
        let commune = town.commune().await;
        expire(&at(SignedDuration::from_mins(24 * 60 - 1)).await).await;
        let kept = commune.report(id(&sent)).await.expect("a read").expect("the report");
        assert_eq!((kept.status, kept.guest_contact.as_ref()), (Status::Unconfirmed, guest.contact.as_ref()));

        let later = at(SignedDuration::from_mins(24 * 60 + 1)).await;
        expire(&later).await;
        let expired = commune.dossier(id(&sent)).await.expect("a read").expect("the report");
        assert_eq!((expired.report.status, expired.report.guest_contact), (Status::Expired, None));
        let events = serde_json::to_string(&expired.events).expect("JSON");
        let phone = town_phone(&guest);
        assert!(!events.contains(&phone), "{events}");
        let photo = commune.photo(expired.report.photos[0]).await.expect("a read").expect("the photo");
        assert!(photo.report.is_none() && photo.due.is_some(), "the sweep removes it in its time: {photo:?}");
        expire(&later).await;
        let again = commune.report(id(&sent)).await.expect("a read").expect("the report");
        assert_eq!(again.version, expired.report.version, "a second run finds nothing to do");
        let guest = guest.at(&later);
        guest.post(&format!("reports/{}/confirmation", sent.text("id")), json!({})).await.problem("report_expired");
        guest.get(&format!("reports/{}", sent.text("id"))).await.problem("not_found");
        town.settled().await;
        assert_eq!(guest.messages().await.len(), 1, "only the code was ever sent");
    });
}

#[test]
fn a_report_whose_reporter_did_not_answer_goes_back_under_review_after_five_days() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, agent) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        change(&agent, &sent, json!({ "to": "awaiting_reporter", "note": "Où ?" })).await.expect(200);
        expire(&at(SignedDuration::from_mins(5 * 24 * 60 - 1)).await).await;
        let path = format!("reports/{}", sent.text("id"));
        assert_eq!(claire.get(&path).await.expect(200).text("status"), "awaiting_reporter");
        expire(&at(SignedDuration::from_mins(5 * 24 * 60 + 1)).await).await;
        let read = claire.get(&path).await.expect(200);
        assert_eq!((read.version(), read.text("status")), (3, "under_review"));
        assert_eq!(read.text("history/2/actor/type"), "system");
        town.settled().await;
        assert_eq!(claire.wait_for_notices(2).await.len(), 2, "asked, and told that the waiting is over");
    });
}

fn town_phone(guest: &parvis_testkit::Actor) -> String {
    match &guest.contact {
        Some(parvis_domain::Contact::Phone(phone)) => phone.to_string(),
        other => panic!("a guest with a phone, not {other:?}"),
    }
}
