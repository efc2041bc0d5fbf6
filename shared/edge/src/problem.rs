//! Problems: what went wrong, as RFC 9457 `application/problem+json`. One table from code to status; nothing else in the
//! project chooses an error status.

use parvis_domain::Invalid;
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cookie::SetCookie;

/// Every kind of problem there is. The wire's `type` is `urn:parvis:problem:<code>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request cannot be read: not JSON, a missing header, a malformed path.
    BadRequest,
    /// No token, or one that is expired, altered or of another issuer.
    Unauthenticated,
    /// A good token that does not allow this.
    Forbidden,
    /// The commune can be read and not written: operators suspended it, or it leaves.
    CommuneSuspended,
    /// The commune has the module switched off that the route belongs to.
    ModuleOff,
    /// The commune has not opened to this caller or for this yet; the detail says so in their language, and when it will.
    NotYetHere,
    /// The commune takes no new reports for now; the detail has its words.
    Paused,
    /// Staff need a second factor for this; `errors` says whether to `enrol` or to enter a `code`.
    SecondFactorRequired,
    /// Kept from writing to this commune for a while; the detail says until when and why. Reading goes on.
    Banned,
    /// The commune's plan has no room for more pictures; everything else goes on.
    PhotosFull,
    /// Nothing there, or nothing for this commune and caller.
    NotFound,
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The state no longer allows it; the detail says which state.
    Conflict,
    /// `If-Match` names a version that is not the latest.
    VersionConflict,
    /// `If-Match` is missing where two writers may race.
    VersionRequired,
    /// Guests are asked for a proof of work at the moment; the detail says where to take a task.
    ProofRequired,
    /// An `Idempotency-Key` used before with other content.
    IdempotencyReuse,
    /// More than 6 MB.
    TooLarge,
    /// Not `application/json`.
    UnsupportedMediaType,
    /// Well-formed, but a rule refuses it; `errors` lists the fields.
    Invalid,
    /// A code that is wrong, expired, used or tried too often.
    CodeRefused,
    /// Too soon or too often; `Retry-After` says when.
    TooManyRequests,
    /// A defect of ours.
    Internal,
    /// An engine is out of reach; the same request may go through later.
    Unavailable,
    /// The function took longer than the gateway waits.
    Timeout,
}

impl Code {
    /// Every code, for the document.
    pub const ALL: [Code; 25] = [
        Code::BadRequest,
        Code::Unauthenticated,
        Code::Forbidden,
        Code::CommuneSuspended,
        Code::ModuleOff,
        Code::NotYetHere,
        Code::Paused,
        Code::SecondFactorRequired,
        Code::Banned,
        Code::PhotosFull,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::Conflict,
        Code::VersionConflict,
        Code::VersionRequired,
        Code::ProofRequired,
        Code::IdempotencyReuse,
        Code::TooLarge,
        Code::UnsupportedMediaType,
        Code::Invalid,
        Code::CodeRefused,
        Code::TooManyRequests,
        Code::Internal,
        Code::Unavailable,
        Code::Timeout,
    ];

    /// `(code, status, title)`.
    pub const fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Code::BadRequest => ("bad_request", 400, "The request cannot be read"),
            Code::Unauthenticated => ("unauthenticated", 401, "Sign in first"),
            Code::Forbidden => ("forbidden", 403, "Not allowed"),
            Code::CommuneSuspended => ("commune_suspended", 403, "The commune can be read and not written"),
            Code::ModuleOff => ("module_off", 403, "The commune does not offer this"),
            Code::NotYetHere => ("not_yet_here", 403, "Not open here yet"),
            Code::Paused => ("paused", 403, "No new reports for now"),
            Code::SecondFactorRequired => ("second_factor_required", 403, "A second factor is needed"),
            Code::Banned => ("banned", 403, "Not allowed to write here for a while"),
            Code::PhotosFull => ("photos_full", 403, "The commune has no room for more pictures"),
            Code::NotFound => ("not_found", 404, "Not found"),
            Code::MethodNotAllowed => ("method_not_allowed", 405, "Method not allowed"),
            Code::Conflict => ("conflict", 409, "The state does not allow this"),
            Code::VersionConflict => ("version_conflict", 412, "Somebody else changed it first"),
            Code::VersionRequired => ("version_required", 428, "Say which version you saw"),
            Code::ProofRequired => ("proof_required", 428, "Prove some work first"),
            Code::IdempotencyReuse => ("idempotency_reuse", 422, "The idempotency key was used for something else"),
            Code::TooLarge => ("too_large", 413, "The request is too large"),
            Code::UnsupportedMediaType => ("unsupported_media_type", 415, "The content type is not supported"),
            Code::Invalid => ("invalid", 422, "Some fields are not valid"),
            Code::CodeRefused => ("code_refused", 422, "The code is refused"),
            Code::TooManyRequests => ("too_many_requests", 429, "Too many requests"),
            Code::Internal => ("internal", 500, "Something broke on our side"),
            Code::Unavailable => ("unavailable", 503, "Not available right now"),
            Code::Timeout => ("timeout", 504, "This took too long"),
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        self.row().1
    }
}

/// A problem on its way to the client.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Which kind.
    pub code: Code,
    /// What happened this time; names the limit and the value.
    pub detail: String,
    /// Fields that a rule refuses.
    pub errors: Vec<FieldError>,
    /// Seconds until it may work (`Retry-After`).
    pub retry_after: Option<u32>,
    /// What the answer does to the session's cookie, if anything.
    pub set_cookie: Option<SetCookie>,
}

/// One field that a rule refuses.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldError {
    /// Where: a path like `place.longitude` or `answers.depth`, a header or a parameter name.
    pub field: String,
    /// Which rule, for programs: `too_long`, `outside_boundary`, …
    pub code: String,
    /// The rule with its limit and the value, for people.
    pub detail: String,
}

/// The body of every answer from 400 on (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// `urn:parvis:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words, always the same for one type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Fields that a rule refuses; the first twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Quote this when you ask for help.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem { code, detail: detail.into(), errors: Vec::new(), retry_after: None, set_cookie: None }
    }

    /// 404 for a kind of thing.
    pub fn not_found(what: &str) -> Problem {
        Problem::new(Code::NotFound, format!("there is no such {what} here"))
    }

    /// 422 for one field.
    pub fn field(field: &str, code: &str, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        let error = FieldError { field: field.to_owned(), code: code.to_owned(), detail: detail.clone() };
        Problem { errors: vec![error], ..Problem::new(Code::Invalid, detail) }
    }

    /// The same with a `Retry-After`.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Problem {
        Problem { retry_after: Some(seconds), ..self }
    }

    /// The wire's body.
    pub fn body(&self, request_id: &str) -> ProblemBody {
        let (code, status, title) = self.code.row();
        ProblemBody {
            kind: format!("urn:parvis:problem:{code}"),
            title: title.to_owned(),
            status,
            detail: short(&self.detail),
            errors: self.errors.iter().take(MAX_ERRORS).map(FieldError::short).collect(),
            request_id: request_id.to_owned(),
        }
    }
}

/// A refusal quotes what was sent; it must not grow with it.
const MAX_QUOTE: usize = 600;
/// See [`MAX_QUOTE`].
const MAX_ERRORS: usize = 20;

fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl FieldError {
    fn short(&self) -> FieldError {
        FieldError { field: short(&self.field), code: self.code.clone(), detail: short(&self.detail) }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Problem {
        Problem::from(vec![invalid])
    }
}

impl From<Vec<Invalid>> for Problem {
    fn from(all: Vec<Invalid>) -> Problem {
        let errors: Vec<FieldError> =
            all.into_iter().map(|i| FieldError { field: i.field, code: i.code.to_owned(), detail: i.detail }).collect();
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} fields are not valid: {}", many.len(), names(many)),
        };
        Problem { errors, ..Problem::new(Code::Invalid, detail) }
    }
}

fn names(errors: &[FieldError]) -> String {
    errors.iter().take(MAX_ERRORS).map(|e| e.field.as_str()).collect::<Vec<_>>().join(", ")
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Problem {
        match error {
            StoreError::NotFound => Problem::new(Code::NotFound, "there is nothing under this address"),
            StoreError::Conflict { .. } => {
                Problem::new(Code::Conflict, "somebody else changed this at the same moment; read it again")
            }
            StoreError::Cursor => Problem::field(
                "cursor",
                "not_of_this_query",
                "the cursor does not belong to this query; start again without it",
            ),
            StoreError::Unavailable { service, detail } | StoreError::InDoubt { service, detail } => {
                tracing::warn!(service, detail, "engine not available");
                Problem::new(Code::Unavailable, "a part of the service is not available; try again in a moment")
                    .retry_after(2)
            }
            StoreError::Gone(detail) | StoreError::NoEndpoint(detail) | StoreError::Stopped(detail) => {
                Problem::new(Code::Conflict, format!("the recipient is gone: {detail}"))
            }
            StoreError::Defect(detail) => {
                tracing::error!(detail, "defect");
                Problem::new(Code::Internal, "something broke on our side; it has been noted")
            }
        }
    }
}
