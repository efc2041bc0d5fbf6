//! Chapters 6 to 8: Ctrl-C, `kill -9` in the middle of sending, and the account of every notice.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Story;
use crate::api::text;
use crate::ledger;
use crate::outbox::Sent;
use crate::people::{DEVICE, WAYS, Way, Who};
use crate::transcript::{Told, expect};

/// A worker holds a notice for 60 s at most; then the sweeper may give it to another.
const LEASE: Duration = Duration::from_secs(60);
/// The lease, and time to send.
const RESUMED_LIMIT: Duration = Duration::from_secs(150);
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// From "the mail has gone" to "the ledger says so" is one write of some milliseconds.
const MARKED: Duration = Duration::from_secs(1);

impl Story<'_> {
    /// Chapter 6.
    pub(crate) async fn ctrl_c_loses_nothing(&mut self) -> Told {
        self.tell.chapter("6. Ctrl-C");
        let before = self.kept().await?;
        self.tell.act("we", "press Ctrl-C");
        self.platform.interrupt().await?;
        self.tell.result("the platform saves everything and ends");
        self.starts_again().await?;
        let after = self.kept().await?;
        for ((name, before), (_, after)) in before.into_iter().zip(after) {
            let shown = |value: &Value| value.to_string().chars().take(2_000).collect::<String>();
            expect(before == after, format!("{name} as before: {}", shown(&before)), shown(&after))?;
        }
        self.tell.result("report, history, pictures, accounts, devices and messages are what they were");
        Ok(())
    }

    async fn starts_again(&mut self) -> Told {
        self.tell.act("we", &self.platform.command_line());
        self.platform.start().await?;
        self.is_healthy().await?;
        for who in [Who::Claire, Who::Marc, Who::Luc] {
            let refresh = json!({ "refresh_token": self.person(who).refresh });
            let session = self.api.post("sessions/refresh", &refresh).gives(200).await?;
            self.people[who as usize].keep(&session.json);
        }
        self.tell.result("Claire, Marc and Luc are still signed in (their refresh tokens are good)");
        Ok(())
    }

    /// Everything that has to be there after a restart.
    async fn kept(&self) -> Told<[(&'static str, Value); 4]> {
        let report = self.report_for(Who::Luc).await?.json;
        let picture = self.api.to(reqwest::Method::GET, text(&report, "/photos/0/large")).gives(200).await?.bytes;
        let me = self.api.get("me").by(self.person(Who::Marc)).gives(200).await?.json;
        let messages = self.api.get("/_local/outbox?limit=1000").gives(200).await?.json;
        Ok([("the report", report), ("its picture", picture.into()), ("Marc's account", me), ("the outbox", messages)])
    }

    /// Chapter 7.
    pub(crate) async fn kill_loses_nothing(&mut self) -> Told {
        self.tell.chapter("7. kill -9, in the middle of sending");
        self.tell.act("we", "make SNS slow, which sends SMS and push: POST /_local/faults");
        let fault = json!({ "service": "sns", "operation": "Publish", "action": "slow", "ms": 120_000 });
        self.api.post("/_local/faults", &fault).gives(201).await?;

        let words = "L’enrobé a cédé, nous revenons.";
        let answer = self.posts_status("reopens it", &json!({ "to": "reopened", "note": words })).await?;
        let event = self.note_event(&answer, "reopened", "Rouvert", Who::Luc)?;
        let mail = Way { who: Who::Marc, channel: "email" };
        self.wait("Marc's mail sent, and his push and Claire's SMS in the hands of SNS", async |story| {
            let faults = story.api.get("/_local/faults").gives(200).await?.json;
            let caught = faults["faults"][0]["hits"].as_u64().unwrap_or(0);
            let sent = story.api.outbox().await?;
            Ok((caught >= 2 && !event.messages(&sent, &story.people, mail).is_empty()).then_some(()))
        })
        .await?;
        tokio::time::sleep(MARKED).await;
        self.tell.result("Marc's mail has gone; his push message and Claire's SMS hang half-way");
        let killed = self.platform.kill().await?;
        expect(killed == 2, "two processes to kill, the platform and its engine", killed.to_string())?;
        let cut_off = Instant::now();
        self.tell.act("we", &format!("kill -9 the platform and its engine ({killed} processes)"));
        self.starts_again().await?;
        let report = self.report_for(Who::Luc).await?;
        expect(report.json["status"] == "reopened", "the report reopened", report.text("/status"))?;
        self.tell.result("the report is reopened: what was answered was kept");
        self.sends_what_was_cut_off(&event, cut_off).await?;
        self.tell.note(
            "Both are out. But the queue had given them to the dead worker, and three minutes after that it gives them out \
             once more, to a worker that has to find them sent. We wait for that, too.",
        );
        self.is_told(&event, words, cut_off).await
    }

    /// The dead worker's lease runs out, the sweeper wakes another.
    async fn sends_what_was_cut_off(&self, event: &ledger::Event, cut_off: Instant) -> Told {
        let left = LEASE.saturating_sub(cut_off.elapsed()).as_secs();
        self.tell.note(&format!(
            "The dead worker had taken both messages for {} s, so that nobody sends them a second time while it might \
             still live. That lease has up to {left} s to go; then the sweeper (here run every {} s) has them sent.",
            LEASE.as_secs(),
            SWEEP_EVERY.as_secs()
        ));
        let began = Instant::now();
        loop {
            let swept = self.api.post("/_local/schedules/sweep_unsent", &Value::Null).gives(200).await?;
            if let Some(count) = swept.json["done"].as_u64().filter(|count| *count > 0) {
                self.tell.act("sweeper", &format!("finds {count} unsent and wakes a worker"));
            }
            if event.has_arrived(&self.api.outbox().await?, &self.people) {
                return Ok(());
            }
            let limit = format!("the cut-off messages within {} s", RESUMED_LIMIT.as_secs());
            expect(began.elapsed() < RESUMED_LIMIT, limit, "they are not all there")?;
            tokio::time::sleep(SWEEP_EVERY).await;
        }
    }

    /// Chapter 8.
    pub(crate) async fn the_ledger_adds_up(&mut self) -> Told {
        self.tell.chapter("8. Every event, every follower, every channel: exactly once");
        self.is_settled().await?;
        self.tell.result("all queues are empty, and nothing was given up");
        let sent = self.api.outbox().await?;
        say!("\n{}\n", ledger::table(&self.events, &sent, &self.people));
        ledger::check_all(&self.events, &sent, &self.people)?;
        let history = self.report_for(Who::Luc).await?.json["history"].clone();
        let ids: Vec<&str> = history.as_array().into_iter().flatten().map(|entry| text(entry, "/id")).collect();
        let known: Vec<&str> = self.events.iter().map(|event| event.id.as_str()).collect();
        expect(ids == known, format!("a history of {known:?}"), format!("{ids:?}"))?;
        self.codes_are_three(&sent)?;
        let notices = sent.iter().filter(|sent| !sent.is_code()).count();
        self.tell.result(&format!("{notices} notices: none missing, none twice, none to who did it; and 3 codes"));
        Ok(())
    }

    fn codes_are_three(&self, sent: &[Sent]) -> Told {
        let codes = |who: Who| {
            let address = self.person(who).address;
            sent.iter().filter(|sent| sent.is_code() && sent.recipient == address).count()
        };
        let counts = [Who::Claire, Who::Marc, Who::Luc].map(codes);
        expect(counts == [1, 1, 1], "one code for each of the three", format!("{counts:?}"))?;
        let devices = sent.iter().filter_map(|sent| sent.device_token.as_deref()).filter(|device| *device != DEVICE);
        expect(devices.count() == 0, "push messages to Marc's device only", "others")?;
        expect(WAYS.iter().all(|way| self.events.iter().any(|e| e.ways.contains(way))), "every way used", "not all")
    }
}
