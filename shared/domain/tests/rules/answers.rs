//! Answers against the questions of a category.

use parvis_domain::*;
use serde_json::{Value, json};

use crate::fixture::*;

fn check(answers: Value) -> Vec<(String, &'static str)> {
    let all = settings();
    let answers: Answers = serde_json::from_value(answers).unwrap();
    let wrong = check_answers(&all.categories[0], &answers).err().unwrap_or_default();
    wrong.into_iter().map(|w| (w.field, w.code)).collect()
}

#[test]
fn full_and_minimal_answers_are_taken() {
    assert!(check(json!({ "danger": false })).is_empty());
    let full = json!({ "danger": true, "taille": 30, "ou": "trottoir", "quand": ["jour", "nuit"], "precisions": "Près du n° 12" });
    assert!(check(full).is_empty());
    assert!(check(json!({ "danger": true, "taille": 1, "quand": [] })).is_empty());
    assert!(check(json!({ "danger": true, "taille": 500.0 })).is_empty());
}

#[test]
fn a_missing_answer_is_asked_for_by_the_question() {
    assert_eq!(check(json!({})), [("answers.danger".to_owned(), "answer_missing")]);
    assert_eq!(check(json!({ "danger": null })), [("answers.danger".to_owned(), "answer_missing")]);
    let all = settings();
    let wrong = check_answers(&all.categories[0], &Answers::new()).unwrap_err();
    assert!(wrong[0].detail.contains("Est-ce dangereux ?"), "{}", wrong[0]);
}

#[test]
fn every_wrong_answer_is_named_with_its_reason() {
    for (question, answer, code) in [
        ("danger", json!("oui"), "wrong_type"),
        ("danger", json!(1), "wrong_type"),
        ("taille", json!("30"), "wrong_type"),
        ("taille", json!(0.5), "out_of_range"),
        ("taille", json!(501), "out_of_range"),
        ("taille", json!(1e300), "out_of_range"),
        ("ou", json!("ciel"), "option_unknown"),
        ("ou", json!(["trottoir"]), "wrong_type"),
        ("ou", json!({}), "wrong_type"),
        ("quand", json!("jour"), "wrong_type"),
        ("quand", json!(["jour", "midi"]), "option_unknown"),
        ("quand", json!(["jour", "jour"]), "option_twice"),
        ("quand", json!(["jour", 3]), "wrong_type"),
        ("precisions", json!("x".repeat(21)), "too_long"),
        ("precisions", json!("  "), "blank"),
        ("precisions", json!("a\u{0}b"), "control_character"),
        ("precisions", json!(12), "wrong_type"),
        ("inconnue", json!(true), "question_unknown"),
    ] {
        let mut answers = json!({ "danger": true });
        answers[question] = answer.clone();
        assert_eq!(check(answers), [(format!("answers.{question}"), code)], "{question}: {answer}");
    }
}
