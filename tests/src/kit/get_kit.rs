//! `GET /v1/{commune}/launch/kit/{piece}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parvis_testkit::{Town, run};
use serde_json::json;

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

#[test]
fn a_commune_with_a_logo_has_it_on_every_piece_until_it_is_removed_or_its_file_is_gone() {
    run(async {
        let town = Town::new().await;
        let nadia = town.administrator().await;
        let sizes = async || {
            let mut sizes = Vec::new();
            for piece in ["poster", "flyer", "banner"] {
                sizes.push(nadia.get(&format!("launch/kit/{piece}")).await.expect(200).body);
            }
            sizes
        };
        let plain = sizes().await;
        let logo = image::RgbaImage::from_fn(64, 48, |x, _| image::Rgba([200, 30, 40, if x < 32 { 0 } else { 255 }]));
        let mut png = std::io::Cursor::new(Vec::new());
        logo.write_to(&mut png, image::ImageFormat::Png).expect("it is encoded");
        nadia.put("logo", json!({ "picture": STANDARD.encode(png.into_inner()) })).await.expect(200);
        let shown = sizes().await;
        assert!(plain.iter().zip(&shown).all(|(without, with)| without != with));
        let commune = town.commune().await;
        let logo = commune.logo().await.expect("an answer").expect("a logo");
        let file = format!("{}/logo-{}.png", town.id, logo.id);
        let s3 = commune.store().clients().s3().delete_object().bucket(&commune.store().names.photos).key(file);
        s3.send().await.expect("removed");
        assert_eq!(sizes().await[2], plain[2], "whose file is gone has none");
        nadia.delete("logo").await.expect(204);
        assert_eq!(sizes().await[2], plain[2]);
    });
}
