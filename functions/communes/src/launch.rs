//! The launch as administrators see it.

use jiff::Timestamp;
use parvis_domain::{Launch, Phase};
use parvis_edge::{Code, Problem};
use parvis_store::{LaunchState, NotLaunched, NotWiped, Wipe};
use schemars::JsonSchema;
use serde::Serialize;

/// How far the commune has launched, and where it can go from here.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LaunchView {
    /// What `PUT` changes.
    #[serde(flatten)]
    launch: Launch,
    /// Since when it is in this phase; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    /// The phases that may follow. A training ends by `POST launch/wipe` alone, which leads to `draft`.
    next: Vec<Phase>,
    /// How many wait to be told when it opens; absent once it is open, and in answers to changes. At most 1,000 are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<usize>,
    /// How far the wipe of the training got, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    wipe: Option<WipeView>,
}

/// A training that is being wiped.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WipeView {
    /// Since when.
    ordered: Timestamp,
    /// How many items were removed so far. It ends a quarter of an hour after the order at the earliest, when no access
    /// token of the training is good any more.
    removed: usize,
}

impl LaunchView {
    pub(crate) fn of(state: LaunchState, wipe: Option<Wipe>, waiting: Option<usize>) -> LaunchView {
        let next = state.launch.phase.next().to_vec();
        let wipe = wipe.filter(|_| state.wiping.is_some());
        let wipe = wipe.map(|wipe| WipeView { ordered: wipe.ordered, removed: wipe.removed });
        LaunchView { launch: state.launch, since: state.since, next, waiting, wipe }
    }
}

/// What an administrator is told whose change is not made.
pub(crate) fn not_launched(refused: NotLaunched, seen: u32) -> Problem {
    match refused {
        NotLaunched::NoWay { from: Phase::Training, to } => {
            let detail = format!(
                "a training ends by its wipe: POST launch/wipe; the commune is in draft then, which may become {}",
                to.as_str()
            );
            Problem::new(Code::PhaseRefused, detail)
        }
        NotLaunched::NoWay { from, to } => {
            let next: Vec<&str> = from.next().iter().map(|phase| phase.as_str()).collect();
            let (from, to) = (from.as_str(), to.as_str());
            Problem::new(Code::PhaseRefused, format!("{from} cannot become {to}; it may become {}", next.join(", ")))
        }
        NotLaunched::Changed(now) => {
            let detail = format!("the launch is at version {now} and not {seen}; read it again");
            Problem::new(Code::VersionConflict, detail)
        }
        NotLaunched::Wiping => Problem::new(Code::Wiping, "the training is being wiped; wait until that is done"),
        NotLaunched::Store(error) => error.into(),
    }
}

/// What an administrator is told whose training is not wiped.
pub(crate) fn not_wiped(refused: NotWiped) -> Problem {
    match refused {
        NotWiped::NotInTraining(phase) => {
            let detail = format!("the commune is in the phase {}; only a training is wiped", phase.as_str());
            Problem::new(Code::PhaseRefused, detail)
        }
        NotWiped::Begun(since) => Problem::new(Code::Wiping, format!("the training is being wiped since {since:.0}")),
        NotWiped::Store(error) => error.into(),
    }
}
