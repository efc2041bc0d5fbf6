//! `POST /v1/{commune}/alerts/{alert}/end`: the all-clear. Everybody who was alarmed is told that it is over.

use parvis_domain::{NotEnded, Note};
use parvis_edge::{Code, Cx, Endpoint, Grant, Json, Path, Problem, Route, Staff, post};
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::alert::{AlertPath, AlertView, may_alert};

/// Ends an alert before its time.
pub struct EndAlert;

/// The all-clear.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllClear {
    /// Words that go with it; without any it says that the danger is over.
    #[serde(default)]
    note: Option<Note>,
}

impl Endpoint for EndAlert {
    const ROUTE: Route = post("/v1/{commune}/alerts/{alert}/end");
    const SUMMARY: &'static str = "End a danger alert and tell everybody (administrators and elected members)";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT, Grant::SEND_NOTICE];
    const LAUNCHED: bool = true;
    type Caller = Staff;
    type Input = (Path<AlertPath>, Json<AllClear>);
    type Output = Json<AlertView>;

    async fn run(
        cx: &Cx,
        caller: Staff,
        (Path(path), Json(AllClear { note })): Self::Input,
    ) -> Result<Self::Output, Problem> {
        may_alert(&caller)?;
        let commune = &caller.commune;
        let alert = commune.alert(path.alert).await?.ok_or_else(|| Problem::not_found("alert"))?;
        let (ended, end) = alert.end(note, cx.now()).map_err(over)?;
        match commune.end_alert(caller.actor(), &ended, &end).await {
            Ok(()) => Ok(Json(AlertView::for_staff(commune, ended, cx.now()).await?)),
            Err(StoreError::Conflict { item: 0 }) => Err(over(NotEnded::Already(cx.now()))),
            Err(error) => Err(error.into()),
        }
    }
}

fn over(why: NotEnded) -> Problem {
    let detail = match why {
        NotEnded::Already(at) => format!("somebody ended the alert at {at:.0}"),
        NotEnded::Expired(at) => format!("the alert was over at {at:.0}"),
    };
    Problem::new(Code::Conflict, detail)
}
