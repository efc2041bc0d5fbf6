//! `PUT /v1/{commune}/me/devices`: an app or a browser registers for push messages.

use parvis_domain::{AccountId, Invalid, Language};
use parvis_edge::{self as edge, Class, Code, Cx, Endpoint, Grant, Json, Problem, Resident, Route};
use parvis_store::{Commune, Device, Platform, StoreError};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::me::DeviceView;

/// Registers a device. The same token twice is one device; on another account it moves there, because the phone has changed
/// hands or somebody else signed in on it.
pub struct PutDevice;

/// A device as its push service knows it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// Whose push service.
    platform: Platform,
    /// Of `fcm` and `apns`, the push service's token: 1 to 4,096 printable ASCII characters of FCM, 64 to 200 hexadecimal digits
    /// of APNs.
    #[serde(default)]
    #[schemars(length(min = 1, max = 4096))]
    token: Option<String>,
    /// Of `web`, what `PushSubscription.toJSON()` gives in a browser that subscribed with the commune's `push_key`.
    #[serde(default)]
    subscription: Option<Subscription>,
    /// In which this device wants its messages, if not in the account's.
    #[serde(default)]
    language: Option<Language>,
}

/// Where a browser takes messages. Fields that are not listed here are ignored.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Subscription {
    /// An address of its push service: https, at most 2,048 bytes, a known host.
    endpoint: String,
    /// What is encrypted with.
    keys: Keys,
}

/// Keys of a subscription.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Keys {
    /// 65 bytes, base64url.
    p256dh: String,
    /// 16 bytes, base64url.
    auth: String,
}

impl Endpoint for PutDevice {
    const ROUTE: Route = edge::put("/v1/{commune}/me/devices");
    const SUMMARY: &'static str = "Register a device for push messages";
    const GRANTS: &'static [Grant] = &[
        Grant::BATCH_GET,
        Grant::QUERY,
        Grant::PUT,
        Grant::CHECK,
        Grant::DELETE,
        Grant::CREATE_ENDPOINT,
        Grant::SET_ENDPOINT,
        Grant::DELETE_ENDPOINT,
        Grant::CREATE_TOPIC,
        Grant::SUBSCRIBE,
        Grant::UNSUBSCRIBE,
    ];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Json<NewDevice>;
    type Output = Json<DeviceView>;

    async fn run(
        cx: &Cx,
        Resident { commune, account }: Resident,
        Json(new): Json<NewDevice>,
    ) -> Result<Self::Output, Problem> {
        let platform = new.platform.as_str();
        match register(cx, &commune, account.id, new).await? {
            Ok(device) => Ok(Json(device.into())),
            Err(StoreError::Gone(why)) => {
                Err(Problem::field("token", "not_a_token", format!("the push service {platform} refuses it: {why}")))
            }
            Err(StoreError::NotFound) => {
                Err(Problem::new(Code::Unauthenticated, "the account no longer exists; sign in again"))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Registers it, if what it is known by goes with its platform.
async fn register(
    cx: &Cx,
    commune: &Commune,
    account: AccountId,
    new: NewDevice,
) -> Result<Result<Device, StoreError>, Invalid> {
    let NewDevice { platform, token, subscription, language } = new;
    match (platform, token, subscription) {
        (Platform::Web, None, Some(Subscription { endpoint, keys: Keys { p256dh, auth } })) => {
            let subscription = cx.store.web_subscription(endpoint, p256dh, auth).map_err(|e| e.at("subscription"))?;
            Ok(commune.put_browser(account, subscription, language, cx.now()).await)
        }
        (Platform::Fcm | Platform::Apns, Some(token), None) => {
            check(platform, &token)?;
            Ok(commune.put_device(account, platform, &token, language, cx.now()).await)
        }
        (Platform::Web, ..) => {
            let detail = "a web device has a subscription, and no token";
            Err(Invalid::new("subscription", "missing", detail))
        }
        (Platform::Fcm | Platform::Apns, ..) => {
            let detail = format!("a device of {} has a token, and no subscription", platform.as_str());
            Err(Invalid::new("token", "missing", detail))
        }
    }
}

/// The shape of tokens, as the SNS reference of `CreatePlatformEndpoint` and Apple's and Google's documents give it.
fn check(platform: Platform, token: &str) -> Result<(), Invalid> {
    let length = token.len();
    let (fits, rule) = match platform {
        Platform::Fcm => {
            let fits = (1..=4096).contains(&length) && token.bytes().all(|b| b.is_ascii_graphic());
            (fits, "1 to 4,096 printable ASCII characters")
        }
        Platform::Apns => {
            let fits = (64..=200).contains(&length) && token.bytes().all(|b| b.is_ascii_hexdigit());
            (fits, "64 to 200 hexadecimal digits")
        }
        Platform::Web => (false, "browsers have none"),
    };
    if fits {
        return Ok(());
    }
    let detail = format!("the token has {length} bytes and is not one of {}; {rule}", platform.as_str());
    Err(Invalid::new("token", "not_a_token", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_the_shape_of_their_platform_pass_and_others_name_the_rule() {
        assert_eq!(check(Platform::Fcm, "dQw4w9WgXcQ:APA91b_-x"), Ok(()));
        assert_eq!(check(Platform::Apns, &"0a".repeat(32)), Ok(()));
        for (platform, token) in [
            (Platform::Fcm, String::new()),
            (Platform::Fcm, "with space".to_owned()),
            (Platform::Fcm, "x".repeat(4097)),
            (Platform::Fcm, "é".to_owned()),
            (Platform::Apns, "0a".repeat(31)),
            (Platform::Apns, "0g".repeat(32)),
            (Platform::Apns, "a".repeat(201)),
        ] {
            let refused = check(platform, &token).expect_err(&token);
            assert_eq!((refused.field.as_str(), refused.code), ("token", "not_a_token"));
        }
    }
}
