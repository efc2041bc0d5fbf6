//! What `samconfig.toml` gives each stage that is deployed, held against the parameters of `infra/template.yaml`: SAM looks at
//! neither before the deployment itself.

use std::fs;

use crate::shell::Shell;

/// A stage and the parameters it is deployed with.
#[derive(Debug, PartialEq)]
pub(crate) struct Stage {
    pub(crate) name: String,
    parameters: Vec<(String, String)>,
}

impl Stage {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// The stages whose functions run on `architecture`, by Lambda's name for it; an error if there are none.
pub(crate) fn stages_on(shell: &Shell, architecture: &str) -> Result<Vec<String>, String> {
    let file = shell.root.join("samconfig.toml");
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    on(&stages(&text), architecture)
}

fn on(stages: &[Stage], architecture: &str) -> Result<Vec<String>, String> {
    let fitting = stages.iter().filter(|stage| stage.parameter("Architecture") == Some(architecture));
    let fitting: Vec<String> = fitting.map(|stage| stage.name.clone()).collect();
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    let told = |stage: &Stage| format!("{} has {}", stage.name, stage.parameter("Architecture").unwrap_or("none"));
    let found: Vec<String> = stages.iter().map(told).collect();
    Err(format!(
        "no stage in samconfig.toml has Architecture={architecture} ({}): functions that were built for another do not \
         start. Change it there, or package with another --arch",
        found.join(", ")
    ))
}

/// Only as much of TOML as the file uses.
fn stages(samconfig: &str) -> Vec<Stage> {
    let tables = samconfig.split("\n[").filter_map(|table| table.split_once(']'));
    let deployed = tables.filter_map(|(name, table)| Some((name.strip_suffix(".deploy.parameters")?, table)));
    let stage = |(name, table): (&str, &str)| {
        let list = table.split_once("parameter_overrides = [").and_then(|(_, rest)| rest.split_once(']'));
        let quoted = list.map_or("", |(list, _)| list).split('"').skip(1).step_by(2);
        let parameters = quoted.map(|set| set.split_once('=').unwrap_or((set, "")));
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Stage { name: name.to_owned(), parameters }
    };
    deployed.map(stage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMCONFIG: &str = include_str!("../../../samconfig.toml");
    const TEMPLATE: &str = include_str!("../../template.yaml");

    /// The template's parameters and what else is said of each.
    fn parameters() -> Vec<(&'static str, &'static str)> {
        let (_, rest) = TEMPLATE.split_once("\nParameters:\n").expect("parameters");
        let (section, _) = rest.split_once("\n\n").expect("an end");
        let starts = section.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let named = |line: &'static str| {
            let after = section.split_once(line).expect("the line").1;
            let own = after.lines().skip(1).take_while(|line| line.starts_with("    ")).map(str::len);
            let length = own.map(|length| length + 1).sum::<usize>();
            (line.trim().trim_end_matches(':'), &after[..length.min(after.len())])
        };
        starts.map(named).collect()
    }

    #[test]
    fn every_stage_sets_parameters_that_the_template_has_and_all_that_have_no_default() {
        let parameters = parameters();
        assert!(parameters.len() > 15 && parameters[0].0 == "Stage", "{parameters:?}");
        let needed = parameters.iter().filter(|(_, said)| !said.contains("\n    Default:")).map(|(name, _)| *name);
        let needed: Vec<&str> = needed.collect();
        assert_eq!(needed, ["Stage", "MailFrom", "FcmApplicationArn", "ApnsApplicationArn"]);
        let stages = stages(SAMCONFIG);
        assert_eq!(stages.iter().map(|stage| &*stage.name).collect::<Vec<_>>(), ["staging", "production"]);
        for stage in stages {
            for (name, _) in &stage.parameters {
                let known = parameters.iter().any(|(parameter, _)| parameter == name);
                assert!(known, "{}: infra/template.yaml has no parameter {name}", stage.name);
            }
            for name in &needed {
                assert!(stage.parameter(name).is_some(), "{}: {name} has no default and is not set", stage.name);
            }
            assert_eq!(stage.parameter("Stage"), Some(&*stage.name));
            // Without it nobody would hear its alarms.
            assert!(stage.parameter("AlarmEmail").is_some_and(|who| !who.is_empty()), "{}", stage.name);
            on(&[stage], "x86_64").expect("`cargo xtask package` builds for it unless told otherwise");
        }
    }

    #[test]
    fn what_no_stage_would_start_is_not_built() {
        let text = "\n[a.deploy.parameters]\nparameter_overrides = [\n    \"Architecture=arm64\",\n    \"B=<c=d>\",\n]\n\
                    \n[b.deploy.parameters]\nx = true\n\n[b.build.parameters]\nparameter_overrides = [\"Stage=b\"]\n";
        let stages = stages(text);
        assert_eq!(stages[0].parameter("B"), Some("<c=d>"));
        assert_eq!(on(&stages, "arm64"), Ok(vec!["a".to_owned()]));
        let refused = on(&stages, "x86_64").expect_err("no stage has it");
        assert!(refused.contains("a has arm64, b has none"), "{refused}");
    }
}
