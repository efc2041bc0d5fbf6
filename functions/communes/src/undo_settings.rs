//! `POST /v1/{commune}/settings/undo`: takes back the last change that was not taken back yet.

use parvis_domain::Settings;
use parvis_edge::{Administrator, Code, Cx, Endpoint, Grant, IfMatch, Problem, Route, Versioned, post};

use crate::changing::{self, Change};

/// Puts back the settings of before the last change, as a new version. Again: of before the change before that.
pub struct UndoSettings;

impl Endpoint for UndoSettings {
    const ROUTE: Route = post("/v1/{commune}/settings/undo");
    const SUMMARY: &'static str = "Take back the last change of the settings";
    const GRANTS: &'static [Grant] = changing::GRANTS;
    type Caller = Administrator;
    type Input = IfMatch;
    type Output = Versioned<Settings>;

    async fn run(cx: &Cx, caller: Administrator, IfMatch(seen): IfMatch) -> Result<Self::Output, Problem> {
        let commune = &caller.commune;
        let current = changing::current(&caller, seen).await?;
        let content = commune.settings_version(current.version).await?.map_or(current.version, |last| last.content());
        let before = match content.checked_sub(1) {
            Some(before) => commune.settings_version(before).await?,
            None => None,
        };
        let before = before.ok_or_else(|| {
            let detail = format!("version {content} of the settings is the first; there is nothing before it");
            Problem::new(Code::NothingToUndo, detail)
        })?;
        let settings = before.settings()?.within(&current.settings);
        let change = Change { settings, restores: Some(before.content()), what: "undo_settings" };
        changing::make(cx, &caller, &current, change).await
    }
}
