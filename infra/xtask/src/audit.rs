//! Licences, sources and known defects of what we depend on, in Rust, Python and JavaScript
//! (docs/decisions/0007-dependency-audit.md).

use crate::shell::Shell;
use crate::suite::{Broken, Held, Outcome};
use crate::tools;

/// The step. What only a database on the internet knows is checked where it can be reached, and said where it cannot.
pub(crate) fn check(shell: &Shell) -> Outcome {
    let fix = "deny.toml says what is allowed; choose another crate, or allow it there with the reason";
    shell
        .read(tools::cargo_deny(shell).args(["check", "licenses", "bans", "sources"]))
        .map_err(|why| Broken::one(why, fix))?;
    let rust = known_defects(
        "Rust",
        shell.read(tools::cargo_deny(shell).args(["check", "advisories"])),
        &["failed to fetch advisory database", "failed to open advisory database"],
    )?;
    let mut npm = shell.command("npm");
    npm.args(["audit", "--prefix", "web", "--audit-level", "low"]);
    let web = known_defects(
        "JavaScript",
        shell.read(&mut npm),
        &["audit endpoint returned an error", "ENOTFOUND", "cannot run"],
    )?;
    Ok(Held::one(format!("licences, bans, sources; {rust}; {web}")))
}

/// What an advisory check says; that its database is out of reach is no defect, but is said.
fn known_defects(language: &str, checked: Result<String, String>, unreachable: &[&str]) -> Result<String, Broken> {
    match checked {
        Ok(_) => Ok(format!("no advisory for {language}")),
        Err(said) if unreachable.iter().any(|sign| said.contains(sign)) => {
            println!("NOT CHECKED: advisories for {language}; their database cannot be reached from this machine");
            Ok(format!("advisories for {language} not checked: database out of reach"))
        }
        Err(why) => Err(Broken::one(why, "raise the version of what the advisory names")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advisory_fails_and_a_database_out_of_reach_is_said() {
        let signs = ["failed to fetch"];
        assert!(known_defects("Rust", Ok(String::new()), &signs).is_ok_and(|s| s.starts_with("no advisory")));
        let away = known_defects("Rust", Err("failed to fetch the database".to_owned()), &signs);
        assert!(away.is_ok_and(|said| said.contains("not checked")));
        assert!(known_defects("Rust", Err("error[vulnerability]: x".to_owned()), &signs).is_err());
    }
}
