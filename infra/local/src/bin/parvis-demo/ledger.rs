//! Who has to have got what, and who got what: every event, every way, counted.

use crate::outbox::Sent;
use crate::people::{DEVICE, Person, WAYS, Way, Who};
use crate::transcript::{Told, Wrong, expect};

/// An entry of the report's history, and who had to be told of it.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) id: String,
    /// The status after it, as residents read it.
    pub(crate) status: String,
    pub(crate) by: Who,
    pub(crate) ways: Vec<Way>,
}

impl Event {
    /// One that all three follow: everybody is told on every way, but who did it.
    pub(crate) fn followed(id: &str, status: &str, by: Who) -> Event {
        let ways = WAYS.into_iter().filter(|way| way.who != by).collect();
        Event { id: id.to_owned(), status: status.to_owned(), by, ways }
    }

    /// The messages about it on one way.
    pub(crate) fn messages<'s>(&self, sent: &'s [Sent], people: &[Person; 3], way: Way) -> Vec<&'s Sent> {
        sent.iter().filter(|sent| self.is_about(sent) && went(sent, people, way)).collect()
    }

    /// Whether everybody who has to be told is told, some perhaps more than once.
    pub(crate) fn has_arrived(&self, sent: &[Sent], people: &[Person; 3]) -> bool {
        self.ways.iter().all(|way| !self.messages(sent, people, *way).is_empty())
    }

    /// Exactly one message for each of its ways and none elsewhere.
    pub(crate) fn check(&self, sent: &[Sent], people: &[Person; 3]) -> Told {
        for way in WAYS {
            let wanted = usize::from(self.ways.contains(&way));
            let count = self.messages(sent, people, way).len();
            let expected = format!("{wanted} for {} about \"{}\" (by {})", way.told(), self.status, self.by.name());
            expect(count == wanted, expected, count.to_string())?;
        }
        Ok(())
    }

    fn is_about(&self, sent: &Sent) -> bool {
        sent.key().is_some_and(|key| key.event == self.id)
    }
}

/// Whether a message went this way.
fn went(sent: &Sent, people: &[Person; 3], way: Way) -> bool {
    let person = &people[way.who as usize];
    let arrived = match way.channel {
        "push" => sent.device_token.as_deref() == Some(DEVICE),
        _ => sent.recipient == person.address,
    };
    let account_fits = sent.key().is_some_and(|key| key.account == person.account && key.channel == way.channel);
    sent.channel == way.channel && arrived && account_fits
}

/// The whole outbox against the whole history: what has to be there is there once, and nothing else is.
pub(crate) fn check_all(events: &[Event], sent: &[Sent], people: &[Person; 3]) -> Told {
    events.iter().try_for_each(|event| event.check(sent, people))?;
    let told_of = |sent: &Sent| {
        events.iter().any(|event| event.is_about(sent) && event.ways.iter().any(|way| went(sent, people, *way)))
    };
    match sent.iter().find(|sent| !sent.is_code() && !told_of(sent)) {
        None => Ok(()),
        Some(stray) => {
            Err(Wrong::new("no message beside the notices of this report and the codes", format!("{stray:?}")))
        }
    }
}

/// The table: events down, ways across, and how many messages there were.
pub(crate) fn table(events: &[Event], sent: &[Sent], people: &[Person; 3]) -> String {
    let mut lines = vec![row("event", "by", WAYS.iter().map(Way::told))];
    for event in events {
        let cells = WAYS.iter().map(|way| {
            let count = event.messages(sent, people, *way).len();
            if count == 0 && !event.ways.contains(way) { "·".to_owned() } else { count.to_string() }
        });
        lines.push(row(&event.status, event.by.name(), cells));
    }
    lines.join("\n")
}

fn row(event: &str, by: &str, cells: impl Iterator<Item = String>) -> String {
    cells.fold(format!("  {event:42}{by:8}"), |line, cell| format!("{line}{cell:>13}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> [Person; 3] {
        let mut people = Person::all();
        for who in [Who::Claire, Who::Marc, Who::Luc] {
            people[who as usize].account = format!("account-of-{}", who.name());
        }
        people
    }

    fn sent(way: Way) -> Sent {
        let person = &people()[way.who as usize];
        let device_token = (way.channel == "push").then(|| DEVICE.to_owned());
        let notice = Some(format!("e-1/{}/{}", person.account, way.channel));
        let (recipient, channel) = (person.address.to_owned(), way.channel.to_owned());
        Sent { id: 1, channel, recipient, text: String::new(), device_token, notice }
    }

    #[test]
    fn one_message_on_every_way_but_the_actors_is_as_told() {
        let event = Event::followed("e-1", "Résolu", Who::Luc);
        let mut all: Vec<Sent> = event.ways.iter().map(|way| sent(*way)).collect();
        assert!(event.has_arrived(&all, &people()) && check_all(std::slice::from_ref(&event), &all, &people()).is_ok());
        all.pop();
        assert!(!event.has_arrived(&all, &people()) && event.check(&all, &people()).is_err());
    }

    #[test]
    fn a_second_message_one_to_the_actor_and_one_about_nothing_known_are_not_as_told() {
        let event = Event::followed("e-1", "Résolu", Who::Luc);
        let good: Vec<Sent> = event.ways.iter().map(|way| sent(*way)).collect();
        let stray = Sent { notice: Some("e-2/account-of-Claire/sms".to_owned()), ..good[0].clone() };
        for extra in [good[1].clone(), sent(Way { who: Who::Luc, channel: "email" }), stray] {
            let all = [good.clone(), vec![extra.clone()]].concat();
            assert!(check_all(std::slice::from_ref(&event), &all, &people()).is_err(), "{extra:?}");
        }
    }
}
