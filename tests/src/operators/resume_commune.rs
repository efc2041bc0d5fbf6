//! `POST /v1/operator/communes/{commune}/resume`.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::Status;
use parvis_testkit::{Actor, Town, at, run, run_alone};
use serde_json::json;

#[test]
fn a_commune_that_resumes_is_written_again_and_keeps_its_plan() {
    run(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let claire = town.resident().await;
        let path = |what: &str| format!("communes/{}/{what}", town.id);
        let plan = json!({ "name": "ville", "staff_seats": 60, "sms_a_month": 9_000, "photo_bytes": 5 });
        operator.put(&path("plan"), plan.clone()).await.expect(200);
        operator.post(&path("resume"), json!({})).await.problem("not_suspended");
        operator.post(&path("suspend"), json!({ "reason": "essai" })).await.expect(200);
        claire.post("reports", town.problem()).await.problem("commune_suspended");
        let resumed = operator.post(&path("resume"), json!({})).await.expect(200);
        assert_eq!((resumed.text("state"), &resumed.json["reason"]), ("active", &json!(null)));
        assert_eq!(resumed.json["plan"], plan);
        town.report(&claire).await;
        let (entries, _) = town.commune().await.audit_entries(10, None).await.expect("a log");
        let acts: Vec<&str> = entries.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(acts, ["resume_commune", "suspend_commune", "set_plan"]);
        town.settled().await;
    });
}

#[test]
fn what_came_due_during_a_suspension_has_its_whole_time_again() {
    run_alone(async {
        let (town, operator) = (Town::new().await, Actor::operator().await);
        let mut guest = town.guest().await;
        let mut body = town.problem();
        body["contact"] = town.new_contact();
        guest.contact = Some(serde_json::from_value(body["contact"].clone()).expect("a contact"));
        let [confirmed, forgotten] = [guest.post("reports", body.clone()).await, guest.post("reports", body).await]
            .map(|sent| sent.expect(201).text("id").to_owned());
        let path = |what: &str| format!("communes/{}/{what}", town.id);
        operator.post(&path("suspend"), json!({ "reason": "facture impayée" })).await.expect(200);

        // 30 hours later the commune comes back.
        let hours = SignedDuration::from_hours;
        let back = at(hours(30)).await;
        let mut operator = operator.at(&back);
        operator.refresh().await;
        operator.pass_second_factor(Timestamp::now() + hours(30)).await;
        back.run_schedule("expire_unconfirmed").await.expect("a run");
        operator.post(&path("resume"), json!({})).await.expect(200);
        let commune = town.commune().await;
        let status = async |id: &str| {
            let report = commune.report(id.parse().expect("an id")).await.expect("a read");
            report.expect("the report").status
        };
        let soon = at(hours(53)).await;
        soon.run_schedule("expire_unconfirmed").await.expect("a run");
        assert_eq!(status(&confirmed).await, Status::Unconfirmed);
        let guest = guest.at(&soon);
        let confirmation = format!("reports/{confirmed}/confirmation");
        guest.post(&confirmation, json!({})).await.expect(200);
        let code = guest.newest_code().await;
        guest.post(&confirmation, json!({ "code": code })).await.expect(200);
        assert_eq!(status(&confirmed).await, Status::Received);

        let late = at(hours(55)).await;
        late.run_schedule("expire_unconfirmed").await.expect("a run");
        assert_eq!(status(&forgotten).await, Status::Expired, "a day after the commune came back");
        town.settled().await;
    });
}
