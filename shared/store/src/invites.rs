//! Invite codes for residents: each lets so many accounts take part in a training or a pilot. An account redeems one once,
//! in the transaction that counts, so that no code is redeemed more often than its limit says.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use parvis_domain::{AccountId, CommuneId, Label, Phase};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Commune;
use crate::audit::{Act, AuditActor};
use crate::cursor;
use crate::error::StoreError;
use crate::item::{Attributes, DATA, Item, Placement, from_attributes};
use crate::key::Key;
use crate::seal::random_hex;
use crate::table::Condition;

/// How long a code is listed after its end.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Letters and digits that nobody takes for each other, read aloud or printed small.
const LETTERS: &[u8] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";
/// Of a code: 30^10 are 49 bits, which nobody guesses at the rate at which changes are taken.
const LENGTH: usize = 10;

/// A code that residents are invited with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invite {
    /// What is redeemed: ten letters and digits.
    pub code: String,
    /// What it is for, for staff: "Réunion du 12".
    pub label: Label,
    /// How many accounts may redeem it.
    pub limit: u32,
    /// How many did.
    pub used: u32,
    /// When it was made.
    pub created: Timestamp,
    /// Until when it may be redeemed.
    pub expires: Timestamp,
}

impl Item for Invite {
    const TYPE: &'static str = "invite";

    fn placement(&self, commune: &CommuneId) -> Placement {
        let expires = self.expires.saturating_add(LISTED).unwrap_or(Timestamp::MAX);
        Placement { expires: Some(expires), ..Placement::at(invite_key(commune, &self.code)) }
    }
}

fn invite_key(commune: &CommuneId, code: &str) -> Key {
    Key::new(commune, &["invites"], code)
}

/// That an account was invited.
#[derive(Debug, Serialize, Deserialize)]
struct Invited {
    account: AccountId,
    code: String,
    at: Timestamp,
}

impl Item for Invited {
    const TYPE: &'static str = "invited";

    fn placement(&self, commune: &CommuneId) -> Placement {
        Placement::at(invited_key(commune, self.account))
    }
}

fn invited_key(commune: &CommuneId, account: AccountId) -> Key {
    Key::new(commune, &["account", &account.to_string()], "invited")
}

/// Why a code is not redeemed.
#[derive(Debug, thiserror::Error)]
pub enum NotRedeemed {
    /// There is no such code: it was withdrawn, or never made.
    #[error("there is no such invite code here")]
    Unknown,
    /// Its time is over.
    #[error("this invite code ended on {0}")]
    Ended(Timestamp),
    /// As many have redeemed it as may.
    #[error("this invite code was redeemed {0} times, as often as it may be")]
    UsedUp(u32),
    /// The table did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Invite {
    /// A new code. Nothing is written yet.
    ///
    /// # Errors
    /// Only when the machine has no randomness to give.
    pub fn new(label: Label, limit: u32, expires: Timestamp, now: Timestamp) -> Result<Invite, StoreError> {
        let random = u64::from_str_radix(&random_hex(8)?, 16).map_err(|e| StoreError::Defect(e.to_string()))?;
        let (mut rest, mut code) = (random, String::with_capacity(LENGTH));
        for _ in 0..LENGTH {
            let count = LETTERS.len() as u64;
            let letter = usize::try_from(rest % count).ok().and_then(|at| LETTERS.get(at)).copied();
            code.push(char::from(letter.unwrap_or(b'A')));
            rest /= count;
        }
        Ok(Invite { code, label, limit, used: 0, created: now, expires })
    }

    /// Whether it may still be redeemed.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires && self.used < self.limit
    }
}

/// A code as somebody typed it: in small letters, with spaces or hyphens.
fn read(typed: &str) -> Option<String> {
    let plain = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let code: String = plain.map(|c| c.to_ascii_uppercase()).take(LENGTH + 1).collect();
    (code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte))).then_some(code)
}

impl Commune {
    /// Keeps a new code, with who made it. Grants: `GET`, `PUT`.
    pub async fn put_invite(&self, by: AuditActor, invite: &Invite, now: Timestamp) -> Result<(), StoreError> {
        let Invite { label, limit, expires, .. } = invite;
        let after = json!({ "label": label, "limit": limit, "expires_at": expires });
        let act = Act { by, what: "create_invite", about: invite.code.clone(), before: json!(null), after };
        self.commit_act(&act, now, |writes| writes.put(invite, Condition::Absent)).await
    }

    /// Withdraws a code; who redeemed it stays invited. Grants: `GET`, `PUT`, `DELETE`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn delete_invite(&self, by: AuditActor, code: &str, now: Timestamp) -> Result<(), StoreError> {
        let code = read(code).ok_or(StoreError::NotFound)?;
        let key = invite_key(self.id(), &code);
        let found: Invite = self.table().get(&key).await?.ok_or(StoreError::NotFound)?;
        let before = json!({ "label": found.label, "limit": found.limit, "used": found.used });
        let act = Act { by, what: "delete_invite", about: code, before, after: json!(null) };
        match self.commit_act(&act, now, |writes| writes.delete(&key, Condition::Present)).await {
            Err(StoreError::Conflict { .. }) => Err(StoreError::NotFound),
            done => done,
        }
    }

    /// One page of the codes, and the cursor of the next. Grant: `QUERY`.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] when the cursor was altered or made for another query.
    pub async fn invites(&self, limit: u32, cursor: Option<&str>) -> Result<(Vec<Invite>, Option<String>), StoreError> {
        let (seal, query) = (&self.store().seal, format!("{} invites", self.id()));
        let start = cursor.map(|cursor| cursor::decode(seal, &query, cursor)).transpose()?;
        let page = self.table().page(&self.table().range(&["invites"]), limit, start).await?;
        let invites = page.items.into_iter().map(from_attributes).collect::<Result<_, _>>()?;
        let next = page.next.map(|next| cursor::encode(seal, &query, &next)).transpose()?;
        Ok((invites, next))
    }

    /// Redeems a code for an account; one that was invited already stays so, and nothing is counted. Grants: `GET`, `PUT`,
    /// `UPDATE`.
    ///
    /// # Errors
    /// Why it is not redeemed.
    pub async fn redeem_invite(&self, account: AccountId, code: &str, now: Timestamp) -> Result<(), NotRedeemed> {
        let code = read(code).ok_or(NotRedeemed::Unknown)?;
        let key = invite_key(self.id(), &code);
        if self.has_redeemed_invite(account).await? {
            return Ok(());
        }
        let invite: Invite = self.table().get(&key).await?.ok_or(NotRedeemed::Unknown)?;
        if invite.expires <= now {
            return Err(NotRedeemed::Ended(invite.expires));
        }
        let one = Attributes::from([(":one".to_owned(), AttributeValue::N("1".to_owned()))]);
        let redeemed = self
            .table()
            .transaction()
            .put(&Invited { account, code, at: now }, Condition::Absent)
            .update(
                &key,
                "SET #data.#used = #data.#used + :one",
                Some("attribute_exists(pk) AND #data.#used < #data.#limit"),
                one,
                &[("#data", DATA), ("#used", "used"), ("#limit", "limit")],
            )
            .commit()
            .await;
        match redeemed {
            // By itself, at this moment.
            Err(StoreError::Conflict { item: 0 }) => Ok(()),
            Err(StoreError::Conflict { .. }) => match self.table().get::<Invite>(&key).await? {
                Some(invite) => Err(NotRedeemed::UsedUp(invite.limit)),
                None => Err(NotRedeemed::Unknown),
            },
            done => done.map_err(NotRedeemed::from),
        }
    }

    /// Whether the account redeemed a code. Grant: `GET`.
    pub async fn has_redeemed_invite(&self, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.redeemed_invite_at(account).await?.is_some())
    }

    /// When the account redeemed a code, if it did. Grant: `GET`.
    pub async fn redeemed_invite_at(&self, account: AccountId) -> Result<Option<Timestamp>, StoreError> {
        let invited: Option<Invited> = self.table().get(&invited_key(self.id(), account)).await?;
        Ok(invited.map(|invited| invited.at))
    }

    /// Whether the account takes part in a pilot for invited residents: it redeemed a code, or was there before the pilot.
    /// Grant: `GET`.
    pub async fn takes_part(&self, account: AccountId) -> Result<bool, StoreError> {
        if self.has_redeemed_invite(account).await? {
            return Ok(true);
        }
        let began = self.launch.since.filter(|_| self.launch.phase() == Phase::Pilot);
        let Some(began) = began else { return Ok(false) };
        Ok(self.account(account).await?.is_some_and(|account| account.created < began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_ten_plain_letters_and_read_however_it_is_typed() {
        let (now, mut seen) = (Timestamp::UNIX_EPOCH, std::collections::HashSet::new());
        for _ in 0..500 {
            let code = Invite::new("Marché".parse().expect("a label"), 5, now, now).expect("randomness").code;
            assert_eq!(read(&code).as_deref(), Some(code.as_str()));
            let typed = format!(" {}-{} ", code[..5].to_lowercase(), &code[5..]);
            assert_eq!(read(&typed).as_deref(), Some(code.as_str()), "{typed}");
            assert!(seen.insert(code));
        }
        for wrong in ["", "ABCDEFGHJ", "ABCDEFGHJKM", "ABCDEFGHJ0", "ABCDEFGHJ#", "ÀBCDEFGHJK"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
