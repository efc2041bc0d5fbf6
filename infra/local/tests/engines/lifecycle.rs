//! Starting, stopping, dying and coming back; and what is said when something is in the way.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue::S;
use aws_sdk_s3::primitives::ByteStream;
use parvis_local::engines::{DataDir, Engines, Ports, StartError};
use parvis_local::tap::OutboxQuery;

use crate::support::{self, Clients, bucket, push_endpoint, s3, stream_records, table};

/// Set for the process that is to be killed: where its data is.
const VICTIM: &str = "PARVIS_TEST_DATA";

/// No test of its own: `everything_is_there_after_a_platform_was_killed_outright` runs it in a process it kills.
#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn platform_to_kill() {
    let Ok(data) = std::env::var(VICTIM) else { return };
    let engines = Engines::start(&DataDir::new(data), Ports::free()).await.unwrap();
    fill(&engines).await;
    println!("filled {}", engines.ministack_pid().unwrap());
    std::future::pending().await
}

async fn fill(engines: &Engines) {
    let clients = Clients::of(engines);
    let s3 = s3(engines);
    bucket(&s3, "kept").await;
    s3.put_object().bucket("kept").key("a").body(ByteStream::from_static(b"photo")).send().await.unwrap();
    let queue = clients.sqs.create_queue().queue_name("kept").send().await.unwrap().queue_url.unwrap();
    clients.sqs.send_message().queue_url(&queue).message_body("job").send().await.unwrap();
    push_endpoint(&clients.sns, "kept").await;
    let key = clients.kms.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
    clients.kms.create_alias().alias_name("alias/kept").target_key_id(key).send().await.unwrap();
    clients.sns.publish().phone_number("+33614000001").message("kept").send().await.unwrap();
    table(&clients.dynamo, "kept").await;
    clients.dynamo.put_item().table_name("kept").item("pk", S("a".to_owned())).send().await.unwrap();
}

async fn assert_filled(engines: &Engines) {
    let clients = Clients::of(engines);
    let object = s3(engines).get_object().bucket("kept").key("a").send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), "photo");
    // Made again, as the platform does at each start: the same queue, with what was in it, on other ports.
    let queue = clients.sqs.create_queue().queue_name("kept").send().await.unwrap().queue_url.unwrap();
    let job = clients.sqs.receive_message().queue_url(&queue).visibility_timeout(0).send().await.unwrap();
    assert_eq!(job.messages()[0].body(), Some("job"));
    clients.kms.describe_key().key_id("alias/kept").send().await.unwrap();
    let applications = clients.sns.list_platform_applications().send().await.unwrap();
    assert_eq!(applications.platform_applications().len(), 1);
    let item = clients.dynamo.get_item().table_name("kept").key("pk", S("a".to_owned())).send().await.unwrap();
    assert!(item.item.is_some());
    let described = clients.dynamo.describe_table().table_name("kept").send().await.unwrap();
    let stream = described.table.unwrap().latest_stream_arn.unwrap();
    assert_eq!(stream_records(&clients.streams, &stream).await, 1);
    let sent = engines.outbox().list(&OutboxQuery::default());
    assert_eq!(sent.iter().map(|sent| &*sent.message.text).collect::<Vec<_>>(), ["kept"]);
}

fn alive(pid: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

#[tokio::test]
async fn everything_is_there_after_a_platform_was_killed_outright() {
    let folder = support::folder("killed");
    let mut platform = Command::new(std::env::current_exe().unwrap())
        .args(["lifecycle::platform_to_kill", "--exact", "--ignored", "--nocapture"])
        .env(VICTIM, &folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(platform.stdout.take().unwrap()).lines().map(Result::unwrap);
    let filled = lines.find_map(|line| line.split_once("filled ").map(|(_, pid)| pid.to_owned())).unwrap();
    kill(platform.id());
    platform.wait().unwrap();

    let engines = Engines::start(&DataDir::new(&folder), Ports::free()).await.unwrap();
    assert!(!alive(filled.parse().unwrap()), "ministack outlived its platform");
    assert_filled(&engines).await;
    engines.stop().await;
}

#[tokio::test]
async fn everything_is_there_after_a_stop_and_no_process_is_left() {
    let data = DataDir::new(support::folder("stopped"));
    let engines = Engines::start(&data, Ports::free()).await.unwrap();
    fill(&engines).await;
    let pid = engines.ministack_pid().unwrap();
    engines.stop().await;
    assert!(!alive(pid));
    let engines = Engines::start(&data, Ports::free()).await.unwrap();
    assert_filled(&engines).await;
    engines.stop().await;
}

#[tokio::test]
async fn a_killed_ministack_comes_back_on_its_port_with_what_it_had_saved() {
    let folder = support::folder("revived");
    let engines = Engines::start(&DataDir::new(&folder), Ports::free()).await.unwrap();
    fill(&engines).await;
    let saved = |file: &str, what: &str| {
        fs::read_to_string(folder.join("ministack").join(file)).is_ok_and(|state| state.contains(what))
    };
    let snapshot = async {
        while !(saved("kms.json", "alias/kept") && saved("sqs.json", "job") && saved("sns.json", "+33614000001")) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), snapshot).await.expect("ministack saves its state as it goes");
    let first = engines.ministack_pid().unwrap();
    kill(first);
    let revived = async {
        while engines.ministack_pid().is_none_or(|pid| pid == first) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), revived).await.expect("ministack is started again");
    assert_filled(&engines).await;
    engines.stop().await;
}

#[tokio::test]
async fn two_platforms_never_share_a_data_directory() {
    support::engines().await;
    let refused = Engines::start(&support::shared_data(), Ports::free()).await.unwrap_err().to_string();
    assert!(refused.contains("is in use by another running platform"), "{refused}");
    assert!(refused.contains("--data"), "{refused}");
}

#[tokio::test]
async fn a_taken_port_is_named_for_the_taps_and_for_ministack() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let data = DataDir::new(support::folder("ports"));
    for (ports, role) in [
        (Ports { tap: port, ..Ports::free() }, "AWS tap"),
        (Ports { ministack: port, ..Ports::free() }, "local AWS engine"),
    ] {
        let refused = Engines::start(&data, ports).await.unwrap_err().to_string();
        assert!(refused.starts_with(&format!("port {port} ({role}) is taken")), "{refused}");
        assert!(refused.contains("--port"), "{refused}");
    }
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_named() {
    let file = support::folder("a-file");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    let refused = Engines::start(&DataDir::new(file.join("data")), Ports::free()).await.unwrap_err().to_string();
    assert!(refused.contains("a-file/data cannot be written"), "{refused}");
}

#[tokio::test]
async fn a_full_disk_is_said_before_anything_starts() {
    let folder = support::folder("full");
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.join("write-check")).unwrap();
    let refused = Engines::start(&DataDir::new(&folder), Ports::free()).await.unwrap_err();
    assert!(matches!(refused, StartError::DiskFull(_)), "{refused}");
}

#[tokio::test]
async fn an_engine_that_ends_while_starting_shows_its_last_words() {
    let venv = support::folder("broken-venv");
    fs::create_dir_all(venv.join("bin")).unwrap();
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    fs::copy(requirements, venv.join("installed-requirements.txt")).unwrap();
    let python = venv.join("bin/python3");
    fs::write(&python, "#!/bin/sh\necho 'ImportError: no module named ministack' >&2\nexit 3\n").unwrap();
    fs::set_permissions(&python, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let data = DataDir::new(support::folder("broken")).with_venv(&venv);
    let refused = Engines::start(&data, Ports::free()).await.unwrap_err().to_string();
    assert!(refused.contains("exit status: 3"), "{refused}");
    assert!(refused.ends_with("ImportError: no module named ministack"), "{refused}");
}

#[tokio::test]
async fn a_database_that_is_none_is_named() {
    let folder = support::folder("no-database");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("dynamo.sqlite"), "this is no database, and long enough to be read as one").unwrap();
    let refused = Engines::start(&DataDir::new(&folder), Ports::free()).await.unwrap_err().to_string();
    assert!(refused.contains("dynamo.sqlite cannot be opened"), "{refused}");
}
