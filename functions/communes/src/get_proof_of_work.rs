//! `GET /v1/{commune}/proof-of-work`: a task for a guest's device, for when guests are asked for one.

use parvis_edge::{Cx, Endpoint, Grant, Json, Problem, ProofTask, Route, Visitor, get};

/// Gives a task. Nothing is kept of it until it is answered.
pub struct GetProofOfWork;

impl Endpoint for GetProofOfWork {
    const ROUTE: Route = get("/v1/{commune}/proof-of-work");
    const SUMMARY: &'static str = "Take a task whose answer proves some work (ALTCHA)";
    const GRANTS: &'static [Grant] = &[];
    type Caller = Visitor;
    type Input = ();
    type Output = Json<ProofTask>;

    async fn run(cx: &Cx, caller: Visitor, (): ()) -> Result<Self::Output, Problem> {
        Ok(Json(ProofTask::new(&caller.commune, cx.now())?))
    }
}
