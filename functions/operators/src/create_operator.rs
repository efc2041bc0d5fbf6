//! Command: makes somebody an operator of the platform. They sign in at `/v1/operator/` with a code by e-mail.

use parvis_domain::EmailAddress;
use parvis_edge::{CommandWorker, Cx, Failure, Grant};
use parvis_store::AuditActor;
use serde::Deserialize;

/// Makes an operator; one who is there already gets the name.
pub struct CreateOperator;

/// `{"name": "Camille Moreau", "email": "camille.moreau@exemple.fr"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOperator {
    name: String,
    email: EmailAddress,
}

impl CommandWorker for CreateOperator {
    const SUMMARY: &'static str = "Makes somebody an operator of the platform";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::PUT];
    const TIMEOUT_S: u32 = 30;
    type Order = NewOperator;

    async fn run(cx: &Cx, order: NewOperator) -> Result<usize, Failure> {
        let length = order.name.trim().chars().count();
        if !(1..=100).contains(&length) {
            return Err(Failure(format!("name has {length} characters; 1 to 100")));
        }
        let by = AuditActor::System { function: "create_operator".to_owned() };
        cx.store.make_operator(order.name.trim(), order.email, by, cx.now()).await?;
        Ok(1)
    }
}
