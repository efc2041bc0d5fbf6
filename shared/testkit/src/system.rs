//! The one system of a test process, and how a test runs on it.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
pub use parvis_local::Platform;
use parvis_local::engines::{DataDir, Ports};
use parvis_local::tap::{FaultAction, NewFault, Service};
use parvis_local::{Later, Options, WebOptions};
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, RwLock};

use crate::grants;

/// No test takes that long; one that does hangs.
const LIMIT: Duration = Duration::from_secs(180);
/// Tests look for changes more often than people.
const PACE: Duration = Duration::from_millis(25);

static PLATFORM: OnceCell<Platform> = OnceCell::const_new();
static RUNTIME: OnceLock<Runtime> = OnceLock::new();
/// Held by every test; wholly by one that runs alone.
static TURN: RwLock<()> = RwLock::const_new(());

/// Runs a test, beside others.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    on_runtime(async {
        let _turn = TURN.read().await;
        limited(test).await
    })
}

/// Runs a test while no other runs: for what all communes share, like a schedule that runs as if it were tomorrow.
pub fn run_alone<T>(test: impl Future<Output = T>) -> T {
    on_runtime(async {
        let _turn = TURN.write().await;
        limited(test).await
    })
}

async fn limited<T>(test: impl Future<Output = T>) -> T {
    let Ok(result) = tokio::time::timeout(LIMIT, test).await else {
        panic!("the test did not end within {} s; see {}", LIMIT.as_secs(), log_file().display())
    };
    result
}

fn on_runtime<T>(test: impl Future<Output = T>) -> T {
    /// Also when the test panics.
    struct Written;
    impl Drop for Written {
        fn drop(&mut self) {
            grants::write();
        }
    }
    let runtime = RUNTIME.get_or_init(|| match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime: {error}"),
    });
    let _written = Written;
    runtime.block_on(test)
}

/// The system. It starts with the first test and ends with the process: its engine notices and ends too.
pub async fn platform() -> &'static Platform {
    PLATFORM
        .get_or_init(|| async {
            let folder = folder();
            log(folder);
            let web = WebOptions::new(folder.join("web"));
            // A run of the platform's own would come in between whatever a test is just trying.
            let schedules = false;
            let options = Options { pace: PACE, web, schedules, ..Options::new(DataDir::new(folder), Ports::free()) };
            match Platform::start(options, parvis_catalog::functions()).await {
                Ok(platform) => platform,
                Err(error) => panic!("the platform does not start: {error}"),
            }
        })
        .await
}

/// The system at another time: its gateway, and its schedules by [`Later::run_schedule`].
pub async fn at(by: SignedDuration) -> Later {
    match platform().await.later(by).await {
        Ok(later) => later,
        Err(error) => panic!("{error}"),
    }
}

/// The system at a moment that does not pass, for what depends on a second.
pub async fn standing(at: Timestamp) -> Later {
    match platform().await.standing(at).await {
        Ok(later) => later,
        Err(error) => panic!("{error}"),
    }
}

/// The same at another time with the limits that hold where the platform is deployed; elsewhere tests have a thousand times
/// the room.
pub async fn strict(by: SignedDuration) -> Later {
    match platform().await.strict(by).await {
        Ok(later) => later,
        Err(error) => panic!("{error}"),
    }
}

/// A fault that lasts until this value is dropped.
#[derive(Debug)]
pub struct FaultGuard {
    id: u64,
    platform: &'static Platform,
}

/// Makes calls meet `rule` until the answer is dropped. Narrow it with `contains`: other tests run at the same time.
pub async fn fault(rule: NewFault) -> FaultGuard {
    let platform = platform().await;
    match platform.faults().add(rule) {
        Ok(fault) => FaultGuard { id: fault.id, platform },
        Err(error) => panic!("{error}"),
    }
}

impl FaultGuard {
    /// How many calls it met so far.
    pub fn hits(&self) -> u64 {
        self.platform.faults().list().iter().find(|fault| fault.id == self.id).map_or(0, |fault| fault.hits)
    }

    /// Ends it and gives how many calls it met in all.
    pub fn end(self) -> u64 {
        self.platform.faults().remove(self.id).map_or(0, |fault| fault.hits)
    }
}

/// Works until a call meets `fault`, which holds it up, and dies in that call, however fast the machine is; what was done when
/// no call did.
pub async fn dies_meeting<T>(fault: &FaultGuard, work: impl Future<Output = T>) -> Option<T> {
    let met = async {
        while fault.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let done = tokio::select! {
        // On the heap: a test's thread has room for one such future, not for several.
        done = Box::pin(work) => Some(done),
        () = met => None,
    };
    // The call dies with its caller: none goes on when the fault ends.
    while done.is_none() && fault.platform.faults().held(fault.id) > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    done
}

/// Works, and dies in the so-manieth call of this service that contains this text, the second at the earliest; what was done
/// when there were fewer.
pub async fn dies_in_call<T>(call: u32, service: Service, contains: &str, work: impl Future<Output = T>) -> Option<T> {
    let any = NewFault { contains: Some(contains.to_owned()), ..NewFault::new(service, FaultAction::Slow) };
    let _before = fault(NewFault { ms: Some(1), times: Some(call - 1), ..any.clone() }).await;
    // Not for long: somebody else may call about the same, and is held up too.
    let last = fault(NewFault { ms: Some(5_000), ..any }).await;
    dies_meeting(&last, work).await
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        self.platform.faults().remove(self.id);
    }
}

/// The workspace's `target`.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}

/// Where data is: `PARVIS_SCRATCH`, or beside what was built.
fn scratches() -> PathBuf {
    std::env::var_os("PARVIS_SCRATCH").map_or_else(|| target().join("tmp"), PathBuf::from)
}

/// This process's own, empty when it begins: a process that had the same number may have left one behind.
fn folder() -> &'static Path {
    static OWN: LazyLock<PathBuf> = LazyLock::new(|| {
        remove_left_over();
        scratches().join(format!("testkit-{}", std::process::id()))
    });
    &OWN
}

/// A folder of this test process for one test's own data; the next process removes it.
pub fn scratch(name: &str) -> PathBuf {
    folder().join(name)
}

/// The seed of a random test: `PARVIS_SEED`, or the test's own.
pub fn seed(usual: u64) -> u64 {
    std::env::var("PARVIS_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn log_file() -> PathBuf {
    folder().join("platform.log")
}

/// Removes the data of test processes that have ended.
fn remove_left_over() {
    let own = std::process::id().to_string();
    for entry in std::fs::read_dir(scratches()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ended =
            name.strip_prefix("testkit-").is_some_and(|pid| pid == own || !Path::new("/proc").join(pid).exists());
        if ended {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// What functions log goes to a file beside the data.
fn log(folder: &Path) {
    let _ = std::fs::create_dir_all(folder);
    let Ok(file) = std::fs::File::create(log_file()) else { return };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt().with_ansi(false).with_env_filter(filter).with_writer(file).try_init();
}
