//! `PATCH /v1/{commune}/me`: the language, the channels one wants to be told on, and an ambassador's badge. Who takes push messages
//! or no longer does has their apps listen to the commune's alerts or no more; asking for the same again settles what was cut off.

use parvis_domain::{Channel, Invalid, Language};
use parvis_edge::{Class, Cx, Endpoint, Grant, Json, Problem, Resident, Route, patch};
use parvis_store::Account;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::me::{MeView, my_account, view};

/// Changes one's own account.
pub struct UpdateMe;

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeChange {
    /// In which to be written to.
    #[serde(default)]
    language: Option<Language>,
    /// All channels that are wanted, each once; none to be told nothing. `sms` needs a verified number, `email` a verified
    /// address. `sms` agrees to text messages, leaving it out takes that back.
    #[serde(default)]
    channels: Option<Vec<Channel>>,
    /// For ambassadors only: whether what they write from now on, on reports of others, says that an ambassador wrote it. What
    /// was written before stays as it is, until the account is erased.
    #[serde(default)]
    badge: Option<bool>,
}

impl Endpoint for UpdateMe {
    const ROUTE: Route = patch("/v1/{commune}/me");
    const SUMMARY: &'static str = "Choose language and channels, and as an ambassador whether to show it";
    const GRANTS: &'static [Grant] = &[
        Grant::BATCH_GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::DELETE,
        Grant::CHECK,
        Grant::CREATE_TOPIC,
        Grant::SUBSCRIBE,
        Grant::UNSUBSCRIBE,
    ];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Json<MeChange>;
    type Output = Json<MeView>;

    async fn run(cx: &Cx, caller: Resident, Json(change): Json<MeChange>) -> Result<Self::Output, Problem> {
        let mut account = my_account(&caller).await?;
        if let Some(channels) = &change.channels {
            check(&account, channels)?;
        }
        if let Some(badge) = change.badge {
            let Some(ambassador) = caller.commune.ambassador(account.id).await? else {
                let detail = "badge is for ambassadors, whom an administrator names; this account is none";
                return Err(Problem::field("badge", "no_ambassador", detail));
            };
            caller.commune.put_badge(ambassador, badge).await?;
        }
        account.language = change.language.unwrap_or(account.language);
        let chosen = change.channels.is_some();
        if let Some(channels) = change.channels {
            account = account.told_over(channels, cx.now());
        }
        let changed = caller.commune.update_account(&account).await;
        // Also after a conflict: it may have been this very request, whose answer was lost.
        if chosen {
            caller.commune.settle_listening(account.id).await?;
        }
        let changed = changed?;
        view(&caller, changed).await.map(Json)
    }
}

/// A channel that cannot reach the account would be a promise that nobody keeps.
fn check(account: &Account, channels: &[Channel]) -> Result<(), Vec<Invalid>> {
    let refused = |(place, channel): (usize, &Channel)| {
        let (code, detail) = if channels[..place].contains(channel) {
            ("channel_twice", format!("{} is there twice; name each channel once", channel.as_str()))
        } else {
            match channel {
                Channel::Sms if account.phone.is_none() => {
                    ("no_phone", "sms needs a verified phone number; the account has none".to_owned())
                }
                Channel::Email if account.email.is_none() => {
                    ("no_email", "email needs a verified e-mail address; the account has none".to_owned())
                }
                _ => return None,
            }
        };
        Some(Invalid::new(format!("channels[{place}]"), code, detail))
    };
    let refused: Vec<Invalid> = channels.iter().enumerate().filter_map(refused).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        let contact = serde_json::from_str(r#"{"phone":"0612345678"}"#).expect("a contact");
        Account::new(&contact, Language::Fr, "2026-11-21T18:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn any_channels_that_reach_the_account_may_be_chosen_also_none() {
        for channels in [&[][..], &[Channel::Sms], &[Channel::Push], &[Channel::Sms, Channel::Push]] {
            assert_eq!(check(&account(), channels), Ok(()), "{channels:?}");
        }
    }

    #[test]
    fn a_channel_without_its_contact_and_a_channel_named_twice_are_refused_by_place() {
        let refused = check(&account(), &[Channel::Sms, Channel::Email, Channel::Sms]).expect_err("two are wrong");
        let places: Vec<_> = refused.iter().map(|i| (i.field.as_str(), i.code)).collect();
        assert_eq!(places, [("channels[1]", "no_email"), ("channels[2]", "channel_twice")]);
    }
}
