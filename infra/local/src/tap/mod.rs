//! The taps: transparent proxies in front of the engines that write down what is sent to people and make calls fail on
//! demand. Requests pass byte for byte, so that their signatures stay valid.

mod browser;
mod call;
mod faults;
mod outbox;
mod refusal;
mod sent;
mod topic;

use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{HeaderName, Request, Response, Uri, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};

pub use browser::Browser;
pub use call::Service;
pub use faults::{Fault, FaultAction, FaultError, Faults, MAX_SLOW_MS, NewFault};
pub use outbox::{Channel, Message, Outbox, OutboxQuery, Sent};
pub use sent::{COMMUNE_TAG, NOTICE_TAG};

use crate::engines::{ACCESS_KEY, REGION, SECRET_KEY};
use call::Call;
use faults::Met;
use refusal::{Refusal, refuse};
use topic::Endpoint;

/// The largest body that passes: a photo (15 MB) and room for how it is wrapped.
const BODY_LIMIT: usize = 20 * 1024 * 1024;
/// Longer than the longest poll of a queue (20 s) and a large upload.
const FORWARD_LIMIT: Duration = Duration::from_secs(60);
/// These belong to one connection (RFC 9110, section 7.6.1) and are made anew on the next one.
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

type Answer = Response<Full<Bytes>>;

/// One proxy in front of one engine.
#[derive(Debug)]
pub(crate) struct Tap {
    engine: Authority,
    client: Client<HttpConnector, Full<Bytes>>,
    faults: Faults,
    /// Of the tap in front of SNS and SES.
    sending: Option<Sending>,
}

#[derive(Debug, Clone)]
struct Sending {
    outbox: Outbox,
    /// Goes to the engine directly.
    sns: aws_sdk_sns::Client,
    /// Where the tap itself is.
    url: String,
}

/// Ends a connection without an answer; the one error the server's service has.
#[derive(Debug)]
struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was dropped by a fault")
    }
}

impl std::error::Error for Cut {}

impl Tap {
    /// `own` is the port that it listens on itself.
    pub(crate) fn to_aws(port: u16, own: u16, faults: Faults, outbox: Outbox) -> Tap {
        use aws_sdk_sns::config::{BehaviorVersion, Credentials, Region};
        let config = aws_sdk_sns::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "local"))
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .build();
        let url = format!("http://{}", local_authority(own));
        let sending = Sending { outbox, sns: aws_sdk_sns::Client::from_conf(config), url };
        Tap { sending: Some(sending), ..Tap::to_dynamo(port, faults) }
    }

    pub(crate) fn to_dynamo(port: u16, faults: Faults) -> Tap {
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(HttpConnector::new());
        Tap { engine: local_authority(port), client, faults, sending: None }
    }

    /// Answers on `listener` for as long as the runtime lives.
    pub(crate) async fn serve(self: Arc<Tap>, listener: TcpListener) {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(%error, "a tap cannot listen"),
        };
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, mostly: waiting gives connections time to end.
                    tracing::warn!(%error, "a tap cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let tap = Arc::clone(&self);
            tokio::spawn(async move {
                let service = service_fn(move |request| {
                    let tap = Arc::clone(&tap);
                    async move { tap.meet(request).await }
                });
                // Ends with an error when a client goes away, and after a `Cut`.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    }

    async fn meet(self: Arc<Tap>, request: Request<Incoming>) -> Result<Answer, Cut> {
        let (head, body) = request.into_parts();
        let body = match Limited::new(body, BODY_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Ok(refuse(&Call::of(&head, Bytes::new()), Refusal::TooLarge));
            }
            Err(_) => return Err(Cut),
        };
        let call = Call::of(&head, body);
        let fault = self.faults.meet(&call);
        if !call.sends() {
            return self.answer(head, call, fault).await;
        }
        // What SNS and SES were asked to send goes out, also when who asked does not wait for the answer.
        tokio::spawn(async move { self.answer(head, call, fault).await }).await.unwrap_or(Err(Cut))
    }

    async fn answer(&self, head: http::request::Parts, call: Call, fault: Option<Met>) -> Result<Answer, Cut> {
        let mut drop_answer = false;
        if let Some(mut fault) = fault {
            match fault.action {
                FaultAction::Fail => return Ok(refuse(&call, Refusal::Internal)),
                FaultAction::Throttle => return Ok(refuse(&call, Refusal::Throttled)),
                FaultAction::Conflict => return Ok(refuse(&call, Refusal::Conflict)),
                FaultAction::EndpointDisabled => return Ok(refuse(&call, Refusal::EndpointDisabled)),
                FaultAction::OptedOut => return Ok(refuse(&call, Refusal::OptedOut)),
                FaultAction::Slow => fault.delay().await,
                FaultAction::DropAnswer => drop_answer = true,
            }
        }
        if let (Some(sending), true) = (&self.sending, call.is(Service::Push, "Send")) {
            let (answer, message) = browser::receive(&sending.url, &head.headers, &call);
            sending.outbox.record(message.into_iter().collect());
            return if drop_answer { Err(Cut) } else { Ok(answer) };
        }
        let device = match self.target(&call).await {
            Some(Endpoint::Disabled) => return Ok(refuse(&call, Refusal::EndpointDisabled)),
            Some(Endpoint::Missing) if call.is(Service::Sns, "Subscribe") => {
                return Ok(refuse(&call, Refusal::ListenerMissing));
            }
            Some(Endpoint::Missing) => return Ok(refuse(&call, Refusal::EndpointMissing)),
            Some(Endpoint::Enabled(device)) => Some(device),
            // Whatever else is wrong, the publish itself will say it.
            None => None,
        };
        let answer = match tokio::time::timeout(FORWARD_LIMIT, self.forward(head, call.body.clone())).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => return Ok(refuse(&call, Refusal::Unavailable)),
        };
        if let (Some(sending), true) = (&self.sending, answer.status().is_success()) {
            sending.outbox.record(sent::messages(&call, answer.body(), device.as_ref()));
            if let Some(topic) = sent::topic(&call).map(str::to_owned) {
                // Who publishes has the answer before ten thousand phones have the message.
                tokio::spawn(sending.clone().tell_devices(topic, call, answer.body().clone()));
            }
        }
        if drop_answer {
            return Err(Cut);
        }
        Ok(answer.map(Full::new))
    }

    /// The push target of a `Publish`, or what is to listen to a topic. ministack accepts every one; SNS refuses a disabled or
    /// deleted target and a deleted listener, so they are looked up first.
    async fn target(&self, call: &Call) -> Option<Endpoint> {
        let sending = self.sending.as_ref()?;
        let arn = match (call.is(Service::Sns, "Publish"), call.is(Service::Sns, "Subscribe")) {
            (true, _) => call.field("TargetArn"),
            (_, true) => call.field("Endpoint"),
            _ => None,
        };
        let found = sending.endpoint(arn.filter(|arn| sent::is_endpoint(arn))?).await;
        found.filter(|found| call.is(Service::Sns, "Publish") || matches!(found, Endpoint::Missing))
    }

    async fn forward(&self, head: http::request::Parts, body: Bytes) -> Result<Response<Bytes>, Failed> {
        let mut request = Request::from_parts(head, Full::new(body));
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.engine.clone());
        *request.uri_mut() = Uri::from_parts(uri)?;
        remove_hop_by_hop(request.headers_mut());
        // The tap has already asked the client for the body.
        request.headers_mut().remove(header::EXPECT);
        let (mut head, body) = self.client.request(request).await?.into_parts();
        remove_hop_by_hop(&mut head.headers);
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

fn remove_hop_by_hop(headers: &mut http::HeaderMap) {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

fn local_authority(port: u16) -> Authority {
    Authority::try_from(format!("127.0.0.1:{port}")).unwrap_or(Authority::from_static("127.0.0.1"))
}
