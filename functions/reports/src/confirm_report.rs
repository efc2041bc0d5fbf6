//! `POST /v1/{commune}/reports/{report}/confirmation`: a guest confirms a report by the code that was sent, and is signed in.
//!
//! Without a code in the body, another one is sent (once a minute). The code is redeemed, the report received, the account
//! made if it is new, and the session opened in one transaction: nobody is left with a code spent and nothing for it.

use jiff::Timestamp;
use parvis_domain::{Contact, Report, Status};
use parvis_edge::{
    Class, Code, CodeSent, Cx, Endpoint, Grant, Json, Keeping, Path, Problem, Route, SessionView, Visitor, WithCookie,
    check_code, open_session, post, redemption_problem, send_code,
};
use parvis_store::table::Condition;
use parvis_store::{Account, Commune, Dossier, Purpose, Viewer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::refused;
use crate::view::ReportView;
use crate::who::ReportPath;

/// Confirms a guest's report.
pub struct ConfirmReport;

/// The code, or the wish for another one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenCode {
    /// The six digits; left out, another code is sent.
    code: Option<String>,
}

/// What came of it: a session and the report, or another code on its way.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Confirmed {
    /// The sender, signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionView>,
    /// The report, with the commune now.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<ReportView>,
    /// The code that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<CodeSent>,
}

impl Endpoint for ConfirmReport {
    const ROUTE: Route = post("/v1/{commune}/reports/{report}/confirmation");
    const SUMMARY: &'static str = "Confirm a guest's report by its code, or ask for another code";
    const GRANTS: &'static [Grant] = &[
        Grant::GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::UPDATE,
        Grant::DELETE,
        Grant::SIGN_TOKEN,
        Grant::READ_TOKEN_KEY,
        Grant::PUBLISH_SMS,
        Grant::SEND_EMAIL,
    ];
    const LIMIT: Class = Class::Session;
    type Caller = Visitor;
    type Input = (Path<ReportPath>, Keeping, Json<GivenCode>);
    type Output = WithCookie<Json<Confirmed>>;

    async fn run(
        cx: &Cx,
        Visitor { commune }: Visitor,
        (Path(path), keeping, Json(given)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let now = cx.now();
        let report = commune.report(path.report).await?.ok_or_else(|| Problem::not_found("report"))?;
        let resumed = commune.standing.resumed;
        let contact = waiting(&report, resumed, now)?;
        let purpose = Purpose::Report(report.id);
        let Some(code) = given.code else {
            let code = send_code(cx, &commune, contact, purpose, report.language).await?;
            let answer = Json(Confirmed { session: None, report: None, code: Some(code) });
            return Ok(WithCookie { answer, cookie: None });
        };
        let verified = check_code(&commune, contact, purpose, &code, now).await?;
        let (account, is_new) = account(&commune, contact, &report, now).await?;
        let (new, event) =
            report.confirm(account.id, resumed, now).map_err(|refused| refused::problem(refused, &report))?;
        let (session, view) = open_session(cx, &commune, account.id, now).await?;

        let transaction = verified.redeemed_in(commune.table().transaction());
        let transaction = commune.confirmed(transaction, &report, &new, &event)?;
        let transaction = if is_new { commune.with_account(transaction, &account) } else { transaction };
        transaction.put(&session, Condition::Absent).commit().await.map_err(redemption_problem)?;

        let dossier = Dossier { report: new, events: vec![event], duplicates: Vec::new() };
        let report = ReportView::of(&commune, dossier, Viewer::Resident(account.id), true);
        let (view, cookie) = keeping.keep(view);
        let answer = Json(Confirmed { session: Some(view), report: Some(report), code: None });
        Ok(WithCookie { answer, cookie })
    }
}

/// The contact that has to confirm the report. Somebody who holds the report's id is told that there is nothing to confirm,
/// and nothing else about it.
fn waiting(report: &Report, resumed: Option<Timestamp>, now: Timestamp) -> Result<&Contact, Problem> {
    // The schedule that expires reports may be a few minutes behind.
    let over = report.status == Status::Expired || report.expires_at(resumed).is_some_and(|at| at <= now);
    report.guest_contact.as_ref().filter(|_| !over).ok_or_else(|| {
        if over {
            let detail = "the report was not confirmed within 24 hours and has expired; send it again";
            Problem::new(Code::ReportExpired, detail)
        } else {
            let detail = "the report needs no confirmation, or has been confirmed; sign in to follow it";
            Problem::new(Code::ConfirmedAlready, detail)
        }
    })
}

/// The account that the contact leads to, or a fresh one that is still to be written.
async fn account(
    commune: &Commune,
    contact: &Contact,
    report: &Report,
    now: Timestamp,
) -> Result<(Account, bool), Problem> {
    Ok(match commune.account_of(contact).await? {
        Some(account) => (account, false),
        None => (Account::new(contact, report.language, now), true),
    })
}
