//! `POST /v1/{commune}/alerts`: the commune warns everybody of a danger.
//!
//! The alert, the notice to everybody and the entry of the audit log are one transaction; an `Idempotency-Key` makes sending it twice
//! send it once.

use parvis_domain::{Alert, Module, NewAlert};
use parvis_edge::{Created, Cx, Endpoint, Grant, IdempotencyKey, Json, Problem, Route, Staff, post};
use parvis_store::{Idempotency, Made, StoreError};

use crate::alert::{AlertView, may_alert};

/// Sends an alert.
pub struct CreateAlert;

impl Endpoint for CreateAlert {
    const ROUTE: Route = post("/v1/{commune}/alerts");
    const SUMMARY: &'static str = "Warn everybody of a danger (administrators and elected members)";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::SEND_NOTICE];
    const MODULE: Option<Module> = Some(Module::Alerts);
    const LAUNCHED: bool = true;
    type Caller = Staff;
    type Input = (IdempotencyKey, Json<NewAlert>);
    type Output = Created<AlertView>;

    async fn run(
        cx: &Cx,
        caller: Staff,
        (IdempotencyKey(key), Json(new)): Self::Input,
    ) -> Result<Self::Output, Problem> {
        may_alert(&caller)?;
        let commune = &caller.commune;
        let content = serde_json::to_string(&new).map_err(|e| StoreError::Defect(e.to_string()))?;
        let content = commune.idempotency_content(&content);
        let id = key.map(|key| commune.idempotency_id(Some(caller.account.id), None, &key));
        let alert = Alert::send(new, cx.now())?;
        let mut replaced = None;
        loop {
            let replaces: Option<&Idempotency> = replaced.as_ref();
            let key = id.clone().map(|id| Idempotency {
                id,
                content: content.clone(),
                made: Made::Alert(alert.id),
                used: alert.sent,
                replaces: replaces.map(|earlier| earlier.used),
            });
            let refused = match commune.send_alert(caller.actor(), &alert, key.as_ref()).await {
                Ok(()) => return Ok(Created(AlertView::for_staff(commune, alert, cx.now()).await?)),
                Err(refused @ StoreError::Conflict { .. }) => refused,
                Err(error) => return Err(error.into()),
            };
            let Some(id) = &id else { return Err(refused.into()) };
            match commune.idempotency(id).await? {
                Some(earlier) if earlier.is_over(cx.now()) && replaced.is_none() => replaced = Some(earlier),
                Some(Idempotency { made: Made::Alert(earlier), content: sent, .. }) if sent == content => {
                    let earlier = commune.alert(earlier).await?.ok_or_else(|| Problem::not_found("alert"))?;
                    return Ok(Created(AlertView::for_staff(commune, earlier, cx.now()).await?));
                }
                Some(_) => return Err(Problem::key_reused()),
                None => return Err(refused.into()),
            }
        }
    }
}
