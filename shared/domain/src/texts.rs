//! What residents read: notices, codes, labels; worded in `texts/*.ftl`, one file per language.

use std::{borrow::Cow, sync::OnceLock};

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use jiff::civil::Date;

use crate::{Kind, Language, Status, What, sms, text::excerpt};

/// How much of the words the title of a notice shows; the body has them whole.
const TITLE_WORDS: usize = 120;

/// How much of the report a notice shows.
const EXCERPT: usize = 80;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeCause {
    /// The report reached the commune, or went to another status.
    Status,
    /// Somebody wrote something.
    Comment,
    /// Its reporter took it back.
    Withdrawal,
}

impl NoticeCause {
    /// What residents are told of an entry; nothing of an internal one.
    pub fn of(what: &What) -> Option<Self> {
        match what {
            What::Received | What::StatusChanged { .. } => Some(Self::Status),
            What::Commented => Some(Self::Comment),
            What::Withdrawn => Some(Self::Withdrawal),
            What::InternalNote => None,
        }
    }
}

/// What there is to tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoticeFacts<'a> {
    /// As residents call it.
    pub commune_name: &'a str,
    /// The report's status after the event.
    pub status: Status,
    /// What happened.
    pub cause: NoticeCause,
    /// The public words of whoever did it.
    pub note: Option<&'a str>,
    /// The date, when scheduled.
    pub scheduled_for: Option<Date>,
    /// The report's own words; shortened here.
    pub excerpt: &'a str,
    /// To the report.
    pub link: &'a str,
    /// To where notices are switched off; opening it alone changes nothing.
    pub unsubscribe_link: &'a str,
}

/// One notice, worded for every channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// Of a push message: the new status, then the words, shortened.
    pub title: String,
    /// Of a push message: the words whole, then which report, then the link.
    pub body: String,
    /// At most 160 septets of the GSM 7-bit alphabet, unless the link alone is longer: the new status, then the words
    /// as far as they fit, then the link.
    pub sms: String,
    /// One line, the same as the title.
    pub email_subject: String,
    /// The first line has the new status and the words whole.
    pub email_body: String,
}

/// An e-mail with a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEmail {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// The notice in that language.
pub fn notice(language: Language, facts: &NoticeFacts) -> NoticeText {
    let status = status_with_date(language, facts);
    let words = match facts.note.map(str::trim).filter(|note| !note.is_empty()) {
        Some(note) => Cow::Borrowed(note),
        None => Cow::Owned(own_words(language, facts)),
    };
    let line = |words: &str| {
        let id = if facts.cause == NoticeCause::Comment { "notice-comment-line" } else { "notice-line" };
        text(language, id, &[("status", &status), ("words", words)])
    };
    let title = line(&excerpt(&words, TITLE_WORDS));
    let about = text(language, "notice-about", &[("excerpt", &excerpt(facts.excerpt, EXCERPT))]);
    let email_body = text(
        language,
        "notice-email-body",
        &[
            ("line", &line(&words)),
            ("about", &about),
            ("link", facts.link),
            ("commune", facts.commune_name),
            ("unsubscribe", facts.unsubscribe_link),
        ],
    );
    let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    NoticeText {
        body: format!("{words}\n{about}\n{}", facts.link),
        sms: sms::fit(&line(&one_line), facts.link, sms::SINGLE),
        email_subject: title.clone(),
        title,
        email_body,
    }
}

/// The text message that carries a code; the code stands first, so that no cut can reach it.
pub fn code_sms(language: Language, commune_name: &str, code: &str, minutes: u32) -> String {
    sms::fit(&text(language, "code-sms", &code_args(commune_name, code, &minutes.to_string())), "", sms::SINGLE)
}

/// The e-mail that carries a code.
pub fn code_email(language: Language, commune_name: &str, code: &str, minutes: u32) -> CodeEmail {
    let minutes = minutes.to_string();
    let args = code_args(commune_name, code, &minutes);
    CodeEmail { subject: text(language, "code-email-subject", &args), body: text(language, "code-email-body", &args) }
}

/// The status as residents read it.
pub fn status_label(language: Language, status: Status) -> String {
    text(language, &message_id("status", status.as_str()), &[])
}

/// The kind as residents read it.
pub fn kind_label(language: Language, kind: Kind) -> String {
    text(language, &message_id("kind", kind.as_str()), &[])
}

/// The date in words: `mardi 24 novembre 2026`.
pub fn date_label(language: Language, date: Date) -> String {
    let day = if date.day() == 1 { text(language, "day-first", &[]) } else { date.day().to_string() };
    let weekday = text(language, &format!("weekday-{}", date.weekday().to_monday_one_offset()), &[]);
    let month = text(language, &format!("month-{}", date.month()), &[]);
    let year = date.year().to_string();
    text(language, "date", &[("weekday", &weekday), ("day", &day), ("month", &month), ("year", &year)])
}

fn code_args<'a>(commune: &'a str, code: &'a str, minutes: &'a str) -> [(&'a str, &'a str); 3] {
    [("commune", commune), ("code", code), ("minutes", minutes)]
}

fn status_with_date(language: Language, facts: &NoticeFacts) -> String {
    match facts.scheduled_for {
        Some(date) if facts.status == Status::Scheduled => {
            text(language, "status-scheduled-for", &[("date", &date_label(language, date))])
        }
        _ => status_label(language, facts.status),
    }
}

fn own_words(language: Language, facts: &NoticeFacts) -> String {
    match facts.cause {
        NoticeCause::Status => text(language, &message_id("words", facts.status.as_str()), &[]),
        NoticeCause::Comment => text(language, "words-commented", &[]),
        NoticeCause::Withdrawal => text(language, "words-withdrawn", &[]),
    }
}

/// Message ids have hyphens, names on the wire underscores.
fn message_id(group: &str, name: &str) -> String {
    format!("{group}-{}", name.replace('_', "-"))
}

/// The message with its variables filled in. A message that is missing shows as its id; tests see to it that none is.
fn text(language: Language, id: &str, variables: &[(&str, &str)]) -> String {
    let bundle = bundle(language);
    let args: FluentArgs = variables.iter().map(|(name, value)| (*name, *value)).collect();
    let pattern = bundle.get_message(id).and_then(|message| message.value());
    let Some(pattern) = pattern else { return id.to_owned() };
    bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
}

const SOURCES: [(Language, &str); 2] =
    [(Language::Fr, include_str!("texts/fr.ftl")), (Language::En, include_str!("texts/en.ftl"))];

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static BUNDLES: OnceLock<[FluentBundle<FluentResource>; 2]> = OnceLock::new();
    let bundles = BUNDLES.get_or_init(|| SOURCES.map(|(language, source)| read(language, source)));
    match language {
        Language::Fr => &bundles[0],
        Language::En => &bundles[1],
    }
}

fn read(language: Language, source: &str) -> FluentBundle<FluentResource> {
    let tag = language.as_str().parse::<unic_langid::LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks are invisible on a screen, count in a text message and break links.
    bundle.set_use_isolating(false);
    // What cannot be parsed is left out here; a test reads the same files and fails on it.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
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
            if let Some((name, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
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
                assert!(
                    notice.title.starts_with(&label) && notice.title.contains("rebouché ce matin"),
                    "{}",
                    notice.title
                );
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
                        let notice =
                            notice(language, &NoticeFacts { note, cause, scheduled_for: date, ..facts(status) });
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
}
