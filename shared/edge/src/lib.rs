//! The edge between AWS Lambda and the rules: endpoints, workers, callers, problems, and the OpenAPI document made from
//! them. The only crate that knows HTTP.

mod caller;
mod code;
mod cookie;
mod cx;
mod due;
mod endpoint;
mod exact;
mod export;
mod function;
mod input;
pub mod lambda;
mod launch;
mod limits;
pub mod openapi;
mod output;
mod problem;
mod proof;
mod request;
mod route;
mod second_factor;
mod session;
pub mod token;
mod viewer;
mod worker;

pub use caller::{
    Access, Administrator, Anyone, Caller, Counted, Member, Operator, OperatorOf, Resident, ResidentOrGuest, SignedIn,
    Staff, Visitor,
};
pub use code::{CodeSent, check_code, newcomer_not_banned, reachable, redemption_problem, send_code};
pub use cookie::{Keeping, SetCookie, WithCookie};
pub use cx::Cx;
pub use due::{each_due, each_due_export, each_due_in_communes};
pub use endpoint::{Endpoint, endpoint};
pub use exact::Exact;
pub use export::{ExportFileView, ExportState, ExportView};
pub use function::{Failure, Function, Http, Queue, Trigger};
pub use input::{IdempotencyKey, IfMatch, Input, InputDoc, Json, MAX_BODY, Path, Preferred, Query, page_limit};
pub use launch::{not_taken, sender};
pub use limits::Class;
pub use output::{
    Accepted, Created, CreatedVersioned, File, Html, JsonLines, NoContent, Output, OutputDoc, Public, Versioned,
    WebManifest,
};
pub use parvis_store::grant::{Grant, Index, Resource};
pub use problem::{Code, FieldError, NOT_ACCEPTED, Problem, ProblemBody};
pub use proof::ProofTask;
pub use request::{Request, Response};
pub use route::{Method, Route, delete, get, patch, post, put};
pub use second_factor::{reset_second_factor, second_factor_required};
pub use session::{RaisedView, SessionAccount, SessionView, open_session, raised_view, refresh_session};
pub use worker::{
    Change, CommandWorker, GIVEN_UP, QueueWorker, ScheduledWorker, StreamFilter, StreamWorker, command, queue,
    schedule, stream,
};
