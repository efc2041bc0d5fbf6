//! The same for people: one page of HTML in French, without a script, that opens from the disk and prints well.

use std::fmt::{self, Display, Write};

use jiff::Timestamp;
use parvis_domain::texts::{date_label, kind_label, status_label};
use parvis_domain::{Channel, Contact, Language, PublicActor, PublicEvent, What, paris, today};
use parvis_store::{NoticeState, Platform};

use super::contents::{Data, Own, OwnPhoto, OwnReport};

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}\
h1{line-height:1.2}article{border-top:1px solid #767676;padding:.5rem 0 1rem;break-inside:avoid}\
dt{font-weight:600}dd{margin:0 0 .5rem}img{max-width:100%;max-height:24rem}p{white-space:pre-line}\
@media print{body{margin:0;max-width:none}a{color:inherit}}";

/// The page of one file.
pub(super) fn page(data: &Data) -> String {
    let mut html = String::new();
    // Writing to a String cannot fail.
    let _ = write_page(&mut html, data);
    html
}

fn write_page(html: &mut String, data: &Data) -> fmt::Result {
    let title = format!("Vos données à {}", data.commune_name);
    write!(
        html,
        "<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'\">\
         <title>{0}</title><style>{STYLE}</style></head><body>\n<h1>{0}</h1>\n",
        Text(&title)
    )?;
    write!(html, "<p>Ce que la commune conserve de vous sur Parvis, au {}.", moment(data.written))?;
    if data.file > 1 || !data.last {
        write!(html, " C’est le fichier n° {}", data.file)?;
        html.push_str(if data.last { ", le dernier." } else { " ; la suite est dans le suivant." });
    }
    html.push_str(" Le fichier donnees.json contient la même chose pour les logiciels.</p>\n");
    if let Some(own) = &data.account {
        write_account(html, own)?;
    }
    section(html, "Ce que vous avez envoyé", &data.reports, |html, report| write_report(html, report, &data.photos))?;
    section(html, "Ce que vous avez écrit ailleurs", &data.comments, |html, act| {
        write!(html, "<article><h3>Signalement {}</h3>", act.report)?;
        write_event(html, &act.event)?;
        html.push_str("</article>\n");
        Ok(())
    })?;
    section(html, "Ce que vous suivez", &data.follows, |html, follows| {
        writeln!(html, "<p>Signalement {}</p>", follows.report)
    })?;
    section(html, "Ce que vous ne suivez plus", &data.left, |html, left| writeln!(html, "<p>Signalement {left}</p>"))?;
    section(html, "Ce dont vous avez été prévenu", &data.notices, |html, told| {
        let state = match told.state {
            NoticeState::Sent { .. } => "envoyé",
            NoticeState::Dropped { .. } => "non envoyé",
            NoticeState::Planned | NoticeState::Sending { .. } => "en cours d’envoi",
        };
        writeln!(html, "<p>{}, par {} : {state}</p>", moment(told.planned), channel(told.channel))
    })?;
    let alone: Vec<&OwnPhoto> = data.photos.iter().filter(|photo| !is_shown(photo, data)).collect();
    section(html, "Vos autres photos", &alone, |html, photo| write_photo(html, photo))?;
    html.push_str("</body></html>\n");
    Ok(())
}

/// A heading and what is under it; nothing at all where there is nothing.
fn section<T>(html: &mut String, title: &str, all: &[T], one: impl Fn(&mut String, &T) -> fmt::Result) -> fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(html, "<h2>{title}</h2>")?;
    all.iter().try_for_each(|item| one(html, item))
}

fn write_account(html: &mut String, own: &Own) -> fmt::Result {
    let account = &own.account;
    html.push_str("<h2>Votre compte</h2>\n<dl>");
    let mut line = |name: &str, value: &dyn Display| write!(html, "<dt>{name}</dt><dd>{}</dd>", Text(value));
    line("Numéro du compte", &account.id)?;
    line("Créé le", &moment(account.created))?;
    if let Some(phone) = &account.phone {
        line("Téléphone", phone)?;
    }
    if let Some(email) = &account.email {
        line("Adresse électronique", email)?;
    }
    let channels: Vec<&str> = account.channels.iter().map(|one| channel(*one)).collect();
    line("Vous êtes prévenu par", &if channels.is_empty() { "rien".to_owned() } else { channels.join(", ") })?;
    for device in &own.devices {
        let platform = match device.platform {
            Platform::Fcm => "Android",
            Platform::Apns => "iPhone ou iPad",
            Platform::Web => "Navigateur",
        };
        line("Appareil", &format!("{platform}, vu le {}", moment(device.seen)))?;
    }
    for session in &own.sessions {
        line("Session ouverte le", &format!("{}, jusqu’au {}", moment(session.created), moment(session.expires)))?;
    }
    if !own.zones.is_empty() {
        line("Vous êtes ambassadeur de", &own.zones.join(", "))?;
    }
    if let Some(invited) = &own.invited {
        line("Vous avez accepté une invitation le", &moment(*invited))?;
    }
    for waiting in &own.launch {
        let contact = match &waiting.contact {
            Contact::Phone(phone) => phone.to_string(),
            Contact::Email(email) => email.to_string(),
        };
        line("Vous serez prévenu de l’ouverture", &format!("{contact}, demandé le {}", moment(waiting.asked)))?;
    }
    for farewell in &own.farewells {
        line("La fin de ce compte inutilisé vous a été annoncée le", &moment(farewell.sent))?;
    }
    for ban in &own.bans {
        let (since, until) = (moment(ban.since), moment(ban.until));
        line("Vous ne pouvez pas écrire", &format!("du {since} au {until} : {}", ban.reason.as_str()))?;
    }
    html.push_str("</dl>\n");
    Ok(())
}

fn write_report(html: &mut String, own: &OwnReport, photos: &[OwnPhoto]) -> fmt::Result {
    let report = &own.report;
    let (kind, status) = (kind_label(Language::Fr, report.kind), status_label(Language::Fr, report.status));
    write!(html, "<article><h3>{} du {} : {}</h3>", Text(&kind), moment(report.created), Text(&status))?;
    write!(html, "<p>{}</p>", Text(report.description.as_str()))?;
    html.push_str("<dl>");
    write!(html, "<dt>Numéro</dt><dd>{}</dd>", report.id)?;
    if let Some(place) = &report.place {
        let address = place.address.as_ref().map_or("", |address| address.as_str());
        let (x, y) = (place.position.longitude, place.position.latitude);
        write!(html, "<dt>Lieu</dt><dd>{} ({y}, {x})</dd>", Text(address))?;
    }
    for (question, answer) in &report.answers {
        let answer = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
        write!(html, "<dt>{}</dt><dd>{}</dd>", Text(question.as_str()), Text(&answer))?;
    }
    html.push_str("</dl>");
    own.history.iter().try_for_each(|event| write_event(html, event))?;
    photos.iter().filter(|photo| photo.report == Some(report.id)).try_for_each(|photo| write_photo(html, photo))?;
    html.push_str("</article>\n");
    Ok(())
}

fn write_event(html: &mut String, event: &PublicEvent) -> fmt::Result {
    let by = match &event.actor {
        PublicActor::Reporter => "vous".to_owned(),
        PublicActor::Resident { ambassador: false } => "un habitant".to_owned(),
        PublicActor::Resident { ambassador: true } => "un ambassadeur".to_owned(),
        PublicActor::FormerResident => "un ancien habitant".to_owned(),
        PublicActor::Staff { service } => service.clone(),
        PublicActor::System => "la plateforme".to_owned(),
    };
    let what = match &event.what {
        What::Received => "reçu".to_owned(),
        What::StatusChanged { to, .. } => status_label(Language::Fr, *to),
        What::Commented | What::InternalNote => "message".to_owned(),
        What::Withdrawn => "retiré".to_owned(),
    };
    write!(html, "<dl><dt>{}, {} : {}</dt>", moment(event.at), Text(&by), Text(&what))?;
    if let Some(note) = &event.note {
        write!(html, "<dd><p>{}</p></dd>", Text(note.as_str()))?;
    }
    html.push_str("</dl>");
    Ok(())
}

fn write_photo(html: &mut String, photo: &OwnPhoto) -> fmt::Result {
    match &photo.path {
        Some(path) => writeln!(html, "<p><img src=\"{}\" alt=\"Photo {}\"></p>", Text(path), photo.id),
        None => writeln!(html, "<p>Photo {} : sans image</p>", photo.id),
    }
}

/// Whether it is shown with its report.
fn is_shown(photo: &OwnPhoto, data: &Data) -> bool {
    photo.report.is_some_and(|id| data.reports.iter().any(|own| own.report.id == id))
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Push => "notification",
        Channel::Sms => "SMS",
        Channel::Email => "courriel",
    }
}

/// The date and the time in Paris.
fn moment(at: Timestamp) -> String {
    format!("{} à {}", date_label(Language::Fr, today(at)), at.to_zoned(paris()).strftime("%H h %M"))
}

/// Text that is nothing but text, whatever it looks like.
struct Text<T>(T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.to_string().chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let hostile = "<script>alert('1')</script> & \"x\"";
        assert_eq!(Text(hostile).to_string(), "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;x&quot;");
    }
}
