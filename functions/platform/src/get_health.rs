//! `GET /v1/health`: which engines answer, what waits in the queues, which version this is.

use std::time::{Duration, Instant};

use parvis_edge::{Anyone, Code, Cx, Endpoint, Grant, Output, OutputDoc, Problem, Response, Route, get};
use parvis_store::StoreError;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

/// How long an engine may take to answer. One that takes longer is out for whoever waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks every engine that requests need.
pub struct GetHealth;

/// How the service is. With 200 all engines answer; with 503 at least one does not, and the body is the same.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Health {
    /// Whether all engines answer.
    healthy: bool,
    /// Of this service.
    version: &'static str,
    /// What was asked.
    engines: Vec<EngineHealth>,
    /// Work that waits.
    queues: Vec<QueueHealth>,
}

/// One engine. Why it does not answer is in the log and not here: everybody may read this.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EngineHealth {
    /// `table`, `photos`, `notice_queue`, `photo_queue` or `token_key`.
    name: &'static str,
    /// Whether it answered within two seconds.
    reachable: bool,
    /// How long that took, in milliseconds.
    millis: u64,
}

/// One queue.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueueHealth {
    /// `notices` or `photos`.
    name: &'static str,
    /// Messages that wait or are worked on, as SQS counts them (roughly); none when it does not answer.
    waiting: Option<u64>,
}

impl Endpoint for GetHealth {
    const ROUTE: Route = get("/v1/health");
    const SUMMARY: &'static str = "Which engines answer, what waits, which version";
    const GRANTS: &'static [Grant] =
        &[Grant::DESCRIBE_TABLE, Grant::HEAD_PHOTOS, Grant::NOTICE_DEPTH, Grant::PHOTO_DEPTH, Grant::READ_TOKEN_KEY];
    type Caller = Anyone;
    type Input = ();
    type Output = Health;

    async fn run(cx: &Cx, _: Anyone, (): ()) -> Result<Health, Problem> {
        let store = &cx.store;
        let (table, photos, notices, pictures, key) = futures::join!(
            ask("table", store.reach_table()),
            ask("photos", store.reach_photos()),
            ask("notice_queue", store.notice_depth()),
            ask("photo_queue", store.photo_depth()),
            ask("token_key", store.token_key()),
        );
        let queues = vec![
            QueueHealth { name: "notices", waiting: notices.1 },
            QueueHealth { name: "photos", waiting: pictures.1 },
        ];
        let engines = vec![table.0, photos.0, notices.0, pictures.0, key.0];
        let healthy = engines.iter().all(|engine| engine.reachable);
        Ok(Health { healthy, version: env!("CARGO_PKG_VERSION"), engines, queues })
    }
}

/// Asks one engine, and not for longer than [`PATIENCE`].
async fn ask<T>(
    name: &'static str,
    question: impl Future<Output = Result<T, StoreError>>,
) -> (EngineHealth, Option<T>) {
    let begun = Instant::now();
    let answer = match tokio::time::timeout(PATIENCE, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(engine = name, %error, "engine not healthy");
            None
        }
        Err(_) => {
            tracing::warn!(engine = name, "engine did not answer within 2 seconds");
            None
        }
    };
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    (EngineHealth { name, reachable: answer.is_some(), millis }, answer)
}

impl Output for Health {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        let body = vec![("application/json", schemas.subschema_for::<Health>())];
        let description = "All engines answer; 503 with the same body when one does not";
        OutputDoc { status: 200, description, body, headers: &[] }
    }

    fn into_response(self) -> Response {
        let status = if self.healthy { 200 } else { Code::Unavailable.status() };
        Response::json(status, &self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(healthy: bool) -> Health {
        Health { healthy, version: "1", engines: Vec::new(), queues: Vec::new() }
    }

    #[test]
    fn an_engine_that_is_out_makes_503_with_the_same_body() {
        assert_eq!(health(true).into_response().status, 200);
        let out = health(false).into_response();
        assert_eq!(out.status, 503);
        assert_eq!(out.body, r#"{"healthy":false,"version":"1","engines":[],"queues":[]}"#);
    }
}
