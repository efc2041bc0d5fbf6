//! A function as data: what the catalog lists, the templates are made from and the gateway calls.

use std::sync::Arc;

use futures::future::BoxFuture;
use parvis_domain::Module;
use parvis_store::grant::Grant;
use parvis_store::watch::{self, Allowed};
use schemars::SchemaGenerator;
use serde_json::Value;

use crate::caller::Access;
use crate::cx::Cx;
use crate::input::InputDoc;
use crate::limits::Class;
use crate::output::OutputDoc;
use crate::route::Route;
use crate::worker::StreamFilter;

/// An error that the Lambda service sees: the event is delivered again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

/// Takes an event, gives a result; both JSON, as Lambda has them.
pub(crate) type Run = fn(Cx, Value) -> BoxFuture<'static, Result<Value, Failure>>;

/// One Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// `create_report`: name of the file, of the Lambda handler, of the OpenAPI operation.
    pub id: String,
    /// The crate's domain: `reports`.
    pub domain: String,
    /// One sentence.
    pub summary: &'static str,
    /// What calls it.
    pub trigger: Trigger,
    /// Everything it may do.
    pub grants: Vec<Grant>,
    /// Memory in MB.
    pub memory_mb: u32,
    /// Time limit in seconds.
    pub timeout_s: u32,
    /// Most instances at a time, and as many kept free for it; none: as many as the account has room for.
    pub at_once: Option<u32>,
    pub(crate) run: Run,
}

/// What calls a function.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// The HTTP API.
    Http(Http),
    /// The table's stream, in order, in batches.
    Stream(&'static [StreamFilter]),
    /// A queue, in batches.
    Queue(Queue),
    /// A schedule.
    Schedule {
        /// Minutes between two runs.
        every_minutes: u32,
    },
    /// A person who operates the platform, by hand.
    Command,
}

/// The queues there are. Each has a dead-letter queue of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Notices to deliver.
    Notices,
    /// Photos that arrived.
    Photos,
}

impl Queue {
    /// Every queue.
    pub const ALL: [Queue; 2] = [Queue::Notices, Queue::Photos];

    /// Its name in templates and on one machine.
    pub const fn name(self) -> &'static str {
        match self {
            Queue::Notices => "notices",
            Queue::Photos => "photos",
        }
    }
}

/// An endpoint's side of a function.
#[derive(Clone, Debug)]
pub struct Http {
    /// Method and path.
    pub route: Route,
    /// Who may call.
    pub access: Access,
    /// How often one caller may call.
    pub limit: Class,
    /// Whether signing in and out needs it ([`Endpoint::ENTRANCE`](crate::Endpoint::ENTRANCE)).
    pub entrance: bool,
    /// The module whose being switched off refuses it.
    pub module: Option<Module>,
    /// Whether it is part of what residents get with the launch.
    pub launched: bool,
    pub(crate) describe: fn(&mut SchemaGenerator) -> (InputDoc, OutputDoc),
}

impl Function {
    /// Runs the function on one event, with its grants and no others. Writes the log's one line about it.
    pub async fn invoke(&self, cx: &Cx, event: Value) -> Result<Value, Failure> {
        let allowed = Arc::new(Allowed { function: self.id.clone(), grants: self.grants.clone() });
        watch::allowing(allowed, (self.run)(cx.clone(), event)).await
    }

    /// The endpoint's side, if it is an endpoint.
    pub fn http(&self) -> Option<&Http> {
        match &self.trigger {
            Trigger::Http(http) => Some(http),
            _ => None,
        }
    }
}

impl Http {
    /// Input and output for the document.
    pub fn describe(&self, schemas: &mut SchemaGenerator) -> (InputDoc, OutputDoc) {
        (self.describe)(schemas)
    }
}

/// `parvis_reports::create_report::CreateReport` -> (`reports`, `create_report`). The type's name is the one place where a
/// function is named.
pub(crate) fn name_of<T>() -> (String, String) {
    let path = std::any::type_name::<T>();
    let domain = path.split("::").next().unwrap_or_default().trim_start_matches("parvis_").to_owned();
    let mut id = String::new();
    for letter in path.rsplit("::").next().unwrap_or_default().chars() {
        if letter.is_ascii_uppercase() && !id.is_empty() {
            id.push('_');
        }
        id.push(letter.to_ascii_lowercase());
    }
    (domain, id)
}

/// The two lists as one, each grant once.
pub(crate) fn merged(a: &[Grant], b: &[Grant]) -> Vec<Grant> {
    let mut all = [a, b].concat();
    all.sort();
    all.dedup();
    all
}
