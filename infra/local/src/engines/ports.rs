//! Which ports the platform listens on, always on 127.0.0.1 only.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::error::StartError;

/// How many ports a platform has.
const PORTS: u16 = 5;

/// The ports of one platform. 0 means any free one, known after the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// The API and the local pages.
    pub gateway: u16,
    /// The DynamoDB engine itself.
    pub dynamo: u16,
    /// ministack itself.
    pub ministack: u16,
    /// What the platform uses as AWS: records what is sent and applies faults, then ministack.
    pub tap: u16,
    /// What the platform uses as DynamoDB: applies faults, then the engine.
    pub dynamo_tap: u16,
}

impl Ports {
    /// Where the gateway listens unless something else is asked for; the engines follow.
    pub const DEFAULT_FIRST: u16 = 8200;

    /// Five ports in a row: gateway, DynamoDB, ministack, AWS tap, DynamoDB tap. The default is 8200 to 8204.
    ///
    /// # Errors
    /// The row does not end by 65535.
    pub fn fixed(first: u16) -> Result<Ports, StartError> {
        let at = |offset: u16| first.checked_add(offset).ok_or(StartError::PortRange { first, extra: 4 });
        Ok(Ports { gateway: first, dynamo: at(1)?, ministack: at(2)?, tap: at(3)?, dynamo_tap: at(4)? })
    }

    /// Five ports in a row that are free now, for a platform that keeps them from one life to the next: below those that the
    /// system gives to whoever asks for any. Where to look first differs from process to process, and no row is given twice
    /// by one: a platform that is just being started again would find its ports taken.
    pub fn row() -> Option<Ports> {
        static GIVEN: AtomicUsize = AtomicUsize::new(0);
        let rows: Vec<u16> = (18_200..30_000).step_by(usize::from(PORTS)).collect();
        let own = usize::try_from(std::process::id()).unwrap_or(0);
        let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        let next = || rows[own.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % rows.len()];
        let first = (0..rows.len()).map(|_| next()).find(|first| (*first..first + PORTS).all(free))?;
        Ports::fixed(first).ok()
    }

    /// Any free ports, so that tests run beside each other and beside a platform.
    pub fn free() -> Ports {
        Ports { gateway: 0, dynamo: 0, ministack: 0, tap: 0, dynamo_tap: 0 }
    }
}

/// Listens on `port` of 127.0.0.1 and gives the port that was found.
pub(super) fn listen(port: u16, role: &'static str) -> Result<(TcpListener, u16), StartError> {
    let open = || {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let found = listener.local_addr()?.port();
        Ok((listener, found))
    };
    open().map_err(|source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::PortTaken { port, role },
        _ => StartError::Port { port, role, source },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_ports_are_8200_to_8204() {
        let ports = Ports::fixed(Ports::DEFAULT_FIRST).unwrap();
        assert_eq!((ports.gateway, ports.dynamo, ports.ministack, ports.tap), (8200, 8201, 8202, 8203));
        assert_eq!(ports.dynamo_tap, 8204);
    }

    #[test]
    fn no_row_is_given_twice() {
        let (one, other) = (Ports::row().unwrap(), Ports::row().unwrap());
        assert!(one.gateway.abs_diff(other.gateway) >= PORTS, "{one:?} {other:?}");
    }

    #[test]
    fn a_first_port_too_close_to_the_end_is_refused() {
        let refused = Ports::fixed(65_532).unwrap_err().to_string();
        assert!(refused.starts_with("--port 65532 leaves no room"), "{refused}");
        assert!(Ports::fixed(65_531).is_ok());
    }

    #[test]
    fn a_taken_port_is_named_with_its_role_and_the_way_out() {
        let (_held, port) = listen(0, "AWS tap").unwrap();
        let refused = listen(port, "AWS tap").unwrap_err().to_string();
        assert!(refused.starts_with(&format!("port {port} (AWS tap) is taken")), "{refused}");
        assert!(refused.contains("--port"), "{refused}");
    }
}
