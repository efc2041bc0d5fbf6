//! `cargo xtask communes`: the list of all communes, from the npm package that Etalab makes of INSEE's and La Poste's data.

use crate::shell::Shell;

/// The package; a new version is a decision, because names and codes in it become names and codes of customers.
const PACKAGE: &str = "@etalab/decoupage-administratif@6.0.0";

/// Fetches the package and lets `functions/operators/data/communes.mjs` make the list of it.
pub(crate) fn run(shell: &Shell, _: &[String]) -> Result<(), String> {
    let home = shell.root.join(".parvis/communes");
    let mut npm = shell.command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"])
        .arg(&home)
        .arg(PACKAGE);
    shell.read(&mut npm)?;
    let data = shell.root.join("functions/operators/data");
    let mut node = shell.command("node");
    node.arg(data.join("communes.mjs"));
    node.arg(home.join("node_modules/@etalab/decoupage-administratif")).arg(data.join("communes.tsv"));
    shell.run(&mut node)
}
