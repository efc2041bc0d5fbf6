//! What is assumed of a commune's use in a month, in one place, and how often each function then runs.
//!
//! The one measured commune is Jouques: 4,500 residents, 500 of them active, some 800 contributions a year. Everything else
//! is an assumption; change it here.

/// Active residents: 500 of 4,500.
const ACTIVE: f64 = 500.0 / 4_500.0;
/// Reports of one resident in a month: 800 of 4,500 in a year.
const REPORTS: f64 = 800.0 / 4_500.0 / 12.0;
/// Reports of somebody without an account, confirmed by a code.
const BY_GUESTS: f64 = 0.3;
/// Photos of a report.
const PHOTOS: f64 = 0.8;
/// Followers of a report beside who sent it.
const OTHERS: f64 = 1.0;
/// Steps of the commune on a report: seen, planned, solved.
const STEPS: f64 = 3.0;
/// Comments of residents on a report.
const COMMENTS: f64 = 1.0;
/// Alerts of a commune in a month, each with its all-clear: three in a year.
const ALERTS: f64 = 3.0 / 12.0;
/// Apps that listen, of one active resident: as many as are told by push.
const APPS: f64 = NOTICES[0].1;
/// Visits of an active resident in a month.
const VISITS: f64 = 4.0;
/// Visits of those who are not active, without an account: of ten residents one comes by once.
const PASSERS_BY: f64 = 0.1;
/// Sign-ins of an active resident in a month: a new phone or a lost session three times a year.
const SIGN_INS: f64 = 3.0 / 12.0;
/// Requests of an agent for each report: the list, the map, and the report before each step.
const AGENT_READS: f64 = 4.0;
/// Working days of a month, on each of which a member of staff looks at the list and at ten reports.
const WORKING_DAYS: f64 = 21.0;
/// One member of staff for so many residents, at least one in a commune.
const RESIDENTS_PER_AGENT: f64 = 2_000.0;

/// Notices by push, SMS and e-mail.
const NOTICES: [(&str, f64); 3] = [("push", 0.60), ("sms", 0.15), ("email", 0.25)];
/// Codes by SMS and e-mail.
const CODES: [(&str, f64); 2] = [("sms", 0.6), ("email", 0.4)];
/// Parts of an SMS: a notice has accents of GSM's own alphabet and more than 160 characters.
const SMS_PARTS_NOTICE: f64 = 2.0;

/// GB of an original, of both pictures that stay, of the small and of the large one.
const ORIGINAL_GB: f64 = 3.0e-3;
const PICTURES_GB: f64 = 0.45e-3;
const SMALL_GB: f64 = 0.04e-3;
const LARGE_GB: f64 = 0.41e-3;
/// Small pictures that a visit loads; what a browser has seen it keeps. And large ones.
const SMALL_SEEN: f64 = 10.0;
const LARGE_SEEN: f64 = 1.0;
/// Requests of a visit beside those of the API and for pictures: the page, `/web.json`, the manifest.
const PAGE_REQUESTS: f64 = 3.0;
/// Files of the app, and their GB: loaded on a first visit and after a release, of which there is one a month.
const APP_FILES: f64 = 15.0;
const APP_GB: f64 = 0.13e-3;
/// GB of an answer of the API, on average.
const ANSWER_GB: f64 = 6.0e-6;
/// GB that a report takes in the table, its history, followers and indexes, with its notices while they are kept.
const REPORT_GB: f64 = 25.0e-6;
/// GB of an account with its devices and sessions.
const ACCOUNT_GB: f64 = 4.0e-6;
/// Months of reports that a commune has: five years.
const MONTHS: f64 = 60.0;

/// A month of one commune.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Month {
    /// How often each function runs, by the name of its line in `requests`.
    pub(super) runs: Vec<(&'static str, f64)>,
    /// Everything else that is paid for, by price.
    pub(super) other: Vec<(&'static str, f64)>,
    /// Notices by channel.
    pub(super) notices: Vec<(&'static str, f64)>,
}

impl Month {
    /// A commune of so many residents.
    pub(super) fn of(residents: f64) -> Month {
        let active = residents * ACTIVE;
        let reports = residents * REPORTS;
        let guests = reports * BY_GUESTS;
        let photos = reports * PHOTOS;
        let visits = active * VISITS + residents * PASSERS_BY;
        let visitors = active + residents * PASSERS_BY;
        let pages = visits * PAGE_REQUESTS + visitors * APP_FILES;
        let agents = (residents / RESIDENTS_PER_AGENT).max(1.0);
        // Of a step everybody is told but who did it; of a comment everybody else.
        let notices = reports * (STEPS * (1.0 + OTHERS) + COMMENTS * OTHERS);
        let sign_ins = active * SIGN_INS;
        let codes = sign_ins + guests;
        let events = reports * (1.0 + STEPS + COMMENTS);
        let mut runs = vec![
            ("get_commune", visits),
            ("list_reports (first 25)", visits),
            ("get_map (clusters of the town)", visits * 0.5),
            ("get_map (pins of a street)", visits),
            ("get_report (resident)", visits),
            ("get_me", active * VISITS * 0.5),
            ("refresh_session", active * VISITS),
            ("create_challenge", sign_ins),
            ("create_session", sign_ins),
            ("put_device", sign_ins * 0.6),
            ("update_me", active * 0.05),
            ("list_similar_reports", reports),
            ("create_photo", photos),
            ("get_photo", photos * 3.0),
            ("process_photo", photos),
            ("create_report (with a photo)", (reports - guests) * PHOTOS.min(1.0)),
            ("create_report", (reports - guests) * (1.0 - PHOTOS.min(1.0))),
            ("create_report (guest)", guests),
            ("confirm_report", guests),
            ("follow_report", reports * OTHERS),
            ("create_comment", reports * COMMENTS),
            ("change_status", reports * STEPS),
            ("get_report (staff)", reports * AGENT_READS + agents * WORKING_DAYS * 10.0),
            ("list_inbox (first 25)", agents * WORKING_DAYS * 10.0),
            ("project_reports (new report)", reports),
            ("project_reports (new status)", reports * (STEPS + COMMENTS)),
            ("list_alerts (in force)", visits),
            ("create_alert", ALERTS),
            ("end_alert", ALERTS),
            ("deliver_notice (alert)", 2.0 * ALERTS),
            ("plan_notices (nobody to tell)", reports),
            ("plan_notices (3 followers)", events - reports),
        ];
        let told = NOTICES.map(|(channel, share)| (channel, notices * share));
        for (channel, count) in told {
            runs.push((delivery(channel), count));
        }
        let code = |channel: &str| CODES.iter().find(|(c, _)| *c == channel).map_or(0.0, |(_, share)| codes * share);
        let other = vec![
            // SNS takes one message to a topic, and money for what it delivers.
            ("push", told[0].1 + 2.0 * ALERTS * APPS * active),
            ("sms", told[1].1 * SMS_PARTS_NOTICE + code("sms")),
            ("email", told[2].1 + code("email")),
            ("dynamodb_storage", reports * MONTHS * REPORT_GB + active * ACCOUNT_GB),
            ("dynamodb_backup", reports * MONTHS * REPORT_GB + active * ACCOUNT_GB),
            // An original stays for a moment; its share of a month is nothing.
            ("s3_storage", photos * MONTHS * PICTURES_GB + photos * ORIGINAL_GB * 0.001),
            ("s3_puts", photos),
            ("s3_gets", visits * (SMALL_SEEN + LARGE_SEEN) * 0.1),
            ("cdn_requests", visits * (SMALL_SEEN + LARGE_SEEN) + pages),
            ("cdn_functions", pages),
            ("cdn_transfer", visits * (SMALL_SEEN * SMALL_GB + LARGE_SEEN * LARGE_GB) + visitors * APP_GB),
        ];
        Month { runs, other, notices: told.to_vec() }
    }
}

fn delivery(channel: &str) -> &'static str {
    match channel {
        "push" => "deliver_notice (push)",
        "sms" => "deliver_notice (sms)",
        _ => "deliver_notice (email)",
    }
}

/// GB that answers to so many requests are.
pub(super) fn answers_gb(requests: f64) -> f64 {
    requests * ANSWER_GB
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jouques_has_the_reports_that_it_has() {
        let month = Month::of(4_500.0);
        let of = |name: &str| month.runs.iter().find(|(n, _)| *n == name).map_or(f64::NAN, |(_, count)| *count);
        let sent = of("create_report") + of("create_report (with a photo)") + of("create_report (guest)");
        assert!((sent * 12.0 - 800.0).abs() < 1e-9, "{sent}");
        // 3 steps told to 2 each and one comment told to one: 7 notices a report.
        let told: f64 = month.notices.iter().map(|(_, count)| count).sum();
        assert!((told - sent * 7.0).abs() < 1e-9, "{told}");
        // 500 active, 4 visits each, and 450 others who come by once.
        assert!((of("get_commune") - 2_450.0).abs() < 1e-9);
    }
}
