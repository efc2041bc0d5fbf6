//! The whole platform is killed at random moments with writes and notices in flight, and started again: everything that
//! was answered is there, and every event, follower and channel has exactly one message, but for the copies of the
//! documented window (functions/notices/src/deliver_notice.rs), which are recognised one by one.

use std::time::Duration;

use parvis_testkit::{End, Ordeal, run, scratch, seed};

/// How long a life lasts, in milliseconds.
const LIFE: std::ops::Range<u64> = 200..3_000;

#[test]
fn a_platform_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing_outside_the_window() {
    let seed = seed(20_261_121);
    let kills = std::env::var("PARVIS_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    println!("PARVIS_SEED={seed} PARVIS_KILLS={kills}");
    run(async {
        let mut ordeal = Ordeal::prepare(scratch("kills"), seed, 6, 3, 100..1_000).await.unwrap();
        for _ in 0..kills {
            let life = Duration::from_millis(ordeal.random().u64(LIFE));
            ordeal.live(life, &[], End::Kill).await.unwrap();
        }
        let verdict = ordeal.verdict().await.unwrap();
        println!("{verdict}");
        assert!(verdict.holds() && verdict.not_by_a_kill().next().is_none(), "{verdict}");
        assert!(verdict.answered > kills && verdict.outcome.sent > 0, "there was a load");
    });
}
