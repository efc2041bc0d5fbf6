//! `GET /v1/{commune}/manifest`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parvis_photos::pipeline::sample;
use parvis_testkit::{Town, run};
use serde_json::{Value, json};

fn own_icons() -> Value {
    json!([
        { "src": "/icons/192.png", "sizes": "192x192", "type": "image/png", "purpose": "any" },
        { "src": "/icons/512.png", "sizes": "512x512", "type": "image/png", "purpose": "any" },
        { "src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable" },
    ])
}

#[test]
fn the_web_app_is_installed_in_the_commune_s_name_and_colour() {
    run(async {
        let town = Town::with(|settings| {
            settings["colours"] = json!({ "primary": "#7a1450", "accent": "#f2b134" });
        })
        .await;
        let manifest = town.guest().await.get("manifest").await.expect(200);
        assert_eq!(manifest.header("content-type"), "application/manifest+json");
        assert_eq!(manifest.header("cache-control"), "public, max-age=600");
        let (name, home) = (&town.settings.name, format!("/{}/", town.id));
        assert_eq!((manifest.text("name"), manifest.text("short_name")), (&*format!("Parvis {name}"), &**name));
        for field in ["id", "start_url", "scope"] {
            assert_eq!(manifest.text(field), home, "{field}");
        }
        assert_eq!((manifest.text("lang"), manifest.text("display")), ("fr", "standalone"));
        assert_eq!((manifest.text("theme_color"), manifest.text("background_color")), ("#7a1450", "#ffffff"));
        assert_eq!(manifest.json["icons"], own_icons());
        assert_eq!(manifest.json["shortcuts"], json!([{ "name": "Signaler", "url": format!("{home}report") }]));
    });
}

#[test]
fn the_logo_is_an_icon_in_its_real_size_before_the_app_s_own() {
    run(async {
        let town = Town::new().await;
        let jpeg = sample::jpeg_with_gps(640, 480, 5.6, 43.6, 1);
        let logo = json!({ "picture": STANDARD.encode(jpeg) });
        let logo = town.administrator().await.put("logo", logo).await.expect(200);
        let manifest = town.guest().await.get("manifest").await.expect(200);
        let icons = manifest.json["icons"].as_array().expect("a list");
        let sizes = format!("{}x{}", logo.json["width"], logo.json["height"]);
        let first = json!({ "src": logo.text("url"), "sizes": sizes, "type": "image/png", "purpose": "any" });
        assert_eq!((&icons[0], sizes.as_str()), (&first, "512x384"));
        assert_eq!(json!(icons[1..]), own_icons());
    });
}

#[test]
fn a_commune_that_takes_no_reports_offers_no_way_to_send_one() {
    run(async {
        let town = Town::with(|settings| settings["modules"] = json!(["map"])).await;
        let manifest = town.guest().await.get("manifest").await.expect(200);
        assert_eq!(manifest.json["shortcuts"], json!([]));
    });
}
