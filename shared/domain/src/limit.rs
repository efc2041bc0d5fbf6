//! Token buckets: how often something may be done. Pure arithmetic; whoever keeps the bucket has one number to keep.
//!
//! The number is the time at which the bucket is full again, in microseconds since 1970 (the "theoretical arrival time" of
//! the generic cell rate algorithm, ITU-T I.371). A token moves it one step further; it may not get further ahead than the
//! bucket is deep.

use std::net::{IpAddr, Ipv6Addr};

use jiff::Timestamp;

/// How far two clocks of the platform may be apart without a bucket noticing; Amazon's differ by less than a millisecond.
const SKEW: i64 = 60_000_000;

/// A bucket: so many at once, and one more after each pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// How many at once, at least 1.
    pub burst: u32,
    /// Microseconds until there is one more, at least 1.
    pub every: i64,
}

/// A bucket that is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Empty {
    /// Seconds until there is a token again, at least 1.
    pub wait: u32,
}

impl Limit {
    /// `burst` at once, and one more every `millis` milliseconds.
    pub const fn new(burst: u32, millis: u32) -> Limit {
        Limit { burst, every: millis as i64 * 1_000 }
    }

    /// `factor` times as many, as much more often: for machines on which everybody has the same address.
    #[must_use]
    pub fn widened(self, factor: u32) -> Limit {
        let factor = factor.max(1);
        Limit { burst: self.burst.saturating_mul(factor), every: (self.every / i64::from(factor)).max(1) }
    }

    /// Takes a token from the bucket that is full again at `full_at` (none: nobody took one yet). Answers when it is full
    /// again afterwards.
    ///
    /// A `full_at` that this clock cannot have led to was written by one that is ahead: the bucket counts as full, for
    /// else nobody would get a token until this clock is there too.
    pub fn take(self, full_at: Option<i64>, now: i64) -> Result<i64, Empty> {
        let full_at = full_at.filter(|at| *at > now && *at <= self.impossible(now)).unwrap_or(now);
        let next = full_at.saturating_add(self.every);
        let over = next.saturating_sub(now).saturating_sub(self.depth());
        match u64::try_from(over) {
            Ok(over @ 1..) => Err(Empty { wait: u32::try_from(over.div_ceil(1_000_000)).unwrap_or(u32::MAX) }),
            _ => Ok(next),
        }
    }

    /// The latest `full_at` from which a token may be taken at `now`.
    pub fn latest(self, now: i64) -> i64 {
        now.saturating_add(self.depth()).saturating_sub(self.every)
    }

    /// A `full_at` above this one was written by another clock.
    pub fn impossible(self, now: i64) -> i64 {
        now.saturating_add(self.depth()).saturating_add(SKEW)
    }

    /// Microseconds that an empty bucket takes to be full.
    fn depth(self) -> i64 {
        self.every.saturating_mul(i64::from(self.burst))
    }

    /// Seconds between two tokens, for people: `0.5`, `120`.
    pub fn pause(self) -> String {
        format!("{}", self.every as f64 / 1e6)
    }
}

/// A time as buckets count it.
pub fn micros(now: Timestamp) -> i64 {
    now.as_microsecond()
}

/// Whom an address stands for: an IPv4 address itself; of an IPv6 address the network of 64 bits, because every household has
/// as many addresses in it as it likes (RFC 6177). What is no address is itself, shortened.
pub fn network(address: &str) -> String {
    match address.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => address.chars().take(64).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn a_full_bucket_gives_its_burst_at_once_and_then_one_after_each_pause() {
        let limit = Limit::new(3, 10_000);
        let mut full_at = None;
        for _ in 0..3 {
            full_at = Some(limit.take(full_at, 0).unwrap());
        }
        assert_eq!(limit.take(full_at, 0), Err(Empty { wait: 10 }));
        assert_eq!(limit.take(full_at, 9 * SECOND + 1), Err(Empty { wait: 1 }));
        full_at = Some(limit.take(full_at, 10 * SECOND).unwrap());
        assert_eq!(limit.take(full_at, 10 * SECOND), Err(Empty { wait: 10 }));
        assert!(limit.take(full_at, 3_600 * SECOND).is_ok());
    }

    #[test]
    fn what_a_clock_that_is_far_ahead_wrote_locks_nobody_out() {
        let limit = Limit::new(2, 60_000);
        let tomorrow = 86_400 * SECOND;
        let full_at = limit.take(None, tomorrow).unwrap();
        assert_eq!(limit.take(Some(full_at), 0), Ok(60 * SECOND));
    }

    #[test]
    fn an_address_stands_for_itself_or_its_network_of_64_bits() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::1"), network("2001:db8:1:2::"));
        assert_ne!(network("2001:db8:1:3::1"), network("2001:db8:1:2::1"));
        assert_eq!(network(&"x".repeat(500)).len(), 64);
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_what_time_brings(
            burst in 1u32..20,
            millis in 1u32..100_000,
            pauses in prop::collection::vec(0i64..200_000_000, 1..200),
        ) {
            let limit = Limit::new(burst, millis);
            let (mut now, mut full_at, mut passed) = (0i64, None, Vec::new());
            for pause in pauses {
                now += pause;
                if let Ok(next) = limit.take(full_at, now) {
                    full_at = Some(next);
                    passed.push(now);
                }
            }
            for (i, from) in passed.iter().enumerate() {
                for (j, to) in passed.iter().enumerate().skip(i) {
                    let most = i64::from(burst) + (to - from) / limit.every;
                    prop_assert!((j - i + 1) as i64 <= most, "{} passed in {} us", j - i + 1, to - from);
                }
            }
        }

        #[test]
        fn who_waits_as_long_as_told_gets_a_token(burst in 1u32..20, millis in 1u32..100_000, at in 0i64..1_000_000_000) {
            let limit = Limit::new(burst, millis);
            let mut full_at = None;
            let empty = loop {
                match limit.take(full_at, at) {
                    Ok(next) => full_at = Some(next),
                    Err(empty) => break empty,
                }
            };
            prop_assert!(limit.take(full_at, at + i64::from(empty.wait) * SECOND).is_ok());
        }

        #[test]
        fn a_clock_that_jumps_makes_nobody_wait_longer_than_the_bucket_takes_to_fill(
            burst in 1u32..20,
            millis in 1u32..100_000,
            times in prop::collection::vec(0i64..10_000_000_000_000, 1..100),
        ) {
            let limit = Limit::new(burst, millis);
            let mut full_at = None;
            for now in times {
                match limit.take(full_at, now) {
                    Ok(next) => full_at = Some(next),
                    Err(Empty { wait }) => {
                        prop_assert!(i64::from(wait) * SECOND <= limit.every + SKEW + SECOND, "{wait} s");
                    }
                }
            }
        }
    }
}
