//! Over which channels an account is told.

use parvis_domain::{Channel, DeviceId};
use parvis_store::Account;

/// One way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) channel: Channel,
    /// The device of a push message.
    pub(crate) device: Option<DeviceId>,
}

/// Everything that an account is told over, each once: every device if it wants push; SMS and e-mail if it wants them and
/// has the verified contact. What would reach nobody that way (push wanted and no device, say) goes to the account's best
/// contact, the phone before the mailbox: whoever speaks up hears back. Only who wants no channel at all hears nothing.
///
/// `gone` are channels that cannot be used this time: the phone opted out, the mailbox is suppressed.
pub(crate) fn channels_for(account: &Account, gone: &[Channel]) -> Vec<Target> {
    let reachable = |channel: Channel| {
        !gone.contains(&channel)
            && match channel {
                Channel::Push => !account.devices.is_empty(),
                Channel::Sms => account.phone_for_sms().is_some(),
                Channel::Email => account.email.is_some(),
            }
    };
    let wanted = |channel: &Channel| account.channels.contains(channel) && reachable(*channel);
    let mut channels: Vec<Channel> = Channel::ALL.into_iter().filter(wanted).collect();
    if channels.is_empty() && !account.channels.is_empty() {
        channels.extend([Channel::Sms, Channel::Email].into_iter().find(|c| reachable(*c)));
    }
    let mut targets = Vec::with_capacity(channels.len());
    for channel in channels {
        match channel {
            Channel::Push => targets.extend(account.devices.iter().map(|d| Target { channel, device: Some(*d) })),
            _ => targets.push(Target { channel, device: None }),
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use Channel::{Email, Push, Sms};
    use jiff::Timestamp;
    use parvis_domain::{Contact, Language};

    use super::*;

    fn account(wants: &[Channel], contacts: &[&str]) -> Account {
        let phone: Contact = serde_json::from_str(r#"{"phone":"0612345678"}"#).unwrap();
        let full = Account::new(&phone, Language::Fr, Timestamp::UNIX_EPOCH);
        Account {
            channels: wants.to_vec(),
            phone: full.phone.filter(|_| contacts.contains(&"phone")),
            email: contacts.contains(&"email").then(|| "claire@exemple.fr".parse().unwrap()),
            ..full
        }
    }

    fn chosen(wants: &[Channel], contacts: &[&str], devices: usize, gone: Option<Channel>) -> Vec<Channel> {
        let devices: Vec<DeviceId> = (0..devices).map(|_| DeviceId::new(Timestamp::UNIX_EPOCH)).collect();
        let account = Account { devices: devices.clone(), ..account(wants, contacts) };
        let targets = channels_for(&account, gone.as_slice());
        let of_push: Vec<DeviceId> = targets.iter().filter_map(|t| t.device).collect();
        assert!(of_push.is_empty() || of_push == devices, "each device once");
        targets.into_iter().map(|t| t.channel).collect()
    }

    #[test]
    fn push_goes_to_every_device_and_to_nothing_else_unless_wanted() {
        assert_eq!(chosen(&[Push], &["phone", "email"], 1, None), [Push]);
        assert_eq!(chosen(&[Push], &["phone"], 2, None), [Push, Push]);
        assert_eq!(chosen(&[Push, Sms], &["phone"], 1, None), [Push, Sms]);
        assert_eq!(chosen(&[Push, Email], &["phone", "email"], 1, None), [Push, Email]);
        assert_eq!(chosen(&[Sms, Email], &["phone", "email"], 1, None), [Sms, Email]);
    }

    #[test]
    fn an_account_without_a_device_is_told_at_its_best_contact() {
        assert_eq!(chosen(&[Push], &["phone", "email"], 0, None), [Sms]);
        assert_eq!(chosen(&[Push], &["email"], 0, None), [Email]);
        assert_eq!(chosen(&[Sms], &["email"], 0, None), [Email], "the wanted phone is not there");
        assert_eq!(chosen(&[Push, Email], &["phone", "email"], 0, None), [Email], "a wanted channel is enough");
    }

    #[test]
    fn who_wants_no_channel_hears_nothing() {
        assert_eq!(chosen(&[], &["phone", "email"], 3, None), []);
    }

    #[test]
    fn a_channel_that_is_gone_gives_way_to_the_next() {
        assert_eq!(chosen(&[Push, Sms], &["phone", "email"], 0, Some(Sms)), [Email]);
        assert_eq!(chosen(&[Sms], &["phone"], 0, Some(Sms)), []);
        assert_eq!(chosen(&[Email], &["phone", "email"], 0, Some(Email)), [Sms]);
        assert_eq!(chosen(&[Push], &["phone"], 0, Some(Push)), [Sms]);
    }
}
