//! The devices behind a publish. ministack keeps them and what they subscribed to, but sends them nothing; what SNS would
//! do is done here.

use aws_sdk_sns::error::DisplayErrorContext;
use aws_sdk_sns::types::Subscription;
use bytes::Bytes;
use futures::future::join_all;

use super::call::Call;
use super::{Sending, sent};

/// Devices that are looked up side by side.
const SIDE_BY_SIDE: usize = 16;

/// A device that takes pushes.
#[derive(Debug)]
pub(super) struct Device {
    /// The endpoint's ARN.
    pub(super) endpoint: String,
    pub(super) token: Option<String>,
}

/// What SNS knows of a push target.
pub(super) enum Endpoint {
    Enabled(Device),
    Disabled,
    Missing,
}

impl Sending {
    /// The endpoint with this ARN; `None` where ministack does not say.
    pub(super) async fn endpoint(&self, arn: &str) -> Option<Endpoint> {
        match self.sns.get_endpoint_attributes().endpoint_arn(arn).send().await {
            Ok(found) => {
                let mut attributes = found.attributes.unwrap_or_default();
                if attributes.get("Enabled").is_some_and(|enabled| enabled.eq_ignore_ascii_case("false")) {
                    return Some(Endpoint::Disabled);
                }
                let token = attributes.remove("Token");
                Some(Endpoint::Enabled(Device { endpoint: arn.to_owned(), token }))
            }
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found_exception()) => {
                Some(Endpoint::Missing)
            }
            Err(error) => {
                tracing::warn!(arn, error = %DisplayErrorContext(error), "a device cannot be looked up");
                None
            }
        }
    }

    /// Brings what `call` published to each device that subscribed to `topic`. As from SNS, one that is disabled or gone gets
    /// nothing, and nobody is told so.
    pub(super) async fn tell_devices(self, topic: String, call: Call, answer: Bytes) {
        let pages = self.sns.list_subscriptions_by_topic().topic_arn(&topic).into_paginator().items().send();
        let subscriptions: Vec<Subscription> = match pages.try_collect().await {
            Ok(subscriptions) => subscriptions,
            Err(error) => {
                let error = DisplayErrorContext(error);
                return tracing::warn!(topic, %error, "the devices of a topic are not told: they cannot be listed");
            }
        };
        let devices = subscriptions.iter().filter(|subscription| subscription.protocol() == Some("application"));
        let devices: Vec<&str> = devices.filter_map(Subscription::endpoint).collect();
        for some in devices.chunks(SIDE_BY_SIDE) {
            let found = join_all(some.iter().map(|arn| self.endpoint(arn))).await;
            let told = found.iter().flat_map(|endpoint| match endpoint {
                Some(Endpoint::Enabled(device)) => sent::messages(&call, &answer, Some(device)),
                Some(Endpoint::Disabled | Endpoint::Missing) | None => Vec::new(),
            });
            self.outbox.record(told.collect());
        }
    }
}
