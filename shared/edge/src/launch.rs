//! What a commune that has not opened yet, or not to this caller, answers: one place for every endpoint that belongs to what
//! residents get with the launch.

use parvis_domain::texts;
use parvis_domain::{Language, NotTaken, Phase, Sender, today};
use parvis_store::{Commune, Role};

use crate::caller::{Counted, SignedIn};
use crate::cx::Cx;
use crate::input::{Input as _, Preferred};
use crate::problem::{Code, Problem};
use crate::request::Request;

/// Lets in who may be there in this phase: staff in draft; in training also who redeemed an invite code; later everybody.
/// In draft, and while a training is wiped, nobody writes.
///
/// # Errors
/// 403 `not_yet_here`, in the caller's language; 409 to staff who write when nothing can be written.
pub(crate) async fn check(cx: &Cx, caller: Counted<'_>, request: &Request) -> Result<(), Problem> {
    let commune = caller.commune;
    if !commune.launch.phase().is_before_residents() {
        return Ok(());
    }
    let may = match caller.account {
        None => false,
        Some((_, role)) if role != Role::Resident => true,
        Some(_) if commune.launch.is_for_staff_alone() => false,
        Some((account, _)) => commune.has_redeemed_invite(account).await?,
    };
    if !may {
        let Preferred(language) = Preferred::read(request)?;
        return Err(not_taken(cx, commune, language, NotTaken::NotYet));
    }
    if request.writes && commune.launch.is_for_staff_alone() {
        let name = &commune.settings.name;
        return Err(match commune.launch.phase() {
            Phase::Draft => {
                let detail = format!("{name} is in draft: begin the training, the pilot or the launch first");
                Problem::new(Code::InDraft, detail)
            }
            _ => {
                let detail = format!("{name} is having its training wiped: nothing can be written until that is done");
                Problem::new(Code::Wiping, detail)
            }
        });
    }
    Ok(())
}

/// The problem that says why a report is not taken, for people: in the first field's code for programs.
pub fn not_taken(cx: &Cx, commune: &Commune, language: Language, why: NotTaken) -> Problem {
    let launch = &commune.launch.launch;
    let on = launch.launch_on.filter(|on| why != NotTaken::Paused && *on >= today(cx.now()));
    let message = launch.message.as_ref().map(|message| message.as_str());
    let language = commune.settings.spoken(language);
    let detail = texts::not_taken(language, &commune.settings.name, why, on, message);
    let (code, field, rule) = match why {
        NotTaken::NotYet => (Code::NotYetHere, "launch", "not_yet"),
        NotTaken::Place => (Code::NotYetHere, "place", "outside_pilot"),
        NotTaken::Category => (Code::NotYetHere, "category", "outside_pilot"),
        NotTaken::Invited => (Code::NotYetHere, "account", "not_invited"),
        NotTaken::Paused => (Code::Paused, "launch", "paused"),
    };
    Problem { code, worded: true, ..Problem::field(field, rule, detail) }
}

/// Who sends a report, as far as training and pilot ask; nobody is looked up where it does not. Grant: `GET`.
pub async fn sender(commune: &Commune, account: Option<&SignedIn>) -> Result<Sender, Problem> {
    let launch = &commune.launch.launch;
    let asks = launch.phase == Phase::Training || launch.phase == Phase::Pilot && launch.pilot.invite_only;
    Ok(match account {
        Some(account) if account.role != Role::Resident => Sender::Staff,
        Some(account) if asks => {
            if commune.takes_part(account.id).await? {
                Sender::Invited
            } else {
                Sender::Other
            }
        }
        _ => Sender::Other,
    })
}
