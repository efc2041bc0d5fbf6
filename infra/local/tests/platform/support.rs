//! One running platform for the tests of this binary, and a way to call it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use parvis_domain::Settings;
use parvis_edge::Function;
use parvis_local::engines::{DataDir, Ports};
use parvis_local::{Options, Platform};
use parvis_store::Commune;
use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SHARED: OnceCell<Platform> = OnceCell::const_new();

/// Runs a test on the runtime that the platform lives on.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME
        .block_on(async { tokio::time::timeout(Duration::from_secs(170), test).await.expect("the test ends in time") })
}

pub async fn platform() -> &'static Platform {
    SHARED.get_or_init(|| start("shared", super::functions::all())).await
}

pub async fn start(name: &str, functions: Vec<Function>) -> Platform {
    let options =
        Options { pace: Duration::from_millis(25), ..Options::new(DataDir::new(folder(name)), Ports::free()) };
    Platform::start(options, functions).await.unwrap()
}

/// A folder of this process; those of processes that have ended are removed, and what one with the same number left.
pub fn folder(name: &str) -> PathBuf {
    static OWN: LazyLock<PathBuf> = LazyLock::new(|| {
        let (root, own) = (Path::new(env!("CARGO_TARGET_TMPDIR")), std::process::id().to_string());
        for entry in fs::read_dir(root).unwrap().flatten() {
            let pid = entry.file_name().to_string_lossy().strip_prefix("platform-").map(str::to_owned);
            if pid.is_some_and(|pid| pid == own || !Path::new("/proc").join(pid).exists()) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        root.join(format!("platform-{own}"))
    });
    OWN.join(name)
}

pub fn client() -> Client {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Status, `content-type` and JSON of an answer.
pub async fn seen(answer: reqwest::Response) -> (u16, String, Value) {
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let media_type = headers.get("content-type").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    (status, media_type, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
}

/// The demo commune, opened, on a platform that may have been made without it.
pub async fn commune(platform: &Platform) -> Commune {
    let settings: Settings = serde_json::from_str(include_str!("../../demo/aubignac.json")).unwrap();
    platform.cx().store.put_settings(&settings).await.unwrap();
    platform.cx().store.commune(&settings.id).await.unwrap()
}

pub async fn wait_until(what: &str, limit: Duration, holds: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < limit, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
