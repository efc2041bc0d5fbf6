//! Aubignac-sur-Arre, a commune that does not exist: what a newcomer finds on the local platform.

use jiff::SignedDuration;
use parvis_domain::{AccountId, CommuneId, Contact, EmailAddress, Language, Settings, TotpSecret};
use parvis_edge::Cx;
use parvis_store::{Account, Act, AuditActor, Commune, Role, StaffMember, StoreError};
use serde_json::{Value, json};

const SETTINGS: &str = include_str!("../demo/aubignac.json");

/// Somebody who works there, or operates the platform. They sign in with a code by e-mail and one of their authenticator app.
#[derive(Debug)]
pub struct DemoMember {
    /// What colleagues call them.
    pub name: &'static str,
    /// Where their codes go.
    pub email: &'static str,
    role: Role,
    services: &'static [&'static str],
    /// What their app knows: no secret, so that everybody who runs the demo can be them.
    pub totp: TotpSecret,
}

/// Who works there.
pub const STAFF: [DemoMember; 2] = [
    DemoMember {
        name: "Nadia Roux",
        email: "nadia.roux@aubignac.example",
        role: Role::Administrator,
        services: &["techniques", "proprete", "accueil"],
        totp: TotpSecret::new(*b"parvis-demo-nadia-01"),
    },
    DemoMember {
        name: "Luc Ferrand",
        email: "luc.ferrand@aubignac.example",
        role: Role::Agent,
        services: &["techniques"],
        totp: TotpSecret::new(*b"parvis-demo-luc-0001"),
    },
];

/// Who operates the local platform, signed in at `/v1/operator/`.
pub const OPERATOR: DemoMember = DemoMember {
    name: "Camille Moreau",
    email: "camille.moreau@parvis.example",
    role: Role::Operator,
    services: &[],
    totp: TotpSecret::new(*b"parvis-demo-camille1"),
};

/// Makes the operator, with an authenticator app.
///
/// # Errors
/// What the engines say.
pub async fn seed_operator(cx: &Cx) -> Result<(), StoreError> {
    let DemoMember { name, email, totp, .. } = OPERATOR;
    let email: EmailAddress = email.parse().map_err(|e| StoreError::Defect(format!("the operator: {e}")))?;
    let by = AuditActor::System { function: "up".to_owned() };
    let operators = cx.store.operators()?;
    // Only the first time: each making is an entry of the operators' audit log.
    let account = match operators.account_of(&Contact::Email(email.clone())).await? {
        Some(account) => account.id,
        None => cx.store.make_operator(name, email, by, cx.now()).await?,
    };
    enrol(cx, &operators, account, &totp).await
}

/// Registers an authenticator app for who has none.
async fn enrol(cx: &Cx, commune: &Commune, account: AccountId, totp: &TotpSecret) -> Result<(), StoreError> {
    if commune.has_second_factor(account).await? {
        return Ok(());
    }
    let defect = |e: &dyn std::fmt::Display| StoreError::Defect(format!("the second factor of the demo: {e}"));
    // By a code of a minute ago: those of now are for whoever tries it.
    let then = cx.now() - SignedDuration::from_secs(60);
    let act = Act {
        by: AuditActor::System { function: "demo".to_owned() },
        what: "confirm_totp",
        about: account.to_string(),
        before: Value::Null,
        after: Value::Null,
    };
    commune.begin_second_factor(account, totp, false).await.map_err(|e| defect(&e))?;
    let confirmed = commune.confirm_second_factor(&act, account, None, &totp.code(then), then).await;
    confirmed.map(drop).map_err(|e| defect(&e))
}

/// Makes the commune and its staff where they are not there yet; gives its id. Settings that somebody changed stay.
///
/// # Errors
/// What the engines say.
pub async fn seed(cx: &Cx) -> Result<CommuneId, StoreError> {
    let defect = |e: &dyn std::fmt::Display| StoreError::Defect(format!("the demo commune: {e}"));
    let settings: Settings = serde_json::from_str(SETTINGS).map_err(|e| defect(&e))?;
    let commune = match cx.store.commune(&settings.id).await {
        Err(StoreError::NotFound) => {
            cx.store.put_settings(&settings).await?;
            cx.store.commune(&settings.id).await?
        }
        other => other?,
    };
    for DemoMember { name, email, role, services, totp } in STAFF {
        let contact: Contact = serde_json::from_value(json!({ "email": email })).map_err(|e| defect(&e))?;
        let account = match commune.account_of(&contact).await? {
            Some(account) => account,
            None => {
                // A little in the past, so that it is older than anything they do.
                let made = Account::new(&contact, Language::Fr, cx.now() - SignedDuration::from_secs(1));
                commune.create_account(&made).await?;
                made
            }
        };
        if commune.staff_member(account.id).await?.is_none() {
            let services: Result<_, _> = services.iter().map(|service| service.parse()).collect();
            let services = services.map_err(|e| defect(&e))?;
            let member = StaffMember::new(account.id, role, name, services);
            commune.put_staff_member(&member).await?;
        }
        enrol(cx, &commune, account.id, &totp).await?;
    }
    Ok(settings.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_commune_fits_together() {
        let settings: Settings = serde_json::from_str(SETTINGS).unwrap();
        settings.check().unwrap();
        assert_eq!((settings.zones.len(), settings.categories.len(), settings.services.len()), (3, 8, 3));
        assert!(settings.categories.iter().all(|category| !category.questions.is_empty()));
        for DemoMember { services, .. } in STAFF {
            assert!(services.iter().all(|id| settings.service(&id.parse().unwrap()).is_some()));
        }
        let in_zones =
            [(5.5912, 43.6704, "vieux-village"), (5.607, 43.67, "les-ferrages"), (5.575, 43.672, "vallon-de-l-arre")];
        for (longitude, latitude, zone) in in_zones {
            let at = parvis_domain::Position::new(longitude, latitude).unwrap();
            assert!(settings.boundary.contains(&at));
            assert_eq!(settings.zone_of(&at).map(|zone| zone.id.as_str()), Some(zone));
        }
    }
}
