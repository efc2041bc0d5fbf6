//! Refresh tokens out of scripts' reach: a client that sends `Parvis-Session: cookie` has its refresh token in a cookie that no
//! script can read, and never in a body.
//!
//! The cookie goes to the session routes of one commune and is read nowhere else, so it opens nothing by itself: everything
//! else needs the access token, which a page of another site does not have. Nor can that page use the cookie: it is
//! `SameSite=Strict`, and the header cannot be sent by a form or, without a preflight that API Gateway refuses, by a script.

use parvis_domain::CommuneId;
use parvis_store::SESSION_LIFETIME;
use schemars::SchemaGenerator;

use crate::input::{Input, InputDoc, header_parameter};
use crate::output::{Output, OutputDoc};
use crate::problem::{Code, Problem};
use crate::request::{Request, Response};
use crate::session::SessionView;

/// The cookie's name.
const NAME: &str = "parvis-session";
/// The header that asks for it; as in `Request`'s list of what must be readable.
const HEADER: &str = "parvis-session";

/// How the client keeps its refresh token.
#[derive(Debug)]
pub struct Keeping {
    /// Whether it asks for a cookie.
    asked: bool,
    /// The token in the cookie that came with the request.
    held: Option<String>,
}

impl Input for Keeping {
    fn describe(doc: &mut InputDoc, _: &mut SchemaGenerator) {
        let text = "`cookie`: the refresh token is kept in the cookie `parvis-session` (HttpOnly), and not in bodies.";
        doc.parameters.push(header_parameter("Parvis-Session", false, text));
    }

    fn read(request: &Request) -> Result<Self, Problem> {
        let asked = match request.header(HEADER) {
            None => false,
            Some("cookie") => true,
            Some(other) => {
                let detail = format!("Parvis-Session is {other}; it must be cookie, or absent");
                return Err(Problem::field("Parvis-Session", "not_valid", detail));
            }
        };
        let named = |cookie: &String| Some(cookie.strip_prefix(NAME)?.strip_prefix('=')?.to_owned());
        Ok(Keeping { asked, held: request.cookies.iter().find_map(named) })
    }
}

impl Keeping {
    /// The refresh token of the cookie, for a client that says with its header that it means it.
    pub fn token(&self) -> Option<&str> {
        self.held.as_deref().filter(|_| self.asked)
    }

    /// The token of the cookie, whatever the client says: only for closing its session.
    pub fn held(&self) -> Option<&str> {
        self.held.as_deref()
    }

    /// The session as the client gets it: the refresh token is taken out of the view and into a cookie where that was asked for.
    pub fn keep(&self, mut view: SessionView) -> (SessionView, Option<SetCookie>) {
        if !self.asked {
            return (view, None);
        }
        let token = view.refresh_token.take();
        let cookie = token.map(|token| SetCookie::new(&view.commune, &token, SESSION_LIFETIME.as_secs()));
        (view, cookie)
    }

    /// Takes a cookie away that holds nothing good any more; none where none came.
    pub fn cleared(&self, commune: &CommuneId) -> Option<SetCookie> {
        self.held.as_ref().map(|_| SetCookie::new(commune, "", 0))
    }

    /// What to answer where no token came at all.
    pub fn missing(&self) -> Problem {
        if self.asked {
            return Problem::new(Code::Unauthenticated, "there is no session in the cookie; sign in");
        }
        let detail = "refresh_token is missing; send it, or Parvis-Session: cookie with the cookie";
        Problem::field("refresh_token", "missing", detail)
    }

    /// The same problem, which takes the cookie away if it says that its token is not good.
    #[must_use]
    pub fn refused(&self, commune: &CommuneId, problem: Problem) -> Problem {
        match problem.code {
            Code::Unauthenticated => Problem { set_cookie: self.cleared(commune), ..problem },
            _ => problem,
        }
    }
}

/// A `Set-Cookie` for the session routes of one commune.
#[derive(Clone, PartialEq)]
pub struct SetCookie(String);

impl std::fmt::Debug for SetCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SetCookie(…)")
    }
}

impl SetCookie {
    /// Browsers take a `Secure` cookie from `http://127.0.0.1` too: it cannot be overheard.
    fn new(commune: &CommuneId, token: &str, seconds: i64) -> SetCookie {
        SetCookie(format!(
            "{NAME}={token}; Path=/v1/{commune}/sessions; Max-Age={seconds}; HttpOnly; Secure; SameSite=Strict"
        ))
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// What `T` answers, with a cookie.
#[derive(Debug)]
pub struct WithCookie<T> {
    /// The answer.
    pub answer: T,
    /// The cookie to set or to take away, if any.
    pub cookie: Option<SetCookie>,
}

impl<T: Output> Output for WithCookie<T> {
    fn describe(schemas: &mut SchemaGenerator) -> OutputDoc {
        T::describe(schemas)
    }

    fn into_response(self) -> Response {
        let response = self.answer.into_response();
        Response { cookies: self.cookie.into_iter().map(SetCookie::into_text).collect(), ..response }
    }
}
