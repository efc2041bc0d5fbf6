//! How often one caller may call what: the classes, their numbers with their reasons, and the one place that counts.

use std::time::Duration;

use parvis_domain::limit::{Empty, Limit};
use parvis_domain::texts::date_label;
use parvis_domain::{Language, today};
use parvis_store::grant::Grant;
use parvis_store::{Ban, Commune, Role, StoreError};
use serde::Serialize;

use crate::caller::{Access, Counted};
use crate::cx::Cx;
use crate::problem::{Code, Problem};
use crate::proof;
use crate::request::Request;
use crate::route::Method;

/// The count may take so long; then the request goes on without it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What requests cost, and so how often they may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Reads. Not counted: the count would cost more than the read. The gateway throttles all routes together.
    Read,
    /// Changes of what is one's own: the session, devices, channels, what one follows. Not banned, and not refused in a
    /// suspended commune: whoever may not write to the commune any more keeps their rights over their own data.
    Own,
    /// Changes that reach nobody by SMS and store no file.
    Write,
    /// Redeems a code or a refresh token.
    Session,
    /// Sends a code, which costs money and rings somebody's phone.
    Code,
    /// Announces a photo, which stores a file and works on it.
    Upload,
    /// Announces a map, which may be 200 MB and lies there for two days if nobody uses it.
    MapFile,
    /// Makes a report, which somebody has to read.
    Report,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 8] = [
        Class::Read,
        Class::Own,
        Class::Write,
        Class::Session,
        Class::Code,
        Class::Upload,
        Class::MapFile,
        Class::Report,
    ];

    /// What a method is if its endpoint says nothing else.
    pub const fn of(method: Method) -> Class {
        match method {
            Method::Get => Class::Read,
            Method::Post | Method::Put | Method::Patch | Method::Delete => Class::Write,
        }
    }

    /// As in keys, and in the plural as people are told.
    pub const fn name(self) -> (&'static str, &'static str) {
        match self {
            Class::Read => ("read", "reads"),
            Class::Own => ("own", "changes"),
            Class::Write => ("write", "changes"),
            Class::Session => ("session", "sign-ins"),
            Class::Code => ("code", "codes"),
            Class::Upload => ("upload", "photos"),
            Class::MapFile => ("map_file", "maps"),
            Class::Report => ("report", "reports"),
        }
    }

    /// Of one network of guests in one commune. Behind one address may be a school, the Wi-Fi of the town hall, or some
    /// hundred customers of a mobile operator; most of them do not call the same commune.
    pub const fn of_guests(self) -> Option<Limit> {
        match self {
            Class::Read => None,
            Class::Own | Class::Write => Some(Limit::new(60, 2_000)),
            // Every client that is signed in refreshes four times an hour: room for 180 of them behind one address.
            Class::Session => Some(Limit::new(120, 5_000)),
            // A class or a meeting signs up at once; after that 480 codes a day, or some 30 euros of SMS at most.
            Class::Code => Some(Limit::new(20, 180_000)),
            // A report has five photos at most, so this is what the reports below may carry, nearly.
            Class::Upload => Some(Limit::new(30, 30_000)),
            // Somebody tries a few files until one looks right; after that six an hour.
            Class::MapFile => Some(Limit::new(10, 600_000)),
            // A walk through the village with a group; after that 720 a day, more than any commune gets.
            Class::Report => Some(Limit::new(20, 120_000)),
        }
    }

    /// Of one resident: one person, but one who may be working off an offline queue.
    pub const fn of_resident(self) -> Option<Limit> {
        match self {
            Class::Read => None,
            Class::Own | Class::Write => Some(Limit::new(60, 1_000)),
            Class::Session | Class::Code | Class::MapFile => self.of_guests(),
            Class::Upload => Some(Limit::new(60, 20_000)),
            Class::Report => Some(Limit::new(30, 60_000)),
        }
    }

    /// Of one member of the staff: closes a hundred reports after a storm, types in what people say at the counter.
    pub const fn of_staff(self) -> Option<Limit> {
        match self {
            Class::Read => None,
            Class::Own | Class::Write => Some(Limit::new(240, 500)),
            Class::Session | Class::Code | Class::MapFile => self.of_guests(),
            Class::Upload => Some(Limit::new(240, 2_000)),
            Class::Report => Some(Limit::new(120, 5_000)),
        }
    }

    /// Whether a ban keeps from it. Reading, signing in to read and one's own data stay.
    const fn can_be_banned(self) -> bool {
        matches!(self, Class::Write | Class::Code | Class::Upload | Class::MapFile | Class::Report)
    }
}

/// What counting needs.
pub(crate) const fn grants(class: Class, access: Access) -> &'static [Grant] {
    match class {
        Class::Read => &[],
        _ if access.in_commune() => &[Grant::UPDATE],
        _ => &[],
    }
}

/// Counts a request, or refuses it; and refuses who is banned.
///
/// A count or a ban that cannot be looked up refuses nobody: without the table most requests fail by themselves, and where only
/// this fails, a resident who is turned away is worse than an attacker who is not (docs/decisions/0014-limits.md).
pub(crate) async fn check(cx: &Cx, class: Class, caller: Counted<'_>, request: &Request) -> Result<(), Problem> {
    let (now, commune, address) = (cx.now(), caller.commune, &request.source_ip);
    let (limit, whose, who) = match caller.account {
        None => (class.of_guests(), commune.source(address, now), "network"),
        Some((account, Role::Resident)) => (class.of_resident(), commune.account_source(account), "account"),
        Some((account, _)) => (class.of_staff(), commune.account_source(account), "account"),
    };
    let Some(limit) = limit else { return Ok(()) };
    let (name, what) = class.name();
    let taken = in_time(commune.take_token(name, &whose, limit.widened(cx.roominess()), now));
    let banned = in_time(async {
        if !class.can_be_banned() {
            return Ok(None);
        }
        commune.ban_of(caller.account.map(|(account, _)| account), address, now).await
    });
    let (taken, banned) = futures::join!(taken, banned);
    match banned {
        Ok(Some(ban)) => return Err(refused(commune, &ban, true)),
        Ok(None) => {}
        Err(error) => tracing::warn!(commune = %commune.id(), %error, "a ban was not looked up"),
    }
    match taken {
        Ok(Ok(())) => {}
        Ok(Err(Empty { wait })) => return Err(too_many(what, who, limit, wait)),
        Err(error) => tracing::warn!(commune = %commune.id(), class = name, %error, "a request was not counted"),
    }
    match (caller.account, class) {
        (None, Class::Code | Class::Report) => proof::check(cx, commune, request).await,
        _ => Ok(()),
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
        let detail = format!("no answer within {} s", PATIENCE.as_secs());
        Err(StoreError::Unavailable { service: "DynamoDB", detail })
    })
}

/// What who is banned is told; the reason only where it is they who ask.
pub(crate) fn refused(commune: &Commune, ban: &Ban, with_reason: bool) -> Problem {
    let until = date_label(Language::En, today(ban.until));
    let name = &commune.settings.name;
    let detail = match with_reason {
        true => format!("writing to {name} is not possible until {until}: {}", ban.reason),
        false => format!("writing to {name} is not possible until {until}"),
    };
    Problem::new(Code::Banned, detail)
}

fn too_many(what: &str, who: &str, limit: Limit, wait: u32) -> Problem {
    let Limit { burst, .. } = limit;
    let pause = limit.pause();
    let detail = format!(
        "too many {what} from this {who}: at most {burst} at once and one more every {pause} s; try again in {wait} s"
    );
    Problem::new(Code::TooManyRequests, detail).retry_after(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_writes_has_a_limit_and_staff_have_the_most_room() {
        for class in Class::ALL.into_iter().filter(|class| *class != Class::Read) {
            let all = [class.of_guests(), class.of_resident(), class.of_staff()];
            let [Some(guests), Some(resident), Some(staff)] = all else { panic!("{class:?}: {all:?}") };
            assert!(guests.burst <= resident.burst && resident.burst <= staff.burst, "{class:?}");
            assert!(guests.every >= resident.every && resident.every >= staff.every, "{class:?}");
        }
    }

    #[test]
    fn a_refusal_names_the_limit_and_the_time() {
        let refused = too_many("codes", "network", Limit::new(20, 180_000), 42);
        assert_eq!(refused.retry_after, Some(42));
        let told = "too many codes from this network: at most 20 at once and one more every 180 s; try again in 42 s";
        assert_eq!(refused.detail, told);
    }
}
