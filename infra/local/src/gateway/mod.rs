//! API Gateway's HTTP API on one machine: finds the route, checks the token as the JWT authorizer does, calls the
//! function with the event AWS would send (payload format 2.0), and keeps AWS's limits.

mod answer;
mod event;
mod media;
mod routes;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::routing::{any, get};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use parvis_edge::token::Claims;
use parvis_edge::{Code, Cx, Function, Http, MAX_BODY, Problem};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::invoke::{Broken, invoke};
pub(crate) use answer::problem;
use routes::{Found, Routes};

/// API Gateway waits no longer for a function.
const LIMIT: Duration = Duration::from_secs(29);
/// A body that is too large is read on to here, so that its sender gets to read the answer.
const DRAINED: usize = 64 * 1024 * 1024;

/// The gateway of one catalog.
#[derive(Debug)]
pub(crate) struct Gateway {
    cx: Cx,
    routes: Routes,
}

impl Gateway {
    pub(crate) fn new(cx: Cx, functions: &[Function]) -> Arc<Gateway> {
        Arc::new(Gateway { cx, routes: Routes::new(functions) })
    }

    /// Everything under `/v1`, `/.well-known`, `/media` and `/maps`; what is under `/_local` and no page is told in the same way.
    pub(crate) fn router(self: Arc<Gateway>) -> Router {
        let paths = ["/v1", "/v1/", "/v1/{*rest}", "/.well-known/{*rest}", "/media/", "/maps/", "/_local/{*rest}"];
        let router = Router::new().route("/media/{*key}", get(media::picture)).route("/maps/{*key}", get(media::map));
        paths.into_iter().fold(router, |router, path| router.route(path, any(handle))).with_state(self)
    }
}

/// Answers on `listener` until `stop` is true; requests that run are finished first.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: tokio::sync::watch::Receiver<bool>) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move {
        // An error means that the sender is gone, which is a stop too.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the gateway ended");
    }
}

async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response<Body> {
    let id = uuid::Uuid::new_v4().to_string();
    let (head, body) = request.into_parts();
    let allowed_origin = gateway.allowed_origin(&head.headers);
    let preflight = head.method == Method::OPTIONS && head.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match preflight {
        true => answer::empty(StatusCode::NO_CONTENT),
        false => match gateway.answer(&head, body, peer, &id).await {
            Ok(response) => response,
            Err(refused) => problem(&refused, &id),
        },
    };
    if let Some(origin) = allowed_origin {
        answer::allow(response.headers_mut(), origin, preflight);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("apigw-requestid", id);
    }
    response
}

impl Gateway {
    async fn answer(&self, head: &Parts, body: Body, peer: SocketAddr, id: &str) -> Result<Response<Body>, Problem> {
        let found = self.routes.find(&head.method, head.uri.path())?;
        let body = read(body).await?;
        let (function, event) = self.event(found, head, &body, peer, id).await?;
        match invoke(function, &self.cx, event, Some(LIMIT)).await {
            Ok(result) => answer::from_event(result),
            Err(Broken::TimedOut(limit)) => {
                tracing::error!(function = function.id, request_id = id, "timed out");
                let detail = format!("there was no answer within {} s; it may still happen", limit.as_secs());
                Err(Problem::new(Code::Timeout, detail))
            }
            Err(broken) => {
                tracing::error!(function = function.id, request_id = id, %broken, "no answer");
                Err(Problem::new(Code::Internal, "something broke on our side; it has been noted"))
            }
        }
    }

    /// The function that a request is for and the event it gets, without calling it.
    pub(crate) async fn invocation(&self, request: Request<Vec<u8>>) -> Result<(Function, Value), Problem> {
        let (head, body) = request.into_parts();
        let found = self.routes.find(&head.method, head.uri.path())?;
        let peer = SocketAddr::from(([127, 0, 0, 1], 0));
        let id = uuid::Uuid::new_v4().to_string();
        let (function, event) = self.event(found, &head, &body, peer, &id).await?;
        Ok((function.clone(), event))
    }

    async fn event<'g>(
        &self,
        found: Found<'g>,
        head: &Parts,
        body: &[u8],
        peer: SocketAddr,
        id: &str,
    ) -> Result<(&'g Function, Value), Problem> {
        let claims = match found.http.access.needs_token() {
            true => Some(self.authorize(&head.headers).await?),
            false => None,
        };
        let Found { function, http: Http { route, .. }, path } = found;
        let call = event::Call { head, body, path, route: *route, claims, peer, id, now: self.cx.now() };
        Ok((function, call.event()))
    }

    /// As the JWT authorizer does: signature, issuer, audience and expiry.
    async fn authorize(&self, headers: &HeaderMap) -> Result<Claims, Problem> {
        let unauthenticated = |detail: &str| Problem::new(Code::Unauthenticated, detail);
        let value = headers.get(header::AUTHORIZATION).ok_or_else(|| unauthenticated("sign in first"))?;
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let token = token.ok_or_else(|| unauthenticated("Authorization must be a Bearer token"))?;
        self.cx.tokens.verify(token, self.cx.now()).await
    }

    /// The request's origin, where it is the platform's own. Pages of other sites may not read answers.
    fn allowed_origin(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        (origin.as_bytes() == self.cx.store.names.public_url.as_bytes()).then(|| origin.clone())
    }
}

/// The body, which may have 6 MB.
async fn read(mut body: Body) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| Problem::new(Code::BadRequest, format!("the body ended early: {e}")))?;
        let Some(data) = frame.data_ref() else { continue };
        seen += data.len();
        if seen <= MAX_BODY {
            bytes.extend_from_slice(data);
        } else if seen > DRAINED {
            break;
        }
    }
    if seen > MAX_BODY {
        let detail = format!("the body has {seen} bytes or more; at most {MAX_BODY}");
        return Err(Problem::new(Code::TooLarge, detail));
    }
    Ok(bytes.into())
}
