//! Chapters 1 to 3: somebody without an account reports, and has one once the code is typed.

use serde_json::{Value, json};

use super::{POTHOLE, Story, TAKEN_AT, Upload};
use crate::api::text;
use crate::ledger::Event;
use crate::people::Who;
use crate::transcript::{Told, expect};

impl Story<'_> {
    /// Chapter 1, its end: what everybody may know of the commune.
    pub(super) async fn reads_the_profile(&mut self) -> Told {
        let path = format!("/v1/{}", crate::api::COMMUNE);
        self.tell.act("anyone", &format!("GET {path}"));
        let profile = self.api.get(&path).gives(200).await?;
        let count = |field: &str| profile.json[field].as_array().map_or(0, Vec::len);
        let counts = (count("zones"), count("categories"), count("kinds"));
        expect(counts == (3, 8, 6), "3 zones, 8 categories and 6 kinds", format!("{counts:?}"))?;
        let name = profile.text("/name");
        self.tell.result(&format!("{name}, which does not exist: 3 zones, 8 categories with their questions, 6 kinds"));
        Ok(())
    }

    /// Chapter 2.
    pub(crate) async fn a_guest_reports(&mut self) -> Told {
        self.tell.chapter("2. Claire sees a pothole. She has no account");
        let claire = Who::Claire.name();
        self.tell.act(claire, "takes a photo and uploads it: POST photos, PUT to the address it answers");
        let Upload { photo, claim, view } = self.uploads(Who::Claire, POTHOLE).await?;
        (self.photo, self.claim) = (photo, claim);
        self.photo_is_clean(&view).await?;
        self.place_is_hers_alone(&view).await?;
        let place = &view["position"];
        let report = json!({
            "kind": "problem",
            "category": "voirie",
            "description": "Un gros nid-de-poule rue de la Fontaine, juste avant l’école.\nUn vélo est déjà tombé.",
            "answers": { "danger": true, "taille": "plus" },
            "place": place,
            "photos": [{ "id": self.photo, "claim": self.claim }],
            "contact": self.person(Who::Claire).contact(),
        });
        self.sends_twice(&report).await?;
        self.tell.act("anyone", "tries to read it: GET reports/<report>");
        self.api.get(&format!("reports/{}", self.report)).gives(404).await?;
        self.tell.result("404: nobody sees it before she has confirmed it");
        Ok(())
    }

    /// Upright, in two sizes, and without the metadata that the phone wrote.
    async fn photo_is_clean(&self, view: &Value) -> Told {
        let side = |at: &str| view.pointer(at).and_then(Value::as_u64).unwrap_or(0);
        let sizes = [side("/large/width"), side("/large/height"), side("/small/width"), side("/small/height")];
        let upright = [1200, 1600, 300, 400];
        expect(sizes == upright, format!("pictures of {upright:?} pixels"), format!("{sizes:?}"))?;
        let picture = self.api.to(reqwest::Method::GET, text(view, "/large/url")).gives(200).await?.bytes;
        let holds = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
        expect(
            holds(POTHOLE, b"Exif\0") && picture.starts_with(&[0xFF, 0xD8]),
            "a JPEG of a JPEG with EXIF",
            "others",
        )?;
        expect(!holds(&picture, b"Exif\0"), "no EXIF in the picture that others see", "there is")?;
        self.tell.result("ready: turned upright, 1200 x 1600 and 300 x 400 pixels, all metadata gone");
        Ok(())
    }

    async fn place_is_hers_alone(&self, view: &Value) -> Told {
        let degree = |at: &str| view.pointer(at).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (longitude, latitude) = (degree("/position/longitude"), degree("/position/latitude"));
        let near = (longitude - TAKEN_AT.0).abs() < 1e-5 && (latitude - TAKEN_AT.1).abs() < 1e-5;
        expect(near, format!("the photo's place, {TAKEN_AT:?}"), view["position"].to_string())?;
        self.api.get(&format!("photos/{}", self.photo)).gives(404).await?;
        self.tell.result(&format!(
            "its EXIF said where: {latitude:.5} N, {longitude:.5} E. Only the holder of the upload's claim is told (others: 404)"
        ));
        Ok(())
    }

    /// The connection is bad, so the app sends the report twice under one key.
    async fn sends_twice(&mut self, report: &Value) -> Told {
        self.tell.act(Who::Claire.name(), "sends the report with her number, twice for a bad line: POST reports");
        let key = format!("demo-{}", self.photo);
        let send = || self.api.post("reports", report).header("idempotency-key", &key).gives(201);
        let (first, second) = (send().await?, send().await?);
        let (id, again) = (first.text("/id"), second.text("/id"));
        expect(!id.is_empty() && id == again, format!("one report, {id}"), format!("another one, {again}"))?;
        expect(first.text("/status") == "unconfirmed", "status unconfirmed", first.text("/status"))?;
        expect(first.text("/zone") == "vieux-village", "zone vieux-village", first.text("/zone"))?;
        let service = first.text("/service/name");
        expect(service == "Services techniques", "the Services techniques to treat it", service)?;
        let expected = first.text("/expected");
        self.tell
            .result(&format!("one report (one Idempotency-Key), in Vieux village, for the {service}, by {expected}"));
        self.report = id.to_owned();
        Ok(())
    }

    /// Chapter 3.
    pub(crate) async fn the_code_makes_a_resident(&mut self) -> Told {
        self.tell.chapter("3. A code makes Claire a resident");
        let code = self.code(Who::Claire, 0).await?;
        self.tell.act(Who::Claire.name(), "types it: POST reports/<report>/confirmation");
        let path = format!("reports/{}/confirmation", self.report);
        let confirmed = self.api.post(&path, &json!({ "code": code })).gives(200).await?;
        self.people[Who::Claire as usize].keep(&confirmed.json["session"]);
        let report = &confirmed.json["report"];
        let facts = [&report["status"], &report["mine"], &report["following"], &report["followers"]];
        let told = [&json!("received"), &json!(true), &json!(true), &json!(1)];
        expect(facts == told, "received, hers, followed by her", format!("{facts:?}"))?;
        self.tell.result("signed in; the commune has her report, and she follows it");
        let received = report["history"].as_array().and_then(|all| all.last()).map(|entry| text(entry, "/id"));
        let (id, status) = (received.unwrap_or_default().to_owned(), "Reçu".to_owned());
        // She alone follows it yet, and it is her own doing.
        self.events.push(Event { id, status, by: Who::Claire, ways: Vec::new() });
        let codes = self.sent_to(Who::Claire).await?;
        expect(codes == 1, "one message to Claire so far", codes.to_string())?;
        self.tell.result("sending it twice sent one code");
        let all = self.api.get("reports").gives(200).await?;
        let count = all.json["reports"].as_array().map_or(0, Vec::len);
        expect(count == 1, "one report in the commune's public list", all.json.to_string())?;
        let shows_her = all.json.to_string().contains(&self.person(Who::Claire).account);
        expect(!shows_her, "no trace of Claire's account in it", "it is there")?;
        self.tell.result("everybody sees one report in the commune's list, and not who sent it");
        Ok(())
    }
}
