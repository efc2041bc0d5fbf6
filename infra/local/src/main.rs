//! `parvis-local up`: the whole platform on this machine, until Ctrl-C.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use parvis_local::demo_commune;
use parvis_local::engines::{DataDir, Ports};
use parvis_local::{Geocoder, Options, Platform, Tiles, WebOptions, hosts_of_tiles};
use tracing_subscriber::EnvFilter;

const USAGE: &str = "\
parvis-local up [--port <first port>] [--data <directory>] [--web <directory>] [--tiles <address>]
                [--tile-hosts <host>,<host>] [--geocoder <address>]

  --port        the first of five ports in a row (default 8200)
  --data        where everything is kept (default .parvis/data)
  --web         what `npm run build` made (default web/dist)
  --tiles       address of map tiles with {z}, {x} and {y}, or none (default the Géoplateforme's)
  --tile-hosts  where communes may take map tiles of their own from, or none (default the Géoplateforme)
  --geocoder    address of a search like the Base Adresse Nationale's, or none (default the Géoplateforme's)

RUST_LOG sets how much is logged (default info; warn is quiet).
";

/// The database warns about each answer that is an error, also where that is what was asked for.
const LOGGED: &str = "info,dynoxide=error";

/// What was asked for.
struct Up {
    port: u16,
    data: PathBuf,
    web: WebOptions,
}

fn main() -> ExitCode {
    let up = match parse(std::env::args().skip(1)) {
        Ok(Some(up)) => up,
        Ok(None) => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprint!("{wrong}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_ansi(colours);
    log.with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("this machine gives no threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(up)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Up>, String> {
    match arguments.next().as_deref() {
        Some("up") => {}
        None | Some("help" | "--help" | "-h") => return Ok(None),
        Some(other) => return Err(format!("there is no command {other}")),
    }
    let mut up =
        Up { port: Ports::DEFAULT_FIRST, data: PathBuf::from(".parvis/data"), web: WebOptions::new("web/dist") };
    while let Some(argument) = arguments.next() {
        let (name, given) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || given.clone().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--port" => {
                let text = value()?;
                up.port = text.parse().map_err(|_| format!("--port is {text}; it must be 1 to 65531"))?;
            }
            "--data" => up.data = value()?.into(),
            "--web" => up.web.folder = value()?.into(),
            "--tiles" => up.web.tiles = unless_none(&value()?, Tiles::at).map_err(|why| format!("--tiles: {why}"))?,
            "--tile-hosts" => {
                up.web.tile_hosts = hosts_of_tiles(&value()?).map_err(|why| format!("--tile-hosts: {why}"))?;
            }
            "--geocoder" => {
                up.web.geocoder = unless_none(&value()?, Geocoder::at).map_err(|why| format!("--geocoder: {why}"))?;
            }
            "--help" | "-h" => return Ok(None),
            other => return Err(format!("there is no option {other}")),
        }
    }
    Ok(Some(up))
}

/// What `none` is the absence of.
fn unless_none<T>(given: &str, read: fn(&str) -> Result<T, String>) -> Result<Option<T>, String> {
    if given == "none" { Ok(None) } else { read(given).map(Some) }
}

async fn run(up: Up) -> Result<(), Box<dyn std::error::Error>> {
    let options = Options { web: up.web, ..Options::new(DataDir::new(up.data), Ports::fixed(up.port)?) };
    let data = options.data.path().display().to_string();
    let start = Platform::start(options, parvis_catalog::functions());
    let platform = tokio::select! {
        platform = start => platform?,
        () = asked_to_stop() => return Ok(()),
    };
    let demo = demo_commune::seed(platform.cx()).await?;
    demo_commune::seed_operator(platform.cx()).await?;
    let (url, operator) = (platform.url(), demo_commune::OPERATOR.email);
    say(&format!(
        "Parvis runs.\n\n  \
         residents             {url}/{demo}/\n  \
         console               {url}/{demo}/console/\n  \
         operators             {url}/operator/ as {operator}\n  \
         phones and mailboxes  {url}/_local/\n  \
         second factors        {url}/_local/authenticator\n  \
         API reference         {url}/_local/reference\n  \
         health                {url}/v1/health\n  \
         data                  {data}\n\n\
         Ctrl-C stops it and keeps everything.\n"
    ));
    asked_to_stop().await;
    say("Stopping.\n");
    tokio::select! {
        () = platform.stop() => say("Stopped; everything is kept.\n"),
        () = asked_to_stop() => say("Stopped at once; the engines save what they have.\n"),
    }
    Ok(())
}

/// Ctrl-C, or the signal that service managers send.
async fn asked_to_stop() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

/// To standard output; a reader that is gone is no reason to stop.
fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
