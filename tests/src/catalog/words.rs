//! The catalogue of refusals knows what the code says: sentences are read out of the sources, as gettext's tools do it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use parvis_domain::Language;
use parvis_domain::texts::refusal;
use parvis_edge::{Code, Problem};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::root;

/// What refuses is said there alone.
const SOURCES: [&str; 3] = ["shared/domain/src", "shared/edge/src", "functions"];

/// Sentences that stand where refusals do and reach no reader, each with the reason.
const NOT_SAID: [&str; 2] = [
    // Cut off the details of serde's errors.
    " at line ",
    // Logged, and answered as "a part of the service is not available".
    "no answer within {} s",
];

/// With `{}` for every value, as a catalogue's sentence and a format string are compared.
fn shape(sentence: &str) -> String {
    let sentence = sentence.replace("{{", "{").replace("}}", "}");
    let mut pieces = sentence.split('{');
    let mut shape = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((_, rest)) => shape = shape + "{}" + rest,
            None => shape = shape + "{" + piece,
        }
    }
    shape
}

/// The sentences of the catalogue: ours, and all of them.
fn catalogue() -> (BTreeSet<String>, BTreeSet<String>) {
    let source = fs::read_to_string(root().join("shared/domain/src/texts/refusals.fr.po")).expect("the catalogue");
    let sentences = |source: &str| -> BTreeSet<String> {
        let ids = source.lines().filter_map(|line| line.strip_prefix("msgid \"")?.strip_suffix('"'));
        ids.map(|id| shape(&id.replace("\\\"", "\""))).collect()
    };
    let (ours, _) = source.split_once("# What the libraries say").expect("the section of the libraries' words");
    (sentences(ours), sentences(&source))
}

/// What the sources say: every string, and those that refuse.
#[derive(Default)]
struct Said {
    all: BTreeSet<String>,
    refusals: BTreeSet<(String, String)>,
}

impl Said {
    fn read(folder: &Path, said: &mut Said) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && name != "tests" && name != "data" {
                Said::read(&path, said);
            } else if name.ends_with(".rs") && name != "tests.rs" {
                let source = fs::read_to_string(&path).expect("a source");
                let tokens: TokenStream = source.parse().expect("a source that is Rust");
                said.walk(tokens, false, &path.display().to_string());
            }
        }
    }

    fn walk(&mut self, tokens: TokenStream, refusing: bool, path: &str) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut statement = refusing;
        for (i, token) in tokens.iter().enumerate() {
            let before = |n: usize| i.checked_sub(n).map(|at| tokens[at].to_string()).unwrap_or_default();
            match token {
                // Tests come last in a file.
                TokenTree::Group(group) if before(1) == "#" && group.to_string().contains("cfg (test)") => return,
                TokenTree::Group(group) => {
                    let called = (before(1), before(4));
                    let refuses = group.delimiter() == Delimiter::Parenthesis
                        && (["wrong", "malformed", "refuse"].contains(&called.0.as_str())
                            || matches!(
                                (called.0.as_str(), called.1.as_str()),
                                ("new" | "field", "Problem") | ("new", "Invalid")
                            ));
                    if (called.0.as_str(), called.1.as_str()) == ("not_found", "Problem")
                        && let Some(noun) = unquoted(&group.stream().to_string())
                    {
                        self.refusals.insert((path.to_owned(), noun));
                    }
                    self.walk(group.stream(), statement || refuses, path);
                }
                TokenTree::Ident(name) if name == "detail" && before(1) == "let" => statement = true,
                TokenTree::Punct(mark) if mark.as_char() == ';' => statement = refusing,
                TokenTree::Literal(literal) => {
                    let Some(text) = unquoted(&literal.to_string()) else { continue };
                    let shape = shape(&text);
                    if statement && is_sentence(&shape) {
                        self.refusals.insert((path.to_owned(), shape.clone()));
                    }
                    self.all.insert(shape);
                }
                _ => {}
            }
        }
    }
}

/// Not only marks between values, as in `", "`.
fn is_sentence(shape: &str) -> bool {
    shape.contains(' ') && shape.chars().filter(|c| c.is_alphabetic()).count() > 3
}

/// What a string literal says; nothing of other literals.
fn unquoted(literal: &str) -> Option<String> {
    let mut chars = literal.strip_prefix('"')?.strip_suffix('"')?.chars().peekable();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => text.push('\n'),
                other => text.push(other),
            },
            c => text.push(c),
        }
    }
    Some(text)
}

fn said() -> Said {
    let mut said = Said::default();
    for folder in SOURCES {
        Said::read(&root().join(folder), &mut said);
    }
    said
}

#[test]
fn every_refusal_of_the_code_is_in_the_catalogue() {
    let (_, known) = catalogue();
    let said = said();
    assert!(said.refusals.len() > 150, "{}", said.refusals.len());
    let unknown = said.refusals.iter().filter(|(_, s)| !known.contains(s) && !NOT_SAID.contains(&s.as_str()));
    assert_eq!(unknown.collect::<Vec<_>>(), Vec::<&(String, String)>::new());
}

#[test]
fn the_catalogue_has_no_sentence_that_the_code_does_not_say() {
    let mut said = said();
    Said::read(&root().join("shared/store/src"), &mut said);
    let (ours, _) = catalogue();
    let stale: Vec<&String> = ours.difference(&said.all).collect();
    assert_eq!(stale, Vec::<&String>::new());
}

#[test]
fn every_kind_of_problem_has_a_title_in_both_languages() {
    let mut titles = BTreeSet::new();
    for code in Code::ALL {
        let english = code.row().2;
        let french = refusal(Language::Fr, english).unwrap_or_else(|| panic!("{english} has no French title"));
        assert_ne!(french, english);
        let body = |language| Problem::new(*code, "sign in first").body("", language);
        assert_eq!((body(Language::En).title, body(Language::Fr).title), (english.to_owned(), french.clone()));
        assert_eq!(body(Language::Fr).detail, "Connectez-vous d’abord.");
        assert!(titles.insert(french), "{english}");
    }
}
