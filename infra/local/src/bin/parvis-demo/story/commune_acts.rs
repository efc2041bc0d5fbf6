//! Chapter 5: an agent treats the report, and everybody who follows it is told of every step.

use std::time::Instant;

use serde_json::{Value, json};

use super::{REPAIRED, Story};
use crate::api::Answer;
use crate::dates;
use crate::people::Who;
use crate::transcript::{Told, expect};

impl Story<'_> {
    /// Chapter 5.
    pub(crate) async fn the_commune_acts(&mut self) -> Told {
        self.tell.chapter("5. The commune acts, and whoever follows is told");
        let session = self.signs_in(Who::Luc).await?;
        expect(session.text("/account/role") == "agent", "an agent", session.text("/account/role"))?;
        self.passes_the_second_factor().await?;
        self.follows(Who::Luc, "wants to hear the answers to his questions, and follows it too", 3).await?;
        let seen = self.report_for(Who::Luc).await?;
        self.etag = seen.etag.unwrap_or_default();

        let words = "Nous venons voir sur place demain.";
        let change = json!({ "to": "under_review", "note": words, "internal_note": "Voir avec Nadia pour l’enrobé." });
        self.changes("acknowledges it", change, "À l’étude", words).await?;

        let date = dates::in_three_days()?;
        let (label, words) = (format!("Planifié pour le {}", dates::in_french(date)), "Fin vers midi.");
        let change = json!({ "to": "scheduled", "scheduled_for": date.to_string(), "note": words });
        self.changes(&format!("plans the works for {date}"), change, &label, words).await?;

        let words = "Devant le 12 ou devant le 21 ?";
        let change = json!({ "to": "awaiting_reporter", "note": words });
        self.changes("asks Claire a question", change, "Précision demandée", words).await?;
        self.claire_answers().await?;

        self.tell.act(Who::Luc.name(), "uploads a photo of the repaired road");
        let after = self.uploads(Who::Luc, REPAIRED).await?;
        let words = "Le trou est rebouché. Merci !";
        let change = json!({ "to": "resolved", "note": words, "photos": [{ "id": after.photo }] });
        self.changes("resolves it", change, "Résolu", words).await?;
        let seen = self.report_for(Who::Marc).await?;
        expect(seen.json["after_photos"][0]["id"] == json!(after.photo), "the photo of afterwards", "another")?;
        expect(!seen.json.to_string().contains("Nadia"), "no internal note for Marc", "it is there")?;
        self.tell.result("Marc sees the road before and after, and no word that agents wrote for each other");
        Ok(())
    }

    /// The agent enters the code that his authenticator app shows.
    async fn passes_the_second_factor(&mut self) -> Told {
        let address = self.person(Who::Luc).address;
        let apps = self.api.get("/_local/authenticator").gives(200).await?.json;
        let app = apps["apps"].as_array().into_iter().flatten().find(|app| app["email"] == address);
        let code = app.map(|app| app["code"].clone()).unwrap_or_default();
        self.tell.act(Who::Luc.name(), "enters the code of his authenticator app: POST sessions/second-factor");
        let call = self.api.post("sessions/second-factor", &json!({ "code": code })).by(self.person(Who::Luc));
        let passed = call.gives(200).await?;
        self.people[Who::Luc as usize].token = Some(passed.text("/access_token").to_owned());
        self.tell.result("from now on he works for the commune; without it he was a resident");
        Ok(())
    }

    /// The agent changes the status on the version he saw, and everybody else is told.
    async fn changes(&mut self, how: &str, change: Value, label: &str, words: &str) -> Told {
        let began = Instant::now();
        let answer = self.posts_status(how, &change).await?;
        let status = change["to"].as_str().unwrap_or_default().to_owned();
        let event = self.note_event(&answer, &status, label, Who::Luc)?;
        self.is_told(&event, words, began).await
    }

    pub(super) async fn posts_status(&self, how: &str, change: &Value) -> Told<Answer> {
        self.tell.act(Who::Luc.name(), &format!("{how}: POST reports/<report>/status, If-Match {}", self.etag));
        let path = format!("reports/{}/status", self.report);
        self.api.post(&path, change).by(self.person(Who::Luc)).header("if-match", &self.etag).gives(200).await
    }

    async fn claire_answers(&mut self) -> Told {
        self.tell.act(Who::Claire.name(), "answers: POST reports/<report>/comments");
        let began = Instant::now();
        let words = "Devant le 12, avant l’école.";
        let path = format!("reports/{}/comments", self.report);
        let answer = self.api.post(&path, &json!({ "text": words })).by(self.person(Who::Claire)).gives(201).await?;
        self.tell.result("her answer brings the report back under review by itself");
        let event = self.note_event(&answer, "under_review", "À l’étude", Who::Claire)?;
        self.is_told(&event, words, began).await
    }
}
