//! Extra questions of a category, and whether answers fit them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Category, Invalid, OptionId, QuestionId, invalid::grouped};

/// Something a category asks besides the description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// Unique in its category; the key of its answer.
    pub id: QuestionId,
    /// The question as residents read it.
    pub label: String,
    /// Whether a report needs an answer.
    #[serde(default)]
    pub required: bool,
    /// What an answer looks like.
    pub kind: QuestionKind,
}

/// What an answer looks like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum QuestionKind {
    /// A string.
    Text {
        /// At most so many characters.
        max: u16,
    },
    /// A number.
    Number {
        /// At least this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        /// At most this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// The id of one option.
    Choice {
        /// What may be chosen.
        options: Vec<QuestionOption>,
    },
    /// A list of ids of options, each once.
    Choices {
        /// What may be chosen.
        options: Vec<QuestionOption>,
    },
    /// A boolean.
    YesNo,
}

/// One thing that may be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionOption {
    /// Unique in its question; what an answer says.
    pub id: OptionId,
    /// As residents read it.
    pub label: String,
}

/// Answers by question. Values are JSON, because each question decides on its own shape.
pub type Answers = BTreeMap<QuestionId, Value>;

/// Whether the answers fit the questions of the category; every refusal names its question as `answers.<question>`.
/// A `null` counts as no answer.
pub fn check_answers(category: &Category, answers: &Answers) -> Result<(), Vec<Invalid>> {
    let mut wrong = Vec::new();
    for question in &category.questions {
        let answer = answers.get(&question.id).filter(|a| !a.is_null());
        let refused = match answer {
            Some(answer) => question.kind.check(answer).err(),
            None if question.required => {
                let detail = format!("\"{}\" needs an answer", question.label);
                Some(Invalid::new("", "answer_missing", detail))
            }
            None => None,
        };
        wrong.extend(refused.map(|e| e.at(question.id.as_str()).at("answers")));
    }
    for id in answers.keys().filter(|id| category.questions.iter().all(|q| q.id != **id)) {
        let detail = format!("the category {} has no question {id}", category.id);
        wrong.push(Invalid::new("", "question_unknown", detail).at(id.as_str()).at("answers"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

impl QuestionKind {
    fn check(&self, answer: &Value) -> Result<(), Invalid> {
        match self {
            QuestionKind::Text { max } => check_text(answer, usize::from(*max)),
            QuestionKind::Number { min, max } => check_number(answer, *min, *max),
            QuestionKind::Choice { options } => check_option(answer, options),
            QuestionKind::Choices { options } => check_options(answer, options),
            QuestionKind::YesNo if answer.is_boolean() => Ok(()),
            QuestionKind::YesNo => Err(wrong_type(answer, "true or false")),
        }
    }
}

fn check_text(answer: &Value, max: usize) -> Result<(), Invalid> {
    let Some(text) = answer.as_str() else { return Err(wrong_type(answer, "a text")) };
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(Invalid::new("", "blank", "the answer is blank; leave it out instead"));
    }
    if length > max {
        let detail = format!("the answer is {} characters; at most {}", grouped(length), grouped(max));
        return Err(Invalid::new("", "too_long", detail));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(Invalid::new("", "control_character", "the answer has a control character"));
    }
    Ok(())
}

fn check_number(answer: &Value, min: Option<f64>, max: Option<f64>) -> Result<(), Invalid> {
    let Some(number) = answer.as_f64() else { return Err(wrong_type(answer, "a number")) };
    // What DynamoDB can keep, and then some: 15 digits before the point, 9 behind it.
    if number.abs() > 1e15 || (number != 0.0 && number.abs() < 1e-9) {
        let detail = format!("the answer is {number:e}; its size must be from 1e-9 to 1e15, or 0");
        return Err(Invalid::new("", "out_of_range", detail));
    }
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        let limit = |bound: Option<f64>| bound.map_or("any".to_owned(), |b| b.to_string());
        let detail = format!("the answer is {number}; from {} to {}", limit(min), limit(max));
        return Err(Invalid::new("", "out_of_range", detail));
    }
    Ok(())
}

fn check_option(answer: &Value, options: &[QuestionOption]) -> Result<(), Invalid> {
    let Some(id) = answer.as_str() else { return Err(wrong_type(answer, "the id of an option")) };
    if options.iter().any(|o| o.id.as_str() == id) {
        return Ok(());
    }
    let known = options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>().join(", ");
    Err(Invalid::new("", "option_unknown", format!("{} is not an option; {known} are", crate::invalid::quoted(id))))
}

fn check_options(answer: &Value, options: &[QuestionOption]) -> Result<(), Invalid> {
    let Some(ids) = answer.as_array() else { return Err(wrong_type(answer, "a list of ids of options")) };
    for (i, id) in ids.iter().enumerate() {
        check_option(id, options)?;
        if ids[..i].contains(id) {
            return Err(Invalid::new("", "option_twice", format!("{id} is chosen twice")));
        }
    }
    Ok(())
}

fn wrong_type(answer: &Value, wanted: &str) -> Invalid {
    let got = match answer {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    Invalid::new("", "wrong_type", format!("the answer is {got}; it must be {wanted}"))
}
