//! The push service of one machine, and the browser behind it: it checks what a real one checks (RFC 8030, 8292), and reads
//! the message as a browser does (RFC 8291), with none of the code that wrote it.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey as PeerKey, agree};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::Full;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::call::Call;
use super::outbox::{Channel, Message};

/// Where it is, below the address of the engines.
pub(super) const PATH: &str = "/_push/";
/// Bytes of the authentication secret.
const AUTH: usize = 16;

/// A browser that subscribed. Its keys are made from its name: nothing here is secret, and none is lost at a restart.
#[derive(Debug, Clone)]
pub struct Browser {
    /// The key that it subscribed with: what the platform says its key is.
    application_key: String,
    name: String,
}

/// What a push service or a browser does not take.
struct Refused(StatusCode, &'static str);

impl Browser {
    /// A browser that subscribed to messages of who has this key. A name has letters, digits and hyphens.
    pub fn new(application_key: &str, name: &str) -> Browser {
        Browser { application_key: application_key.to_owned(), name: name.to_owned() }
    }

    /// Its subscription, as `PushSubscription.toJSON()` gives it; `engines` is the address of the engines.
    pub fn subscription(&self, engines: &str) -> Value {
        let public = self.key().and_then(|key| Some(URL_SAFE_NO_PAD.encode(key.compute_public_key().ok()?)));
        json!({
            "endpoint": format!("{engines}{PATH}{}/{}", self.application_key, self.name),
            "expirationTime": null,
            "keys": { "p256dh": public, "auth": URL_SAFE_NO_PAD.encode(self.auth()) },
        })
    }

    fn at(path: &str) -> Option<Browser> {
        let (key, name) = path.strip_prefix(PATH)?.split_once('/')?;
        Some(Browser::new(key, name))
    }

    fn key(&self) -> Option<PrivateKey> {
        let seed = digest(&SHA256, format!("key of {}", self.name).as_bytes());
        PrivateKey::from_private_key(&ECDH_P256, seed.as_ref()).ok()
    }

    fn auth(&self) -> [u8; AUTH] {
        let mut auth = [0; AUTH];
        auth.copy_from_slice(&digest(&SHA256, format!("auth of {}", self.name).as_bytes()).as_ref()[..AUTH]);
        auth
    }

    /// What the browser reads.
    fn read(&self, body: &[u8]) -> Option<Value> {
        let key = self.key()?;
        let text = decrypt(&key, &self.auth(), body)?;
        serde_json::from_slice(&text).ok()
    }
}

/// Takes a message as a push service does; gives the answer, and the message as the browser reads it.
pub(super) fn receive(engines: &str, headers: &HeaderMap, call: &Call) -> (Response<Full<Bytes>>, Option<Message>) {
    match message(engines, headers, call) {
        Ok((message, id)) => {
            let answer =
                Response::builder().status(StatusCode::CREATED).header("location", format!("{engines}/_push/m/{id}"));
            (answer.body(Full::default()).unwrap_or_default(), Some(message))
        }
        Err(Refused(status, why)) => {
            tracing::warn!(why, "the local push service refuses a message");
            (Response::builder().status(status).body(Full::from(why)).unwrap_or_default(), None)
        }
    }
}

fn message(engines: &str, headers: &HeaderMap, call: &Call) -> Result<(Message, uuid::Uuid), Refused> {
    let bad = |why| Refused(StatusCode::BAD_REQUEST, why);
    let browser = Browser::at(&call.path_and_query).ok_or(Refused(StatusCode::NOT_FOUND, "no such subscription"))?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    signed(&browser, engines, text("authorization"))?;
    text("ttl").parse::<u32>().map_err(|_| bad("TTL must be there"))?;
    let topic = text("topic");
    let base64url = topic.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if topic.is_empty() || topic.len() > 32 || !base64url {
        return Err(bad("Topic must be at most 32 characters of base64url"));
    }
    if text("content-encoding") != "aes128gcm" {
        return Err(bad("Content-Encoding must be aes128gcm"));
    }
    if call.body.len() > 4_096 {
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "at most 4,096 bytes"));
    }
    let read = browser.read(&call.body).ok_or(bad("the browser cannot read it"))?;
    let line = |name: &str| read[name].as_str().unwrap_or_default().to_owned();
    let endpoint = format!("{engines}{}", call.path_and_query);
    let message = Message {
        channel: Channel::Push,
        recipient: endpoint.clone(),
        text: format!("{}\n{}", line("title"), line("body")),
        subject: None,
        device_token: Some(endpoint),
        notice: read["notice"].as_str().map(str::to_owned),
        commune: read["commune"].as_str().map(str::to_owned),
        payload: Some(read),
    };
    Ok((message, uuid::Uuid::new_v4()))
}

/// Whether it is signed by whom the browser subscribed to, for this push service, and still good. (A real one wants it to end
/// within a day as well; tests have platforms whose clocks are days ahead.)
fn signed(browser: &Browser, engines: &str, authorization: &str) -> Result<(), Refused> {
    let forbidden = |why| Refused(StatusCode::FORBIDDEN, why);
    let parts = authorization.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k="));
    let (token, key) = parts.ok_or(Refused(StatusCode::UNAUTHORIZED, "no VAPID"))?;
    if key != browser.application_key {
        return Err(forbidden("not the key that the browser subscribed with"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(forbidden("no token"))?;
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| forbidden("not base64url"));
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key)?);
    public.verify(signed.as_bytes(), &bytes(signature)?).map_err(|_| forbidden("not its signature"))?;
    let claims = signed.split_once('.').map(|(_, claims)| claims).ok_or(forbidden("no claims"))?;
    let claims: Value = serde_json::from_slice(&bytes(claims)?).map_err(|_| forbidden("no claims"))?;
    let good = claims["aud"] == engines
        && claims["exp"].as_i64().is_some_and(|exp| exp > Timestamp::now().as_second())
        && claims["sub"].as_str().is_some_and(|sub| sub.starts_with("mailto:"));
    if good { Ok(()) } else { Err(forbidden("aud, exp or sub is wrong")) }
}

/// So many bytes of a derived key.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(prk: &Prk, info: &[&[u8]], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; length];
    prk.expand(info, Length(length)).ok()?.fill(&mut out).ok()?;
    Some(out)
}

/// One record (RFC 8188), with the key of RFC 8291, section 3.4.
fn decrypt(key: &PrivateKey, auth: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (&length, rest) = rest.split_first()?;
    let (sender, record) = rest.split_at_checked(usize::from(length))?;
    if record.len() > usize::try_from(u32::from_be_bytes(size.try_into().ok()?)).ok()? {
        return None;
    }
    let own = key.compute_public_key().ok()?;
    let ikm = agree(key, PeerKey::new(&ECDH_P256, sender), (), |shared| {
        let prk = Salt::new(HKDF_SHA256, auth).extract(shared);
        expand(&prk, &[b"WebPush: info\0", own.as_ref(), sender], 32).ok_or(())
    });
    let ikm = ikm.ok()?;
    let prk = Salt::new(HKDF_SHA256, salt).extract(&ikm);
    let cipher = UnboundKey::new(&AES_128_GCM, &expand(&prk, &[b"Content-Encoding: aes128gcm\0"], 16)?).ok()?;
    let nonce = Nonce::try_assume_unique_for_key(&expand(&prk, &[b"Content-Encoding: nonce\0"], 12)?).ok()?;
    let mut record = record.to_vec();
    let text = LessSafeKey::new(cipher).open_in_place(nonce, Aad::empty(), &mut record).ok()?;
    // The last record ends with 2 and zeros.
    let end = text.iter().rposition(|byte| *byte != 0)?;
    (text[end] == 2).then(|| text[..end].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_message_of_rfc_8291_is_read() {
        // Section 5 and appendix A.
        let key =
            PrivateKey::from_private_key(&ECDH_P256, &bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")).unwrap();
        let body = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        let read = decrypt(&key, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &bytes(body)).unwrap();
        assert_eq!(String::from_utf8(read).unwrap(), "When I grow up, I want to be a watermelon");
        let mut altered = bytes(body);
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(decrypt(&key, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &altered), None);
        assert_eq!(decrypt(&key, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), b"short"), None);
    }
}
