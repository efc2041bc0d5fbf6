//! Which ports the platform listens on, always on 127.0.0.1 only.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use super::error::StartError;

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
