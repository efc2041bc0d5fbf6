//! `GET /v1/{commune}/launch/kit/{piece}`.

use parvis_testkit::{Town, run};

#[test]
fn an_administrator_gets_a_poster_a_flyer_and_a_banner_as_files() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        for (piece, media_type, begins) in [
            ("poster", "application/pdf", b"%PDF-"),
            ("flyer", "application/pdf", b"%PDF-"),
            ("banner", "image/png", b"\x89PNG\r"),
        ] {
            let file = nadia.get(&format!("launch/kit/{piece}")).await.expect(200);
            assert_eq!((file.header("content-type"), file.header("cache-control")), (media_type, "no-store"));
            assert!(file.body.starts_with(begins), "{piece} begins with {:?}", &file.body[..8]);
            assert!(file.body.len() < 200_000, "{piece} is {} bytes", file.body.len());
        }
    });
}

#[test]
fn what_is_no_piece_is_not_there() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let refused = nadia.get("launch/kit/calendar").await.problem("not_found");
        assert!(refused.text("detail").contains("`poster`, `flyer`, `banner`"), "{refused}");
    });
}
