//! Looks through every file for what must not be in it: paths of one machine, tests that do not run, stubs, secrets.

use std::fs;
use std::path::Path;

use crate::shell::Shell;
use crate::suite::{self, Broken, Held, Outcome};

/// A text that must not be there, in files whose name ends like this, and why. Written in two halves, so that this file
/// does not hold it.
struct Rule {
    text: [&'static str; 2],
    files: &'static str,
    why: &'static str,
}

const fn rule(text: [&'static str; 2], files: &'static str, why: &'static str) -> Rule {
    Rule { text, files, why }
}

const RULES: [Rule; 15] = [
    rule(["/ro", "ot/"], "", "a path of one machine"),
    rule(["/ho", "me/"], "", "a path of one machine"),
    rule(["/Us", "ers/"], "", "a path of one machine"),
    rule(["/wo", "rk/"], "", "a path of one machine"),
    rule(["arti", "factory"], "", "the host of a private registry"),
    rule(["#[ig", "nore"], ".rs", "a test that does not run proves nothing"),
    rule(["test.sk", "ip("], "js", "a test that does not run proves nothing"),
    rule(["test.on", "ly("], "js", "the other tests do not run"),
    rule(["to", "do!("], ".rs", "a stub"),
    rule(["unimplem", "ented!("], ".rs", "a stub"),
    rule(["<<<<", "<<< "], "", "a merge that was not finished"),
    rule([">>>>", ">>> "], "", "a merge that was not finished"),
    rule(["PRIVATE ", "KEY-----"], "", "a private key"),
    rule(["aws_secret_access", "_key="], "", "a credential"),
    rule(["dbg", "!("], ".rs", "a leftover of debugging"),
];

/// Larger files belong elsewhere.
const MOST_BYTES: u64 = 1024 * 1024;

/// The step: everything that git has or would take.
pub(crate) fn check(shell: &Shell) -> Outcome {
    let list = shell
        .read(shell.command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))
        .map_err(|why| Broken::one(why, "this step needs git and a checkout"))?;
    let mut found = Vec::new();
    let mut files = 0;
    for name in list.lines() {
        let path = shell.root.join(name);
        // A file that is deleted and not yet committed so.
        let Ok(facts) = fs::metadata(&path) else { continue };
        files += 1;
        if facts.len() > MOST_BYTES {
            found.push(format!("{name}: {} bytes, at most {MOST_BYTES}", facts.len()));
        }
        found.extend(in_file(name, &path));
    }
    if found.is_empty() {
        return Ok(Held::one(format!("{files} files")));
    }
    Err(Broken::one(found.join("\n"), "take it out; the reason is beside it"))
}

fn in_file(name: &str, path: &Path) -> Vec<String> {
    // What is not text (fonts, test pictures) is not read.
    let Ok(content) = fs::read_to_string(path) else { return Vec::new() };
    let mut found = Vec::new();
    for Rule { text, why, .. } in RULES.iter().filter(|r| name.ends_with(r.files)) {
        let wanted = text.concat();
        for (at, _) in content
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(&wanted) && !line.contains(suite::PART_OF_ANOTHER))
        {
            found.push(format!("{name}:{}: `{wanted}`: {why}", at + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_forbidden_is_found_with_its_line_and_reason() {
        let path = std::env::temp_dir().join(format!("parvis-tree-{}.rs", std::process::id()));
        fs::write(&path, format!("fn a() {{}}\n#[ig{}]\n", "nore")).expect("a file");
        assert_eq!(in_file("x.rs", &path).len(), 1);
        assert!(in_file("x.rs", &path)[0].starts_with("x.rs:2: "), "{:?}", in_file("x.rs", &path));
        assert!(in_file("x.md", &path).is_empty());
        fs::remove_file(&path).expect("the file");
    }
}
