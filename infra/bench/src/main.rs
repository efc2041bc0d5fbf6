//! `cargo xtask bench`: how fast and how dear Parvis is, as ratios to a floor that is measured in the same run.

#![allow(clippy::print_stdout, reason = "the figures are the program's answer")]

mod cold_start;
mod cores;
mod costs;
mod fanout;
mod figure;
mod map;
mod photos;
mod photos_sample;
mod recorder;
mod requests;
mod soak;
mod stage;
mod tenants;
mod usage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use figure::Figure;

/// A benchmark: what it measures and how.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn() -> Result<Vec<Figure>, String>,
    /// Runs when no name is given.
    usual: bool,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "cold-start",
        about: "init time and peak memory of every domain's release artefact, against a bare lambda_http function",
        run: cold_start::run,
        usual: true,
    },
    Bench {
        name: "fanout",
        about: "notices a second for 10,000 followers, against bare SNS publishes",
        run: fanout::run,
        usual: true,
    },
    Bench {
        name: "requests",
        about: "round trips, capacity units and CPU of every function, against the same calls made bare",
        run: requests::run,
        usual: true,
    },
    Bench {
        name: "map",
        about: "read units and time of a view of the map at 1,000, 10,000 and 100,000 reports",
        run: map::run,
        usual: true,
    },
    Bench {
        name: "tenants",
        about: "what a resident does, with 200 communes on the platform and with one",
        run: tenants::run,
        usual: true,
    },
    Bench {
        name: "costs",
        about: "what a month of 35,000 communes costs, from the measured units and the published prices",
        run: costs::run,
        usual: true,
    },
    Bench {
        name: "photos",
        about: "CPU and memory of two pictures made of photos of 12 and 48 megapixels, against sharp",
        run: photos::run,
        usual: true,
    },
    Bench {
        name: "soak",
        about: "ten minutes of work among faults, kills and restarts, then every notice is counted",
        run: soak::run,
        usual: false,
    },
];

/// Root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    // Not a benchmark, but one run of it, in a process of its own.
    if names.first().is_some_and(|name| name == photos::JOB) {
        return printed(photos::work(&names[1..]));
    }
    let json = names.iter().any(|a| a == "--json");
    names.retain(|a| a != "--json");
    let chosen: Vec<&Bench> = match names.as_slice() {
        [] => BENCHES.iter().filter(|b| b.usual).collect(),
        [name] => BENCHES.iter().filter(|b| b.name == name).collect(),
        _ => Vec::new(),
    };
    if chosen.is_empty() {
        eprintln!("usage: cargo xtask bench [name] [--json]\n");
        for bench in BENCHES {
            eprintln!("  {:12} {}{}", bench.name, bench.about, if bench.usual { "" } else { " (only by name)" });
        }
        return ExitCode::from(2);
    }
    let mut all = Vec::new();
    for bench in chosen {
        eprintln!("{}: {}", bench.name, bench.about);
        match (bench.run)() {
            Ok(figures) => {
                if !json {
                    let table = if bench.name == "requests" { requests::table } else { figure::table };
                    println!("\n## {}\n\n{}", bench.name, table(&figures));
                }
                all.extend(figures);
            }
            Err(why) => {
                eprintln!("{} cannot be measured: {why}", bench.name);
                return ExitCode::FAILURE;
            }
        }
    }
    if json {
        return printed(serde_json::to_string_pretty(&all).map_err(|e| e.to_string()));
    }
    ExitCode::SUCCESS
}

fn printed(answer: Result<String, String>) -> ExitCode {
    match answer {
        Ok(answer) => {
            println!("{answer}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
