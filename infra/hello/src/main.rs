//! The floor of a cold start: the smallest HTTP function that `lambda_http` allows. Never deployed; `cargo xtask bench
//! cold-start` holds ours against it.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(async |_: Request| Ok::<_, Error>(Response::new(Body::from("Bonjour"))))).await
}
