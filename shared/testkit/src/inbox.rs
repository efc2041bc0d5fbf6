//! What arrives on people's phones and in their mailboxes.

use std::time::Duration;

use parvis_domain::Contact;
use parvis_local::tap::{OutboxQuery, Sent};

use crate::actor::Actor;
use crate::system::platform;

const LIMIT: Duration = Duration::from_secs(30);

/// The newest message there is; the next one has a greater number.
pub(crate) async fn last_id() -> u64 {
    platform().await.outbox().last_id()
}

fn address(contact: &Contact) -> String {
    match contact {
        Contact::Phone(phone) => phone.to_string(),
        Contact::Email(email) => email.to_string(),
    }
}

/// The code in the first message to `contact` after message `after`.
pub(crate) async fn code_to(contact: &Contact, after: u64) -> String {
    let query = OutboxQuery { after: Some(after), recipient: Some(address(contact)), ..OutboxQuery::default() };
    let sent = platform().await.outbox().wait_for(&query, 1, LIMIT).await;
    let text = sent.first().map(|sent| sent.message.text.as_str()).unwrap_or_default();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6);
    match code {
        Some(code) => code.to_owned(),
        None => panic!("no code came to {}: {text:?}", address(contact)),
    }
}

impl Actor {
    /// Everything that arrived, on every channel, oldest first.
    pub async fn messages(&self) -> Vec<Sent> {
        let all = platform().await.outbox().list(&OutboxQuery { limit: usize::MAX, ..OutboxQuery::default() });
        all.into_iter().filter(|sent| self.received(sent)).collect()
    }

    /// What arrived but for codes: notices.
    pub async fn notices(&self) -> Vec<Sent> {
        let mut all = self.messages().await;
        all.retain(|sent| !is_code(sent));
        all
    }

    /// Waits for at least `count` notices in all and gives them.
    ///
    /// # Panics
    /// Showing what arrived when it is fewer after 30 seconds.
    pub async fn wait_for_notices(&self, count: usize) -> Vec<Sent> {
        let mut last = platform().await.outbox().watch();
        let enough = async {
            loop {
                last.mark_unchanged();
                let notices = self.notices().await;
                if notices.len() >= count || last.changed().await.is_err() {
                    return notices;
                }
            }
        };
        match tokio::time::timeout(LIMIT, enough).await {
            Ok(notices) => notices,
            Err(_) => panic!("waited for {count} notices and got {:#?}", self.notices().await),
        }
    }

    /// The newest code that was sent to this actor's contact.
    ///
    /// # Panics
    /// When none was sent within 30 seconds.
    pub async fn newest_code(&self) -> String {
        let Some(contact) = &self.contact else { panic!("this actor gave no contact") };
        let newest = self.messages().await.into_iter().rev().find(is_code);
        code_to(contact, newest.map_or(0, |sent| sent.id - 1)).await
    }

    fn received(&self, sent: &Sent) -> bool {
        let message = &sent.message;
        let by_contact = self.contact.as_ref().is_some_and(|contact| address(contact) == message.recipient);
        let of_commune = message.commune.as_deref().is_none_or(|commune| commune == self.commune.as_str());
        let by_device = message.device_token.is_some() && message.device_token == self.device_token;
        (by_contact && of_commune) || by_device
    }
}

fn is_code(sent: &Sent) -> bool {
    sent.message.notice.as_deref() == Some("code")
}
