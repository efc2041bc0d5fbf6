//! `DELETE /v1/{commune}/me/devices/{device}`: a device gets no more push messages.

use parvis_domain::DeviceId;
use parvis_edge::{Class, Cx, Endpoint, Grant, NoContent, Path, Problem, Resident, Route, delete};
use schemars::JsonSchema;
use serde::Deserialize;

/// Forgets a device of one's own.
pub struct DeleteDevice;

/// Which device.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DevicePath {
    /// As registering it answered.
    device: DeviceId,
}

impl Endpoint for DeleteDevice {
    const ROUTE: Route = delete("/v1/{commune}/me/devices/{device}");
    const SUMMARY: &'static str = "Forget a device";
    const GRANTS: &'static [Grant] =
        &[Grant::PUT, Grant::DELETE, Grant::CHECK, Grant::DELETE_ENDPOINT, Grant::UNSUBSCRIBE];
    const LIMIT: Class = Class::Own;
    type Caller = Resident;
    type Input = Path<DevicePath>;
    type Output = NoContent;

    async fn run(
        _: &Cx,
        Resident { commune, account }: Resident,
        Path(DevicePath { device }): Path<DevicePath>,
    ) -> Result<NoContent, Problem> {
        let device = commune.device(account.id, device).await?.ok_or_else(|| Problem::not_found("device"))?;
        commune.remove_device(&device).await?;
        Ok(NoContent)
    }
}
