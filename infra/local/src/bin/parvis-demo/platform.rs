//! The demo's own platform: what goes wrong with it is told as the rest of the story.

use std::fs;

use parvis_local::Process;

use crate::transcript::{Told, Wrong};

/// One platform and its data, through several lives.
#[derive(Debug)]
pub(crate) struct Platform(Process);

impl Platform {
    /// Finds the program, five free ports in a row and an unused folder; starts nothing.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub(crate) fn prepare() -> Result<Platform, String> {
        Process::prepare(format!(".parvis/demo-{}", std::process::id())).map(Platform)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    /// What a person would type.
    pub(crate) fn command_line(&self) -> String {
        self.0.command_line()
    }

    /// Starts it and waits until it says that it runs.
    pub(crate) async fn start(&mut self) -> Told {
        let expected = format!("`{}` to run", self.command_line());
        self.0.start().await.map_err(|came| Wrong::new(expected, came))
    }

    /// Ctrl-C, and its orderly end.
    pub(crate) async fn interrupt(&mut self) -> Told {
        self.0.interrupt().await.map_err(|came| Wrong::new("Ctrl-C to end the platform in order", came))
    }

    /// `kill -9` of the platform and of the engine that it started. Gives how many.
    pub(crate) async fn kill(&mut self) -> Told<usize> {
        self.0.kill().await.map_err(|came| Wrong::new("`kill -9` of the platform and its engine", came))
    }

    /// Stops it if it runs.
    pub(crate) async fn end(&mut self) -> Told {
        self.0.end().await.map_err(|came| Wrong::new("Ctrl-C to end the platform in order", came))
    }

    pub(crate) fn remove_data(&self) {
        if let Err(error) = fs::remove_dir_all(self.0.data()) {
            eprintln!("{} stays: {error}", self.0.data().display());
        }
    }

    /// For somebody who has to find out what went wrong.
    pub(crate) fn last_words(&self) -> String {
        self.0.last_words()
    }
}
