//! The schedule that ends accounts which nobody uses.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{Language, months_after};
use parvis_store::table::Condition;
use parvis_store::{Account, Ambassador, AuditActor, ExportOf, Standing, StoreError};
use parvis_testkit::{Actor, FaultAction, NewFault, Service, Town, at, fault, platform, run, run_alone};
use serde_json::json;

use crate::communes::change;

use super::traces::items_with;
use super::{address, table};

/// Makes an account as old as if nobody had used it for two years but so many days.
async fn unused(actor: &Actor, days_left: i64) {
    let commune = actor.opened().await;
    let account = commune.account(actor.account_id()).await.unwrap().expect("the account");
    let mut created = Timestamp::now() - SignedDuration::from_hours(24 * (731 - days_left));
    // To the hour: months are not all as long.
    while months_after(created, 24) < Timestamp::now() + SignedDuration::from_hours(24 * days_left) {
        created += SignedDuration::from_hours(1);
    }
    commune.update_account(&Account { created, used: None, ..account }).await.expect("written");
}

async fn run_in(days: i64) {
    at(SignedDuration::from_hours(24 * days)).await.run_schedule("retire_accounts").await.expect("a run");
}

/// Changes where the commune stands, as operators do.
async fn decided(town: &Town, change: impl Fn(&mut Standing)) {
    let by = AuditActor::System { function: "test".to_owned() };
    let commune = town.commune().await;
    let decided = commune.decide::<StoreError>(by, "test", Timestamp::now(), |standing| {
        change(standing);
        Ok(())
    });
    decided.await.expect("decided");
}

/// What they were told of their account's end.
async fn announced(actor: &Actor) -> usize {
    let sent = actor.messages().await;
    sent.iter().filter(|sent| sent.message.text.contains("supprimé")).count()
}

#[test]
fn an_account_that_nobody_uses_is_announced_its_end_twice_and_erased_and_who_signs_in_keeps_it() {
    run_alone(async {
        let town = Town::new().await;
        let (claire, mut paul) = (town.resident_by_mail().await, town.resident().await);
        let (nadia, dora) = (town.administrator().await, town.resident().await);
        town.report(&claire).await;
        for actor in [&claire, &paul, &nadia] {
            unused(actor, 31).await;
        }
        let commune = town.commune().await;
        let named = Ambassador {
            account: claire.account_id(),
            zones: Vec::new(),
            since: Timestamp::now(),
            badge: false,
            version: 1,
        };
        commune.table().put(&named, Condition::Any).await.expect("written");
        let contact = serde_json::from_value(json!(claire.contact)).expect("a contact");
        let asks = commune.with_interest(commune.table().transaction(), &contact, Language::Fr, Timestamp::now());
        asks.commit().await.expect("written");
        run_in(0).await;
        assert_eq!((announced(&claire).await, announced(&paul).await), (0, 0), "not yet");
        for days in [2, 2, 3] {
            run_in(days).await;
            let told = [&claire, &paul, &nadia, &dora].map(announced);
            let told = futures::future::join_all(told).await;
            assert_eq!(told, [1, 1, 0, 0], "once, and neither staff nor who is new");
        }
        run_in(24).await;
        assert_eq!(announced(&claire).await, 1);
        for days in [26, 26, 27] {
            run_in(days).await;
            assert_eq!((announced(&claire).await, announced(&paul).await), (2, 2));
        }
        let then = at(SignedDuration::from_hours(24 * 27)).await;
        paul = paul.at(&then);
        paul.refresh().await;

        run_in(28).await;
        let commune = town.commune().await;
        assert!(
            commune.account(claire.account_id()).await.unwrap().is_some(),
            "seven days after the second at the earliest"
        );
        for days in [34, 35] {
            run_in(days).await;
        }
        assert_eq!(commune.account(claire.account_id()).await.unwrap(), None);
        assert!(commune.account(paul.account_id()).await.unwrap().is_some(), "who was there again stays");
        assert!(commune.account(nadia.account_id()).await.unwrap().is_some());
        assert_eq!((announced(&claire).await, announced(&paul).await), (2, 2));
        let log = nadia.get("retention").await.expect(200);
        assert_eq!(log.json["ended"].as_array().map(Vec::len), Some(1), "{log}");
        assert_eq!(log.json["ended"][0]["accounts"], 1);
        assert!(!log.json.to_string().contains(&claire.account_id().to_string()));

        for days in [36, 38] {
            at(SignedDuration::from_hours(24 * days)).await.run_schedule("erase_accounts").await.expect("a run");
        }
        let left = items_with(&table().await, &[claire.account_id().to_string(), address(&claire)]).await;
        assert_eq!(left, Vec::<String>::new());
        assert_eq!(commune.export(ExportOf::Account(claire.account_id())).await.unwrap(), None);
    });
}

#[test]
fn an_announcement_that_could_not_be_sent_is_sent_later_and_once() {
    run_alone(async {
        let town = Town::new().await;
        let paul = town.resident().await;
        unused(&paul, 20).await;
        let rule = NewFault { contains: Some(address(&paul)), ..NewFault::new(Service::Sns, FaultAction::Throttle) };
        let failing = fault(rule).await;
        let run = platform().await.run_schedule("retire_accounts").await;
        assert!(run.is_err() && failing.hits() > 0, "{run:?}");
        drop(failing);
        for _ in 0..2 {
            run_in(0).await;
            assert_eq!(announced(&paul).await, 1);
        }
        // What was announced late ends late: thirty days after.
        run_in(22).await;
        assert_eq!(announced(&paul).await, 1);
    });
}

#[test]
fn nobodys_account_ends_while_the_commune_is_suspended() {
    run(async {
        let town = Town::new().await;
        let claire = town.resident_by_mail().await;
        let suspend = format!("communes/{}/suspend", town.id);
        Actor::operator().await.post(&suspend, json!({ "reason": "facture impayée" })).await.expect(200);
        // Only now: another test's run may come at any time.
        unused(&claire, 20).await;
        platform().await.run_schedule("retire_accounts").await.expect("a run");
        assert_eq!(announced(&claire).await, 0);
    });
}

#[test]
fn a_phone_that_answered_stop_is_tried_once_and_costs_nothing() {
    run_alone(async {
        let town = Town::new().await;
        let paul = town.resident().await;
        unused(&paul, 20).await;
        let commune = town.commune().await;
        let before = commune.sms_used(Timestamp::now()).await.unwrap().parts;
        let rule = NewFault { contains: Some(address(&paul)), ..NewFault::new(Service::Sns, FaultAction::OptedOut) };
        let stop = fault(rule).await;
        for _ in 0..3 {
            run_in(0).await;
        }
        assert_eq!((stop.hits(), announced(&paul).await), (1, 0));
        assert_eq!(commune.sms_used(Timestamp::now()).await.unwrap().parts, before);
        let account = commune.account(paul.account_id()).await.unwrap().expect("it stays");
        assert_eq!(account.phone_for_sms(), None);
        for days in [24, 31] {
            run_in(days).await;
        }
        assert_eq!(commune.account(paul.account_id()).await.unwrap(), None, "it ends although nobody can be told");
        assert_eq!(stop.hits(), 1);
    });
}

#[test]
fn an_announcement_waits_when_only_what_is_kept_for_codes_is_left_of_the_month() {
    run_alone(async {
        let town = Town::new().await;
        let (paul, claire) = (town.resident().await, town.resident_by_mail().await);
        decided(&town, |standing| standing.plan.sms_a_month = 10).await;
        for actor in [&paul, &claire] {
            unused(actor, 20).await;
        }
        let commune = town.commune().await;
        let used = commune.sms_used(Timestamp::now()).await.unwrap().parts;
        assert!(commune.charge_code(10 - used, 10, Timestamp::now()).await.unwrap());
        run_in(0).await;
        assert_eq!((announced(&paul).await, announced(&claire).await), (0, 1));
        assert_eq!(commune.sms_used(Timestamp::now()).await.unwrap().parts, 10);
        run_in(32).await;
        assert_eq!(announced(&paul).await, 1, "the month after");
    });
}

#[test]
fn an_announcement_counts_for_the_end_it_told_of() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident_by_mail().await;
        unused(&claire, 20).await;
        for days in [0, 24] {
            run_in(days).await;
        }
        assert_eq!(announced(&claire).await, 2);
        let longer = json!({ "closed_reports_months": 60, "unused_accounts_months": 36 });
        change(&town.administrator().await, |settings| settings["retention"] = longer).await.expect(200);
        for days in [31, 330] {
            run_in(days).await;
        }
        assert_eq!(announced(&claire).await, 2, "a year later than that");
        for days in [360, 360, 384, 384] {
            run_in(days).await;
        }
        assert_eq!(announced(&claire).await, 4, "told again, twice");
    });
}

#[test]
fn nobodys_account_ends_within_a_week_after_the_commune_was_suspended() {
    run_alone(async {
        let town = Town::new().await;
        let claire = town.resident_by_mail().await;
        unused(&claire, 20).await;
        for days in [0, 24] {
            run_in(days).await;
        }
        let commune = town.commune().await;
        let back = Timestamp::now() + SignedDuration::from_hours(24 * 30);
        decided(&town, |standing| standing.resumed = Some(back)).await;
        for (days, there) in [(32, true), (36, true), (38, false)] {
            run_in(days).await;
            assert_eq!(commune.account(claire.account_id()).await.unwrap().is_some(), there, "after {days} days");
        }
    });
}
