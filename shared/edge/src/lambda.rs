//! The bootstrap of a domain's artefact: runs the one function that Lambda's `Handler` names.

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use aws_lc_rs as _;
use lambda_runtime::{LambdaEvent, service_fn};
use parvis_store::{Clients, Names, Store, credentials_from_env};
use serde_json::Value;

use crate::cx::Cx;
use crate::function::Function;

/// Runs the function named by `_HANDLER`. Fails at init, loudly, when there is none of that name.
pub fn run(functions: Vec<Function>) -> ExitCode {
    tracing_subscriber::fmt().json().with_target(false).without_time().with_current_span(false).init();
    match start(functions) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "init failed");
            ExitCode::FAILURE
        }
    }
}

fn start(functions: Vec<Function>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let handler = env::var("_HANDLER").unwrap_or_default();
    let known = functions.iter().map(|f| f.id.clone()).collect::<Vec<_>>().join(", ");
    let function = functions
        .into_iter()
        .find(|f| f.id == handler)
        .ok_or_else(|| format!("the handler {handler:?} is not one of: {known}"))?;
    let names = Arc::new(Names::from_env()?);
    let region = env::var("AWS_REGION").map_err(|_| "AWS_REGION is not set")?;
    let clients = Clients::new(Arc::clone(&names), region, credentials_from_env()?, None);
    let cx = Cx::new(Store::new(names, clients));
    // One thread: a Lambda instance serves one event at a time, and starting more costs 1.25 ms of every cold start.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| {
        let (function, cx) = (&function, &cx);
        async move {
            function
                .invoke(cx, event.payload)
                .await
                .map_err(|e| Box::new(e) as Box<dyn std::error::Error + Send + Sync>)
        }
    })))
}
