//! Who is in the story, and how they are reached.

use serde_json::{Value, json};

use crate::transcript::device;

/// Somebody with a phone or a mailbox, signed in or not.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Their number (`+33…`) or address.
    pub(crate) address: &'static str,
    pub(crate) account: String,
    pub(crate) token: Option<String>,
    pub(crate) refresh: String,
}

/// One way to reach one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Way {
    /// Whose.
    pub(crate) who: Who,
    /// `sms`, `push` or `email`.
    pub(crate) channel: &'static str,
}

/// The three of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Reports.
    Claire,
    /// Her neighbour.
    Marc,
    /// An agent of the technical services.
    Luc,
}

/// Every way there is: two channels for who has a device beside a mailbox.
pub(crate) const WAYS: [Way; 4] = [
    Way { who: Who::Claire, channel: "sms" },
    Way { who: Who::Marc, channel: "push" },
    Way { who: Who::Marc, channel: "email" },
    Way { who: Who::Luc, channel: "email" },
];

/// The device of Marc, as Firebase would name it.
pub(crate) const DEVICE: &str = "fcm-telephone-de-marc-olivier";

impl Person {
    /// The three, by [`Who`]. Nothing that is sent to them leaves this machine.
    pub(crate) fn all() -> [Person; 3] {
        ["+33600000042", "marc.olivier@courriel.example", "luc.ferrand@aubignac.example"].map(|address| Person {
            address,
            account: String::new(),
            token: None,
            refresh: String::new(),
        })
    }

    pub(crate) fn contact(&self) -> Value {
        let field = if self.address.starts_with('+') { "phone" } else { "email" };
        json!({ field: self.address })
    }

    /// Keeps what an answer says of the session.
    pub(crate) fn keep(&mut self, session: &Value) {
        let text = |at: &str| session.pointer(at).and_then(Value::as_str).map(str::to_owned);
        self.token = text("/access_token");
        self.refresh = text("/refresh_token").unwrap_or_default();
        self.account = text("/account/id").unwrap_or_default();
    }
}

impl Way {
    pub(crate) fn told(&self) -> String {
        format!("{} {}", self.who.name(), device(self.channel))
    }
}

impl Who {
    pub(crate) fn name(self) -> &'static str {
        ["Claire", "Marc", "Luc"][self as usize]
    }
}
