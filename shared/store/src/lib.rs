//! Keys, items and commune-scoped repositories on DynamoDB, and the adapters to S3, SQS, SNS, SES and KMS. The only crate
//! that knows AWS; it knows no HTTP but for browsers' push services.

mod accounts;
mod adoption;
mod aes128gcm;
mod alerts;
mod ambassadors;
mod audit;
mod bans;
mod buckets;
mod cells;
mod challenges;
mod clients;
mod commune;
pub mod cursor;
mod delivery;
mod devices;
mod erasure;
mod error;
mod events;
mod exports;
mod farewells;
mod followers;
pub mod grant;
mod health;
mod idempotency;
mod interest;
mod invitations;
mod invites;
pub mod item;
pub mod key;
mod launch;
mod listening;
mod listing;
mod logo;
mod mail;
mod map_file;
mod names;
mod notices;
pub mod objects;
pub mod photos;
mod places;
mod planning;
mod proofs;
mod purge;
mod push;
mod queue;
mod register;
mod reports;
mod retention;
mod seal;
mod second_factor;
mod sending;
mod sessions;
mod settings;
mod signing;
mod sms;
mod sms_budget;
mod staff;
mod standing;
pub mod table;
mod told;
mod topics;
mod usage;
mod vapid;
pub mod watch;
mod web_push;
mod wipe;

use std::sync::Arc;

pub use accounts::{Account, SmsConsent, Withdrawn, WithdrawnBy};
pub use adoption::{Adoption, iso_week};
pub use ambassadors::Ambassador;
pub use audit::{Act, AuditActor, AuditEntry, AuditGap};
pub use bans::{Ban, Banned};
pub use cells::{Cluster, RESOLUTIONS};
pub use challenges::{CODE_LIFETIME, Code, CodeRefused, NoCode, Purpose, RESEND_AFTER, Verified};
pub use clients::{BadEndpoint, Clients, LocalEndpoints, credentials_from_env};
pub use commune::Commune;
pub use delivery::{About, Delivery, Entry};
pub use devices::{Device, MAX_DEVICES};
pub use erasure::Erasure;
pub use error::StoreError;
pub use exports::{Archive, Export, ExportMark, ExportOf, ExportStep, Found, LINK_LIFETIME, Record};
pub use farewells::{Farewell, FarewellClaim};
pub use followers::Follower;
pub use idempotency::{Idempotency, Made};
pub use interest::{Announcement, Interest};
pub use invitations::{INVITATION_LIFETIME, Invitation, InvitationToken, NotInvited};
pub use invites::{Invite, NotRedeemed};
pub use launch::{LaunchState, NotLaunched};
pub use listing::{Filter, Viewer};
pub use logo::Logo;
pub use map_file::MapFile;
pub use names::{MissingName, Names, tile_hosts};
pub use notices::{Claim, DropReason, Notice, NoticeKey, NoticeState, Subject};
pub use parvis_domain::Role;
pub use purge::Purge;
pub use push::{Platform, push_message};
pub use queue::NoticeJob;
pub use register::{NewCommune, NotSubscribed, Subscription, SubscriptionKey};
pub use reports::Dossier;
pub use retention::{Ended, Sweep};
pub use seal::{Seal, random_hex};
pub use second_factor::{FactorProof, FactorRefused, random_totp_secret};
pub use sending::SEND_LIMIT;
pub use sessions::{Opening, RefreshRefused, RefreshToken, SESSION_LIFETIME, Session};
pub use settings::{CurrentSettings, SettingsVersion, Uses};
pub use signing::TokenKey;
pub use sms::{ABOUT_ACCOUNT, ABOUT_CODE, ABOUT_LAUNCH, ABOUT_STAFF};
pub use sms_budget::{BudgetMail, BudgetMailClaim, Charged, SmsCharge, SmsUsed};
pub use staff::{NotChanged, StaffMember};
pub use standing::{Plan, Standing};
pub use told::Told;
pub use usage::{Fact, NoticesUsed, Usage};
pub use web_push::WebSubscription;
pub use wipe::{NotWiped, Wipe};

/// Everything a deployment keeps and sends through. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) clients: Arc<Clients>,
    /// What the resources are called.
    pub names: Arc<Names>,
    /// Signs and digests with the deployment's secret.
    pub seal: Seal,
    settings: Arc<commune::SettingsCache>,
}

impl Store {
    /// A store on `clients`.
    pub fn new(names: Arc<Names>, clients: Clients) -> Store {
        let seal = Seal::new(&names.secret);
        Store { clients: Arc::new(clients), names, seal, settings: Arc::default() }
    }

    /// The AWS clients. For the adapters of this crate, the local platform and tests; functions use repositories.
    pub fn clients(&self) -> &Clients {
        &self.clients
    }
}
