//! Every step a report can take: who may, when, with what, and what it leaves behind.

use parvis_domain::*;
use serde_json::{Value, json};

use crate::fixture::*;

fn change(json: Value) -> Change {
    serde_json::from_value(json).unwrap()
}

fn comment(json: Value) -> NewComment {
    serde_json::from_value(json).unwrap()
}

fn invalid(refused: Result<(Report, Event), Refused>) -> Vec<(String, &'static str)> {
    match refused {
        Err(Refused::Invalid(wrong)) => wrong.into_iter().map(|w| (w.field, w.code)).collect(),
        other => panic!("expected a refusal of values, got {other:?}"),
    }
}

#[test]
fn staff_take_exactly_the_steps_of_the_table_but_the_reporters_own() {
    for kind in Kind::ALL {
        for from in Status::ALL {
            for to in Status::ALL {
                let (report, _) = standing(kind, from);
                let result = report.change(change_to(to), agent(), None, now());
                if !from.may_become(kind, to) {
                    assert_eq!(result, Err(Refused::NotAllowed { from, to }), "{kind:?}");
                } else if from == Status::Unconfirmed || to == Status::ReopenRequested {
                    assert_eq!(result, Err(Refused::NotYours), "{kind:?} {from:?} -> {to:?}");
                } else {
                    let (after, event) = result.unwrap_or_else(|e| panic!("{kind:?} {from:?} -> {to:?}: {e}"));
                    assert_eq!((after.status, after.version, after.updated), (to, report.version + 1, now()));
                    assert_eq!((event.status, event.version, after.last_event), (to, after.version, Some(event.id)));
                    assert!(matches!(event.what, What::StatusChanged { from: f, to: t, .. } if (f, t) == (from, to)));
                }
            }
        }
    }
}

#[test]
fn the_reporter_only_asks_to_reopen_what_is_resolved() {
    for from in Status::ALL {
        for to in Status::ALL {
            let (report, reporter) = standing(Kind::Problem, from);
            let result = report.change(change_to(to), Actor::Reporter(reporter), None, now());
            match (from, to) {
                (Status::Resolved, Status::ReopenRequested) => assert_eq!(result.unwrap().0.status, to),
                (Status::Unconfirmed, _) => assert_eq!(result, Err(Refused::NotYours), "it has no reporter yet"),
                _ if from.may_become(Kind::Problem, to) => {
                    assert_eq!(result, Err(Refused::NotYours), "{from:?} {to:?}")
                }
                _ => assert_eq!(result, Err(Refused::NotAllowed { from, to })),
            }
        }
    }
}

#[test]
fn nobody_else_changes_a_status() {
    let (report, _) = standing(Kind::Problem, Status::Resolved);
    let stranger = AccountId::new(later(1));
    for actor in [Actor::Reporter(stranger), Actor::Resident(stranger), Actor::System] {
        assert_eq!(report.change(change_to(Status::ReopenRequested), actor, None, now()), Err(Refused::NotYours));
    }
}

#[test]
fn asking_to_reopen_ends_fourteen_days_after_resolving() {
    let (report, reporter) = standing(Kind::Problem, Status::Resolved);
    let ask = |at| report.change(change_to(Status::ReopenRequested), Actor::Reporter(reporter), None, at);
    let (asked, _) = ask(later(14 * 24)).unwrap();
    assert_eq!(asked.resolved_at, report.resolved_at);
    let deadline = later(14 * 24);
    assert_eq!(ask(deadline + jiff::SignedDuration::from_secs(1)), Err(Refused::TooLate { deadline }));
    // Staff may reopen whenever they like.
    assert!(report.change(change_to(Status::Reopened), agent(), None, later(100 * 24)).is_ok());
}

#[test]
fn scheduling_needs_a_date_today_or_later_in_paris() {
    let (report, _) = received(Kind::Problem);
    let schedule = |json: Value, at| report.change(change(json), agent(), None, at);
    assert_eq!(invalid(schedule(json!({ "to": "scheduled" }), now())), [("scheduled_for".to_owned(), "date_required")]);
    let past = schedule(json!({ "to": "scheduled", "scheduled_for": "2026-11-20" }), now());
    assert_eq!(invalid(past), [("scheduled_for".to_owned(), "date_in_the_past")]);
    assert!(schedule(json!({ "to": "scheduled", "scheduled_for": "2026-11-21" }), now()).is_ok());
    // At 23:30 UTC it is tomorrow in Paris already.
    let late = "2026-11-21T23:30:00Z".parse().unwrap();
    let yesterday = schedule(json!({ "to": "scheduled", "scheduled_for": "2026-11-21" }), late);
    assert_eq!(invalid(yesterday), [("scheduled_for".to_owned(), "date_in_the_past")]);
}

#[test]
fn the_date_belongs_to_scheduled_and_goes_with_it() {
    let (report, _) = received(Kind::Problem);
    let out =
        report.change(change(json!({ "to": "under_review", "scheduled_for": "2026-12-01" })), agent(), None, now());
    assert_eq!(invalid(out), [("scheduled_for".to_owned(), "out_of_place")]);
    let (scheduled, event) = report.change(change_to(Status::Scheduled), agent(), None, now()).unwrap();
    let date = scheduled.scheduled_for;
    assert_eq!(date.unwrap().to_string(), "2026-11-24");
    assert!(matches!(event.what, What::StatusChanged { scheduled_for, .. } if scheduled_for == date));
    let (working, _) = scheduled.change(change_to(Status::InProgress), agent(), None, now()).unwrap();
    assert_eq!(working.scheduled_for, None);
}

#[test]
fn closing_needs_a_reason_and_a_duplicate_its_original_or_a_note() {
    let (report, _) = received(Kind::Problem);
    let close = |json: Value| report.change(change(json), agent(), None, now());
    assert_eq!(invalid(close(json!({ "to": "closed" }))), [("close_reason".to_owned(), "reason_required")]);
    let bare = close(json!({ "to": "closed", "close_reason": "duplicate" }));
    assert_eq!(invalid(bare), [("duplicate_of".to_owned(), "original_required")]);
    assert!(close(json!({ "to": "closed", "close_reason": "duplicate", "note": "Déjà signalé hier." })).is_ok());
    let original = ReportId::new(now());
    let (closed, event) =
        close(json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": original })).unwrap();
    assert_eq!((closed.close_reason, closed.duplicate_of), (Some(CloseReason::Duplicate), Some(original)));
    assert!(matches!(event.what, What::StatusChanged { duplicate_of: Some(of), .. } if of == original));
    let (reopened, _) = closed.change(change_to(Status::Reopened), agent(), None, now()).unwrap();
    assert_eq!((reopened.close_reason, reopened.duplicate_of), (None, None));
}

#[test]
fn what_belongs_to_another_step_is_refused() {
    let (report, _) = received(Kind::Problem);
    let original = ReportId::new(now());
    for (json, field, code) in [
        (json!({ "to": "resolved", "close_reason": "no_action" }), "close_reason", "out_of_place"),
        (
            json!({ "to": "closed", "close_reason": "invalid", "duplicate_of": original }),
            "duplicate_of",
            "out_of_place",
        ),
        (json!({ "to": "resolved", "duplicate_of": original }), "duplicate_of", "out_of_place"),
        (
            json!({ "to": "closed", "close_reason": "duplicate", "duplicate_of": report.id }),
            "duplicate_of",
            "duplicate_of_itself",
        ),
        (
            json!({ "to": "resolved", "photos": (0..7).map(|_| photo()).collect::<Vec<_>>() }),
            "photos",
            "too_many_photos",
        ),
    ] {
        assert_eq!(invalid(report.change(change(json), agent(), None, now())), [(field.to_owned(), code)]);
    }
}

#[test]
fn public_and_internal_notes_stay_apart() {
    let (report, reporter) = received(Kind::Problem);
    let both = change(json!({ "to": "under_review", "note": "On regarde.", "internal_note": "Voir avec Paul" }));
    let (_, event) = report.change(both, agent(), None, now()).unwrap();
    assert!(!event.is_internal());
    let public = event.for_public("Services techniques").unwrap();
    assert_eq!(public.note.as_ref().map(Note::as_str), Some("On regarde."));
    assert_eq!(public.actor, PublicActor::Staff { service: "Services techniques".to_owned() });
    let written = serde_json::to_string(&public).unwrap();
    for secret in ["Paul", "Nadia", &event.actor.account().unwrap().to_string(), &reporter.to_string()] {
        assert!(!written.contains(secret), "{secret} in {written}");
    }
    let (resolved, reporter) = standing(Kind::Problem, Status::Resolved);
    let sneaky = change(json!({ "to": "reopen_requested", "internal_note": "x" }));
    let refused = resolved.change(sneaky, Actor::Reporter(reporter), None, now());
    assert_eq!(invalid(refused), [("internal_note".to_owned(), "staff_only")]);
}

#[test]
fn the_public_sees_no_account_of_anybody() {
    let (report, reporter) = received(Kind::Problem);
    let other = AccountId::new(later(2));
    for actor in [Actor::Reporter(reporter), Actor::Resident(other)] {
        let (_, event) = report.comment(comment(json!({ "text": "Toujours là" })), actor.clone(), now()).unwrap();
        let written = serde_json::to_string(&event.for_public("Accueil")).unwrap();
        assert!(!written.contains(&actor.account().unwrap().to_string()), "{written}");
    }
}

#[test]
fn photos_of_a_resolution_are_the_photos_of_afterwards() {
    let (report, _) = received(Kind::Problem);
    let with_photo = |to: &str| change(json!({ "to": to, "photos": [photo()] }));
    let (review, event) = report.change(with_photo("under_review"), agent(), None, now()).unwrap();
    assert_eq!((review.after_photos.len(), event.photos.len()), (0, 1));
    let (resolved, event) = review.change(with_photo("resolved"), agent(), None, now()).unwrap();
    assert_eq!((&resolved.after_photos, resolved.resolved_at), (&event.photos, Some(now())));
}

#[test]
fn a_pause_for_the_reporter_moves_the_expected_date_by_whole_days() {
    let (report, reporter) = received(Kind::Problem);
    let expected = report.expected.unwrap();
    let (waiting, _) = report.change(change_to(Status::AwaitingReporter), agent(), None, now()).unwrap();
    assert_eq!((waiting.awaiting_since, waiting.expected), (Some(now()), Some(expected)));
    assert_eq!(waiting.awaiting_ends_at(None), Some(later(5 * 24)));
    for (hours, days) in [(1, 0), (23, 0), (24, 1), (71, 2)] {
        let answer = comment(json!({ "text": "C’est devant le n° 12" }));
        let (back, _) = waiting.comment(answer, Actor::Reporter(reporter), later(hours)).unwrap();
        assert_eq!(back.awaiting_since, None);
        assert_eq!((back.expected.unwrap() - expected).get_days(), days, "{hours} h");
    }
    let (closed, _) = waiting.change(change_to(Status::Closed), agent(), None, later(48)).unwrap();
    assert_eq!((closed.expected.unwrap() - expected).get_days(), 2);
}

#[test]
fn no_other_step_moves_the_expected_date() {
    let (mut report, _) = received(Kind::Problem);
    let expected = report.expected;
    for to in [Status::UnderReview, Status::Scheduled, Status::InProgress, Status::Resolved, Status::Reopened] {
        report = report.change(change_to(to), agent(), None, now()).unwrap().0;
        assert_eq!(report.expected, expected, "{to:?}");
    }
}

#[test]
fn the_reporters_answer_brings_the_report_back_under_review() {
    let (waiting, reporter) = standing(Kind::Problem, Status::AwaitingReporter);
    let answer = comment(json!({ "text": "Devant le n° 12", "photos": [photo()] }));
    let (back, event) = waiting.comment(answer.clone(), Actor::Reporter(reporter), later(1)).unwrap();
    assert_eq!((back.status, event.status, event.photos.len()), (Status::UnderReview, Status::UnderReview, 1));
    assert!(matches!(event.what, What::StatusChanged { from: Status::AwaitingReporter, to: Status::UnderReview, .. }));
    assert_eq!(event.public_note.unwrap().as_str(), "Devant le n° 12");
    // Anybody else's comment does not answer for the reporter.
    for actor in [agent(), Actor::Resident(AccountId::new(later(3)))] {
        let (still, event) = waiting.comment(answer.clone(), actor, later(1)).unwrap();
        assert_eq!((still.status, event.what), (Status::AwaitingReporter, What::Commented));
    }
}

#[test]
fn five_days_without_an_answer_bring_the_report_back_too() {
    let (waiting, _) = standing(Kind::Problem, Status::AwaitingReporter);
    let early = waiting.awaiting_timeout(None, later(5 * 24 - 1));
    assert_eq!(early, Err(Refused::NotAllowed { from: Status::AwaitingReporter, to: Status::UnderReview }));
    let (back, event) = waiting.awaiting_timeout(None, later(5 * 24)).unwrap();
    assert_eq!((back.status, event.actor), (Status::UnderReview, Actor::System));
    assert_eq!((back.expected.unwrap() - waiting.expected.unwrap()).get_days(), 5);
    assert!(back.awaiting_timeout(None, later(5 * 24)).is_err());
}

#[test]
fn internal_comments_are_staffs_and_leave_no_public_trace() {
    let (report, reporter) = received(Kind::Problem);
    let internal = comment(json!({ "text": "Appeler Enedis", "internal": true }));
    let (after, event) = report.comment(internal.clone(), agent(), later(2)).unwrap();
    assert!(event.is_internal() && event.public_note.is_none());
    assert_eq!(event.for_public("Accueil"), None);
    assert_eq!((after.version, after.status, after.updated), (2, Status::Received, report.updated));
    for actor in [Actor::Reporter(reporter), Actor::Resident(account()), Actor::System] {
        assert_eq!(report.comment(internal.clone(), actor, now()), Err(Refused::NotYours));
    }
}

#[test]
fn only_who_may_see_a_report_comments_on_it() {
    let neighbour = || Actor::Resident(AccountId::new(later(3)));
    let say = || comment(json!({ "text": "Moi aussi" }));
    let (mut report, reporter) = received(Kind::Problem);
    assert!(report.comment(say(), neighbour(), now()).is_ok());
    for visibility in [Visibility::Pending, Visibility::Private, Visibility::Hidden] {
        report.visibility = visibility;
        assert_eq!(report.comment(say(), neighbour(), now()), Err(Refused::NotYours));
        assert!(report.comment(say(), Actor::Reporter(reporter), now()).is_ok());
    }
    for status in [Status::Unconfirmed, Status::Expired] {
        let (report, reporter) = standing(Kind::Problem, status);
        for actor in [agent(), neighbour(), Actor::Reporter(reporter)] {
            assert_eq!(report.comment(say(), actor, now()), Err(Refused::NotYours), "{status:?}");
        }
    }
}

#[test]
fn confirming_brings_the_report_to_the_commune_and_forgets_the_contact() {
    let (report, _) = standing(Kind::Problem, Status::Unconfirmed);
    let account = account();
    let (confirmed, event) = report.confirm(account, None, later(1)).unwrap();
    assert_eq!((confirmed.status, confirmed.reporter, confirmed.followers), (Status::Received, Some(account), 1));
    assert_eq!((confirmed.guest_contact.as_ref(), confirmed.version, event.version), (None, 2, 2));
    assert_eq!((event.what, event.actor), (What::Received, Actor::Reporter(account)));
    assert_eq!(confirmed.expected, report.expected, "frozen at creation");
    assert_eq!(
        confirmed.confirm(account, None, later(1)),
        Err(Refused::NotAllowed { from: Status::Received, to: Status::Received })
    );
    let deadline = later(24);
    let too_late = report.confirm(account, None, deadline + jiff::SignedDuration::from_secs(1));
    assert_eq!(too_late, Err(Refused::TooLate { deadline }));
}

#[test]
fn an_unconfirmed_report_expires_after_a_day_and_its_contact_is_forgotten() {
    let (report, _) = standing(Kind::Problem, Status::Unconfirmed);
    assert!(report.expire(None, later(23)).is_err());
    let (expired, event) = report.expire(None, later(24)).unwrap();
    assert_eq!((expired.status, expired.guest_contact.as_ref(), event.actor), (Status::Expired, None, Actor::System));
    assert!(!expired.is_published());
    assert!(expired.expire(None, later(48)).is_err() && expired.confirm(account(), None, later(1)).is_err());
}

#[test]
fn a_reporter_withdraws_any_open_report_and_nothing_else() {
    for kind in Kind::ALL {
        for from in Status::ALL {
            let (report, reporter) = standing(kind, from);
            let result = report.withdraw(Actor::Reporter(reporter), now());
            if from.is_open() {
                let (gone, event) = result.unwrap();
                assert_eq!((gone.status, gone.close_reason), (Status::Closed, Some(CloseReason::Withdrawn)));
                assert_eq!((event.what, event.status), (What::Withdrawn, Status::Closed));
            } else if from == Status::Unconfirmed {
                assert_eq!(result, Err(Refused::NotYours));
            } else {
                assert_eq!(result, Err(Refused::NotAllowed { from, to: Status::Closed }), "{from:?}");
            }
            for actor in [agent(), Actor::Resident(reporter), Actor::Reporter(AccountId::new(later(1)))] {
                assert_eq!(report.withdraw(actor, now()), Err(Refused::NotYours));
            }
        }
    }
}

#[test]
fn an_unconfirmed_report_is_withdrawn_without_ever_being_published() {
    let (report, _) = standing(Kind::Problem, Status::Unconfirmed);
    let (gone, event) = report.withdraw(Actor::System, now()).unwrap();
    assert_eq!((gone.status, gone.close_reason), (Status::Expired, Some(CloseReason::Withdrawn)));
    assert_eq!((gone.guest_contact.as_ref(), event.what), (None, What::Withdrawn));
    assert!(!gone.is_published());
    let (received, _) = received(Kind::Problem);
    assert_eq!(received.withdraw(Actor::System, now()), Err(Refused::NotYours));
}

#[test]
fn refusals_read_as_sentences() {
    let (report, _) = received(Kind::Praise);
    let refused = report.change(change_to(Status::InProgress), agent(), None, now()).unwrap_err();
    assert_eq!(refused.to_string(), "a report that is received cannot become in_progress");
    let next: Vec<_> = Status::Received.possible(Kind::Praise).into_iter().map(Status::as_str).collect();
    assert_eq!(next, ["under_review", "resolved", "closed"]);
}

#[test]
fn residents_cannot_fill_a_history_without_end_and_staff_can_always_answer() {
    let (mut full, reporter) = standing(Kind::Problem, Status::Received);
    full.version = MAX_RESIDENTS_ENTRIES;
    let again = || comment(json!({"text": "Encore"}));
    let refused = full.comment(again(), Actor::Reporter(reporter), now());
    assert!(matches!(&refused, Err(Refused::Invalid(why)) if why[0].code == "history_full"), "{refused:?}");
    assert!(full.comment(again(), agent(), now()).is_ok());
}

#[test]
fn nobodys_time_runs_out_while_a_commune_is_suspended() {
    let (unconfirmed, _) = standing(Kind::Problem, Status::Unconfirmed);
    let resumed = Some(later(30));
    assert!(unconfirmed.expire(None, later(31)).is_ok());
    assert!(unconfirmed.expire(resumed, later(53)).is_err());
    assert!(unconfirmed.confirm(account(), resumed, later(53)).is_ok());
    assert!(unconfirmed.confirm(account(), None, later(53)).is_err());
    assert!(unconfirmed.expire(resumed, later(54)).is_ok(), "a day after the commune came back");
    // One that was over before, or begun after, is as ever.
    assert_eq!(unconfirmed.expires_at(Some(later(-100))), Some(later(24)));
    // Nor does the time to ask for reopening.
    let (resolved, reporter) = standing(Kind::Problem, Status::Resolved);
    let ask = |at| resolved.change(change_to(Status::ReopenRequested), Actor::Reporter(reporter), resumed, at);
    assert!(ask(later(30 + 14 * 24)).is_ok());
    assert_eq!(ask(later(31 + 14 * 24)), Err(Refused::TooLate { deadline: later(30 + 14 * 24) }));
}
