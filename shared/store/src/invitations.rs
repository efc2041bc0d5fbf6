//! Invitations to a commune's staff: one live per e-mail address, with a token in a mail that is good once and for seven
//! days.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::{CommuneId, Contact, EmailAddress, Role, ServiceId};
use serde::{Deserialize, Serialize};

use crate::accounts::{account_key, contact_digest};
use crate::audit::Act;
use crate::error::StoreError;
use crate::item::{Attributes, Item, Placement, from_attributes};
use crate::key::Key;
use crate::seal::{Seal, random_hex};
use crate::table::{Condition, step_aside};
use crate::{Account, Commune, StaffMember};

/// How long an invitation may be accepted.
pub const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How often somebody joins again when others do at the same moment.
const TRIES: u32 = 5;

/// Purpose of the seal on tokens.
const INVITATION: &str = "invitation";

/// Somebody who is invited to work for the commune.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// Digest of the address, 64 hexadecimal digits: whoever is invited again has this one invitation.
    pub id: String,
    /// Where the mail goes; who accepts has verified this address.
    pub email: EmailAddress,
    /// What they will be.
    pub role: Role,
    /// What colleagues will call them.
    pub name: String,
    /// The services they will act for.
    pub services: Vec<ServiceId>,
    /// When it was made, the last time.
    pub created: Timestamp,
    /// Until when it may be accepted.
    pub expires: Timestamp,
    /// Digest of the one token that is good.
    token: String,
    /// Random: two invitations to one address never have the same, also when the item was removed between them.
    version: u32,
}

/// A token in clear, on its way to a mailbox.
pub struct InvitationToken(String);

impl InvitationToken {
    /// The text for the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationToken(…)")
    }
}

/// Why somebody does not join the staff.
#[derive(Debug, thiserror::Error)]
pub enum NotInvited {
    /// There is no such invitation: it was accepted, withdrawn or sent again, or the token was not made here.
    #[error("this invitation is not good any more: it was used, withdrawn or replaced by a newer mail")]
    Unknown,
    /// Its time is over.
    #[error("this invitation ended after 7 days; ask for a new one")]
    Expired,
    /// The caller's account has not verified the address that was invited.
    #[error("this invitation is for {0}; sign in with that e-mail address")]
    OtherAddress(String),
    /// The account was erased at this moment.
    #[error("the account no longer exists; sign in again")]
    AccountGone,
    /// The account works for the commune already.
    #[error("this account works for the commune already")]
    AlreadyStaff,
    /// The plan was made smaller since the invitation was sent.
    #[error("{members} work for the commune and its plan has {seats} seats; ask its administrators")]
    NoSeat {
        /// Who works for it already.
        members: usize,
        /// What its plan has.
        seats: u32,
    },
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Item for Invitation {
    const TYPE: &'static str = "invitation";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let key = invitation_key(commune, &self.id);
        Placement { expires: Some(self.expires), version: Some(self.version), ..Placement::at(key) }
    }
}

/// How many joined the staff by an invitation: two who join at the same moment write the same item.
#[derive(Debug, Serialize, Deserialize)]
struct LastJoined {
    version: u32,
}

impl Item for LastJoined {
    const TYPE: &'static str = "joined";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement { version: Some(self.version), ..Placement::at(joined_key(commune)) }
    }
}

fn joined_key(commune: &CommuneId) -> Key {
    Key::new(commune, &["commune"], "joined")
}

fn invitation_key(commune: &CommuneId, id: &str) -> Key {
    Key::new(commune, &["invitations"], id)
}

impl Invitation {
    /// A new invitation of `commune` and its token. Nothing is written yet.
    pub fn new(
        commune: &Commune,
        email: &EmailAddress,
        role: Role,
        name: &str,
        services: Vec<ServiceId>,
        now: Timestamp,
    ) -> Result<(Invitation, InvitationToken), StoreError> {
        let seal = &commune.store().seal;
        let id = contact_digest(seal, &Contact::Email(email.clone()));
        let secret = random_hex(32)?;
        let version = u32::from_str_radix(&random_hex(4)?, 16).map_err(|e| StoreError::Defect(e.to_string()))?;
        let invitation = Invitation {
            token: seal.digest(INVITATION, &secret),
            email: email.clone(),
            role,
            name: name.to_owned(),
            services,
            created: now,
            expires: now.saturating_add(INVITATION_LIFETIME).unwrap_or(Timestamp::MAX),
            id,
            version,
        };
        let token = seal.close(INVITATION, format!("{}.{secret}", invitation.id).as_bytes());
        Ok((invitation, InvitationToken(token)))
    }

    /// Whether it may still be accepted.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires
    }
}

/// The invitation's id and the secret in a token, if it was made here.
fn opened(seal: &Seal, token: &str) -> Option<(String, String)> {
    let content = String::from_utf8(seal.open(INVITATION, token)?).ok()?;
    let (id, secret) = content.split_once('.')?;
    Some((id.to_owned(), secret.to_owned()))
}

impl Commune {
    /// How many members of staff and live invitations to others than `but` there are. Grant: `QUERY`.
    pub async fn seats_taken(&self, but: &Invitation, now: Timestamp) -> Result<usize, StoreError> {
        let members: Vec<StaffMember> = self.table().all(&self.table().range(&["staff"])).await?;
        let invited: Vec<Invitation> = self.table().all(&self.table().range(&["invitations"])).await?;
        Ok(members.len() + invited.iter().filter(|other| other.id != but.id && other.is_live(now)).count())
    }

    /// Writes an invitation; an earlier one to the same address is gone, and its token with it. Grants: `GET`, `PUT`.
    pub async fn invite(&self, act: &Act, invitation: &Invitation, now: Timestamp) -> Result<(), StoreError> {
        self.commit_act(act, now, |transaction| transaction.put(invitation, Condition::Any)).await
    }

    /// Whether somebody is invited to the staff under this contact. Grant: `GET`.
    pub(crate) async fn has_invited_to_staff(&self, contact: &Contact, now: Timestamp) -> Result<bool, StoreError> {
        let key = invitation_key(self.id(), &contact_digest(&self.store().seal, contact));
        let invitation: Option<Invitation> = self.table().get(&key).await?;
        Ok(invitation.is_some_and(|invitation| invitation.is_live(now)))
    }

    /// One page of the invitations, and where to go on; those that have ended may be among them. Grant: `QUERY`.
    pub async fn invitations(
        &self,
        limit: u32,
        start: Option<Attributes>,
    ) -> Result<(Vec<Invitation>, Option<Attributes>), StoreError> {
        let page = self.table().page(&self.table().range(&["invitations"]), limit, start).await?;
        let invitations = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        Ok((invitations, page.next))
    }

    /// Withdraws an invitation. Grants: `GET`, `PUT`, `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] with item 0 when there is none of that id.
    pub async fn withdraw_invitation(&self, act: &Act, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let key = invitation_key(self.id(), id);
        self.commit_act(act, now, |transaction| transaction.delete(&key, Condition::Present)).await
    }

    /// The live invitation that a token is good for, if `account` has verified its address. Grant: `GET`.
    pub async fn invitation_for(
        &self,
        account: &Account,
        token: &str,
        now: Timestamp,
    ) -> Result<Invitation, NotInvited> {
        let seal = &self.store().seal;
        let (id, secret) = opened(seal, token).ok_or(NotInvited::Unknown)?;
        let invitation: Option<Invitation> = self.table().get(&invitation_key(self.id(), &id)).await?;
        let good = invitation.filter(|invitation| seal.matches(INVITATION, &secret, &invitation.token));
        let invitation = good.ok_or(NotInvited::Unknown)?;
        if !invitation.is_live(now) {
            return Err(NotInvited::Expired);
        }
        let own = account.email.clone().map(|email| contact_digest(seal, &Contact::Email(email)));
        if own.as_ref() != Some(&invitation.id) {
            return Err(NotInvited::OtherAddress(invitation.email.masked()));
        }
        Ok(invitation)
    }

    /// Redeems an invitation that [`Commune::invitation_for`] gave: it is gone and the member is there, in one transaction,
    /// so that it is good once also in parallel. An invitation holds a seat from the beginning, so only a plan that was made
    /// smaller since, or two who were invited at the same moment, leave none. The transaction holds that nobody else joined
    /// since the seats were counted. Grants: `GET`, `QUERY`, `PUT`, `DELETE`, `CHECK`.
    pub async fn join_staff(
        &self,
        act: &Act,
        invitation: &Invitation,
        member: &StaffMember,
        now: Timestamp,
    ) -> Result<(), NotInvited> {
        let (key, same) = (invitation_key(self.id(), &invitation.id), Condition::Version(invitation.version));
        let owner = account_key(self.id(), member.account);
        for tries in 1..=TRIES {
            // Before the count: whoever joins after this is counted, or makes the transaction fail.
            let last: Option<LastJoined> = self.table().get(&joined_key(self.id())).await?;
            let members = self.table().all::<StaffMember>(&self.table().range(&["staff"])).await?.len();
            let seats = self.standing.plan.staff_seats;
            if members >= seats as usize {
                return Err(NotInvited::NoSeat { members, seats });
            }
            let nobody_since = || last.as_ref().map_or(Condition::Absent, |last| Condition::Version(last.version));
            let joins = LastJoined { version: last.as_ref().map_or(1, |last| last.version + 1) };
            let joined = self
                .commit_act(act, now, |transaction| {
                    let transaction = transaction.delete(&key, same.clone()).put(member, Condition::Absent);
                    transaction.check(&owner, Condition::Present).put(&joins, nobody_since())
                })
                .await;
            return Err(match joined {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict { item: 0 }) => NotInvited::Unknown,
                Err(StoreError::Conflict { item: 1 }) => NotInvited::AlreadyStaff,
                Err(StoreError::Conflict { item: 2 }) => NotInvited::AccountGone,
                // Somebody else joined at this moment: the seats are counted again.
                Err(StoreError::Conflict { .. }) => {
                    step_aside(tries).await;
                    continue;
                }
                Err(other) => other.into(),
            });
        }
        let detail = format!("others joined {TRIES} times meanwhile");
        Err(StoreError::Unavailable { service: "DynamoDB", detail }.into())
    }
}
