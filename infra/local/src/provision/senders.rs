//! What messages leave through: the push platforms and the address mails come from.

use parvis_store::Store;

use super::{MAIL_FROM, ProvisionError, arn_of, cannot};

const NAME: &str = "parvis";

/// The ARN of the application for a push platform.
pub(super) fn application(platform: &str) -> String {
    arn_of("sns", &format!("app/{platform}/{NAME}"))
}

pub(super) async fn provision(store: &Store) -> Result<(), ProvisionError> {
    let sns = store.clients().sns();
    for platform in ["GCM", "APNS"] {
        let make = sns.create_platform_application().name(NAME).platform(platform);
        // Nothing leaves this machine, so there is no real credential to give.
        let made = make.attributes("PlatformCredential", "local").attributes("PlatformPrincipal", "local").send().await;
        made.map_err(cannot("a push application"))?;
    }
    let mail = store.clients().ses().create_email_identity().email_identity(MAIL_FROM).send().await;
    match mail {
        Err(error) if !error.as_service_error().is_some_and(|e| e.is_already_exists_exception()) => {
            Err(cannot("the mail address")(error))
        }
        _ => Ok(()),
    }
}
