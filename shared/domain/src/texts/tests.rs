//! Every notice in every language says what it must, first.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const LINK: &str = "https://parvis.example.org/aubignac-sur-arre/reports/019ab3c4-0000-7000-8000-000000000000";
const NOTE: &str = "Le nid-de-poule a été rebouché ce matin par l’équipe « voirie » ; merci de votre patience.";

fn facts(status: Status) -> NoticeFacts<'static> {
    NoticeFacts {
        commune_name: "Aubignac-sur-Arre",
        status,
        cause: NoticeCause::Status,
        note: Some(NOTE),
        scheduled_for: None,
        excerpt: "Un énorme nid-de-poule devant l’école, dangereux pour les vélos, surtout la nuit quand il pleut",
        link: LINK,
        unsubscribe_link: "https://parvis.example.org/aubignac-sur-arre/me#channels",
    }
}

/// Message ids with the names of their variables.
fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    let mut id = String::new();
    for line in source.lines() {
        if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            id = name.to_owned();
            assert!(all.insert(id.clone(), BTreeSet::new()).is_none(), "{id} is there twice");
        }
        let variables = line.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next());
        all.entry(id.clone()).or_default().extend(variables.map(str::to_owned));
    }
    all
}

#[test]
fn both_languages_have_exactly_the_same_messages_with_the_same_variables() {
    let [(_, french), (_, english)] = SOURCES;
    assert_eq!(messages(french), messages(english));
    assert!(messages(french).len() > 60);
    for (language, source) in SOURCES {
        assert!(FluentResource::try_new(source.to_owned()).is_ok(), "{language:?}");
    }
}

#[test]
fn every_message_renders_without_a_gap() {
    for (language, source) in SOURCES {
        for (id, variables) in messages(source).into_iter().filter(|(id, _)| !id.is_empty()) {
            let values: Vec<(&str, &str)> = variables.iter().map(|name| (name.as_str(), "VALUE")).collect();
            let rendered = text(language, &id, &values);
            assert!(
                !rendered.is_empty() && rendered != id && !rendered.contains(['{', '\u{2068}']),
                "{id}: {rendered}"
            );
            assert!(rendered.matches("VALUE").count() >= variables.len(), "{id}: {rendered}");
        }
    }
}

#[test]
fn every_status_in_every_language_says_itself_and_the_words_first() {
    for language in Language::ALL {
        for status in Status::ALL {
            let label = status_label(language, status);
            let notice = notice(language, &facts(status));
            let first = notice.email_body.lines().next().unwrap();
            assert!(first.starts_with(&label) && first.ends_with(NOTE), "{first}");
            assert!(notice.title.starts_with(&label) && notice.title.contains("rebouché ce matin"), "{}", notice.title);
            assert_eq!(notice.email_subject, notice.title);
            assert!(notice.body.starts_with(NOTE) && notice.body.ends_with(LINK), "{}", notice.body);
            assert!(
                notice.sms.starts_with(&sms::to_gsm7(&label)) && notice.sms.contains("nid-de-poule"),
                "{}",
                notice.sms
            );
            for line in [&notice.body, &notice.email_body] {
                assert!(line.contains("Un énorme nid-de-poule") && line.contains('…'), "{line}");
            }
        }
    }
}

#[test]
fn every_notice_is_one_text_message_with_its_link_whole() {
    let long = "mot ".repeat(500);
    let notes = [None, Some("Fait."), Some(NOTE), Some(long.as_str()), Some("😀 \n\n👍")];
    for language in Language::ALL {
        for status in Status::ALL {
            for note in notes {
                for cause in [NoticeCause::Status, NoticeCause::Comment, NoticeCause::Withdrawal] {
                    let date = Some(jiff::civil::date(2026, 9, 30));
                    let notice = notice(language, &NoticeFacts { note, cause, scheduled_for: date, ..facts(status) });
                    assert_eq!(sms::parts(&notice.sms), 1, "{}", notice.sms);
                    assert!(sms::is_gsm7(&notice.sms) && notice.sms.ends_with(LINK), "{}", notice.sms);
                    assert!(!notice.sms.contains('\n'), "{}", notice.sms);
                }
            }
        }
    }
}

#[test]
fn without_a_note_the_notice_still_says_something() {
    for language in Language::ALL {
        for status in Status::ALL {
            let notice = notice(language, &NoticeFacts { note: Some("  "), ..facts(status) });
            assert!(notice.title.len() > status_label(language, status).len() + 10, "{}", notice.title);
        }
    }
    let received = notice(Language::Fr, &NoticeFacts { note: None, ..facts(Status::Received) });
    assert_eq!(received.title, "Reçu : Votre commune a bien reçu ce message.");
}

#[test]
fn a_scheduled_report_names_its_day_first() {
    let date = Some(jiff::civil::date(2026, 11, 24));
    let planned = NoticeFacts { scheduled_for: date, note: Some("Enrobé à froid."), ..facts(Status::Scheduled) };
    let french = notice(Language::Fr, &planned);
    assert_eq!(french.title, "Planifié pour le mardi 24 novembre 2026 : Enrobé à froid.");
    assert!(
        french.sms.starts_with("Planifié pour le mardi 24 novembre 2026 : Enrobé à froid. https://"),
        "{}",
        french.sms
    );
    assert_eq!(notice(Language::En, &planned).title, "Scheduled for Tuesday 24 November 2026: Enrobé à froid.");
}

#[test]
fn a_comment_and_a_withdrawal_are_told_as_such() {
    let comment = notice(
        Language::Fr,
        &NoticeFacts { cause: NoticeCause::Comment, note: Some("Où est-ce ?"), ..facts(Status::UnderReview) },
    );
    assert_eq!(comment.title, "Nouveau message (À l’étude) : Où est-ce ?");
    let gone =
        notice(Language::Fr, &NoticeFacts { cause: NoticeCause::Withdrawal, note: None, ..facts(Status::Closed) });
    assert_eq!(gone.title, "Clos : Son auteur l’a retiré.");
}

#[test]
fn a_title_is_one_line_whatever_the_note() {
    let notice = notice(Language::Fr, &NoticeFacts { note: Some("Un\n\ndeux\ttrois"), ..facts(Status::Resolved) });
    assert_eq!(notice.title, "Résolu : Un deux trois");
    assert!(notice.body.starts_with("Un\n\ndeux"));
}

#[test]
fn braces_in_a_note_are_words_and_not_instructions() {
    let notice = notice(Language::Fr, &NoticeFacts { note: Some("{ $link } <b>"), ..facts(Status::Resolved) });
    assert_eq!(notice.title, "Résolu : { $link } <b>");
}

#[test]
fn internal_entries_have_no_notice() {
    assert_eq!(NoticeCause::of(&What::InternalNote), None);
    assert_eq!(NoticeCause::of(&What::Commented), Some(NoticeCause::Comment));
    assert_eq!(NoticeCause::of(&What::Received), Some(NoticeCause::Status));
}

#[test]
fn a_code_stands_first_in_one_text_message_also_in_the_commune_with_the_longest_name() {
    for language in Language::ALL {
        let sms = code_sms(language, "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "048213", 10);
        assert!(sms.starts_with("048213 ") && sms.contains("10 minutes") && sms::parts(&sms) == 1, "{sms}");
        let email = code_email(language, "Jouques", "048213", 10);
        assert!(email.subject.starts_with("048213 ") && !email.subject.contains('\n'));
        assert!(email.body.contains(": 048213\n") && email.body.contains("10 minutes"), "{}", email.body);
    }
    let french = code_sms(Language::Fr, "Jouques", "048213", 10);
    assert_eq!(french, "048213 est votre code pour Jouques. Il est valable 10 minutes. Ne le donnez à personne.");
}

#[test]
fn the_words_of_the_agreement_to_text_messages_are_those_of_its_version() {
    let words = Language::ALL.map(sms_consent);
    let lengths: Vec<usize> = words.iter().map(|text| text.chars().count()).collect();
    // Accounts hold the version and the words: words that change without their version would make it say nothing.
    assert_eq!((SMS_CONSENT_VERSION, lengths.as_slice()), (1, &[301, 251][..]), "{words:?}");
    assert!(words[0].contains("à tout moment") && words[1].contains("at any time"), "{words:?}");
}

#[test]
fn dates_read_as_people_write_them() {
    let label = |y, m, d| date_label(Language::Fr, jiff::civil::date(y, m, d));
    assert_eq!(label(2026, 11, 24), "mardi 24 novembre 2026");
    assert_eq!(label(2027, 8, 1), "dimanche 1er août 2027");
    assert_eq!(date_label(Language::En, jiff::civil::date(2026, 2, 2)), "Monday 2 February 2026");
}

#[test]
fn kinds_and_statuses_have_different_labels_each() {
    for language in Language::ALL {
        let kinds: BTreeSet<_> = Kind::ALL.map(|kind| kind_label(language, kind)).into();
        let statuses: BTreeSet<_> = Status::ALL.map(|status| status_label(language, status)).into();
        assert_eq!((kinds.len(), statuses.len()), (6, 12));
    }
}
