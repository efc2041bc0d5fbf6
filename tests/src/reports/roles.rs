//! What each role of a commune's staff may do to reports, through the endpoints, and what the audit log keeps of it.

use futures::future::join_all;
use parvis_store::Role;
use parvis_testkit::{Actor, Answer, Call, FaultAction, NewFault, Service, Town, fault, run};
use serde_json::{Value, json};

use super::{change, to};

fn comment(actor: &Actor, report: &Answer, internal: bool) -> Call {
    let body = json!({ "text": "Nous regardons.", "internal": internal });
    actor.post(&format!("reports/{}/comments", report.text("id")), body)
}

/// What staff did to a report, newest first.
async fn logged(town: &Town, report: &Answer) -> Vec<Value> {
    let commune = town.commune().await;
    let (entries, _) = commune.audit_entries(100, None).await.expect("the log");
    assert_eq!(commune.verify_audit(jiff::Timestamp::now()).await.expect("the log").1, []);
    let of_report = entries.into_iter().filter(|entry| entry.about == report.text("id"));
    of_report.map(|entry| serde_json::to_value(entry).expect("JSON")).collect()
}

#[test]
fn each_role_treats_answers_and_advises_where_the_table_says() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident().await;
        let problem = town.report(&claire).await;
        let idea = claire.post("reports", json!({ "kind": "idea", "description": "Un banc" })).await.expect(201);
        assert_eq!((problem.text("service/id"), idea.text("service/id")), ("techniques", "accueil"));
        // On the problem and on the idea: treat, answer; all of them advise.
        let roles = [
            (Role::Agent, &["techniques"][..], [(200, 201), (403, 403)]),
            (Role::Manager, &["accueil"], [(403, 403), (200, 201)]),
            (Role::Moderator, &[], [(403, 403), (403, 403)]),
            (Role::ElectedMember, &[], [(403, 201), (403, 201)]),
            (Role::Administrator, &[], [(200, 201), (200, 201)]),
        ];
        for (role, services, expected) in roles {
            let member = town.staff(role, services, "Alix").await;
            for (report, (treated, answered)) in [&problem, &idea].into_iter().zip(expected) {
                let seen = member.get(&format!("reports/{}", report.text("id"))).await.expect(200);
                let next = if seen.text("status") == "in_progress" { "under_review" } else { "in_progress" };
                let treats = change(&member, &seen, to(next)).await;
                assert_eq!(treats.status, treated, "{role:?}: {treats}");
                let answers = comment(&member, report, false).await;
                assert_eq!(answers.status, answered, "{role:?}: {answers}");
                comment(&member, report, true).await.expect(201);
                for refused in [treats, answers].into_iter().filter(|answer| answer.status == 403) {
                    refused.problem("forbidden");
                }
            }
        }
        town.settled().await;
    });
}

#[test]
fn an_agent_of_another_service_is_told_whose_report_it_is() {
    run(async {
        let town = Town::new().await;
        let (claire, clerk) = (town.resident().await, town.staff(Role::Agent, &["accueil"], "Alix").await);
        let sent = town.report(&claire).await;
        let refused = change(&clerk, &sent, to("under_review")).await.problem("forbidden");
        assert!(refused.text("detail").contains("Services techniques"), "{refused}");
        assert_eq!(logged(&town, &sent).await, Vec::<Value>::new());
    });
}

#[test]
fn staff_speak_of_their_own_reports_like_anybody_else() {
    run(async {
        let town = Town::new().await;
        let clerk = town.staff(Role::Agent, &["accueil"], "Alix").await;
        let sent = town.report(&clerk).await;
        let seen = comment(&clerk, &sent, false).await.expect(201);
        assert_eq!(seen.text("history/1/actor/type"), "reporter");
        change(&clerk, &seen, to("resolved")).await.problem("forbidden");
        assert_eq!(logged(&town, &sent).await, Vec::<Value>::new());
    });
}

#[test]
fn an_act_of_staff_is_in_the_audit_log_and_a_residents_is_not() {
    run(async {
        let town = Town::new().await;
        let (claire, luc) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        change(&luc, &sent, json!({ "to": "awaiting_reporter", "note": "Où exactement ?" })).await.expect(200);
        comment(&claire, &sent, false).await.expect(201);
        comment(&luc, &sent, true).await.expect(201);
        let log = logged(&town, &sent).await;
        let what: Vec<&Value> = log.iter().map(|entry| &entry["what"]).collect();
        assert_eq!(what, ["create_comment", "change_status"]);
        assert_eq!(log[1]["before"], r#"{"status":"received","version":1}"#);
        assert_eq!(log[1]["after"], r#"{"status":"awaiting_reporter","version":2}"#);
        assert_eq!(log[1]["by"], json!({ "kind": "staff", "account": luc.account, "name": "Luc Ferrand" }));
        let all = json!(log).to_string();
        assert!(!all.contains("Où exactement") && !all.contains("Nous regardons"), "no words in the log: {all}");
        let seen = luc.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!(seen.json["history"].as_array().map(Vec::len), Some(4));
        town.settled().await;
    });
}

#[test]
fn a_change_of_status_with_its_audit_entry_is_one_transaction() {
    run(async {
        let town = Town::new().await;
        let (claire, luc) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        town.settled().await;
        // A rule that slows nothing counts the calls it meets. The stream's worker writes the report's counters later.
        let rule = |operation: &str, contains: String| NewFault {
            operation: Some(operation.to_owned()),
            contains: Some(contains),
            ms: Some(1),
            ..NewFault::new(Service::Dynamodb, FaultAction::Slow)
        };
        let changes = fault(rule("TransactWriteItems", format!("C#{}#audit", town.id))).await;
        let alone = [
            fault(rule("PutItem", format!("C#{}#audit", town.id))).await,
            fault(rule("UpdateItem", sent.text("id").to_owned())).await,
        ];
        change(&luc, &sent, to("under_review")).await.expect(200);
        assert_eq!((changes.hits(), alone[0].hits(), alone[1].hits()), (1, 0, 0));
        town.settled().await;
    });
}

#[test]
fn of_many_acts_at_the_same_moment_none_is_lost_and_none_is_there_twice() {
    run(async {
        let town = Town::new().await;
        let (claire, luc) = (town.resident().await, town.agent().await);
        let sent = town.report(&claire).await;
        let answers = join_all((0..5).map(|_| comment(&luc, &sent, true).into_future())).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
        assert_eq!(logged(&town, &sent).await.len(), 5);
        let seen = luc.get(&format!("reports/{}", sent.text("id"))).await.expect(200);
        assert_eq!((seen.version(), seen.json["history"].as_array().map(Vec::len)), (6, Some(6)));
        town.settled().await;
    });
}
