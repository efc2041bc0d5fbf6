//! Waiting for what takes a moment.

use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(30);
const FIRST: Duration = Duration::from_millis(10);
const LAST: Duration = Duration::from_millis(200);

/// Looks until `look` finds something, at most 30 seconds.
///
/// # Panics
/// With `what` when it is not there in time.
pub async fn wait_until<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    let began = Instant::now();
    let mut pause = FIRST;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < LIMIT, "waited {} s in vain: {what}", LIMIT.as_secs());
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST);
    }
}
