//! `POST /v1/{commune}/reports`: a resident speaks up.
//!
//! No account wall: a guest gives a phone number or an e-mail address and confirms the report by the code that is sent
//! there (`POST …/confirmation`), or gives none where the commune takes that. Everything is written in one transaction, and
//! an `Idempotency-Key` makes sending it twice send it once.

use jiff::Timestamp;
use parvis_domain::{AccountId, Invalid, Language, MAX_PHOTOS, Module, NewReport, Report, ReportId, Sender, texts};
use parvis_edge::{
    Class, CodeSent, CreatedVersioned, Cx, Endpoint, Grant, IdempotencyKey, Json, Problem, ResidentOrGuest, Route,
    not_taken, post, reachable, send_code, sender,
};
use parvis_store::photos::Photo;
use parvis_store::{CODE_LIFETIME, Commune, Dossier, Idempotency, Purpose, Viewer};
use schemars::JsonSchema;
use serde::Serialize;

use crate::sent::{Earlier, Sent};
use crate::view::ReportView;

/// Takes a report.
pub struct CreateReport;

/// The report as it was taken.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CreatedReport {
    /// The report.
    #[serde(flatten)]
    report: ReportView,
    /// What its sender still has to do; absent once the report is with the commune.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmation: Option<Confirmation>,
}

/// How a guest's report gets to the commune: by the code, sent to `POST …/reports/{report}/confirmation`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Confirmation {
    /// Where the code went, as far as its owner recognises it.
    contact: String,
    /// Whether a code is on its way. If not, the report is kept all the same: ask for a code as `detail` says.
    sent: bool,
    /// Seconds for which a code is good.
    expires_in: i64,
    /// Seconds until another code may be asked for.
    resend_after: i64,
    /// Where a phone is confirmed, and a code is on its way: what redeeming the code agrees to. Show it where the code is typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_consent: Option<String>,
    /// What to do, in words of the report's language.
    detail: String,
}

impl Endpoint for CreateReport {
    const ROUTE: Route = post("/v1/{commune}/reports");
    const SUMMARY: &'static str = "Send a report to the commune";
    const GRANTS: &'static [Grant] =
        &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::PUT, Grant::PUBLISH_SMS, Grant::SEND_EMAIL];
    const LIMIT: Class = Class::Report;
    const MODULE: Option<Module> = Some(Module::Reports);
    const LAUNCHED: bool = true;
    type Caller = ResidentOrGuest;
    type Input = (IdempotencyKey, Json<NewReport>);
    type Output = CreatedVersioned<CreatedReport>;

    async fn run(
        cx: &Cx,
        ResidentOrGuest { commune, account }: ResidentOrGuest,
        (IdempotencyKey(key), Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let sender = sender(&commune, account.as_ref()).await?;
        let account = account.map(|account| account.id);
        if let (None, Some(contact)) = (account, &new.contact) {
            reachable(&commune, contact)?;
        }
        let sent = Sent::read(&commune, account, new.contact.as_ref(), key.as_deref(), &new)?;
        let mut replaced = None;
        loop {
            // Written without asking whether the key was used: mostly it was not, and the transaction refuses a second use.
            let replaces = replaced.is_some();
            let problem = match take(cx, &commune, (account, sender), &new, sent.key(replaced.take())).await {
                Ok(dossier) => return answer(cx, &commune, dossier, account).await,
                Err(problem) => problem,
            };
            match sent.earlier(cx, &commune).await? {
                Earlier::Report(dossier) => return answer(cx, &commune, *dossier, account).await,
                Earlier::Over(earlier) if !replaces => replaced = Some(earlier),
                Earlier::Over(_) | Earlier::Nothing => return Err(problem),
            }
        }
    }
}

/// Checks everything, names everything that is wrong, and writes the report.
async fn take(
    cx: &Cx,
    commune: &Commune,
    (account, sender): (Option<AccountId>, Sender),
    new: &NewReport,
    key: impl FnOnce(ReportId, Timestamp) -> Option<Idempotency>,
) -> Result<Dossier, Problem> {
    if let Some(why) = commune.launch.launch.refuses(&commune.settings, new, sender) {
        return Err(not_taken(cx, commune, new.language, why));
    }
    let opened = Report::open(&commune.settings, new.clone(), account, cx.now());
    // More than are allowed are refused by number and not looked up.
    let wanted = if new.photos.len() > MAX_PHOTOS { &[] } else { new.photos.as_slice() };
    let photos = commune.attachable("photos", wanted, account).await?;
    let ((report, event), photos) = both(opened, photos)?;
    let key = key(report.id, report.created);
    commune.create_report(&report, event.as_ref(), &photos, key.as_ref()).await?;
    Ok(Dossier { report, events: event.into_iter().collect(), duplicates: Vec::new() })
}

type Checked<T> = Result<T, Vec<Invalid>>;

/// Both, or all that is wrong with either; a photo that is there twice is said once.
fn both<A>(report: Checked<A>, photos: Checked<Vec<Photo>>) -> Checked<(A, Vec<Photo>)> {
    match (report, photos) {
        (Ok(report), Ok(photos)) => Ok((report, photos)),
        (Err(mut wrong), Err(photos)) => {
            let about_photos = wrong.iter().any(|w| w.field == "photos");
            wrong.extend(photos.into_iter().filter(|_| !about_photos));
            Err(wrong)
        }
        (Err(wrong), Ok(_)) | (Ok(_), Err(wrong)) => Err(wrong),
    }
}

/// The report as its sender sees it, and the code on its way if it needs one. A report that is there is never lost to a
/// code that could not be sent.
async fn answer(
    cx: &Cx,
    commune: &Commune,
    dossier: Dossier,
    account: Option<AccountId>,
) -> Result<CreatedVersioned<CreatedReport>, Problem> {
    let report = &dossier.report;
    let contact = report.guest_contact.as_ref();
    let confirmation = match contact {
        None => None,
        Some(contact) => {
            let purpose = Purpose::Report(report.id);
            let code = send_code(cx, commune, contact, purpose, report.language).await;
            Some(confirmation(contact.masked(), code, report.language))
        }
    };
    let viewer = account.map_or(Viewer::Guest, Viewer::Resident);
    // Its sender follows it from the start.
    let following = report.reporter.is_some() && report.reporter == account;
    let report = ReportView::of(commune, dossier, viewer, following);
    Ok(CreatedVersioned { version: report.version, body: CreatedReport { report, confirmation } })
}

fn confirmation(contact: String, sent: Result<CodeSent, Problem>, language: Language) -> Confirmation {
    let expires_in = CODE_LIFETIME.as_secs();
    let worded = |detail: String| texts::refusal(language, &detail).unwrap_or(detail);
    match sent {
        Ok(CodeSent { resend_after, sms_consent, .. }) => {
            let detail = worded("confirm the report with the code that was sent".to_owned());
            Confirmation { contact, sent: true, expires_in, resend_after, sms_consent, detail }
        }
        Err(problem) => {
            let resend_after = i64::from(problem.retry_after.unwrap_or(60));
            let detail = format!(
                "the report is kept for 24 hours, but no code was sent: {}. Ask for one in {resend_after} seconds by \
                 sending {{}} to its confirmation",
                problem.detail
            );
            let detail = worded(detail);
            Confirmation { contact, sent: false, expires_in, resend_after, sms_consent: None, detail }
        }
    }
}
