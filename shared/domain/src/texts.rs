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

/// An e-mail of the platform's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeEmail {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// An e-mail that is no notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// The mail that announces the end of an account that nobody uses.
pub fn account_ends(language: Language, commune_name: &str, on: Date, link: &str) -> Email {
    let on = date_label(language, on);
    let args = [("commune", commune_name), ("date", on.as_str()), ("link", link)];
    let worded = |part: &str| text(language, &format!("account-ends-{part}"), &args);
    Email { subject: worded("subject"), body: worded("body") }
}

/// The same as a text message.
pub fn account_ends_sms(language: Language, commune_name: &str, on: Date, link: &str) -> String {
    let on = date_label(language, on);
    text(language, "account-ends-sms", &[("commune", commune_name), ("date", on.as_str()), ("link", link)])
}

/// What the first administrator of a commune is told when the commune has subscribed.
pub fn first_administrator(language: Language, commune_name: &str, link: &str) -> Email {
    let args = [("commune", commune_name), ("link", link)];
    let worded = |part: &str| text(language, &format!("first-administrator-{part}"), &args);
    Email { subject: worded("subject"), body: worded("body") }
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

/// The version of [`sms_consent`]: 1 more with every change of its meaning or its words.
pub const SMS_CONSENT_VERSION: u32 = 1;

/// What somebody agrees to who redeems a code that came by SMS.
pub fn sms_consent(language: Language) -> String {
    text(language, "sms-consent", &[])
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

/// What tells the owner of an account that its contacts changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactChanged {
    /// At most 160 septets.
    pub sms: String,
    /// One line.
    pub email_subject: String,
    /// Plain text.
    pub email_body: String,
}

/// The message that an account has a new contact, which is named as far as its owner recognises it.
pub fn contact_changed(language: Language, commune_name: &str, new: &str) -> ContactChanged {
    let args = [("commune", commune_name), ("new", new)];
    ContactChanged {
        sms: sms::fit(&text(language, "contact-changed-sms", &args), "", sms::SINGLE),
        email_subject: text(language, "contact-changed-email-subject", &args),
        email_body: text(language, "contact-changed-email-body", &args),
    }
}

/// The mail that tells an administrator how much of the month's text messages is used: `percent` of `budget` or more.
pub fn sms_budget_email(
    language: Language,
    commune_name: &str,
    percent: u32,
    used: u32,
    budget: u32,
    on: Date,
) -> CodeEmail {
    let month = text(language, &format!("month-{}", on.month()), &[]);
    let (percent_text, used, budget) = (percent.to_string(), used.to_string(), budget.to_string());
    let what = if percent < 100 { "sms-budget-soon" } else { "sms-budget-spent" };
    let what = text(language, what, &[]);
    let args = [
        ("commune", commune_name),
        ("percent", percent_text.as_str()),
        ("used", used.as_str()),
        ("budget", budget.as_str()),
        ("month", month.as_str()),
        ("what", what.as_str()),
    ];
    let subject = text(language, "sms-budget-subject", &args);
    CodeEmail { subject, body: text(language, "sms-budget-body", &args) }
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

mod alert;
mod launch;
mod refusals;
mod staff;
pub use alert::{AlertText, alert, alert_ended};
pub use launch::{LaunchOpen, launch_open, launch_way_out, not_taken};
pub use refusals::refusal;
pub use staff::{InvitationFacts, StaffMail, invitation, second_factor_reset};

#[cfg(test)]
mod tests;
