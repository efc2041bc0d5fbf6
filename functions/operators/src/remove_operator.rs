//! Command: somebody operates the platform no longer. Made again afterwards, they register an authenticator app again, which is
//! also the way for an operator who lost app and recovery codes.

use parvis_domain::EmailAddress;
use parvis_edge::{CommandWorker, Cx, Failure, Grant};
use parvis_store::{AuditActor, NotChanged, StoreError};
use serde::Deserialize;

/// Removes an operator: with the next request, whatever token comes with it. The last one stays.
pub struct RemoveOperator;

/// `{"email": "camille.moreau@exemple.fr"}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerOperator {
    email: EmailAddress,
}

impl CommandWorker for RemoveOperator {
    const SUMMARY: &'static str = "Takes somebody off the operators of the platform";
    const GRANTS: &'static [Grant] = &[Grant::GET, Grant::QUERY, Grant::CHECK, Grant::PUT, Grant::DELETE];
    const TIMEOUT_S: u32 = 30;
    type Order = FormerOperator;

    async fn run(cx: &Cx, FormerOperator { email }: FormerOperator) -> Result<usize, Failure> {
        let by = AuditActor::System { function: "remove_operator".to_owned() };
        match cx.store.remove_operator(email, by, cx.now()).await {
            Ok(()) => Ok(1),
            Err(NotChanged::Store(StoreError::NotFound)) => {
                Err(Failure("nobody with this e-mail address is an operator".to_owned()))
            }
            Err(refused) => Err(Failure(refused.to_string())),
        }
    }
}
