//! What the reader sees: chapters, who does what and what comes of it, and messages as they arrive on phones.

use std::time::Instant;

use crate::outbox::Sent;

/// What is not as told.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) expected: String,
    pub(crate) came: String,
}

/// A step of the story.
pub(crate) type Told<T = ()> = Result<T, Wrong>;

impl Wrong {
    pub(crate) fn new(expected: impl Into<String>, came: impl Into<String>) -> Wrong {
        Wrong { expected: expected.into(), came: came.into() }
    }
}

/// Goes on only if `holds`.
pub(crate) fn expect(holds: bool, expected: impl Into<String>, came: impl Into<String>) -> Told {
    if holds { Ok(()) } else { Err(Wrong::new(expected, came)) }
}

/// The printed story; every line has the time since its beginning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Transcript {
    began: Instant,
}

/// Where the text begins, behind time and name.
const INDENT: usize = 18;
/// Longest line of a message.
const WIDTH: usize = 100;

impl Transcript {
    pub(crate) fn begin() -> Transcript {
        say!("The story of one pothole: a resident speaks up, the commune acts, the phone is told.");
        Transcript { began: Instant::now() }
    }

    pub(crate) fn elapsed(&self) -> String {
        format!("{:.1} s", self.began.elapsed().as_secs_f64())
    }

    pub(crate) fn chapter(&self, title: &str) {
        say!("\n{title}\n{}", "─".repeat(title.chars().count()));
    }

    /// Somebody does something.
    pub(crate) fn act(&self, who: &str, what: &str) {
        say!("{:>8}  {who:7} {what}", self.elapsed());
    }

    /// What came of it.
    pub(crate) fn result(&self, what: &str) {
        say!("{:INDENT$}→ {what}", "");
    }

    /// For the reader.
    pub(crate) fn note(&self, text: &str) {
        for line in wrapped(text, WIDTH) {
            say!("{:INDENT$}{line}", "");
        }
    }

    /// A message, whole, as it arrived on somebody's phone or in their mailbox.
    pub(crate) fn message(&self, who: &str, sent: &Sent) {
        say!("{:INDENT$}┌ {} for {who}", "", device(&sent.channel));
        for line in sent.text.lines().flat_map(|line| wrapped(line, WIDTH)) {
            say!("{:INDENT$}│ {line}", "");
        }
    }

    /// The first line of a message, without its link: what a phone shows of it while it is locked.
    pub(crate) fn headline(&self, who: &str, sent: &Sent) {
        let first = sent.text.lines().next().unwrap_or_default();
        let words = first.split(" http").next().unwrap_or(first);
        say!("{:INDENT$}│ {:6} for {who:6}  {words} …", "", device(&sent.channel));
    }
}

/// How a channel is called.
pub(crate) fn device(channel: &str) -> &str {
    match channel {
        "sms" => "SMS",
        "email" => "e-mail",
        other => other,
    }
}

/// Lines of at most `width` characters, broken at spaces; a word that is longer stands alone.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_no_word_is_lost() {
        assert_eq!(wrapped("à bord du bus", 7), ["à bord", "du bus"]);
        assert_eq!(wrapped("anticonstitutionnellement vrai", 5), ["anticonstitutionnellement", "vrai"]);
        assert_eq!(wrapped("", 5), [""]);
    }
}
