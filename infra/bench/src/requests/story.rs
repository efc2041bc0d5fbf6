//! What happens in a commune so that every function of the catalog is called once, as residents, agents, the stream and the
//! queues call it.

use parvis_local::demo_commune;
use parvis_photos::pipeline::sample;
use serde_json::{Value, json};

use super::{Measuring, town_hall};
use crate::recorder::Exchange;
use crate::stage::{Answer, Call, Person, Stage, change, message};

/// Reports that are there before anything is measured: more than a page of the list.
const REPORTS: usize = 40;
/// Middle of the demo commune.
pub(super) const CENTRE: (f64, f64) = (5.5912, 43.6704);

/// What one request may ask of the engines at most, where that is a promise: a report is written in one transaction and
/// read by one query.
pub(super) fn most_round_trips(name: &str) -> Option<f64> {
    match name {
        "get_report" => Some(1.0),
        "get_report (resident)" => Some(2.0),
        // Two of them, side by side, count the request and look for a ban.
        "create_report" => Some(3.0),
        "create_report (with a photo)" => Some(4.0),
        _ => None,
    }
}

/// Who is in it.
struct People {
    claire: Person,
    marc: Person,
    sophie: Person,
    luc: Person,
    moves: Person,
    leaves: Person,
}

/// Calls everything.
pub(super) fn tell(measuring: &mut Measuring<'_>) -> Result<(), String> {
    let stage = measuring.stage;
    let people = People {
        claire: stage.sign_in(json!({ "phone": "+33612345601" }))?,
        marc: stage.sign_in(json!({ "phone": "+33612345602" }))?,
        sophie: stage.sign_in(json!({ "email": "sophie@exemple.fr" }))?,
        luc: stage.sign_in_staff(&demo_commune::STAFF[1])?,
        moves: stage.sign_in(json!({ "phone": "+33612345605" }))?,
        leaves: stage.sign_in(json!({ "email": "leaves@exemple.fr" }))?,
    };
    for number in 0..REPORTS {
        stage.call(&Call::post("reports", problem(number)).by(&people.claire))?;
    }
    platform(measuring)?;
    identity(measuring)?;
    let photo = photos(measuring, &people.claire)?;
    let report = reporting(measuring, &people, &photo)?;
    reading(measuring, &people, &report)?;
    acting(measuring, &people, &report)?;
    let nadia = stage.sign_in_staff(&demo_commune::STAFF[0])?;
    warning(measuring, &nadia)?;
    town_hall::accounts(measuring, &people.moves, &people.leaves)?;
    town_hall::administration(measuring, &nadia)?;
    town_hall::launching(measuring, &nadia, &people.marc)?;
    town_hall::operating(measuring, &nadia)?;
    by_hand_and_by_the_clock(measuring)
}

fn problem(number: usize) -> Value {
    // A spiral in the middle of the village, some metres from one to the next.
    let (turn, away) = (number as f64 * 0.7, 1e-4 * number as f64);
    json!({
        "kind": "problem",
        "category": "voirie",
        "description": format!("Un gros nid-de-poule rue de la Fontaine, devant le numéro {number}, juste avant l’école. \
                                Un vélo est déjà tombé, et le trou grandit à chaque pluie."),
        "answers": { "danger": true, "taille": "roue" },
        "place": { "longitude": CENTRE.0 + away * turn.cos(), "latitude": CENTRE.1 + away * turn.sin() },
    })
}

pub(super) fn id(answer: &Answer) -> String {
    answer.json["id"].as_str().unwrap_or_default().to_owned()
}

fn platform(measuring: &mut Measuring<'_>) -> Result<(), String> {
    for path in ["/v1/health", "/v1/openapi.json", "/.well-known/jwks.json", "/.well-known/openid-configuration"] {
        measuring.call("", &Call::get(path))?;
    }
    measuring.call("", &Call::get(""))?;
    measuring.call("", &Call::get("manifest"))?;
    measuring.cold_settings()
}

fn identity(measuring: &mut Measuring<'_>) -> Result<(), String> {
    let stage = measuring.stage;
    let contact = json!({ "phone": "+33612345603" });
    measuring.call("", &Call::post("challenges", json!({ "contact": contact })))?;
    let code = stage.code(&contact)?;
    let session = measuring.call("", &Call::post("sessions", json!({ "contact": contact, "code": code })))?;
    let person = Person::of(contact, &session.json);
    let refreshed = json!({ "refresh_token": person.refresh_token });
    let session = measuring.call("", &Call::post("sessions/refresh", refreshed))?;
    let person = Person::of(person.contact, &session.json);
    measuring.call("", &Call::get("me").by(&person))?;
    measuring.call("", &Call::patch("me", json!({ "channels": ["push", "sms"] })).by(&person))?;
    let device = json!({ "platform": "fcm", "token": "bench-of-somebody" });
    // Not timed: played again it has another id than the one that the account names, and goes another way.
    let device = measuring.call_untimed(&Call::put("me/devices", Some(device)).by(&person))?;
    measuring.call("", &Call::delete(format!("me/devices/{}", id(&device))).by(&person))?;
    measuring.call("", &Call::delete("sessions/current").by(&person)).map(drop)
}

/// A photo's way; gives one that is ready.
fn photos(measuring: &mut Measuring<'_>, claire: &Person) -> Result<String, String> {
    let stage = measuring.stage;
    let jpeg = sample::jpeg_with_gps(640, 480, CENTRE.0, CENTRE.1, 1);
    let announced = json!({ "size": jpeg.len(), "media_type": "image/jpeg" });
    let announced = measuring.call("", &Call::post("photos", announced).by(claire))?.json;
    stage.upload(&announced, &jpeg)?;
    let photo = announced["photo"].as_str().unwrap_or_default().to_owned();
    measuring.event(&stage.function("process_photo")?, "", &stage.arrival(&photo))?;
    measuring.call("", &Call::get(format!("photos/{photo}")).by(claire))?;
    Ok(photo)
}

/// Reports come in, and the stream tells of them; gives the one with the photo.
fn reporting(measuring: &mut Measuring<'_>, people: &People, photo: &str) -> Result<String, String> {
    let stage = measuring.stage;
    let mut new = problem(1);
    new["photos"] = json!([{ "id": photo }]);
    let send = |body: Value| Call::post("reports", body).header("idempotency-key", "bench-photo").by(&people.claire);
    let report = id(&measuring.call("with a photo", &send(new))?);
    let plain = Call::post("reports", problem(2)).header("idempotency-key", "bench-plain").by(&people.claire);
    let plain = id(&measuring.call("", &plain)?);

    let written = written(&measuring.last_run());
    let item = |kind: &str| written.iter().find(|item| item["type"]["S"] == kind).ok_or("it was not written");
    measuring.event(&stage.function("project_reports")?, "new report", &change(None, item("report")?))?;
    measuring.event(&stage.function("plan_notices")?, "nobody to tell", &change(None, item("event")?))?;
    measuring.call("", &Call::delete(format!("reports/{plain}")).by(&people.claire))?;

    let mut guest = problem(3);
    guest["contact"] = json!({ "phone": "+33612345604" });
    let sent = id(&measuring.call("guest", &Call::post("reports", guest.clone()))?);
    let code = stage.code(&guest["contact"])?;
    measuring.call("", &Call::post(format!("reports/{sent}/confirmation"), json!({ "code": code })))?;
    Ok(report)
}

fn reading(measuring: &mut Measuring<'_>, people: &People, report: &str) -> Result<(), String> {
    // Counters, without the stream's worker.
    let order = json!({ "commune": measuring.stage.commune });
    measuring.untimed(&measuring.stage.function("rebuild_counters")?, &format!("{REPORTS} reports"), &order)?;
    measuring.untimed(&measuring.stage.function("count_adoption")?, &format!("{REPORTS} reports"), &order)?;
    let path = format!("reports/{report}");
    measuring.call("", &Call::get(&path))?;
    measuring.call("resident", &Call::get(&path).by(&people.marc))?;
    measuring.call("staff", &Call::get(&path).by(&people.luc))?;
    measuring.call("first 25", &Call::get("reports"))?;
    measuring.call("own 25", &Call::get("reports?mine=true").by(&people.claire))?;
    measuring.call("first 25", &Call::get("inbox").by(&people.luc))?;
    let street = format!("{},{},{},{}", CENTRE.0 - 0.004, CENTRE.1 - 0.002, CENTRE.0 + 0.004, CENTRE.1 + 0.002);
    measuring.call("pins of a street", &Call::get(format!("map?bbox={street}&zoom=17")))?;
    measuring.call("clusters of the town", &Call::get("map?bbox=5.56,43.65,5.62,43.69&zoom=13"))?;
    let (x, y) = CENTRE;
    measuring.call("", &Call::get(format!("reports/similar?category=voirie&longitude={x}&latitude={y}")))?;
    Ok(())
}

/// People follow, the commune acts, and everybody is told over their channel.
fn acting(measuring: &mut Measuring<'_>, people: &People, report: &str) -> Result<(), String> {
    let stage = measuring.stage;
    let follow = |person: &Person| Call::put(format!("reports/{report}/followers/me"), None).by(person);
    let device = json!({ "platform": "fcm", "token": "bench-of-marc" });
    stage.call(&Call::put("me/devices", Some(device)).by(&people.marc))?;
    measuring.call("", &follow(&people.marc))?;
    measuring.call("", &Call::delete(format!("reports/{report}/followers/me")).by(&people.marc))?;
    for person in [&people.marc, &people.sophie] {
        stage.call(&follow(person))?;
    }
    let comment = json!({ "text": "Le trou a encore grandi cette nuit." });
    measuring.call("", &Call::post(format!("reports/{report}/comments"), comment).by(&people.claire))?;

    let read = Call::get(format!("reports/{report}")).by(&people.luc);
    let (before, old) = dossier(stage, &read)?;
    let step = json!({ "to": "under_review", "note": "Nous venons voir sur place demain." });
    let step = Call::post(format!("reports/{report}/status"), step).header("if-match", &before.etag);
    measuring.call("", &step.by(&people.luc))?;
    let written = written(&measuring.last_run());
    let event = written.iter().find(|item| item["type"]["S"] == "event").ok_or("no event was written")?;
    let (_, new) = dossier(stage, &read)?;
    measuring.event(&stage.function("project_reports")?, "new status", &change(Some(&old), &new))?;
    measuring.event(&stage.function("plan_notices")?, "3 followers", &change(None, event))?;

    let deliver = stage.function("deliver_notice")?;
    for job in jobs(&measuring.last_run()) {
        let channel = ["push", "sms", "email"].into_iter().find(|c| job.contains(c)).unwrap_or("another channel");
        measuring.event(&deliver, channel, &message(&job))?;
    }
    measuring.call("", &Call::get("me/notices").by(&people.marc)).map(drop)
}

/// Everybody is warned, and told that it is over.
fn warning(measuring: &mut Measuring<'_>, nadia: &Person) -> Result<(), String> {
    let deliver = measuring.stage.function("deliver_notice")?;
    let alert = json!({
        "category": "geo", "severity": "severe", "headline": "Crue de la Durance au gué des Lices",
        "description": "L’eau monte de 20 cm par heure.", "instruction": "Montez à l’étage.",
    });
    let sent = Call::post("alerts", alert).header("idempotency-key", "bench-alert").by(nadia);
    let alert = format!("alerts/{}", id(&measuring.call("", &sent)?));
    for job in jobs(&measuring.last_run()) {
        measuring.event(&deliver, "alert", &message(&job))?;
    }
    measuring.call("", &Call::get("alerts"))?;
    measuring.call("in force", &Call::get("alerts?in_force=true"))?;
    measuring.call("", &Call::get(&alert))?;
    measuring.call("", &Call::post(format!("{alert}/end"), json!({})).by(nadia)).map(drop)
}

fn by_hand_and_by_the_clock(measuring: &mut Measuring<'_>) -> Result<(), String> {
    let idle = ["sweep_unsent", "sweep_photos", "expire_unconfirmed", "purge_communes", "anonymise_reports"];
    for id in idle.into_iter().chain(["retire_accounts"]) {
        measuring.event(&measuring.stage.function(id)?, "nothing to do", &json!({}))?;
    }
    let order = json!({ "commune": measuring.stage.commune });
    measuring.untimed(&measuring.stage.function("verify_audit")?, "", &order)?;
    let once =
        [("erase_accounts", "one account"), ("export_accounts", "one account"), ("export_communes", "one commune")];
    for (id, case) in once.into_iter().chain([("end_trainings", "one training"), ("announce_launches", "one launch")]) {
        let function = measuring.stage.function(id)?;
        measuring.untimed(&function, case, &json!({}))?;
        // What it is called for every minute, mostly.
        measuring.event(&function, "nothing to do", &json!({}))?;
    }
    Ok(())
}

/// The items that a run's transactions put, in DynamoDB's JSON.
fn written(run: &[Exchange]) -> Vec<Value> {
    let transactions = run.iter().filter(|exchange| exchange.operation == "DynamoDB TransactWriteItems");
    let bodies = transactions.filter_map(|exchange| serde_json::from_slice::<Value>(&exchange.request).ok());
    bodies
        .flat_map(|body| body["TransactItems"].as_array().cloned().unwrap_or_default())
        .map(|item| item["Put"]["Item"].clone())
        .collect()
}

/// The messages that a run queued.
fn jobs(run: &[Exchange]) -> Vec<String> {
    let queued = run.iter().filter(|exchange| exchange.operation == "SQS SendMessageBatch");
    let bodies = queued.filter_map(|exchange| serde_json::from_slice::<Value>(&exchange.request).ok());
    bodies
        .flat_map(|body| body["Entries"].as_array().cloned().unwrap_or_default())
        .filter_map(|entry| entry["MessageBody"].as_str().map(str::to_owned))
        .collect()
}

/// A report as it is read, and its item in DynamoDB's JSON.
fn dossier(stage: &Stage, read: &Call) -> Result<(Answer, Value), String> {
    stage.recorder.note();
    let answer = stage.call(read);
    let run = stage.recorder.noted();
    let items = run
        .iter()
        .filter(|exchange| exchange.operation == "DynamoDB Query")
        .filter_map(|exchange| serde_json::from_slice::<Value>(&exchange.answer).ok())
        .flat_map(|answer| answer["Items"].as_array().cloned().unwrap_or_default());
    let report = items.into_iter().find(|item| item["type"]["S"] == "report").ok_or("the report was not read")?;
    Ok((answer?, report))
}
