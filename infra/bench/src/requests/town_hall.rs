//! The part of the story that residents do not see: an account's whole life, the commune's settings and staff, and who
//! operates the platform.

use jiff::{SignedDuration, Timestamp};
use parvis_domain::TotpSecret;
use parvis_local::demo_commune;
use serde_json::{Value, json};

use super::Measuring;
use super::story::{CENTRE, id};
use crate::stage::{Call, Person};

/// Somebody changes their number, and somebody leaves. Both signed in more than a minute ago: a contact gets one code a minute.
pub(super) fn accounts(measuring: &mut Measuring<'_>, person: &Person, leaves: &Person) -> Result<(), String> {
    let stage = measuring.stage;
    let new = json!({ "phone": "+33612345606" });
    measuring.call("", &Call::post("me/contacts", json!({ "contact": new })).by(person))?;
    let change = json!({ "contact": new, "code": stage.code(&new)?, "current_code": stage.code(&person.contact)? });
    measuring.call("", &Call::put("me/contacts", Some(change)).by(person))?;
    measuring.call("", &Call::post("me/erasure", json!({ "contact": leaves.contact })).by(leaves))?;
    let proof = json!({ "contact": leaves.contact, "code": stage.code(&leaves.contact)? });
    measuring.call("", &Call::delete("me").with(proof).by(leaves)).map(drop)
}

/// An administrator looks after the settings, the staff and who disturbs.
pub(super) fn administration(measuring: &mut Measuring<'_>, nadia: &Person) -> Result<(), String> {
    let settings = measuring.call("", &Call::get("settings").by(nadia))?;
    let mut changed = settings.json.clone();
    if let Some(fields) = changed.as_object_mut() {
        fields.remove("version");
    }
    changed["name"] = json!("Aubignac");
    let change = Call::put("settings", Some(changed)).header("if-match", &settings.etag);
    let changed = measuring.call_untimed(&change.by(nadia))?;
    measuring.call("", &Call::get("settings/versions").by(nadia))?;
    let version = changed.etag.trim_matches('"').to_owned();
    measuring.call("", &Call::get(format!("settings/versions/{version}")).by(nadia))?;
    let undo = Call::post("settings/undo", Value::Null).header("if-match", &changed.etag);
    measuring.call_untimed(&undo.by(nadia))?;
    let report = json!({
        "kind": "problem", "category": "voirie", "place": { "longitude": CENTRE.0, "latitude": CENTRE.1 },
    });
    measuring.call("", &Call::post("routing/trial", report).by(nadia))?;

    let until = (Timestamp::now() + SignedDuration::from_hours(48)).to_string();
    let ban = json!({ "contact": { "phone": "+33612345699" }, "reason": "Insultes répétées", "until": until });
    let ban = measuring.call("", &Call::post("bans", ban).by(nadia))?;
    measuring.call("", &Call::get("bans").by(nadia))?;
    measuring.call("", &Call::delete(format!("bans/{}", id(&ban))).by(nadia))?;
    measuring.call("", &Call::get("proof-of-work"))?;
    measuring.call("", &Call::get("audit").by(nadia))?;
    measuring.call("", &Call::get("audit/export").by(nadia))?;
    measuring.call("", &Call::get("usage").by(nadia))?;
    staff(measuring, nadia)
}

fn staff(measuring: &mut Measuring<'_>, nadia: &Person) -> Result<(), String> {
    let stage = measuring.stage;
    let invite = |email: &str| {
        let new = json!({ "email": email, "name": "Karim Benali", "role": "agent", "services": ["techniques"] });
        Call::post("staff/invitations", new).by(nadia)
    };
    let withdrawn = id(&stage.call(&invite("personne@exemple.fr"))?);
    measuring.call("", &invite("karim@exemple.fr"))?;
    let karim = stage.sign_in(json!({ "email": "karim@exemple.fr" }))?;
    let mail = stage.texts(&karim.contact)?.into_iter().find_map(|text| {
        let token = text.split('#').nth(1)?.split_whitespace().next()?;
        Some(token.to_owned())
    });
    let token = mail.ok_or("no invitation was sent")?;
    measuring.call("", &Call::get("staff/invitations").by(nadia))?;
    measuring.call("", &Call::delete(format!("staff/invitations/{withdrawn}")).by(nadia))?;
    let joined = measuring.call("", &Call::post("staff/invitations/accept", json!({ "token": token })).by(&karim))?;
    let account = joined.json["account"].as_str().unwrap_or_default().to_owned();
    measuring.call("", &Call::get("staff").by(nadia))?;

    // Of a session that knows who it is now.
    let karim = stage.refreshed(&karim)?;
    let app = measuring.call("", &Call::post("me/totp", Value::Null).by(&karim))?;
    let secret = app.json["secret"].as_str().unwrap_or_default();
    let app = TotpSecret::from_base32(secret).ok_or("no secret of an app")?;
    let code = |at: Timestamp| json!({ "code": app.code(at) });
    measuring.call("", &Call::post("me/totp/confirm", code(Timestamp::now())).by(&karim))?;
    let again = stage.refreshed(&karim)?;
    let next = code(Timestamp::now() + SignedDuration::from_secs(30));
    measuring.call("", &Call::post("sessions/second-factor", next).by(&again))?;
    measuring.call("", &Call::delete(format!("staff/{account}/totp")).by(nadia))?;
    let post = json!({ "name": "Karim B.", "role": "moderator" });
    let put = Call::put(format!("staff/{account}"), Some(post)).header("if-match", "\"1\"");
    let put = measuring.call("", &put.by(nadia))?;
    let gone = Call::delete(format!("staff/{account}")).header("if-match", &put.etag);
    measuring.call("", &gone.by(nadia)).map(drop)
}

/// A commune is open, pauses and opens again.
pub(super) fn launching(measuring: &mut Measuring<'_>, nadia: &Person, resident: &Person) -> Result<(), String> {
    measuring.call("", &Call::get("launch/check?category=voirie").by(resident))?;
    measuring.call("", &Call::get("launch/kit/poster").by(nadia))?;
    // A green pixel.
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    measuring.call_untimed(&Call::put("logo", Some(json!({ "picture": png }))).by(nadia))?;
    measuring.call_untimed(&Call::delete("logo").by(nadia))?;
    let map = map_of_the_world();
    let announced = measuring.call_untimed(&Call::post("map-file", json!({ "size": map.len() })).by(nadia))?;
    measuring.stage.upload(&announced.json, &map)?;
    let chosen = json!({ "file": announced.json["file"], "attribution": "© Ville" });
    measuring.call_untimed(&Call::put("map-file", Some(chosen)).by(nadia))?;
    measuring.call_untimed(&Call::delete("map-file").by(nadia))?;
    let until = (Timestamp::now() + SignedDuration::from_hours(48)).to_string();
    let invite = json!({ "label": "Marché", "limit": 4, "expires_at": until });
    let made = measuring.call("", &Call::post("launch/invites", invite).by(nadia))?;
    let code = made.json["code"].as_str().unwrap_or_default();
    measuring.call("", &Call::get("launch/invites").by(nadia))?;
    measuring.call("", &Call::post("launch/invitation", json!({ "code": code })).by(resident))?;
    measuring.call("", &Call::delete(format!("launch/invites/{code}")).by(nadia))?;
    let me = measuring.stage.call(&Call::get("me").by(resident))?;
    let ambassador = format!("launch/ambassadors/{}", id(&me));
    measuring.call("", &Call::put(&ambassador, Some(json!({ "zones": ["vieux-village"] }))).by(nadia))?;
    measuring.call("", &Call::get("launch/ambassadors").by(nadia))?;
    measuring.call("", &Call::get("adoption").by(resident))?;
    measuring.call("", &Call::delete(&ambassador).by(nadia))?;
    measuring.call("", &Call::get("retention").by(nadia))?;
    measuring.call("", &Call::post("export", Value::Null).by(nadia))?;
    measuring.call("", &Call::get("export").by(nadia))?;
    measuring.call("", &Call::post("me/export", Value::Null).by(resident))?;
    measuring.call("", &Call::get("me/export").by(resident))?;
    for phase in ["paused", "live"] {
        let launch = measuring.call("", &Call::get("launch").by(nadia))?;
        let change = Call::put("launch", Some(json!({ "phase": phase }))).header("if-match", &launch.etag);
        measuring.call_untimed(&change.by(nadia))?;
        if phase == "paused" {
            measuring.call("", &Call::post("launch/interest", json!({})).by(resident))?;
            measuring.call("", &Call::delete("launch/interest").with(json!({})).by(resident))?;
        }
    }
    Ok(())
}

/// A commune subscribes and leaves. What changes it is not timed: the caches of two communes are in it.
pub(super) fn operating(measuring: &mut Measuring<'_>, nadia: &Person) -> Result<(), String> {
    let stage = measuring.stage;
    let order = json!({ "name": "Alix Petit", "email": "alix.petit@parvis.example" });
    measuring.untimed(&stage.function("create_operator")?, "", &order)?;
    stage.front.block_on(demo_commune::seed_operator(&stage.cx)).map_err(|e| e.to_string())?;
    let operator = stage.sign_in_operator()?;
    let staff = stage.call(&Call::get("staff").by(nadia))?;
    let nadia = staff.json["staff"].as_array().into_iter().flatten().find(|member| member["role"] == "administrator");
    let nadia = nadia.and_then(|member| member["account"].as_str()).ok_or("nobody is an administrator")?;
    let demo = format!("/v1/operator/communes/{}", stage.commune);
    measuring.call("", &Call::delete(format!("{demo}/staff/{nadia}/totp")).by(&operator))?;
    measuring.call("", &Call::get(format!("{demo}/usage")).by(&operator))?;
    let gone = json!({ "email": "alix.petit@parvis.example" });
    measuring.untimed(&stage.function("remove_operator")?, "", &gone)?;
    let ring = [[5.6, 43.6], [5.68, 43.6], [5.68, 43.66], [5.6, 43.66], [5.6, 43.6]];
    let mayor = json!({ "name": "Dominique Faure", "email": "dominique.faure@jouques.example" });
    let new = json!({
        "insee": "13048", "boundary": { "type": "Polygon", "coordinates": [ring] }, "administrator": mayor,
    });
    let made = measuring.call_untimed(&Call::post("/v1/operator/communes", new).by(&operator))?;
    measuring.call("", &Call::get("/v1/operator/communes").by(&operator))?;
    training(measuring, &id(&made), &json!({ "email": mayor["email"] }))?;
    let path = format!("/v1/operator/communes/{}", id(&made));
    measuring.call_untimed(&Call::post(format!("{path}/export"), Value::Null).by(&operator))?;
    measuring.call("", &Call::get(format!("{path}/export")).by(&operator))?;
    measuring.call("", &Call::get(&path).by(&operator))?;
    let plan = json!({ "name": "ville", "staff_seats": 60, "sms_a_month": 9_000, "photo_bytes": 50_000_000_000_u64 });
    measuring.call_untimed(&Call::put(format!("{path}/plan"), Some(plan)).by(&operator))?;
    let why = json!({ "reason": "facture impayée" });
    measuring.call_untimed(&Call::post(format!("{path}/suspend"), why.clone()).by(&operator))?;
    measuring.call_untimed(&Call::post(format!("{path}/resume"), json!({})).by(&operator))?;
    measuring.call_untimed(&Call::delete(&path).with(why).by(&operator)).map(drop)
}

/// Its administrator tries everything, and wipes it.
fn training(measuring: &mut Measuring<'_>, commune: &str, contact: &Value) -> Result<(), String> {
    let stage = measuring.stage;
    let mayor = stage.enrol(stage.sign_in_at(commune, contact.clone())?, commune)?;
    let launch = format!("/v1/{commune}/launch");
    let draft = stage.call(&Call::get(&launch).by(&mayor))?;
    let change = Call::put(&launch, Some(json!({ "phase": "training" }))).header("if-match", &draft.etag);
    stage.call(&change.by(&mayor))?;
    measuring.call_untimed(&Call::post(format!("{launch}/wipe"), Value::Null).by(&mayor)).map(drop)
}

/// A file of tiles (PMTiles, version 3) as far as the platform reads it: the head, and as many bytes as that tells of.
fn map_of_the_world() -> Vec<u8> {
    let mut file = b"PMTiles\x03".to_vec();
    // Where root, metadata, leaves and tiles begin, and how long they are; how many tiles there are.
    for number in [127u64, 5, 132, 2, 0, 0, 134, 10, 1, 1, 1] {
        file.extend(number.to_le_bytes());
    }
    // Clustered; nothing is compressed; PNG; zoom 0.
    file.extend([1, 1, 1, 2, 0, 0]);
    for degrees in [-180i32, -85, 180, 85] {
        file.extend((degrees * 10_000_000).to_le_bytes());
    }
    file.resize(144, 0);
    file
}
