//! Chapter 4: a neighbour is about to report the same and follows instead.

use serde_json::{Value, json};

use super::{Story, TAKEN_AT};
use crate::api::text;
use crate::people::{DEVICE, Who};
use crate::transcript::{Told, expect};

/// Where Marc stands: so many degrees, and therefore metres, north of the pothole.
const NORTH: f64 = 0.0003;
const METRES: u64 = 33;

impl Story<'_> {
    /// Chapter 4.
    pub(crate) async fn a_neighbour_follows(&mut self) -> Told {
        self.tell.chapter("4. Marc, her neighbour, sees it too");
        self.signs_in(Who::Marc).await?;
        let marc = Who::Marc.name();
        self.tell.act(marc, "lets the app notify him: PUT me/devices");
        let device = json!({ "platform": "fcm", "token": DEVICE });
        self.api.put("me/devices").by(self.person(Who::Marc)).json(&device).gives(200).await?;
        let me = self.api.get("me").by(self.person(Who::Marc)).gives(200).await?;
        expect(
            me.json["channels"] == json!(["push", "email"]),
            "channels push, email",
            me.json["channels"].to_string(),
        )?;
        self.tell.result("he will be told on his phone and by e-mail");

        let (longitude, latitude) = (TAKEN_AT.0, TAKEN_AT.1 + NORTH);
        self.tell.act(marc, "begins a report a few steps away: GET reports/similar");
        let path = format!("reports/similar?category=voirie&longitude={longitude}&latitude={latitude}");
        let similar = self.api.get(&path).by(self.person(Who::Marc)).gives(200).await?;
        let reports = similar.json["reports"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found: Vec<(&str, Option<u64>)> =
            reports.iter().map(|report| (text(report, "/id"), report["distance_m"].as_u64())).collect();
        let near = matches!(found[..], [(id, Some(metres))] if id == self.report && metres.abs_diff(METRES) <= 2);
        expect(near, format!("Claire's report, some {METRES} m away, alone"), format!("{found:?}"))?;
        let (excerpt, metres) = (text(&reports[0], "/excerpt"), found[0].1.unwrap_or(0));
        self.tell.result(&format!("{metres} m away: « {excerpt} », with its photo"));
        expect(reports[0]["photo"].is_object(), "its photo", reports[0].to_string())?;
        self.follows(Who::Marc, "follows that one instead", 2).await
    }

    /// Somebody follows the report, twice, which is once.
    pub(super) async fn follows(&self, who: Who, how: &str, followers: u64) -> Told {
        self.tell.act(who.name(), &format!("{how}: PUT reports/<report>/followers/me"));
        let path = format!("reports/{}/followers/me", self.report);
        for _ in 0..2 {
            self.api.put(&path).by(self.person(who)).gives(204).await?;
        }
        let report = self.report_for(who).await?;
        let count = report.json["followers"].as_u64();
        expect(count == Some(followers), format!("{followers} followers"), format!("{count:?}"))?;
        expect(report.json["following"] == Value::Bool(true), "a report that is followed", "it is not")?;
        self.tell.result(&format!("{followers} people follow it"));
        Ok(())
    }
}
