//! The bootstrap of a domain's artefact: runs the one function that Lambda's `Handler` names.

use std::env;
use std::process::ExitCode;
use std::sync::Arc;

use aws_lc_rs as _;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use lambda_runtime_api_client::{PooledClient, body::Body, build_request};
use parvis_store::{Clients, LocalEndpoints, Names, Store, credentials_from_env};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cx::Cx;
use crate::function::Function;

/// Runs the function named by `_HANDLER`. Fails at init, loudly, when there is none of that name.
pub fn run(functions: Vec<Function>) -> ExitCode {
    log(std::io::stdout).init();
    // One thread: a Lambda instance serves one event at a time, and starting more costs 1.25 ms of every cold start.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Error::from).and_then(|runtime| runtime.block_on(serve(functions))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function ends");
            ExitCode::FAILURE
        }
    }
}

/// What CloudWatch reads: a line of JSON for each event, its own fields under `fields`.
fn log<W>(to: W) -> impl SubscriberInitExt
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt().json().with_target(false).without_time().with_current_span(false).with_writer(to).finish()
}

async fn serve(functions: Vec<Function>) -> Result<(), Error> {
    let (function, cx) = match prepare(functions) {
        Ok(ready) => ready,
        Err(error) => {
            if let Err(untold) = tell_lambda(&error).await {
                tracing::warn!(%untold, "Lambda was not told why the function cannot start");
            }
            return Err(error);
        }
    };
    let (function, cx) = (&function, &cx);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        function.invoke(cx, event.payload).await.map_err(|e| Box::new(e) as Error)
    }))
    .await
}

fn prepare(mut functions: Vec<Function>) -> Result<(Function, Cx), Error> {
    let handler = env::var("_HANDLER").unwrap_or_default();
    let Some(place) = functions.iter().position(|f| f.id == handler) else {
        let known = functions.iter().map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(format!("the handler {handler:?} is not one of: {known}").into());
    };
    let names = Arc::new(Names::from_env()?);
    let region = env::var("AWS_REGION").map_err(|_| "AWS_REGION is not set")?;
    let clients = Clients::new(Arc::clone(&names), region, credentials_from_env()?, LocalEndpoints::from_env()?);
    Ok((functions.swap_remove(place), Cx::new(Store::new(names, clients))))
}

/// Gives the reason to whoever invoked the function or looks at it ("Custom runtimes", Lambda's developer guide); without
/// this, all they see is an exit status.
async fn tell_lambda(error: &Error) -> Result<(), Error> {
    let address = env::var("AWS_LAMBDA_RUNTIME_API").map_err(|_| "AWS_LAMBDA_RUNTIME_API is not set")?;
    let why = json!({"errorType": "Runtime.InitError", "errorMessage": error.to_string(), "stackTrace": []});
    let request = build_request()
        .method("POST")
        .uri("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", "Runtime.InitError")
        .body(Body::from(why.to_string()))?;
    PooledClient::builder().with_endpoint(address.parse()?).build().call(request).await.map(drop)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use tracing_subscriber::util::SubscriberInitExt;

    /// Lines, kept.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_its_message_where_the_alarm_looks_for_it() {
        let kept = Kept::default();
        let to = kept.clone();
        let guard = super::log(move || to.clone()).set_default();
        tracing::error!(attempts = 13, "{}", crate::GIVEN_UP);
        drop(guard);
        let line: Value = serde_json::from_slice(&kept.0.lock().unwrap()).unwrap();
        assert_eq!(line, json!({ "level": "ERROR", "fields": { "message": "somebody was given up", "attempts": 13 } }));
    }
}
