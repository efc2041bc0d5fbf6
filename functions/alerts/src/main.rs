//! The artefact of this domain: runs the function that Lambda's `Handler` names.

fn main() -> std::process::ExitCode {
    parvis_edge::lambda::run(parvis_alerts::functions())
}
