//! The story, chapter by chapter.

mod commune_acts;
mod neighbour;
mod reporting;
mod survival;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::api::{Answer, Api, text};
use crate::ledger::Event;
use crate::outbox::{Sent, as_sms};
use crate::people::{Person, Way, Who};
use crate::platform::Platform;
use crate::transcript::{Told, Transcript, Wrong, expect};

/// Everything that takes a moment is there by then, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A queue hides a message that a dead worker had taken for three minutes (six times the worker's time limit of 30 s).
const SETTLE_LIMIT: Duration = Duration::from_secs(240);

/// Resident's pictures: drawn, with the EXIF of a phone (GPS of a street in Aubignac, stored turned).
const POTHOLE: &[u8] = include_bytes!("../../../../demo/nid-de-poule.jpg");
const REPAIRED: &[u8] = include_bytes!("../../../../demo/chaussee-refaite.jpg");
/// The GPS of both.
const TAKEN_AT: (f64, f64) = (5.5918, 43.67085);

/// Where the story has got to.
#[derive(Debug)]
pub(crate) struct Story<'p> {
    tell: Transcript,
    platform: &'p mut Platform,
    api: Api,
    people: [Person; 3],
    photo: String,
    claim: String,
    report: String,
    /// Of the report as the agent last saw it.
    etag: String,
    events: Vec<Event>,
}

/// A photo that was announced, and how it looks to its uploader when it is ready.
struct Upload {
    photo: String,
    claim: String,
    view: Value,
}

impl<'p> Story<'p> {
    /// Chapter 1: the platform starts.
    pub(crate) async fn begin(tell: Transcript, platform: &'p mut Platform) -> Told<Story<'p>> {
        tell.chapter("1. A platform of its own");
        tell.act("we", &platform.command_line());
        platform.start().await?;
        let api = Api::new(platform.url())?;
        let (photo, claim, report, etag) = Default::default();
        let events = Vec::new();
        let mut story = Story { tell, platform, api, people: Person::all(), photo, claim, report, etag, events };
        story.is_healthy().await?;
        story.reads_the_profile().await?;
        Ok(story)
    }

    fn person(&self, who: Who) -> &Person {
        &self.people[who as usize]
    }

    /// Every engine answers.
    async fn is_healthy(&self) -> Told {
        let health = self.api.get("/v1/health").gives(200).await?;
        expect(health.json["healthy"] == true, "a healthy platform", health.json.to_string())?;
        let engines = health.json["engines"].as_array().into_iter().flatten().map(|engine| text(engine, "/name"));
        let engines = engines.collect::<Vec<_>>().join(", ");
        self.tell.result(&format!("{} answers, and so do {engines}", self.platform.url()));
        Ok(())
    }

    /// Waits for the next code to somebody who was sent `before` messages.
    async fn code(&self, who: Who, before: usize) -> Told<String> {
        let address = self.person(who).address;
        let sent = self
            .wait(&format!("a code for {}", who.name()), async |story| {
                let sent = story.api.outbox().await?.into_iter().filter(|sent| sent.recipient == address);
                Ok(sent.skip(before).find(Sent::is_code))
            })
            .await?;
        self.tell.message(who.name(), &sent);
        sent.code().ok_or_else(|| Wrong::new("six digits in the message", sent.text))
    }

    async fn sent_to(&self, who: Who) -> Told<usize> {
        let address = self.person(who).address;
        Ok(self.api.outbox().await?.iter().filter(|sent| sent.recipient == address).count())
    }

    /// Signs in by a code to one's contact.
    async fn signs_in(&mut self, who: Who) -> Told<Answer> {
        let before = self.sent_to(who).await?;
        let contact = self.person(who).contact();
        self.tell.act(who.name(), "signs in: POST challenges");
        self.api.post("challenges", &json!({ "contact": contact })).gives(202).await?;
        let code = self.code(who, before).await?;
        self.tell.act(who.name(), "types the code: POST sessions");
        let session = self.api.post("sessions", &json!({ "contact": contact, "code": code })).gives(201).await?;
        self.people[who as usize].keep(&session.json);
        self.tell.result(&format!("signed in as {}", session.text("/account/role")));
        Ok(session)
    }

    /// Announces a photo, uploads it and waits until it is ready.
    async fn uploads(&self, who: Who, bytes: &[u8]) -> Told<Upload> {
        let person = self.person(who);
        let announced = json!({ "size": bytes.len(), "media_type": "image/jpeg" });
        let announced = self.api.post("photos", &announced).by(person).gives(201).await?;
        let upload = &announced.json["upload"];
        let mut put = self.api.to(reqwest::Method::PUT, text(upload, "/url")).body(bytes.to_vec());
        for header in upload["headers"].as_array().into_iter().flatten() {
            let (name, value) = (text(header, "/name"), text(header, "/value"));
            // The HTTP client writes this one itself.
            if !name.eq_ignore_ascii_case("content-length") {
                put = put.header(name, value);
            }
        }
        put.gives(200).await?;
        let (photo, claim) = (announced.text("/photo").to_owned(), announced.text("/claim").to_owned());
        let path = format!("photos/{photo}");
        let view = self
            .wait("the photo to be ready", async |story| {
                let call = story.api.get(&path).by(person).header("photo-claim", &claim);
                Ok(Some(call.gives(200).await?.json).filter(|view| view["status"] != "pending"))
            })
            .await?;
        expect(view["status"] == "ready", "a photo that is ready", view.to_string())?;
        Ok(Upload { photo, claim, view })
    }

    /// The report as somebody sees it.
    async fn report_for(&self, who: Who) -> Told<Answer> {
        self.api.get(&format!("reports/{}", self.report)).by(self.person(who)).gives(200).await
    }

    /// Notes the newest entry of the report's history, which has to have this status.
    fn note_event(&mut self, answer: &Answer, status: &str, label: &str, by: Who) -> Told<Event> {
        expect(answer.json["status"] == status, format!("status {status}"), answer.text("/status"))?;
        let newest = answer.json["history"].as_array().and_then(|all| all.last()).map(|entry| text(entry, "/id"));
        let id = newest.ok_or_else(|| Wrong::new("a history", answer.json.to_string()))?;
        let event = Event::followed(id, label, by);
        self.etag = answer.etag.clone().ok_or_else(|| Wrong::new("an ETag with the report", "none"))?;
        self.events.push(event.clone());
        Ok(event)
    }

    /// Waits until everybody has the notice of what began at `since`, shows it, and sees that it says the status and the
    /// words first; then waits until nothing can come any more, and sees that each has it once.
    async fn is_told(&self, event: &Event, words: &str, since: Instant) -> Told {
        let what = format!("\"{}\" for {}", event.status, ways(&event.ways));
        let sent = self
            .wait(&what, async |story| {
                let sent = story.api.outbox().await?;
                Ok(event.has_arrived(&sent, &story.people).then_some(sent))
            })
            .await?;
        let took = since.elapsed().as_secs_f32();
        let line = format!("{} : {words}", event.status);
        for way in &event.ways {
            for message in event.messages(&sent, &self.people, *way) {
                // The first of its kind whole.
                match self.events.iter().filter(|event| event.ways.contains(way)).count() {
                    1 => self.tell.message(way.who.name(), message),
                    _ => self.tell.headline(way.who.name(), message),
                }
                let (line, first) = (of_channel(&line, way.channel), message.text.lines().next().unwrap_or_default());
                expect(first.starts_with(&line), format!("a first line that begins with \"{line}\""), first)?;
            }
        }
        self.is_settled().await?;
        event.check(&self.api.outbox().await?, &self.people)?;
        let (ways, actor) = (ways(&event.ways), event.by.name());
        self.tell.result(&format!("after {took:.1} s, once each: {ways}; {actor} did it and is told nothing"));
        Ok(())
    }

    /// Waits until no queue holds anything any more, and sees that nothing was given up.
    async fn is_settled(&self) -> Told {
        let count = |queues: &Value, of: &[&str]| -> u64 {
            let queues = queues["queues"].as_array().into_iter().flatten();
            queues.flat_map(|queue| of.iter().map(|field| queue[*field].as_u64().unwrap_or(0))).sum()
        };
        let queues = self
            .wait_for(SETTLE_LIMIT, "empty queues", async |story| {
                let queues = story.api.get("/_local/queues").gives(200).await?.json;
                Ok((count(&queues, &["waiting", "hidden"]) == 0).then_some(queues))
            })
            .await?;
        expect(count(&queues, &["dead"]) == 0, "no dead letters", queues["dead_letters"].to_string())
    }

    async fn wait<T>(&self, what: &str, look: impl AsyncFn(&Self) -> Told<Option<T>>) -> Told<T> {
        self.wait_for(PATIENCE, what, look).await
    }

    /// Looks until there is something.
    async fn wait_for<T>(&self, limit: Duration, what: &str, look: impl AsyncFn(&Self) -> Told<Option<T>>) -> Told<T> {
        let began = Instant::now();
        loop {
            if let Some(found) = look(self).await? {
                return Ok(found);
            }
            expect(began.elapsed() < limit, what, format!("nothing like it within {} s", limit.as_secs()))?;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

fn ways(ways: &[Way]) -> String {
    ways.iter().map(Way::told).collect::<Vec<_>>().join(", ")
}

/// A line as a channel carries it.
fn of_channel(line: &str, channel: &str) -> String {
    if channel == "sms" { as_sms(line) } else { line.to_owned() }
}
