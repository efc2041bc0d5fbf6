//! How files are handed out: how long they may be kept, compressed as the build made them, in part, and unless they changed.

use parvis_testkit::run;

use super::{ask, get};

const SCRIPT: &str = "/assets/index-1a2b3c4d.js";

#[test]
fn what_is_named_after_its_content_is_kept_for_good_and_the_rest_is_asked_about_each_time() {
    run(async {
        let script = get(SCRIPT).await;
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(script.header("content-type"), "text/javascript");
        for path in ["/", "/index.html", "/aubignac/report", "/sw.js", "/icons/192.png", "/assets/gone.js"] {
            assert_eq!(get(path).await.header("cache-control"), "no-cache", "{path}");
        }
        assert_eq!(get("/").await.header("content-type"), "text/html");
    });
}

#[test]
fn who_takes_brotli_or_gzip_gets_the_file_that_the_build_compressed() {
    run(async {
        for (accepted, encoding, content) in [
            ("gzip, deflate, br", "br", "the script, by brotli"),
            ("gzip", "gzip", "the script, by gzip"),
            ("br;q=0, gzip", "gzip", "the script, by gzip"),
            ("identity", "", "// the script"),
        ] {
            let got = ask("GET", SCRIPT, &[("accept-encoding", accepted)]).await;
            assert_eq!((got.header("content-encoding"), &*got.body), (encoding, content), "{accepted}");
            assert_eq!(got.header("content-type"), "text/javascript", "{accepted}");
        }
        let page = ask("GET", "/", &[("accept-encoding", "br")]).await;
        assert_eq!(page.header("content-encoding"), "", "the build did not compress it");
    });
}

#[test]
fn a_head_has_no_body_and_nothing_but_get_and_head_is_allowed() {
    run(async {
        let head = ask("HEAD", "/aubignac", &[]).await;
        assert_eq!((head.status, &*head.body, head.header("content-length")), (200, "", "39"));
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            for path in ["/", SCRIPT, "/web.json"] {
                let got = ask(method, path, &[]).await;
                assert_eq!((got.status, got.header("allow")), (405, "GET, HEAD"), "{method} {path}");
            }
        }
    });
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    run(async {
        let first = get("/").await;
        let again = ask("GET", "/", &[("if-modified-since", first.header("last-modified"))]).await;
        assert_eq!((again.status, &*again.body), (304, ""));
        assert!(!again.header("content-security-policy").is_empty());
        let part = ask("GET", SCRIPT, &[("range", "bytes=3-5")]).await;
        assert_eq!((part.status, &*part.body), (206, "the"));
    });
}
