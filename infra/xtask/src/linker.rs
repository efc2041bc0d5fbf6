//! Builds for the system that Lambda runs on, whatever this machine is, and looks whether what came out starts there.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shell::Shell;
use crate::tools;

/// `provided.al2023` is Amazon Linux 2023, whose C library is 2.34.
const GLIBC: u32 = 34;

/// `cargo build --target <triple>` that links against Lambda's C library.
pub(crate) fn cargo(shell: &Shell, triple: &str) -> Result<Command, String> {
    let library = shell.read(shell.command("rustc").args(["--print", "target-libdir", "--target", triple]))?;
    if !Path::new(library.trim()).is_dir() {
        return Err(format!("Rust's library for {triple} is missing: run `rustup target add {triple}`"));
    }
    let mut cargo = tools::zigbuild(shell)?;
    cargo.args(["--target", &format!("{triple}.2.{GLIBC}")]);
    Ok(cargo)
}

/// Whether Lambda's C library has everything that `program` asks for. One symbol too new, and no function starts.
pub(crate) fn runs_on_lambda(program: &Path) -> Result<(), String> {
    let bytes = fs::read(program).map_err(|e| format!("{}: {e}", program.display()))?;
    let wanted = newest_glibc(&bytes);
    if wanted <= GLIBC {
        return Ok(());
    }
    Err(format!(
        "{} needs glibc 2.{wanted}, and Lambda has 2.{GLIBC}: build on Amazon Linux 2023 or another system of that age \
         (Debian 11, Ubuntu 20.04)",
        program.display()
    ))
}

/// The greatest `n` of `GLIBC_2.n` among the versions that a program names.
fn newest_glibc(program: &[u8]) -> u32 {
    const NAME: &[u8] = b"GLIBC_2.";
    let versions = program.windows(NAME.len()).enumerate().filter(|(_, window)| *window == NAME).map(|(at, _)| {
        let digits = program[at + NAME.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(u32::from(digit - b'0')))
    });
    versions.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_of_the_c_library_counts() {
        assert_eq!(newest_glibc(b"\0GLIBC_2.2.5\0GLIBC_2.35\0GLIBC_2.4\0GLIBC_PRIVATE"), 35);
        assert_eq!(newest_glibc(b"nothing of the kind"), 0);
    }
}
