//! Starts a local platform on ports and data of its own and looks at its pages in Chromium (web/tests).

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::shell::Shell;
use crate::suite::{Broken, Held, Outcome};

/// The first start installs the local AWS engine.
const START: Duration = Duration::from_secs(240);
/// The platform takes this many ports in a row.
const PORTS: u16 = 5;

/// The step.
pub(crate) fn check(shell: &Shell) -> Outcome {
    let set_up =
        |why: String| Broken::one(why, "node (20 or newer) with npm, and its package index once, must be there");
    packages(shell).map_err(set_up)?;
    let program = shell.build("parvis-local", "the local platform").map_err(|e| Broken::one(e, "see step build"))?;
    let data = shell.target.join("xtask/browser");
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(|e| set_up(format!("{}: {e}", data.display())))?;
    let port = free_ports().map_err(set_up)?;
    let log = data.join("platform.log");
    let out = fs::File::create(&log).and_then(|f| Ok((f.try_clone()?, f)));
    let (out, err) = out.map_err(|e| set_up(format!("{}: {e}", log.display())))?;
    let mut command = shell.command(program);
    command.args(["up", "--port", &port.to_string(), "--data"]).arg(data.join("data")).stdout(out).stderr(err);
    let child = command.spawn().map_err(|e| set_up(format!("cannot run parvis-local: {e}")))?;
    let mut platform = Platform(child);
    let not_up = |why: String| Broken::one(format!("{}\n{why}", tail(&log)), "`cargo xtask up` shows it by hand");
    platform.wait(port).map_err(not_up)?;
    let shots = shell.target.join("screenshots");
    let mut node = shell.command("node");
    node.arg("web/tests/pages.mjs").arg(format!("http://127.0.0.1:{port}")).arg(&shots);
    let said = node.stderr(Stdio::inherit()).output();
    let said = said.map_err(|e| set_up(format!("cannot run node: {e}")))?;
    let text = String::from_utf8_lossy(&said.stdout);
    print!("{text}");
    let (passed, failed) =
        (text.matches("\nok ").count() + usize::from(text.starts_with("ok ")), text.matches("not ok ").count());
    if said.status.success() && passed > 0 {
        return Ok(Held { checks: passed, note: format!("screenshots in {}", shots.display()) });
    }
    let fix = "each line above names the page and the rule it breaks".to_owned();
    Err(Broken { passed, failed: failed.max(1), why: format!("web/tests/pages.mjs: {}", said.status), fix })
}

/// Installs what `web/package-lock.json` pins, when it changed.
fn packages(shell: &Shell) -> Result<(), String> {
    let web = shell.root.join("web");
    let lock = fs::read_to_string(web.join("package-lock.json")).map_err(|e| format!("web/package-lock.json: {e}"))?;
    let stamp = web.join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == lock) {
        return Ok(());
    }
    println!("installing the browser and its driver (about 90 MB, once per checkout)");
    let mut npm = shell.command("npm");
    shell.read(npm.args(["ci", "--no-audit", "--no-fund", "--prefix", "web"]))?;
    fs::write(&stamp, lock).map_err(|e| format!("{}: {e}", stamp.display()))
}

/// The first of some ports in a row that nobody listens on.
fn free_ports() -> Result<u16, String> {
    let free = |first: &u16| (*first..*first + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    (18200..19200).step_by(usize::from(PORTS)).find(free).ok_or_else(|| "no free ports from 18200 to 19200".to_owned())
}

fn tail(log: &std::path::Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// The platform, stopped like by Ctrl-C when the step ends.
struct Platform(Child);

impl Platform {
    /// Until its page answers.
    fn wait(&mut self, port: u16) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Err(format!("the platform ended ({status})"));
            }
            if answers(port) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("the platform did not answer within {} s", START.as_secs()))
    }
}

fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /_local/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

impl Drop for Platform {
    fn drop(&mut self) {
        let asked = std::process::Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let begun = Instant::now();
        while asked.is_ok() && begun.elapsed() < Duration::from_secs(20) {
            if !matches!(self.0.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
