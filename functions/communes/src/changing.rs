//! How a change of the settings is made, whether it is a new one or takes one back.

use parvis_domain::{Difference, Part, Settings};
use parvis_edge::{Administrator, Code, Cx, FieldError, Grant, Problem, Versioned};
use parvis_store::{Act, Commune, CurrentSettings, StoreError, Uses};
use serde_json::{Map, Value};

/// What making a change needs.
pub(crate) const GRANTS: &[Grant] = &[Grant::GET, Grant::PUT, Grant::QUERY, Grant::QUERY_RECENCY];

/// A change to be made.
pub(crate) struct Change {
    /// The settings after it.
    pub(crate) settings: Settings,
    /// The version that it puts back.
    pub(crate) restores: Option<u32>,
    /// The function that makes it.
    pub(crate) what: &'static str,
}

/// The settings as they are now, if they are those that the caller saw.
pub(crate) async fn current(caller: &Administrator, seen: u32) -> Result<CurrentSettings, Problem> {
    let current = caller.commune.current_settings().await?;
    if current.version == seen { Ok(current) } else { Err(changed_since(seen)) }
}

/// Makes the change, with its version and its entry in the audit log; of two at the same moment, one. A change that changes
/// nothing makes no version.
pub(crate) async fn make(
    cx: &Cx,
    caller: &Administrator,
    current: &CurrentSettings,
    change: Change,
) -> Result<Versioned<Settings>, Problem> {
    let Change { settings, restores, what } = change;
    settings.check()?;
    // Only a new one: the others may be changed where the deployment has come to allow less.
    if settings.map != current.settings.map {
        settings.check_tile_host(&cx.store.names.tile_hosts)?;
    }
    let differences = current.settings.differences(&settings);
    if differences.is_empty() {
        return Ok(Versioned { version: current.version, body: settings });
    }
    refuse_removal(&caller.commune, current.settings.removed_in(&settings)).await?;
    let act = Act {
        by: caller.actor(),
        what,
        about: format!("settings version {}", current.version + 1),
        before: told(&differences, |difference| &difference.before),
        after: told(&differences, |difference| &difference.after),
    };
    match caller.commune.change_settings(current, &settings, restores, &act, cx.now()).await {
        Ok(version) => Ok(Versioned { version, body: settings }),
        Err(StoreError::Conflict { .. }) => Err(changed_since(current.version)),
        Err(other) => Err(other.into()),
    }
}

fn changed_since(seen: u32) -> Problem {
    let detail = format!("the settings are not version {seen} any more; read them again");
    Problem::new(Code::VersionConflict, detail)
}

fn told(differences: &[Difference], side: impl Fn(&Difference) -> &Value) -> Value {
    let fields = differences.iter().map(|difference| (difference.field.clone(), side(difference).clone()));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// Reports keep the ids of what they were sent under: what they use may be archived and not removed.
async fn refuse_removal(commune: &Commune, removed: Vec<Part>) -> Result<(), Problem> {
    let mut errors = Vec::new();
    for part in removed {
        let why = match commune.uses(&part).await? {
            Uses::Nothing => continue,
            Uses::Reports => "reports use it",
            Uses::Staff => "members of staff belong to it",
            Uses::Perhaps => "there are too many reports to be sure that none uses it",
        };
        let (what, id) = (part.field(), part.id());
        let detail = format!("the {what} {id} cannot be removed: {why}; keep it with archived: true");
        errors.push(FieldError { field: part.list().to_owned(), code: "in_use".to_owned(), detail });
    }
    match errors.first().map(|first| first.detail.clone()) {
        None => Ok(()),
        Some(detail) => Err(Problem { errors, ..Problem::new(Code::Invalid, detail) }),
    }
}
