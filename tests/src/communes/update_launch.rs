//! `PUT /v1/{commune}/launch`, and what each phase means to whom.

use parvis_domain::Phase;
use parvis_testkit::{Actor, Town, run};
use serde_json::{Value, json};

/// Brings the commune on as an administrator does.
async fn put(nadia: &Actor, launch: Value) -> parvis_testkit::Answer {
    let version = nadia.get("launch").await.expect(200).version();
    nadia.put("launch", launch).if_match(version).await
}

#[test]
fn every_phase_leads_where_the_table_says_and_nowhere_else() {
    run(async {
        for from in [Phase::Draft, Phase::Training, Phase::Pilot, Phase::Live, Phase::Paused] {
            for to in Phase::ALL.into_iter().filter(|to| *to != from) {
                let town = Town::in_draft().await;
                let launch = |phase: Phase| json!({ "phase": phase, "pilot": { "invite_only": true } });
                match from {
                    Phase::Draft => {}
                    Phase::Paused => {
                        town.launch(launch(Phase::Live)).await;
                        town.launch(launch(Phase::Paused)).await;
                    }
                    other => town.launch(launch(other)).await,
                }
                let nadia = town.administrator().await;
                let changed = put(&nadia, launch(to)).await;
                if from.next().contains(&to) {
                    assert_eq!(changed.expect(200).text("phase"), to.as_str());
                    assert_eq!(town.guest().await.get("").await.expect(200).text("launch/phase"), to.as_str());
                } else {
                    changed.problem("phase_refused");
                }
            }
        }
    });
}

#[test]
fn of_two_administrators_who_change_the_launch_at_once_one_does_and_both_are_named_right() {
    run(async {
        let town = Town::in_draft().await;
        let (nadia, paul) = (town.administrator().await, town.administrator().await);
        let seen = nadia.get("launch").await.expect(200);
        nadia.put("launch", json!({ "phase": "training" })).await.problem("version_required");
        let change = |who: &Actor| who.put("launch", json!({ "phase": "training" })).if_match(seen.version());
        let (one, two) = futures::join!(change(&nadia).into_future(), change(&paul).into_future());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{one}\n{two}");
        let acts = town.acts().await;
        let changes: Vec<_> = acts.iter().filter(|act| act.what == "update_launch").collect();
        assert_eq!(changes.len(), 1, "{acts:#?}");
        assert!(changes[0].before.contains("draft") && changes[0].after.contains("training"), "{changes:#?}");
        // Settings that change meanwhile are no reason to refuse, nor to lose either.
        let seen = nadia.get("launch").await.expect(200).version();
        super::change(&nadia, |settings| settings["name"] = json!("Ville-nouvelle")).await.expect(200);
        nadia.put("launch", json!({ "phase": "training", "message": "Bientôt." })).if_match(seen).await.expect(200);
        let profile = town.guest().await.get("").await.expect(200);
        assert_eq!((profile.text("name"), profile.text("launch/message")), ("Ville-nouvelle", "Bientôt."));
    });
}

#[test]
fn a_pilot_that_names_nothing_or_what_is_not_there_is_refused_by_field() {
    run(async {
        let town = Town::in_draft().await;
        let nadia = town.administrator().await;
        let pilot = |pilot: Value| json!({ "phase": "pilot", "pilot": pilot });
        let refused = put(&nadia, pilot(json!({}))).await.refused_field("pilot");
        assert_eq!(refused.rule("pilot"), "pilot_without_limits");
        put(&nadia, pilot(json!({ "zones": ["nord"] }))).await.refused_field("pilot.zones.0");
        put(&nadia, pilot(json!({ "categories": ["voirie", "voirie"] }))).await.refused_field("pilot.categories.1");
        put(&nadia, pilot(json!({ "zone": ["est"] }))).await.problem("invalid");
        put(&nadia, json!({ "phase": "open" })).await.problem("invalid");
        put(&nadia, json!({ "phase": "live", "launch_on": "2026-02-30" })).await.problem("invalid");
    });
}

#[test]
fn in_draft_nobody_but_staff_is_let_in_and_nobody_learns_who_that_is() {
    run(async {
        let (town, neighbour) = (Town::in_draft().await, Town::new().await);
        let nadia = town.administrator().await;
        put(&nadia, json!({ "phase": "draft", "launch_on": "2099-01-05" })).await.expect(200);
        let mut guest = town.guest().await;
        let refused = guest.get("reports").await.problem("not_yet_here");
        let told = refused.text("detail");
        assert!(told.contains("n’a pas encore ouvert") && told.contains("lundi 5 janvier 2099"), "{told}");
        let english = guest.get("reports").language("en").await.problem("not_yet_here");
        assert!(english.text("detail").contains("has not opened"), "{english}");
        guest.get("map?bbox=1,43,2,44&zoom=12").await.problem("not_yet_here");
        guest.post("reports", town.problem()).await.problem("not_yet_here");
        guest.post("photos", json!({ "size": 1_000, "media_type": "image/jpeg" })).await.problem("not_yet_here");
        // The same answer as everybody's, and no code.
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        guest.post("challenges", json!({ "contact": guest.contact })).await.expect(202);
        nadia.signed_out().post("challenges", json!({ "contact": nadia.contact })).await.expect(202);
        nadia.newest_code().await;
        assert_eq!(guest.messages().await.len(), 0);
        guest.post("sessions", json!({ "contact": guest.contact, "code": "123456" })).await.problem("code_refused");
        // Staff look around, and write nothing yet.
        nadia.get("reports").await.expect(200);
        nadia.post("reports", town.problem()).await.problem("in_draft");
        // Who is invited to the staff gets in to accept.
        let address = format!("luc.{}@exemple.fr", uuid::Uuid::new_v4().simple());
        let invitation = json!({ "email": address, "name": "Luc", "role": "agent", "services": ["techniques"] });
        nadia.post("staff/invitations", invitation).await.expect(201);
        let mut luc = town.guest().await;
        luc.sign_in(serde_json::from_value(json!({ "email": address })).expect("a contact")).await;
        luc.get("reports").await.problem("not_yet_here");
        // And next door nothing of it is to be seen.
        town.settled().await;
        neighbour.report(&neighbour.resident().await).await;
        neighbour.settled().await;
    });
}

#[test]
fn a_pilot_takes_reports_by_zone_category_and_invitation_and_is_read_by_everybody() {
    run(async {
        let town = Town::in_draft().await;
        let nadia = town.administrator().await;
        let pilot = |pilot: Value| json!({ "phase": "pilot", "launch_on": "2099-01-05", "pilot": pilot });
        put(&nadia, pilot(json!({ "zones": ["est"], "categories": ["voirie", "nuisances"] }))).await.expect(200);
        let (claire, mut guest) = (town.resident().await, town.guest().await);
        let (mut east, mut west) = (town.problem(), town.problem());
        east["place"] = town.place(300.0, 0.0);
        west["place"] = town.place(-300.0, 0.0);
        let report = claire.post("reports", east.clone()).await.expect(201);
        let refused = claire.post("reports", west.clone()).await.problem("not_yet_here");
        assert_eq!(refused.rule("place"), "outside_pilot");
        assert!(refused.text("detail").contains("lundi 5 janvier 2099"), "{refused}");
        let idea = json!({ "kind": "idea", "description": "Un banc" });
        let refused = claire.post("reports", idea).await.problem("not_yet_here");
        assert_eq!(refused.rule("category"), "outside_pilot");
        // A guest is refused before a code is sent, and taken where the pilot is.
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        for (body, status) in [(&mut west, 403), (&mut east, 201)] {
            body["contact"] = json!(guest.contact);
            guest.post("reports", body.clone()).await.expect(status);
        }
        guest.newest_code().await;
        // Outside the commune says so as ever; staff are not bound.
        let mut far = town.problem();
        far["place"] = town.place(50_000.0, 0.0);
        claire.post("reports", far).await.refused_field("place");
        let mut at_the_counter = town.problem();
        at_the_counter["place"] = town.place(-300.0, 0.0);
        nadia.post("reports", at_the_counter).await.expect(201);
        // Everybody reads, and reads for whom it is.
        guest.get(&format!("reports/{}", report.text("id"))).await.expect(200);
        let profile = guest.get("").await.expect(200);
        assert_eq!(profile.json["launch"]["pilot"]["zones"], json!(["est"]));

        put(&nadia, pilot(json!({ "invite_only": true }))).await.expect(200);
        let paul = town.resident().await;
        let refused = paul.post("reports", town.problem()).await.problem("not_yet_here");
        assert_eq!(refused.rule("account"), "not_invited");
        let mut unknown = town.problem();
        unknown["contact"] = town.new_contact();
        guest.post("reports", unknown).await.problem("not_yet_here");
        let invite = json!({ "label": "Réunion", "limit": 5, "expires_at": super::in_days(10) });
        let code = nadia.post("launch/invites", invite).await.expect(201).text("code").to_owned();
        paul.post("launch/invitation", json!({ "code": code })).await.expect(204);
        paul.post("reports", town.problem()).await.expect(201);
        town.settled().await;
    });
}

#[test]
fn who_was_there_before_a_pilot_takes_part_in_it_and_what_was_sent_before_a_pause_goes_on() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "live" })).await;
        let nadia = town.administrator().await;
        let (claire, mut guest) = (town.resident().await, town.guest().await);
        guest.contact = Some(serde_json::from_value(town.new_contact()).expect("a contact"));
        let mut body = town.problem();
        body["contact"] = json!(guest.contact);
        let draft = guest.post("reports", body).await.expect(201);
        let code = guest.newest_code().await;

        put(&nadia, json!({ "phase": "paused", "message": "De retour après les travaux, le 3 mars." }))
            .await
            .expect(200);
        let refused = claire.post("reports", town.problem()).await.problem("paused");
        assert!(refused.text("detail").ends_with("De retour après les travaux, le 3 mars."), "{refused}");
        nadia.post("reports", town.problem()).await.problem("paused");
        guest.get("reports").await.expect(200);
        guest.get("map?bbox=1,43,2,44&zoom=12").await.expect(200);
        let path = format!("reports/{}/confirmation", draft.text("id"));
        guest.post(&path, json!({ "code": code })).await.expect(200);
        claire
            .post(&format!("reports/{}/comments", draft.text("id")), json!({ "text": "Moi aussi." }))
            .await
            .expect(201);

        put(&nadia, json!({ "phase": "pilot", "pilot": { "invite_only": true } })).await.expect(200);
        claire.post("reports", town.problem()).await.expect(201);
        town.resident().await.post("reports", town.problem()).await.problem("not_yet_here");
        town.settled().await;
    });
}

#[test]
fn the_same_key_sent_again_after_a_pause_began_is_answered_with_the_report_it_made() {
    run(async {
        let town = Town::in_draft().await;
        town.launch(json!({ "phase": "live" })).await;
        let claire = town.resident().await;
        let first = claire.post("reports", town.problem()).idempotency_key("aller-retour-1").await.expect(201);
        town.launch(json!({ "phase": "paused" })).await;
        let again = claire.post("reports", town.problem()).idempotency_key("aller-retour-1").await.expect(201);
        assert_eq!(again.text("id"), first.text("id"));
        town.settled().await;
    });
}
