//! Push messages to browsers (RFC 8030): encrypted for one browser (RFC 8291), signed as ours, and handed to the push service
//! of the browser's maker. SNS does not speak it.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use parvis_domain::Invalid;
use rustls::{ClientConfig, RootCertStore};
use serde::{Deserialize, Serialize};

use crate::aes128gcm::{encrypt, is_public_key};
use crate::error::StoreError;
use crate::sending::SEND_LIMIT;
use crate::vapid::Vapid;
use crate::{Commune, Device, Store};

/// The push services of browsers' makers. No other host is ever called: the address comes from a client, who could name any
/// machine that we can reach.
const HOSTS: [&str; 2] = ["fcm.googleapis.com", "web.push.apple.com"];
/// The same, for all hosts below a name.
const DOMAINS: [&str; 3] = [".push.services.mozilla.com", ".notify.windows.com", ".push.apple.com"];
/// Where the push service of one machine is, below the address of its engines.
const LOCAL_PATH: &str = "/_push/";
/// Longest address that is kept, in bytes: those of Windows have some 700.
const MAX_ENDPOINT: usize = 2_048;
/// How long a push service keeps a message for a browser that is off, in seconds: three days, as long as a notice is tried.
const TTL_S: u32 = 3 * 24 * 3_600;
/// Bytes of the secret that a browser shares with who may write to it.
const AUTH: usize = 16;
/// What is read of a refusal's words.
const MAX_WORDS: usize = 300;

/// What a browser gives who may write to it: `PushSubscription` of the Push API.
#[derive(Clone, Debug, PartialEq)]
pub struct WebSubscription {
    pub(crate) endpoint: String,
    pub(crate) keys: WebKeys,
}

/// What is encrypted with, base64url.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WebKeys {
    /// The browser's public key: an uncompressed point of P-256.
    p256dh: String,
    /// 16 bytes that only the browser and who may write to it know.
    auth: String,
}

impl std::fmt::Debug for WebKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebKeys(…)")
    }
}

impl WebKeys {
    fn public(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(self.p256dh.trim_end_matches('=')).ok().filter(|bytes| is_public_key(bytes))
    }

    fn auth(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(self.auth.trim_end_matches('=')).ok().filter(|bytes| bytes.len() == AUTH)
    }
}

type Http = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// What speaks to push services; made at the first message.
#[derive(Debug, Default)]
pub(crate) struct PushServices {
    http: OnceLock<Http>,
    vapid: OnceLock<Vapid>,
}

impl PushServices {
    fn http(&self, local: bool) -> Result<&Http, StoreError> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let made = client(local)?;
        Ok(self.http.get_or_init(|| made))
    }
}

/// Trusts what browsers trust: push services have certificates of many authorities. No connection is kept for the next
/// message: one that broke while a function slept would leave a message in doubt.
fn client(local: bool) -> Result<Http, StoreError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|e| StoreError::Defect(format!("no TLS: {e}")))?;
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(config.with_root_certificates(roots).with_no_client_auth());
    let connector = if local { connector.https_or_http() } else { connector.https_only() };
    let mut client = Client::builder(TokioExecutor::new());
    Ok(client.pool_max_idle_per_host(0).build(connector.enable_http1().build()))
}

impl Store {
    /// What browsers are told when they subscribe (`applicationServerKey`): base64url.
    ///
    /// # Errors
    /// Only a defect.
    pub fn push_key(&self) -> Result<String, StoreError> {
        self.vapid().map(|vapid| vapid.public.clone())
    }

    /// A browser's subscription, if it can be written to.
    ///
    /// # Errors
    /// An address that is not a known push service's, or keys that are none.
    pub fn web_subscription(&self, endpoint: String, p256dh: String, auth: String) -> Result<WebSubscription, Invalid> {
        self.push_origin(&endpoint).map_err(|why| Invalid::new("endpoint", "not_a_push_service", why))?;
        let keys = WebKeys { p256dh, auth };
        if keys.public().is_none() {
            let detail = "keys.p256dh must be an uncompressed point of P-256, 65 bytes as base64url";
            return Err(Invalid::new("keys.p256dh", "not_a_key", detail));
        }
        if keys.auth().is_none() {
            let detail = "keys.auth must be 16 bytes as base64url";
            return Err(Invalid::new("keys.auth", "not_a_key", detail));
        }
        Ok(WebSubscription { endpoint, keys })
    }

    /// Scheme and host of an address, if it is one of a push service's.
    fn push_origin(&self, endpoint: &str) -> Result<String, String> {
        if endpoint.len() > MAX_ENDPOINT {
            return Err(format!("endpoint has {} bytes; at most {MAX_ENDPOINT}", endpoint.len()));
        }
        let local = self.clients.local_url().filter(|url| endpoint.starts_with(&format!("{url}{LOCAL_PATH}")));
        match local {
            Some(url) => Ok(url.to_owned()),
            None => origin(endpoint).ok_or_else(|| {
                let known = HOSTS.iter().map(|host| (*host).to_owned());
                let known: Vec<String> = known.chain(DOMAINS.iter().map(|domain| format!("*{domain}"))).collect();
                format!("endpoint must be an https:// address of a push service: {}", known.join(", "))
            }),
        }
    }

    fn vapid(&self) -> Result<&Vapid, StoreError> {
        let services = self.clients.push_services();
        if let Some(vapid) = services.vapid.get() {
            return Ok(vapid);
        }
        let made = Vapid::new(&self.seal)?;
        Ok(services.vapid.get_or_init(|| made))
    }
}

/// `https://host` of an address at a known push service, on its usual port.
fn origin(endpoint: &str) -> Option<String> {
    let uri: Uri = endpoint.parse().ok()?;
    let authority = uri.authority()?;
    let host = authority.host().to_ascii_lowercase();
    let usual = uri.scheme_str() == Some("https") && authority.as_str().eq_ignore_ascii_case(&host);
    let known =
        HOSTS.contains(&&*host) || DOMAINS.iter().any(|domain| host.len() > domain.len() && host.ends_with(domain));
    (usual && known).then(|| format!("https://{host}"))
}

impl Commune {
    /// Sends a message to a browser; its service worker reads it. `topic` (at most 32 characters of base64url) names it: one that
    /// comes again under the same name takes the place of the first while the browser is off. Answers the id that the push service
    /// gave the message.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when the browser has given the subscription up; [`StoreError::InDoubt`] when the push service
    /// did not answer within [`SEND_LIMIT`]; [`StoreError::Unavailable`] when it refused or was not reached.
    pub async fn send_web_push(
        &self,
        device: &Device,
        message: &serde_json::Value,
        topic: &str,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let store = self.store();
        let origin = store.push_origin(&device.token).map_err(StoreError::Gone)?;
        let keys = device.keys.as_ref().and_then(|keys| Some((keys.public()?, keys.auth()?)));
        let (public, auth) = keys.ok_or_else(|| StoreError::Gone("the subscription has no keys".to_owned()))?;
        let body = encrypt(message.to_string().as_bytes(), &public, &auth)?;
        let request = Request::post(&device.token)
            .header("ttl", TTL_S)
            .header("topic", topic)
            .header("urgency", "normal")
            .header(header::AUTHORIZATION, store.vapid()?.authorization(&origin, &store.names.mail_from, now)?)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(Full::from(Bytes::from(body)))
            .map_err(|e| StoreError::Defect(format!("a push message: {e}")))?;
        let http = store.clients.push_services().http(store.clients.local_url().is_some())?;
        post(http, request, &origin).await
    }
}

async fn post(http: &Http, request: Request<Full<Bytes>>, origin: &str) -> Result<String, StoreError> {
    let doubt = |detail: String| StoreError::InDoubt { service: "web push", detail: format!("{origin}: {detail}") };
    let refused =
        |detail: String| StoreError::Unavailable { service: "web push", detail: format!("{origin}: {detail}") };
    let answered = async {
        let answer = http.request(request).await.map_err(|e| match e.is_connect() {
            true => refused(format!("not reached: {e}")),
            false => doubt(format!("no answer: {e}")),
        })?;
        let status = answer.status();
        if status.is_success() {
            let id = answer.headers().get(header::LOCATION).and_then(|id| id.to_str().ok());
            return Ok(id.unwrap_or("accepted").to_owned());
        }
        let words = Limited::new(answer.into_body(), MAX_WORDS).collect().await;
        let words = words.map(|words| String::from_utf8_lossy(&words.to_bytes()).into_owned()).unwrap_or_default();
        let said = format!("{status} {words}");
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(StoreError::Gone(format!("{origin}: {said}"))),
            _ => Err(refused(said)),
        }
    };
    let in_time = tokio::time::timeout(SEND_LIMIT, answered).await;
    in_time.unwrap_or_else(|_| Err(doubt(format!("no answer within {} s", SEND_LIMIT.as_secs()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_push_services_of_browsers_are_called() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/abc:def",
            "https://FCM.googleapis.com/wp/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://par02p.notify.windows.com/w/?token=BQY",
            "https://web.push.apple.com/QGu",
            "https://api.push.apple.com/3/device/1",
        ] {
            assert!(origin(good).is_some_and(|origin| good.to_lowercase().starts_with(&origin)), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com:8443/fcm/send/abc",
            "https://me@fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com@169.254.169.254/latest/meta-data",
            "https://fcm.googleapis.com.example.org/fcm",
            "https://notfcm.googleapis.com/fcm",
            "https://storage.googleapis.com/bucket",
            "https://push.services.mozilla.com.example.org/",
            "https://.notify.windows.com/",
            "https://evilnotify.windows.com/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://localhost/",
            "https:///fcm.googleapis.com",
            "file:///etc/passwd",
            "/fcm/send/abc",
            "",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_key_of_a_browser_is_refused() {
        // RFC 8291, appendix A.
        let good = WebKeys {
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                .to_owned(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".to_owned(),
        };
        assert!(good.public().is_some() && good.auth().is_some());
        let padded = WebKeys { auth: format!("{}==", good.auth), ..good.clone() };
        assert!(padded.auth().is_some(), "some clients write the padding");
        for p256dh in ["", "BCVx", &"A".repeat(87), &good.p256dh.replace("BCVx", "BCVy"), &format!("{}AA", good.p256dh)]
        {
            assert!(WebKeys { p256dh: p256dh.to_owned(), ..good.clone() }.public().is_none(), "{p256dh}");
        }
        for auth in ["", "BTBZ", "BTBZMqHH6r4Tts7J_aSIggAA", "é"] {
            assert!(WebKeys { auth: auth.to_owned(), ..good.clone() }.auth().is_none(), "{auth}");
        }
        assert!(!format!("{good:?}").contains("BTBZ"));
    }

    #[test]
    fn there_are_authorities_to_trust() {
        assert!(client(false).is_ok() && webpki_roots::TLS_SERVER_ROOTS.len() > 50);
    }
}
