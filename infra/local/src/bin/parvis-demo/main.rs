//! `parvis-demo`: plays a report's whole story against a platform of its own, through its API, and prints it; fails at the
//! first thing that is not as told.

/// `println!`, for which a reader that is gone is no reason to stop: how the story ends is also in the exit code.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

mod api;
mod dates;
mod ledger;
mod outbox;
mod people;
mod platform;
mod story;
mod transcript;

use std::process::ExitCode;

use platform::Platform;
use story::Story;
use transcript::{Told, Transcript};

const USAGE: &str = "\
parvis-demo

Starts a platform of its own (free ports, data in .parvis/demo-<process>), plays the story of one pothole against it,
from the first photo to the last notice, through Ctrl-C and kill -9, and prints it. The story itself takes seconds; the
three minutes after kill -9 are waits for what a dead worker had taken.
";

fn main() -> ExitCode {
    if std::env::args().len() > 1 {
        say!("{USAGE}");
        return if std::env::args().any(|a| a == "--help" || a == "-h") {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        };
    }
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => {
            eprintln!("this machine gives no threads: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> ExitCode {
    let transcript = Transcript::begin();
    let mut platform = match Platform::prepare() {
        Ok(platform) => platform,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let told = tokio::select! {
        told = play(transcript, &mut platform) => Some(told),
        _ = tokio::signal::ctrl_c() => None,
    };
    let Some(told) = told else {
        say!("\nCtrl-C: the story stops here.");
        // Whatever it was doing, nothing of it is kept; it may also not have begun.
        let _ = platform.kill().await;
        platform.remove_data();
        return ExitCode::from(130);
    };
    let ended = platform.end().await;
    match told.and(ended) {
        Ok(()) => {
            platform.remove_data();
            say!("\nAs told, in {}.", transcript.elapsed());
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            say!("\nNOT AS TOLD, {} after the start.", transcript.elapsed());
            say!("  expected  {}\n  came      {}", wrong.expected, wrong.came);
            say!("\n{}", platform.last_words());
            ExitCode::FAILURE
        }
    }
}

async fn play(transcript: Transcript, platform: &mut Platform) -> Told {
    let mut story = Story::begin(transcript, platform).await?;
    story.a_guest_reports().await?;
    story.the_code_makes_a_resident().await?;
    story.a_neighbour_follows().await?;
    story.the_commune_acts().await?;
    story.ctrl_c_loses_nothing().await?;
    story.kill_loses_nothing().await?;
    story.the_ledger_adds_up().await
}
