//! The functions of the `reports` domain, one file each.

mod anonymise_reports;
mod change_status;
mod confirm_report;
mod count_adoption;
mod create_comment;
mod create_report;
mod expire_unconfirmed;
mod follow_report;
mod get_map;
mod get_report;
mod hostile_input;
mod list_inbox;
mod list_reports;
mod list_similar_reports;
mod project_reports;
mod rebuild_counters;
mod roles;
mod round_trips;
mod unfollow_report;
mod withdraw_report;

use parvis_domain::{Report, ReportId, Visibility};
use parvis_store::item::to_attributes;
use parvis_testkit::{Actor, Answer, Call, Town, Upload, platform};
use serde_json::{Value, json};

/// A small picture that every camera could have taken; `shade` tells two apart.
fn jpeg(shade: u8) -> Vec<u8> {
    let (width, height) = (320_u16, 240_u16);
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| [shade, x as u8, y as u8])).collect();
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("a picture");
    bytes
}

/// A photo of the actor's that is ready.
async fn photo(actor: &Actor, shade: u8) -> Upload {
    let (upload, seen) = actor.upload_photo(jpeg(shade)).await;
    assert_eq!(seen.text("status"), "ready", "{seen}");
    upload
}

fn id(answer: &Answer) -> ReportId {
    answer.value("id")
}

/// `POST …/status` at the version of an answer, not sent yet.
fn change(actor: &Actor, seen: &Answer, change: Value) -> Call {
    let version = seen.json["version"].as_u64().expect("a version");
    actor.post(&format!("reports/{}/status", seen.text("id")), change).if_match(version)
}

/// A guest's report of the usual problem, and the guest, who gave a phone number.
pub(crate) async fn guests_report(town: &Town) -> (Actor, Answer) {
    let contact = town.new_contact();
    let mut guest = town.guest().await;
    let mut body = town.problem();
    body["contact"] = contact.clone();
    let sent = guest.post("reports", body).await.expect(201);
    guest.contact = Some(serde_json::from_value(contact).expect("a contact"));
    (guest, sent)
}

/// `{"to": …}`.
fn to(status: &str) -> Value {
    json!({ "to": status })
}

/// As an agent will be able to.
pub(crate) async fn take_down(town: &Town, report: &str) {
    let id: ReportId = report.parse().expect("an id");
    let found = town.commune().await.report(id).await.expect("a read").expect("the report");
    let hidden = Report { visibility: Visibility::Hidden, ..found };
    let item = to_attributes(&town.id, &hidden).expect("an item");
    let put = crate::identity::table().await.put_item().table_name(&platform().await.cx().store.names.table);
    put.set_item(Some(item)).send().await.expect("it is written");
}
