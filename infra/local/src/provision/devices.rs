//! Push endpoints that SNS forgot, and what listened with them, are made again from the devices in the table: ministack can lose its
//! last half second when it is killed, and a device whose endpoint is missing would be taken for one that was removed.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sns::operation::get_endpoint_attributes::GetEndpointAttributesError;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use parvis_store::item::{self, Attributes, Item as _, TYPE};
use parvis_store::{Device, Platform, Store, StoreError};

use super::{ProvisionError, cannot};

/// Endpoints that are looked at side by side.
const SIDE_BY_SIDE: usize = 16;

/// Looks at every device; gives for how many something was made again.
pub(crate) async fn restore(store: &Store) -> Result<usize, ProvisionError> {
    let mut restored = 0;
    let mut start: Option<Attributes> = None;
    loop {
        // The only scan there is, and only on one machine: no request waits for it.
        let page = store
            .clients()
            .dynamodb()
            .scan()
            .table_name(&store.names.table)
            .filter_expression("#type = :device")
            .expression_attribute_names("#type", TYPE)
            .expression_attribute_values(":device", AttributeValue::S(Device::TYPE.to_owned()))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(cannot("the list of devices"))?;
        let made: Vec<bool> = stream::iter(page.items.unwrap_or_default())
            .map(|item| again(store, item))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        restored += made.into_iter().filter(|made| *made).count();
        start = page.last_evaluated_key.filter(|key: &HashMap<_, _>| !key.is_empty());
        if start.is_none() {
            return Ok(restored);
        }
    }
}

/// Makes the endpoint of one device again, or has it listen again, if that is missing.
async fn again(store: &Store, item: Attributes) -> Result<bool, ProvisionError> {
    let what = "a push endpoint";
    let commune = item::commune_of(&item).ok_or_else(|| StoreError::Defect("a device without a commune".to_owned()));
    let commune = match store.commune(&commune.map_err(cannot(what))?).await {
        // A commune that is gone has nobody to tell anything.
        Err(StoreError::NotFound) => return Ok(false),
        other => other.map_err(cannot(what))?,
    };
    let device: Device = item::from_attributes(item).map_err(cannot(what))?;
    if device.platform == Platform::Web {
        return Ok(false);
    }
    let asked = store.clients().sns().get_endpoint_attributes().endpoint_arn(&device.endpoint).send().await;
    match asked.map_err(|e| e.into_service_error()) {
        Ok(_) => commune.listen_again(&device).await.map_err(cannot(what)),
        Err(GetEndpointAttributesError::NotFoundException(_)) => {
            let Device { account, platform, token, language, seen, .. } = device;
            match commune.put_device(account, platform, &token, language, seen).await {
                Ok(_) => Ok(true),
                // Nobody has it any more.
                Err(StoreError::NotFound) => Ok(false),
                Err(error) => Err(cannot(what)(error)),
            }
        }
        Err(error) => Err(cannot(what)(error)),
    }
}
