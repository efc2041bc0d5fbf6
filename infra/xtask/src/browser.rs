//! Starts a local platform on ports and data of its own, looks at its pages (web/tests), lets Lighthouse score the residents' three
//! main screens (`npm run lighthouse`) and plays the web's stories (`npm run e2e`), all in Chromium.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::shell::Shell;
use crate::suite::{Broken, Held, Outcome};
use crate::web;

/// The first start installs the local AWS engine.
const START: Duration = Duration::from_secs(240);
/// The platform takes this many ports in a row.
const PORTS: u16 = 5;
/// Lines of what a program wrote of errors that are told again at the end.
const LAST_ERRORS: usize = 12;

/// The step.
pub(crate) fn check(shell: &Shell) -> Outcome {
    let set_up = |why: String| Broken::one(why, "Node with npm, and its package index once, must be there");
    web::build(shell).map_err(set_up)?;
    let program = shell.build("parvis-local", "the local platform").map_err(|e| Broken::one(e, "see step build"))?;
    let data = shell.target.join("xtask/browser");
    let _ = fs::remove_dir_all(&data);
    fs::create_dir_all(&data).map_err(|e| set_up(format!("{}: {e}", data.display())))?;
    let port = free_ports().map_err(set_up)?;
    let log = data.join("platform.log");
    let out = fs::File::create(&log).and_then(|f| Ok((f.try_clone()?, f)));
    let (out, err) = out.map_err(|e| set_up(format!("{}: {e}", log.display())))?;
    let mut command = shell.command(program);
    // Nothing from elsewhere: a story that needs maps or addresses brings them.
    command.args(["up", "--port", &port.to_string(), "--tiles", "none", "--geocoder", "none", "--data"]);
    command.arg(data.join("data")).stdout(out).stderr(err);
    let child = command.spawn().map_err(|e| set_up(format!("cannot run parvis-local: {e}")))?;
    let mut platform = Platform(child);
    let not_up = |why: String| Broken::one(format!("{}\n{why}", tail(&log)), "`cargo xtask up` shows it by hand");
    platform.wait(port).map_err(not_up)?;
    let url = format!("http://127.0.0.1:{port}");
    let shots = shell.target.join("screenshots");
    let mut pages = shell.command("node");
    pages.arg("web/tests/pages.mjs").arg(&url).arg(&shots);
    let local = looked_at(&mut pages, |text| Some(lines(text)));
    // Before the stories: it measures, and wants the machine for itself.
    let mut scores = npm(shell, &url, "lighthouse");
    let scores = looked_at(&mut scores, |text| Some(lines(text)));
    let mut stories = npm(shell, &url, "e2e");
    let web = looked_at(&mut stories, |text| tally(text.lines().last()?));
    let looks = [local, scores, web];
    let (passed, failed) = (looks.iter().map(|l| l.passed).sum(), looks.iter().map(|l| l.failed).sum());
    if failed == 0 {
        return Ok(Held { checks: passed, note: format!("screenshots in {}", shots.display()) });
    }
    let why: Vec<String> = looks.into_iter().filter_map(|look| look.why).collect();
    let fix = "the lines above name the page and the rule it breaks".to_owned();
    Err(Broken { passed, failed, why: why.join("\n"), fix })
}

/// A script of the web's, on the platform at `url`.
fn npm(shell: &Shell, url: &str, script: &str) -> Command {
    let mut npm = shell.command("npm");
    npm.args(["run", "--silent", script]).current_dir(shell.root.join("web")).env("PARVIS_URL", url);
    npm
}

/// What a program that looks at pages has found.
struct Looked {
    passed: usize,
    failed: usize,
    why: Option<String>,
}

/// Runs it and prints what it says, of which `counts` makes the numbers. One that counts nothing, or ends otherwise than it counts,
/// has failed.
fn looked_at(command: &mut Command, counts: impl Fn(&str) -> Option<(usize, usize)>) -> Looked {
    let told = format!("{:?}", command.get_program());
    let (status, text, errors) = match heard(command) {
        Ok(said) => said,
        Err(error) => return Looked { passed: 0, failed: 1, why: Some(format!("cannot run {told}: {error}")) },
    };
    let (passed, failed) = counts(text.trim_end()).unwrap_or_default();
    if status.success() && failed == 0 && passed > 0 {
        return Looked { passed, failed, why: None };
    }
    let mut why = vec![format!("{told}: {status}, {passed} passed, {failed} failed")];
    // Said again at the end: between here and there are hundreds of lines, and some logs keep the last alone.
    why.extend(text.lines().filter(|line| line.starts_with("not ok ")).map(str::to_owned));
    why.extend(last(&errors, LAST_ERRORS).iter().map(|line| (*line).to_owned()));
    Looked { passed, failed: failed.max(1), why: Some(why.join("\n")) }
}

/// Runs a program to its end and prints its lines as they come, since stories take minutes. What it wrote, and wrote of errors.
fn heard(command: &mut Command) -> std::io::Result<(ExitStatus, String, String)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (text, errors) = std::thread::scope(|scope| {
        let errors = scope.spawn(|| passed_on(err, |line| eprintln!("{line}")));
        (passed_on(out, |line| println!("{line}")), errors.join().unwrap_or_default())
    });
    Ok((child.wait()?, text, errors))
}

/// The lines of a stream, each told as it comes.
fn passed_on(stream: Option<impl Read>, tell: impl Fn(&str)) -> String {
    let mut text = String::new();
    for line in stream.into_iter().flat_map(|stream| BufReader::new(stream).split(b'\n')).map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        tell(&line);
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Lines that begin with `ok` and with `not ok`.
fn lines(text: &str) -> (usize, usize) {
    let starts = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
    (starts("ok "), starts("not ok "))
}

/// `12 passed, 0 failed`, alone on a line.
fn tally(line: &str) -> Option<(usize, usize)> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.parse().ok()?))
}

/// The first of some ports in a row that nobody listens on.
fn free_ports() -> Result<u16, String> {
    let free = |first: &u16| (*first..*first + PORTS).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
    (18200..19200).step_by(usize::from(PORTS)).find(free).ok_or_else(|| "no free ports from 18200 to 19200".to_owned())
}

fn tail(log: &std::path::Path) -> String {
    last(&fs::read_to_string(log).unwrap_or_default(), 20).join("\n")
}

fn last(text: &str, count: usize) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].to_vec()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_stands_alone_on_its_line() {
        assert_eq!(tally("12 passed, 1 failed"), Some((12, 1)));
        assert_eq!((tally("12 passed"), tally("all 12 passed, 0 failed"), tally("")), (None, None, None));
    }

    #[test]
    fn who_counts_nothing_or_ends_badly_has_failed() {
        let ran = |script: &str| {
            let looked = looked_at(Command::new("sh").args(["-c", script]), |text| tally(text.lines().last()?));
            (looked.passed, looked.failed, looked.why.is_some())
        };
        assert_eq!(ran("echo well; echo '3 passed, 0 failed'"), (3, 0, false));
        assert_eq!(ran("echo '3 passed, 2 failed'; exit 1"), (3, 2, true));
        assert_eq!(ran("echo '3 passed, 0 failed'; exit 1"), (3, 1, true));
        assert_eq!(ran("true"), (0, 1, true));
        assert_eq!(ran("echo '0 passed, 0 failed'"), (0, 1, true));
    }

    #[test]
    fn why_it_failed_is_told_again() {
        let script = "echo 'ok home'; echo 'not ok report: too heavy'; echo 'no browser starts' >&2; exit 1";
        let looked = looked_at(Command::new("sh").args(["-c", script]), |text| Some(lines(text)));
        assert_eq!((looked.passed, looked.failed), (1, 1));
        let why = looked.why.unwrap_or_default();
        assert!(why.starts_with("\"sh\": exit status: 1, 1 passed, 1 failed\n"), "{why}");
        assert!(why.ends_with("\nnot ok report: too heavy\nno browser starts"), "{why}");
    }
}
