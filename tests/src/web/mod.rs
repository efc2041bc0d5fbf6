//! The web as browsers get it, with a small build that these tests make, so that they need no Node.

mod files;
mod headers;
mod paths;
mod viewer;

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use parvis_testkit::{platform, scratch};
use reqwest::header::HeaderMap;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The files of the build and what is in them.
const BUILD: [(&str, &str); 8] = [
    ("index.html", "<!doctype html><title>residents</title>"),
    ("console.html", "<!doctype html><title>console</title>"),
    ("operator.html", "<!doctype html><title>operators</title>"),
    ("sw.js", "// the service worker"),
    ("icons/192.png", "a picture"),
    ("assets/index-1a2b3c4d.js", "// the script"),
    ("assets/index-1a2b3c4d.js.br", "the script, by brotli"),
    ("assets/index-1a2b3c4d.js.gz", "the script, by gzip"),
];

/// What came back.
struct Got {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Got {
    /// A header's text; empty where there is none.
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Where the platform of the tests looks for the build; makes it, once.
fn build() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = scratch("web");
        for (name, content) in BUILD {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
            fs::write(file, content).expect("it is written");
        }
        // Beside the build, and not part of it.
        fs::write(scratch("secret.txt"), "not for browsers").expect("it is written");
        fs::write(scratch("secret"), "not for browsers").expect("it is written");
        folder
    })
}

/// Asks for exactly this path: clients would take `..` out before they ask.
async fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Got {
    build();
    let url = platform().await.url();
    let address = url.strip_prefix("http://").expect("a plain address");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("it answers");
    let answer = String::from_utf8(answer).expect("text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
    Got { status: status.expect("a status"), headers: headers.collect(), body: body.to_owned() }
}

async fn get(path: &str) -> Got {
    ask("GET", path, &[]).await
}
