//! The program itself: how it starts, what it says, and that nothing is lost however it ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use parvis_local::engines::Ports;
use serde_json::{Value, json};

use crate::support::{client, folder, run, seen, wait_until};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parvis-local"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("RUST_LOG");
    command
}

/// The first of five ports in a row that nobody else has.
fn free_row() -> u16 {
    Ports::row().expect("five ports in a row are free").gateway
}

/// Starts and waits until it says that it runs.
fn up(port: u16, data: &Path) -> Child {
    let mut command = program();
    command.args(["up", "--port", &port.to_string(), "--data"]).arg(data);
    let mut child = command.spawn().unwrap();
    let said = until_it_runs(&mut child);
    assert!(said.contains(&format!("http://127.0.0.1:{port}/_local/")), "{said}");
    child
}

/// What it said; its later words are read too, so that no pipe fills up.
fn until_it_runs(child: &mut Child) -> String {
    let mut said = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut log = child.stderr.take().unwrap();
    for line in lines.by_ref() {
        said.push_str(&line);
        said.push('\n');
        if said.contains("Ctrl-C stops it") {
            std::thread::spawn(move || lines.for_each(drop));
            std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
            return said;
        }
    }
    log.read_to_string(&mut said).unwrap();
    panic!("it did not start: {said}");
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

async fn post(url: &str, body: Value) -> Value {
    let (status, _, body) = seen(client().post(url).json(&body).send().await.unwrap()).await;
    assert!((200..300).contains(&status), "{url}: {status} {body}");
    body
}

#[test]
fn a_taken_port_is_one_clear_line_with_the_way_out() {
    let holder = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holder.local_addr().unwrap().port().min(65_531);
    let data = folder("taken");
    let output = program().args(["up", "--port", &port.to_string(), "--data"]).arg(&data).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(said.contains(&format!("port {port} (gateway) is taken")) && said.contains("--port"), "{said}");
}

#[test]
fn what_is_asked_wrongly_is_answered_with_how_to_ask() {
    for (arguments, why) in [
        (vec!["down"], "there is no command down"),
        (vec!["up", "--port", "many"], "--port is many"),
        (vec!["up", "--port"], "--port needs a value"),
        (vec!["up", "--colour", "red"], "there is no option --colour"),
        (vec!["up", "--tiles", "https://tiles.example/{z}/{x}.png"], "has no {y}"),
        (vec!["up", "--tile-hosts", "tiles.example/{z}"], "is no "),
        (vec!["up", "--geocoder", "here"], "--geocoder: here is no address"),
    ] {
        let output = program().args(&arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said.contains(why) && said.contains("parvis-local up [--port"), "{said}");
    }
    let help = program().arg("--help").output().unwrap();
    assert!(help.status.success() && String::from_utf8(help.stdout).unwrap().contains("default 8200"));
}

#[test]
fn a_place_that_cannot_be_written_is_one_clear_line_with_the_way_out() {
    let file = folder("not-a-folder");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "").unwrap();
    let port = free_row().to_string();
    let output = program().args(["up", "--port", &port, "--data"]).arg(file.join("data")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be written") && said.contains("--data"), "{said}");
}

#[test]
fn everything_is_there_after_a_stop_and_after_being_killed() {
    run(async {
        let (port, data) = (free_row(), folder("up"));
        let url = format!("http://127.0.0.1:{port}");
        let commune = format!("{url}/v1/aubignac-sur-arre");
        let mut first = up(port, &data);
        let contact = json!({"phone": "+33611223344"});
        post(&format!("{commune}/challenges"), json!({"contact": contact})).await;
        let outbox = format!("{url}/_local/outbox?recipient=%2B33611223344");
        let (_, _, sent) = seen(client().get(&outbox).send().await.unwrap()).await;
        let text = sent["messages"][0]["text"].as_str().unwrap().to_owned();
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap();
        let session = post(&format!("{commune}/sessions"), json!({"contact": contact, "code": code})).await;
        let token = session["access_token"].as_str().unwrap().to_owned();
        let me = async || client().get(format!("{commune}/me")).bearer_auth(&token).send().await;
        assert_eq!(me().await.unwrap().status(), 200);

        signal(&first, "KILL");
        first.wait().unwrap();
        let mut second = up(port, &data);
        assert_eq!(me().await.unwrap().status(), 200, "account, commune and token key are there after a kill");
        let (_, _, again) = seen(client().get(&outbox).send().await.unwrap()).await;
        assert_eq!(again["messages"][0]["text"], text, "and so is what was sent");

        signal(&second, "INT");
        let ended = second.wait().unwrap();
        assert!(ended.success(), "Ctrl-C ends it in order: {ended}");
        wait_until("the port is free", Duration::from_secs(20), async || {
            TcpListener::bind(("127.0.0.1", port)).is_ok()
        })
        .await;
        let mut third = up(port, &data);
        assert_eq!(me().await.unwrap().status(), 200, "and after a stop");
        signal(&third, "TERM");
        assert!(third.wait().unwrap().success());
    });
}
