//! Problems: what went wrong, as RFC 9457 `application/problem+json`. One table from code to status; nothing else in the
//! project chooses an error status.

use parvis_domain::{Invalid, Language, texts};
use parvis_store::StoreError;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cookie::SetCookie;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// Every kind of problem there is. The wire's `type` is `urn:parvis:problem:<code>`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, for the document.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// `(code, status, title)`.
            pub const fn row(self) -> (&'static str, u16, &'static str) {
                match self {
                    $(Code::$name => ($code, $status, $title),)*
                }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                self.row().1
            }
        }
    };
}

codes! {
    /// The request cannot be read: not JSON, a missing header, a malformed path.
    BadRequest = "bad_request", 400, "The request cannot be read";
    /// No token, or one that is expired, altered or of another issuer.
    Unauthenticated = "unauthenticated", 401, "Sign in first";
    /// A good token that does not allow this.
    Forbidden = "forbidden", 403, "Not allowed";
    /// The commune can be read and not written: operators suspended it, or it leaves.
    CommuneSuspended = "commune_suspended", 403, "The commune can be read and not written";
    /// The commune has the module switched off that the route belongs to.
    ModuleOff = "module_off", 403, "The commune does not offer this";
    /// The commune has not opened to this caller or for this yet; the detail says so in their language, and when it will.
    NotYetHere = "not_yet_here", 403, "Not open here yet";
    /// The commune takes no new reports for now; the detail has its words.
    Paused = "paused", 403, "No new reports for now";
    /// Staff need a second factor for this; `errors` says whether to `enrol` or to enter a `code`.
    SecondFactorRequired = "second_factor_required", 403, "A second factor is needed";
    /// Kept from writing to this commune for a while; the detail says until when and why. Reading goes on.
    Banned = "banned", 403, "Not allowed to write here for a while";
    /// The commune's plan has no room for more pictures; everything else goes on.
    PhotosFull = "photos_full", 403, "The commune has no room for more pictures";
    /// Nothing there, or nothing for this commune and caller.
    NotFound = "not_found", 404, "Not found";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    /// Somebody else was faster, or something is gone meanwhile; other states that do not allow it have codes of their own.
    Conflict = "conflict", 409, "The state does not allow this";
    /// The commune's plan has no seat left for one more member of staff.
    NoSeatLeft = "no_seat_left", 409, "No seat is left";
    /// The account, or the address that is invited, is of the staff.
    AlreadyStaff = "already_staff", 409, "Works for the commune already";
    /// The commune's only administrator, or the platform's only operator, stays.
    LastAdministrator = "last_administrator", 409, "Somebody has to stay in charge";
    /// An account of the staff is not erased before it is taken off the staff.
    StillStaff = "still_staff", 409, "Works for the commune still";
    /// The report was confirmed, or never had to be.
    ConfirmedAlready = "confirmed_already", 409, "Confirmed already";
    /// The report was not confirmed within 24 hours.
    ReportExpired = "report_expired", 409, "Not confirmed in time";
    /// The table of transitions has no such step from here; the detail names those it has.
    StepRefused = "step_refused", 409, "The report cannot take this step";
    /// What residents may do for a while only; the detail says until when.
    TooLate = "too_late", 409, "The time for this is over";
    /// Another account of the commune has this contact.
    ContactTaken = "contact_taken", 409, "The contact belongs to somebody else";
    /// Nothing could prove who asks.
    NoContact = "no_contact", 409, "The account has no contact";
    /// A second factor is registered already.
    FactorRegistered = "factor_registered", 409, "An authenticator app is registered already";
    /// There is no second factor to pass or confirm.
    FactorMissing = "factor_missing", 409, "No authenticator app is registered";
    /// Nobody waits for a launch, or takes part in a training or pilot, where none is.
    OpenAlready = "open_already", 409, "Open to everybody already";
    /// The settings are at their first version.
    NothingToUndo = "nothing_to_undo", 409, "Nothing to undo";
    /// The phase of the launch does not lead there; the detail names those it leads to.
    PhaseRefused = "phase_refused", 409, "The launch does not lead there";
    /// Nobody writes before the training, the pilot or the launch.
    InDraft = "in_draft", 409, "The commune is still in draft";
    /// Nobody writes until the training is wiped.
    Wiping = "wiping", 409, "The training is being wiped";
    /// The commune has subscribed already.
    CustomerAlready = "customer_already", 409, "A customer already";
    /// Another commune has, or had, this id.
    IdTaken = "id_taken", 409, "The address is taken";
    /// The commune is suspended or leaves already.
    SuspendedAlready = "suspended_already", 409, "Suspended or leaving already";
    /// The commune has nothing to resume from.
    NotSuspended = "not_suspended", 409, "Neither suspended nor leaving";
    /// `If-Match` names a version that is not the latest.
    VersionConflict = "version_conflict", 412, "Somebody else changed it first";
    /// `If-Match` is missing where two writers may race.
    VersionRequired = "version_required", 428, "Say which version you saw";
    /// Guests are asked for a proof of work at the moment; the detail says where to take a task.
    ProofRequired = "proof_required", 428, "Prove some work first";
    /// An `Idempotency-Key` used before with other content.
    IdempotencyReuse = "idempotency_reuse", 422, "The idempotency key was used for something else";
    /// More than 6 MB.
    TooLarge = "too_large", 413, "The request is too large";
    /// Not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", 415, "The content type is not supported";
    /// Well-formed, but a rule refuses it; `errors` lists the fields.
    Invalid = "invalid", 422, "Some fields are not valid";
    /// A code that is wrong, expired, used or tried too often.
    CodeRefused = "code_refused", 422, "The code is refused";
    /// Too soon or too often; `Retry-After` says when.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// A defect of ours.
    Internal = "internal", 500, "Something broke on our side";
    /// An engine is out of reach; the same request may go through later.
    Unavailable = "unavailable", 503, "Not available right now";
    /// The function took longer than the gateway waits.
    Timeout = "timeout", 504, "This took too long";
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
    /// Whether the details are in the reader's language already.
    pub worded: bool,
}

/// One field that a rule refuses.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FieldError {
    /// Where: a path like `place.longitude` or `answers.depth`, a header or a parameter name.
    pub field: String,
    /// Which rule, for programs: `too_long`, `outside_boundary`, …
    pub code: String,
    /// The rule with its limit and the value, for people, in the reader's language.
    pub detail: String,
}

/// The body of every answer from 400 on (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    /// `urn:parvis:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words, in the reader's language: always the same for one type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, in the reader's language.
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
        Problem { code, detail: detail.into(), errors: Vec::new(), retry_after: None, set_cookie: None, worded: false }
    }

    /// 404 for a kind of thing.
    pub fn not_found(what: &str) -> Problem {
        Problem::new(Code::NotFound, format!("there is no such {what} here"))
    }

    /// An `Idempotency-Key` that was used with other content.
    pub fn key_reused() -> Problem {
        Problem::new(Code::IdempotencyReuse, "this Idempotency-Key was used for something else; use a new one")
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

    /// The wire's body, for a reader of that language.
    pub fn body(&self, request_id: &str, language: Language) -> ProblemBody {
        let (code, status, title) = self.code.row();
        let title = texts::refusal(language, title).unwrap_or_else(|| title.to_owned());
        let errors: Vec<FieldError> =
            self.errors.iter().take(MAX_ERRORS).map(|error| self.field_error(error, language)).collect();
        ProblemBody {
            kind: format!("urn:parvis:problem:{code}"),
            status,
            detail: short(&self.told(language, &title, &errors)),
            title,
            errors,
            request_id: request_id.to_owned(),
        }
    }

    fn field_error(&self, error: &FieldError, language: Language) -> FieldError {
        let detail = if self.worded { None } else { texts::refusal(language, &error.detail) };
        let detail = match detail {
            None if !self.worded => texts::refusal(language, NOT_ACCEPTED),
            known => known,
        };
        FieldError {
            field: short(&error.field),
            code: error.code.clone(),
            detail: short(detail.as_ref().unwrap_or(&error.detail)),
        }
    }

    /// What happened, or the title where the language has no words for it: better little than words of another language.
    fn told(&self, language: Language, title: &str, errors: &[FieldError]) -> String {
        if self.worded || language == Language::En {
            return self.detail.clone();
        }
        match errors {
            [one] if self.code == Code::Invalid => one.detail.clone(),
            [_, _, ..] if self.code == Code::Invalid => {
                texts::refusal(language, &not_valid(&self.errors)).unwrap_or_else(|| title.to_owned())
            }
            _ => texts::refusal(language, &self.detail).unwrap_or_else(|| {
                tracing::warn!(code = self.code.row().0, "the catalogue of refusals has no words for this detail");
                title.to_owned()
            }),
        }
    }
}

/// What is said of a field where nothing closer can be said in the reader's language.
pub const NOT_ACCEPTED: &str = "this value is not accepted";

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
            many => not_valid(many),
        };
        Problem { errors, ..Problem::new(Code::Invalid, detail) }
    }
}

fn not_valid(errors: &[FieldError]) -> String {
    let names = errors.iter().take(MAX_ERRORS).map(|e| e.field.as_str()).collect::<Vec<_>>().join(", ");
    format!("{} fields are not valid: {names}", errors.len())
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
