//! A commune for one test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parvis_domain::{AccountId, CommuneId, Language, Settings};
use parvis_store::{Account, AuditActor, AuditEntry, Commune, NewCommune, Plan, Role, StaffMember};
use serde_json::{Value, json};

use crate::actor::{Actor, mailbox, phone};
use crate::call::Answer;
use crate::system::platform;

/// Half a side of a town's square, in degrees: some 2 km to the north, 1.6 km to the east.
const HALF: f64 = 0.02;
const SETTLE_LIMIT: Duration = Duration::from_secs(60);
/// Metres of one degree of latitude.
const METRES: f64 = 111_320.0;

/// A fresh commune.
#[derive(Debug, Clone)]
pub struct Town {
    /// Its id.
    pub id: CommuneId,
    /// What it has configured.
    pub settings: Settings,
}

impl Town {
    /// A commune with the usual settings: every kind; categories `voirie` (no questions), `eclairage` (a question that
    /// needs an answer: `panne`, one of `eteint`, `allume`; and `numero`, a text of at most 40 characters), `dechets`
    /// (needs a photo), `nuisances` (private); zones `ouest` and `est`; services `techniques` and `accueil`.
    pub async fn new() -> Town {
        Town::with(|_| {}).await
    }

    /// The same with other settings, changed as JSON before they are read.
    pub async fn with(change: impl FnOnce(&mut Value)) -> Town {
        let number = next_number();
        let mut json = usual(number);
        change(&mut json);
        let settings: Settings = match serde_json::from_value(json) {
            Ok(settings) => settings,
            Err(error) => panic!("the settings cannot be read: {error}"),
        };
        if let Err(wrong) = settings.check() {
            panic!("the settings do not fit together: {wrong:?}");
        }
        if let Err(error) = platform().await.cx().store.put_settings(&settings).await {
            panic!("the settings are not kept: {error}");
        }
        Town { id: settings.id.clone(), settings }
    }

    /// The same as it is when it has just subscribed: in draft.
    pub async fn in_draft() -> Town {
        let number = next_number();
        let mut json = usual(number);
        // No two communes in the register have the same.
        json["insee"] = format!("98{number:03}").into();
        let settings: Settings = match serde_json::from_value(json) {
            Ok(settings) => settings,
            Err(error) => panic!("the settings cannot be read: {error}"),
        };
        let cx = platform().await.cx();
        let new = NewCommune {
            settings: settings.clone(),
            plan: Plan::default(),
            department: "98".to_owned(),
            population: None,
            administrator: None,
            key: None,
        };
        if let Err(error) = cx.store.subscribe(&new, testkit(), "subscribe_commune", cx.now()).await {
            panic!("it does not subscribe: {error}");
        }
        Town { id: settings.id.clone(), settings }
    }

    /// Brings a commune that is in draft, or further, to this launch, as `PUT launch` takes it.
    pub async fn launch(&self, launch: Value) {
        launch_commune(&self.id, launch).await;
    }

    /// Somebody without an account.
    pub async fn guest(&self) -> Actor {
        Actor::guest(self.id.clone()).await
    }

    /// Somebody who has signed in by phone.
    pub async fn resident(&self) -> Actor {
        let mut resident = self.guest().await;
        resident.sign_in(phone()).await;
        resident
    }

    /// Somebody who has signed in by e-mail.
    pub async fn resident_by_mail(&self) -> Actor {
        let mut resident = self.guest().await;
        resident.sign_in(mailbox()).await;
        resident
    }

    /// Somebody who has signed in by phone and registered a device.
    pub async fn neighbour_with_push(&self) -> Actor {
        let mut neighbour = self.resident().await;
        neighbour.add_device().await;
        neighbour
    }

    /// An agent of the services techniques.
    pub async fn agent(&self) -> Actor {
        self.staff(Role::Agent, &["techniques"], "Luc Ferrand").await
    }

    /// An administrator.
    pub async fn administrator(&self) -> Actor {
        self.staff(Role::Administrator, &[], "Nadia Roux").await
    }

    /// Somebody of the staff who acts for these services (`techniques`, `accueil`) and has passed the second factor.
    pub async fn staff(&self, role: Role, services: &[&str], name: &str) -> Actor {
        let mut member = self.member(role, services, name).await;
        member.enrol().await;
        member
    }

    /// The same without a second factor.
    pub async fn member(&self, role: Role, services: &[&str], name: &str) -> Actor {
        let services: Vec<_> = services.iter().filter_map(|id| id.parse().ok()).collect();
        let commune = self.commune().await;
        let keep = async |account: AccountId| {
            let membership = StaffMember::new(account, role, name, services.clone());
            if let Err(error) = commune.put_staff_member(&membership).await {
                panic!("the membership is not kept: {error}");
            }
        };
        if commune.launch.is_for_staff_alone() {
            // Nobody else is let in.
            let (mut member, mailbox) = (self.guest().await, mailbox());
            let account = Account::new(&mailbox, Language::Fr, platform().await.cx().now());
            if let Err(error) = commune.create_account(&account).await {
                panic!("the account is not kept: {error}");
            }
            keep(account.id).await;
            member.sign_in(mailbox).await;
            return member;
        }
        let mut member = self.resident_by_mail().await;
        keep(member.account_id()).await;
        // The next token says the role.
        member.refresh().await;
        member
    }

    /// A phone number or mailbox of nobody yet.
    pub fn new_contact(&self) -> Value {
        serde_json::to_value(phone()).unwrap_or_default()
    }

    /// The commune, opened in the store: for looking behind the API.
    pub async fn commune(&self) -> Commune {
        match platform().await.cx().store.commune(&self.id).await {
            Ok(commune) => commune,
            Err(error) => panic!("{}: {error}", self.id),
        }
    }

    /// The newest hundred entries of the audit log, without those by which staff got their second factor.
    pub async fn acts(&self) -> Vec<AuditEntry> {
        match self.commune().await.audit_entries(100, None).await {
            Ok((entries, _)) => entries.into_iter().filter(|entry| entry.what != "confirm_totp").collect(),
            Err(error) => panic!("{}: {error}", self.id),
        }
    }

    /// A place so many metres east and north of the centre, as a report wants it.
    pub fn place(&self, east: f64, north: f64) -> Value {
        let centre = &self.settings.centre;
        let latitude = centre.latitude + north / METRES;
        let longitude = centre.longitude + east / (METRES * centre.latitude.to_radians().cos());
        json!({ "longitude": longitude, "latitude": latitude })
    }

    /// A good body of `POST reports`: a problem in `voirie` at the centre.
    pub fn problem(&self) -> Value {
        json!({
            "kind": "problem",
            "category": "voirie",
            "description": "Un nid-de-poule devant l’école.",
            "place": self.place(0.0, 0.0),
        })
    }

    /// Sends [`Town::problem`] as `actor`, who must be signed in.
    pub async fn report(&self, actor: &Actor) -> Answer {
        actor.post("reports", self.problem()).await.expect(201)
    }

    /// Waits until every change and message of this commune, and what follows from them, is dealt with.
    ///
    /// # Panics
    /// When that takes too long, or something became a dead letter.
    pub async fn settled(&self) {
        let dead = self.settled_with_dead_letters().await;
        assert!(dead.is_empty(), "dead letters of {}: {dead:#?}", self.id);
    }

    /// The same for a test that means to make dead letters; gives them.
    pub async fn settled_with_dead_letters(&self) -> Vec<String> {
        match platform().await.settled(self.id.as_str(), SETTLE_LIMIT).await {
            Ok(dead) => dead,
            Err(unsettled) => panic!("{unsettled}"),
        }
    }
}

/// Brings a commune to this launch, as `PUT launch` takes it.
///
/// # Panics
/// When the phase does not lead there.
pub async fn launch_commune(commune: &CommuneId, launch: Value) {
    let cx = platform().await.cx();
    let launched = async {
        let commune = cx.store.commune(commune).await.map_err(|e| e.to_string())?;
        let launch = serde_json::from_value(launch).map_err(|e| e.to_string())?;
        let seen = commune.current_launch().await.map_err(|e| e.to_string())?.version;
        commune.change_launch(testkit(), seen, &launch, cx.now()).await.map_err(|e| format!("{e:?}"))
    };
    if let Err(error) = launched.await {
        panic!("{commune} is not launched: {error}");
    }
}

fn testkit() -> AuditActor {
    AuditActor::System { function: "testkit".to_owned() }
}

fn next_number() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// The usual settings of the town of that number, each in a place of its own in the south of France.
fn usual(number: u32) -> Value {
    let (column, row) = (f64::from(number % 40), f64::from(number / 40 % 40));
    let (x, y) = (round(1.0 + column * 0.1), round(43.0 + row * 0.1));
    let square = |west: f64, east: f64| {
        let (west, east, south, north) = (round(west), round(east), round(y - HALF), round(y + HALF));
        json!({
            "type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
        })
    };
    let option = |id: &str, label: &str| json!({ "id": id, "label": label });
    let expected = json!({ "days": 10, "calendar": "working" });
    json!({
        "id": format!("t{}-{number}", std::process::id()),
        "name": format!("Ville-{number}"),
        "insee": "99002",
        "postcodes": ["99020"],
        "centre": { "longitude": x, "latitude": y },
        "boundary": square(x - HALF, x + HALF),
        "zones": [
            { "id": "ouest", "name": "Ouest", "boundary": square(x - HALF, x) },
            { "id": "est", "name": "Est", "boundary": square(x, x + HALF) },
        ],
        "kinds": ["problem", "idea", "question", "opinion", "praise", "observation"],
        "categories": [
            { "id": "voirie", "name": "Voirie", "expected": expected },
            {
                "id": "eclairage",
                "name": "Éclairage",
                "expected": { "days": 5, "calendar": "calendar" },
                "questions": [
                    {
                        "id": "panne",
                        "label": "Que se passe-t-il ?",
                        "required": true,
                        "kind": { "type": "choice", "options": [option("eteint", "Éteint"), option("allume", "Allumé")] },
                    },
                    { "id": "numero", "label": "Numéro du poteau", "kind": { "type": "text", "max": 40 } },
                ],
            },
            { "id": "dechets", "name": "Déchets", "expected": expected, "photo_required": true },
            { "id": "nuisances", "name": "Nuisances", "expected": expected, "visibility": "private" },
        ],
        "services": [
            { "id": "techniques", "name": "Services techniques" },
            { "id": "accueil", "name": "Accueil" },
        ],
        "routing": [{ "kind": "problem", "service": "techniques" }],
        "default_service": "accueil",
        "sms_sender": "PARVIS",
    })
}

/// Seven decimals, a centimetre: sums of fractions have longer tails than coordinates.
fn round(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
