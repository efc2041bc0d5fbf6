//! Which function answers a method and a path.

use axum::http::Method;
use parvis_edge::{Code, Function, Http, Problem, Trigger};

/// The routes of a catalog.
#[derive(Debug)]
pub(super) struct Routes {
    functions: Vec<Function>,
}

/// A route that fits.
#[derive(Debug)]
pub(super) struct Found<'r> {
    pub(super) function: &'r Function,
    pub(super) http: &'r Http,
    /// Names and values of the placeholders.
    pub(super) path: Vec<(&'static str, String)>,
}

impl Routes {
    pub(super) fn new(functions: &[Function]) -> Routes {
        let mut functions: Vec<Function> =
            functions.iter().filter(|f| matches!(f.trigger, Trigger::Http(_))).cloned().collect();
        // The most specific first: at the first segment that differs, a literal one beats a placeholder.
        functions.sort_by_key(|f| {
            let path = f.http().map_or("", |http| http.route.path);
            path.split('/').map(|segment| segment.starts_with('{')).collect::<Vec<_>>()
        });
        Routes { functions }
    }

    /// The function for a request.
    ///
    /// # Errors
    /// 404 where no route has the path, 405 where only other methods do.
    pub(super) fn find(&self, method: &Method, path: &str) -> Result<Found<'_>, Problem> {
        let fitting = || {
            self.functions.iter().filter_map(|function| {
                let http = function.http()?;
                let path = http.route.matches(path)?;
                Some(Found { function, http, path })
            })
        };
        if let Some(found) = fitting().find(|found| found.http.route.method.as_str() == method.as_str()) {
            return Ok(found);
        }
        let methods: Vec<&str> = fitting().map(|found| found.http.route.method.as_str()).collect();
        match methods.is_empty() {
            true => Err(Problem::new(Code::NotFound, format!("there is nothing at {path}"))),
            false => {
                let detail = format!("{method} is not possible at {path}; {}", methods.join(", "));
                Err(Problem::new(Code::MethodNotAllowed, detail))
            }
        }
    }
}
