//! `POST /v1/{commune}/reports/{report}/comments`: somebody adds something.

use parvis_domain::{Actor, NewComment, StaffAct};
use parvis_edge::{
    Code, CreatedVersioned, Cx, Endpoint, Grant, IdempotencyKey, Json, Path, Problem, Resident, Route, post,
};
use parvis_store::table::step_aside;
use parvis_store::{Commune, Dossier, StoreError, Viewer};

use crate::refused;
use crate::sent::{Earlier, Sent};
use crate::view::ReportView;
use crate::who::{self, ReportPath, Who};

/// How often a comment is tried again when the report changes at the same moment: unlike a change of status, it means the
/// same on any version.
const TRIES: u32 = 10;

/// Adds a comment; a reporter's answers the commune's question.
pub struct CreateComment;

impl Endpoint for CreateComment {
    const ROUTE: Route = post("/v1/{commune}/reports/{report}/comments");
    const SUMMARY: &'static str = "Comment on a report, or answer the commune's question";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::BATCH_GET, Grant::QUERY, Grant::PUT, Grant::UPDATE];
    const LAUNCHED: bool = true;
    type Caller = Resident;
    type Input = (Path<ReportPath>, IdempotencyKey, Json<NewComment>);
    type Output = CreatedVersioned<ReportView>;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        (Path(path), IdempotencyKey(key), Json(comment)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        let who = Who::is(&commune, Some(&account)).await?;
        let sent = Sent::read(&commune, Some(account.id), None, key.as_deref(), &(path.report, &comment))?;
        for tries in 1..=TRIES {
            let replaced = match sent.earlier(cx, &commune).await? {
                Earlier::Report(dossier) => return answer(&commune, *dossier, who.viewer).await,
                Earlier::Over(earlier) => Some(earlier),
                Earlier::Nothing => None,
            };
            let dossier = commune.dossier(path.report).await?.filter(|d| who.viewer.may_see(&d.report));
            let Dossier { report: old, mut events, duplicates } =
                dossier.ok_or_else(|| Problem::not_found("report"))?;
            if comment.internal && !who.viewer.is_staff() {
                let refused = Problem::new(Code::Forbidden, "internal comments are for the commune's staff");
                return Err(who.refused(&commune, refused).await);
            }
            let act = if comment.internal { StaffAct::Advise } else { StaffAct::Answer };
            let actor = who.acts_on(&old, act, &commune)?;
            let (new, mut event) = old
                .comment(comment.clone(), actor.clone(), cx.now())
                .map_err(|refused| refused::problem(refused, &old))?;
            if let Actor::Resident(account) = actor {
                event.ambassador = commune.ambassador(account).await?.is_some_and(|ambassador| ambassador.badge);
            }
            let photos = commune.attachable("photos", &comment.photos, Some(account.id)).await??;
            let act = who::act(&actor, "create_comment", &old, &new);
            let key = sent.key(replaced)(old.id, new.updated);
            match commune.change_report(&old, &new, &event, &photos, act.as_ref(), key.as_ref()).await {
                Ok(()) => {
                    events.push(event);
                    let dossier = Dossier { report: new, events, duplicates };
                    return answer(&commune, dossier, who.viewer).await;
                }
                Err(StoreError::Conflict { item: 0 }) => step_aside(tries).await,
                // Or the key was used between the look at it and the look at the report.
                Err(StoreError::Conflict { .. }) if key.is_some() => step_aside(tries).await,
                Err(other) => return Err(other.into()),
            }
        }
        let detail = format!("the report changed {TRIES} times while the comment was written; try again");
        Err(Problem::new(Code::Unavailable, detail).retry_after(1))
    }
}

/// The report with the comment, if the caller may (still) see it.
async fn answer(commune: &Commune, dossier: Dossier, viewer: Viewer) -> Result<CreatedVersioned<ReportView>, Problem> {
    if !viewer.may_see(&dossier.report) {
        return Err(Problem::not_found("report"));
    }
    let view = ReportView::read(commune, dossier, viewer).await?;
    Ok(CreatedVersioned { version: view.version, body: view })
}
