//! People and reports on a platform of a test's own, which other tests do not share and which may be harmed.

use jiff::Timestamp;
use parvis_domain::{AccountId, Channel, CommuneId, Contact, Language, ReportId, SessionId};
use parvis_edge::Cx;
use parvis_local::{Platform, demo_commune};
use parvis_store::{Account, Platform as Push, Role};

use serde_json::{Value, json};

use crate::actor::Actor;
use crate::tally::Way;

/// Somebody of the demo commune's staff and residents who follow every report: by SMS, by SMS and push, by e-mail, in turn. Access tokens are good for
/// 15 minutes.
#[derive(Debug)]
pub struct World {
    /// The demo commune.
    pub commune: CommuneId,
    /// Who treats the reports: an administrator of it.
    pub agent: Actor,
    /// Who follows.
    pub residents: Vec<Actor>,
    /// How they are told.
    pub ways: Vec<Way>,
    /// What they follow.
    pub reports: Vec<ReportId>,
}

impl World {
    /// Makes them.
    ///
    /// # Panics
    /// When the platform refuses.
    pub async fn on(platform: &Platform, residents: u32, reports: usize) -> World {
        let cx = platform.cx();
        let id = demo_commune::seed(cx).await.unwrap();
        let commune = cx.store.commune(&id).await.unwrap();
        let nadia = contact(json!({ "email": demo_commune::STAFF[0].email }));
        let nadia = commune.account_of(&nadia).await.unwrap().unwrap();
        let agent = actor(platform, &id, nadia.id, Role::Administrator).await;
        let mut world = World { commune: id, agent, residents: Vec::new(), ways: Vec::new(), reports: Vec::new() };
        for n in 0..residents {
            let (channel, contact) = match n % 3 {
                2 => (Channel::Email, contact(json!({ "email": format!("resident-{n}@exemple.fr") }))),
                _ => (Channel::Sms, contact(json!({ "phone": format!("+336{:08}", 10_000_000 + n) }))),
            };
            let account = Account::new(&contact, Language::Fr, cx.now());
            commune.create_account(&account).await.unwrap();
            world.ways.push(Way { account: account.id, channel, device: None });
            if n % 3 == 1 {
                let device = commune.put_device(account.id, Push::Fcm, &format!("device-{n}"), None, cx.now()).await;
                let device = Some(device.unwrap().id);
                world.ways.push(Way { account: account.id, channel: Channel::Push, device });
            }
            world.residents.push(actor(platform, &world.commune, account.id, Role::Resident).await);
        }
        let accounts: Vec<AccountId> = world.residents.iter().map(Actor::account_id).collect();
        for reporter in world.residents.iter().take(reports) {
            let idea = json!({ "kind": "idea", "description": "Un banc à l’ombre" });
            let report = reporter.post("reports", idea).await.expect(201).value("id");
            commune.follow_all(report, &accounts, cx.now()).await.unwrap();
            world.reports.push(report);
        }
        world
    }
}

fn contact(json: Value) -> Contact {
    serde_json::from_value(json).unwrap()
}

async fn actor(platform: &Platform, commune: &CommuneId, account: AccountId, role: Role) -> Actor {
    let cx: &Cx = platform.cx();
    let now: Timestamp = cx.now();
    let token = cx.tokens.sign(account, commune, role, SessionId::new(now), role != Role::Resident, now).await.unwrap();
    Actor::signed_in(platform.url(), commune.clone(), account, token)
}
