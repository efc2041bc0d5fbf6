//! An HTTP endpoint is a type, and everything about it is data on that type.

use std::time::Instant;

use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use parvis_domain::Module;
use parvis_store::Commune;
use parvis_store::grant::Grant;
use serde_json::Value;

use crate::caller::Caller;
use crate::cx::Cx;
use crate::function::{Failure, Function, Http, Trigger, merged, name_of};
use crate::input::{Input, Preferred};
use crate::launch;
use crate::limits::{self, Class};
use crate::output::Output;
use crate::problem::{Code, Problem};
use crate::request::{Request, Response};
use crate::route::{Method, Route};

/// One endpoint: one Lambda function. ARCHITECTURE.md shows how to add one.
pub trait Endpoint: 'static {
    /// Method and path.
    const ROUTE: Route;
    /// One sentence for the API reference.
    const SUMMARY: &'static str;
    /// What `run` does to AWS resources (what the caller's rule needs is added).
    const GRANTS: &'static [Grant];
    /// The module that it begins something of: refused with `module_off` in a commune that has it switched off. What was
    /// begun before stays whole, so what only goes on with it belongs to none.
    const MODULE: Option<Module> = None;
    /// Whether it is part of what residents get with the launch: before that, only staff and whoever they invite to a training
    /// are let in.
    const LAUNCHED: bool = false;
    /// Memory in MB; CPU grows with it.
    const MEMORY_MB: u32 = 256;
    /// How often one caller may call.
    const LIMIT: Class = Class::of(Self::ROUTE.method);
    /// Time limit in seconds; the gateway gives up at 29.
    const TIMEOUT_S: u32 = 15;
    /// Whether signing in and out needs it. Then it also works in the operators' tenant, where nothing else of a commune
    /// does, and while a commune is suspended.
    const ENTRANCE: bool = false;
    /// Who may call.
    type Caller: Caller;
    /// What it takes.
    type Input: Input;
    /// What it answers.
    type Output: Output;

    /// What it does.
    fn run(
        cx: &Cx,
        caller: Self::Caller,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Problem>> + Send;
}

/// `E` as an entry of the catalog.
pub fn endpoint<E: Endpoint>() -> Function {
    let (domain, id) = name_of::<E>();
    Function {
        id,
        domain,
        summary: E::SUMMARY,
        trigger: Trigger::Http(Http {
            route: E::ROUTE,
            access: E::Caller::ACCESS,
            limit: E::LIMIT,
            entrance: E::ENTRANCE,
            module: E::MODULE,
            launched: E::LAUNCHED,
            describe: |schemas| {
                let mut input = crate::input::InputDoc::default();
                E::Input::describe(&mut input, schemas);
                (input, E::Output::describe(schemas))
            },
        }),
        grants: merged(&merged(E::Caller::GRANTS, E::GRANTS), limits::grants(E::LIMIT, E::Caller::ACCESS)),
        memory_mb: E::MEMORY_MB,
        timeout_s: E::TIMEOUT_S,
        at_once: None,
        run: |cx, event| Box::pin(serve::<E>(cx, event)),
    }
}

async fn serve<E: Endpoint>(cx: Cx, event: Value) -> Result<Value, Failure> {
    let begun = Instant::now();
    let event: ApiGatewayV2httpRequest =
        serde_json::from_value(event).map_err(|e| Failure(format!("not an HTTP API event (payload 2.0): {e}")))?;
    let commune = event.path_parameters.get("commune").cloned().unwrap_or_default();
    let id = event.request_context.request_id.clone().unwrap_or_default();
    let edge = &cx.store.names.edge_secret;
    let Preferred(language) = Preferred::of(&event.headers);
    let answered = match Request::from_event(event, stops_with_the_commune::<E>(), E::ENTRANCE, edge) {
        Ok(request) => answer::<E>(&cx, &request).await,
        Err(problem) => Err(problem),
    };
    let response = answered.unwrap_or_else(|problem| Response::problem(&problem, &id, language));
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(function = %name_of::<E>().1, commune, request_id = id, status = response.status, millis, "request");
    serde_json::to_value(response.into_event()).map_err(|e| Failure(e.to_string()))
}

/// Whether a suspended commune refuses it: reading goes on, so do signing in and out, and what people do with what is their own
/// (leaving, STOP, what they are told) is their right whatever the commune owes.
const fn stops_with_the_commune<E: Endpoint>() -> bool {
    !matches!(E::ROUTE.method, Method::Get) && !matches!(E::LIMIT, Class::Own) && !E::ENTRANCE
}

/// The caller first: who may not call learns nothing about what the input should have been. Then the limit: what is refused
/// counts too; then whether the commune has opened, then what it offers.
async fn answer<E: Endpoint>(cx: &Cx, request: &Request) -> Result<Response, Problem> {
    let caller = E::Caller::admit(cx, request).await?;
    if let Some(counted) = caller.counted() {
        limits::check(cx, E::LIMIT, counted, request).await?;
        if E::LAUNCHED {
            launch::check(cx, counted, request).await?;
        }
        offered(E::MODULE, counted.commune)?;
    }
    let input = E::Input::read(request)?;
    Ok(E::run(cx, caller, input).await?.into_response())
}

/// What the commune has switched off is refused.
fn offered(module: Option<Module>, commune: &Commune) -> Result<(), Problem> {
    match module {
        Some(module) if !commune.settings.has(module) => {
            let detail = format!("{} has the module {} switched off", commune.settings.name, module.as_str());
            Err(Problem::new(Code::ModuleOff, detail))
        }
        _ => Ok(()),
    }
}
