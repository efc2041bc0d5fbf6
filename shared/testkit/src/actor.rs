//! People who call the API.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use parvis_domain::{AccountId, CommuneId, Contact, TotpSecret};
use parvis_local::Later;
use parvis_local::tap::Browser;
use reqwest::Method;
use serde_json::{Value, json};

use crate::call::{Answer, Call};
use crate::inbox;
use crate::system::platform;
use crate::waiting::wait_until;

/// Somebody, perhaps signed in, in one commune.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Their commune.
    pub commune: CommuneId,
    /// Where they are reached, if they gave it.
    pub contact: Option<Contact>,
    /// Their account, once they have one.
    pub account: Option<AccountId>,
    /// What is sent as `Authorization: Bearer`.
    pub access_token: Option<String>,
    /// What opens the next session.
    pub refresh_token: Option<String>,
    /// The token of their device, if they have one.
    pub device_token: Option<String>,
    /// What their authenticator app knows, if they work for the commune.
    pub totp: Option<TotpSecret>,
    url: String,
}

/// A photo that was uploaded.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its id.
    pub photo: String,
    /// What proves that it is one's own.
    pub claim: String,
}

impl Actor {
    pub(crate) async fn guest(commune: CommuneId) -> Actor {
        Actor {
            commune,
            contact: None,
            account: None,
            access_token: None,
            refresh_token: None,
            device_token: None,
            totp: None,
            url: platform().await.url().to_owned(),
        }
    }

    /// Somebody with an account and an access token, on any platform.
    pub fn signed_in(url: &str, commune: CommuneId, account: AccountId, access_token: String) -> Actor {
        Actor {
            commune,
            contact: None,
            account: Some(account),
            access_token: Some(access_token),
            refresh_token: None,
            device_token: None,
            totp: None,
            url: url.to_owned(),
        }
    }

    /// Somebody who operates the platform and has passed the second factor; their paths are under `/v1/operator/`.
    pub async fn operator() -> Actor {
        let mut operator = Actor::new_operator().await;
        operator.enrol().await;
        operator
    }

    /// The same on the first day: signed in, without an authenticator app.
    pub async fn new_operator() -> Actor {
        let mut operator = Actor::guest(CommuneId::operators()).await;
        let mailbox = mailbox();
        let Contact::Email(email) = mailbox.clone() else { panic!("a mailbox is an e-mail address") };
        let cx = platform().await.cx();
        let by = parvis_store::AuditActor::System { function: "testkit".to_owned() };
        if let Err(error) = cx.store.make_operator("Camille Moreau", email, by, cx.now()).await {
            panic!("the operator is not made: {error}");
        }
        operator.sign_in(mailbox).await;
        operator
    }

    /// The same person at another time. Access tokens are good for 15 minutes: [`Actor::refresh`] after that.
    #[must_use]
    pub fn at(&self, later: &Later) -> Actor {
        Actor { url: later.url.clone(), ..self.clone() }
    }

    /// The same person without a session.
    #[must_use]
    pub fn signed_out(&self) -> Actor {
        Actor { access_token: None, refresh_token: None, ..self.clone() }
    }

    /// The same person (and token) under the paths of another commune.
    #[must_use]
    pub fn in_commune(&self, commune: &CommuneId) -> Actor {
        Actor { commune: commune.clone(), ..self.clone() }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// `POST` with JSON.
    pub fn post(&self, path: &str, body: Value) -> Call {
        self.call(Method::POST, path).json(&body)
    }

    /// `PUT` with JSON.
    pub fn put(&self, path: &str, body: Value) -> Call {
        self.call(Method::PUT, path).json(&body)
    }

    /// `PATCH` with JSON.
    pub fn patch(&self, path: &str, body: Value) -> Call {
        self.call(Method::PATCH, path).json(&body)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// Any method; a path without a leading `/` is under `/v1/<commune>/`, an empty one is `/v1/<commune>` itself.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let path = match path {
            "" => format!("/v1/{}", self.commune),
            path if path.starts_with('/') => path.to_owned(),
            path => format!("/v1/{}/{path}", self.commune),
        };
        let call = Call::new(method, format!("{}{path}", self.url));
        match &self.access_token {
            Some(token) => call.header("authorization", &format!("Bearer {token}")),
            None => call,
        }
    }

    /// Signs in with a code, as a client does; the account exists from here on.
    pub async fn sign_in(&mut self, contact: Contact) {
        let begun = inbox::last_id().await;
        self.access_token = None;
        self.post("challenges", json!({ "contact": contact })).await.expect(202);
        let code = inbox::code_to(&contact, begun).await;
        let session = self.post("sessions", json!({ "contact": contact, "code": code })).await.expect(201);
        self.contact = Some(contact);
        self.keep(&session);
    }

    /// Opens the next session with the refresh token.
    pub async fn refresh(&mut self) {
        let session = self.signed_out().post("sessions/refresh", json!({ "refresh_token": self.refresh_token }));
        self.keep(&session.await.expect(200));
    }

    /// Registers an authenticator app, which passes the second factor, and gives the recovery codes.
    pub async fn enrol(&mut self) -> Vec<String> {
        let made = self.post("me/totp", Value::Null).await.expect(201);
        self.totp = TotpSecret::from_base32(made.text("secret"));
        let code = self.app_code(Timestamp::now());
        let confirmed = self.post("me/totp/confirm", json!({ "code": code })).await.expect(200);
        self.access_token = Some(confirmed.text("access_token").to_owned());
        confirmed.value("recovery_codes")
    }

    /// What the authenticator app shows at a time.
    ///
    /// # Panics
    /// For who has none.
    pub fn app_code(&self, at: Timestamp) -> String {
        match &self.totp {
            Some(secret) => secret.code(at),
            None => panic!("this actor has no authenticator app"),
        }
    }

    /// Passes the second factor with the code of a time; the one that was used last is not good any more.
    pub async fn pass_second_factor(&mut self, at: Timestamp) {
        let code = self.app_code(at);
        let passed = self.post("sessions/second-factor", json!({ "code": code })).await.expect(200);
        self.access_token = Some(passed.text("access_token").to_owned());
    }

    /// Keeps the session in an answer (a session view, or something that holds one as `session`).
    pub fn keep(&mut self, answer: &Answer) {
        let session = match &answer.json["session"] {
            Value::Null => &answer.json,
            inner => inner,
        };
        let read = |name: &str| session[name].as_str().map(str::to_owned);
        self.access_token = read("access_token");
        self.refresh_token = read("refresh_token");
        self.account = session["account"]["id"].as_str().and_then(|id| id.parse().ok());
        assert!(self.access_token.is_some() && self.account.is_some(), "no session in {answer}");
    }

    /// The account's id.
    ///
    /// # Panics
    /// For who has none.
    #[track_caller]
    pub fn account_id(&self) -> AccountId {
        match self.account {
            Some(account) => account,
            None => panic!("this actor has no account"),
        }
    }

    /// The commune, opened in the store: for looking behind the API.
    pub async fn opened(&self) -> parvis_store::Commune {
        let store = &platform().await.cx().store;
        let opened = if self.commune.is_operators() { store.operators() } else { store.commune(&self.commune).await };
        match opened {
            Ok(commune) => commune,
            Err(error) => panic!("{}: {error}", self.commune),
        }
    }

    /// Registers a device (FCM) and gives its token.
    pub async fn add_device(&mut self) -> String {
        let token = format!("device-{}-{}", self.commune, unique());
        self.put("me/devices", json!({ "platform": "fcm", "token": token })).await.expect(200);
        self.device_token = Some(token.clone());
        token
    }

    /// Registers a browser, which is another one each time, and gives the address of its subscription.
    pub async fn add_browser(&mut self) -> String {
        let profile = self.get("").await.expect(200);
        let browser = Browser::new(profile.text("push_key"), &format!("{}-{}", self.commune, unique()));
        let subscription = browser.subscription(&platform().await.engines().aws_url());
        let endpoint = subscription["endpoint"].as_str().map(str::to_owned);
        self.put("me/devices", json!({ "platform": "web", "subscription": subscription })).await.expect(200);
        self.device_token = endpoint.clone();
        endpoint.unwrap_or_default()
    }

    /// Announces and uploads a photo of this type; does not wait for what becomes of it.
    pub async fn send_photo(&self, bytes: Vec<u8>, media_type: &str) -> Upload {
        let announced = self.post("photos", json!({ "size": bytes.len(), "media_type": media_type })).await.expect(201);
        let mut put = Call::new(Method::PUT, announced.text("upload/url").to_owned()).body("", bytes);
        for header in announced.json["upload"]["headers"].as_array().into_iter().flatten() {
            let (name, value) = (header["name"].as_str(), header["value"].as_str());
            // The HTTP client writes these two itself.
            if let (Some(name), Some(value)) = (name, value)
                && !name.eq_ignore_ascii_case("content-length")
                && !name.eq_ignore_ascii_case("host")
            {
                put = put.header(name, value);
            }
        }
        put.await.expect(200);
        Upload { photo: announced.text("photo").to_owned(), claim: announced.text("claim").to_owned() }
    }

    /// Uploads a JPEG and waits until it is ready or refused; the photo as its uploader sees it is the answer.
    pub async fn upload_photo(&self, bytes: Vec<u8>) -> (Upload, Answer) {
        self.upload_photo_as(bytes, "image/jpeg").await
    }

    /// Uploads a photo of a type and waits until it is ready or refused.
    pub async fn upload_photo_as(&self, bytes: Vec<u8>, media_type: &str) -> (Upload, Answer) {
        let upload = self.send_photo(bytes, media_type).await;
        let seen = wait_until("the photo is ready or refused", || async {
            let photo = self.get(&format!("photos/{}", upload.photo)).header("photo-claim", &upload.claim);
            let photo = photo.await.expect(200);
            (photo.json["status"] != "pending").then_some(photo)
        })
        .await;
        (upload, seen)
    }
}

/// A number that no other actor of any test process running now has.
pub(crate) fn unique() -> u64 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    u64::from(std::process::id() % 1_000) * 10_000 + u64::from(NEXT.fetch_add(1, Ordering::Relaxed) % 10_000)
}

/// A mobile number of nobody else.
pub(crate) fn phone() -> Contact {
    contact(json!({ "phone": format!("+336{:08}", 10_000_000 + unique()) }))
}

/// A mailbox of nobody else.
pub(crate) fn mailbox() -> Contact {
    contact(json!({ "email": format!("resident-{}@exemple.fr", unique()) }))
}

fn contact(json: Value) -> Contact {
    match serde_json::from_value(json) {
        Ok(contact) => contact,
        Err(error) => panic!("{error}"),
    }
}
