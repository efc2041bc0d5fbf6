//! `PUT /v1/{commune}/logo`.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder as _, ImageFormat, Rgba, RgbaImage};
use jiff::SignedDuration;
use parvis_photos::pipeline::sample;
use parvis_testkit::{Actor, Answer, FaultAction, NewFault, Service, Town, at, fault, run, run_alone};
use reqwest::Method;
use serde_json::{Value, json};

use super::path_of;

/// Nothing on the left, whose pixels are green all the same; a red that is half seen in the middle; red on the right.
fn crest(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, _| match x * 4 / width {
        0 | 1 => Rgba([0, 255, 0, 0]),
        2 => Rgba([255, 0, 0, 128]),
        _ => Rgba([255, 0, 0, 255]),
    })
}

fn encoded(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("it is encoded");
    bytes.into_inner()
}

pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(&crest(width, height), ImageFormat::Png)
}

pub(super) async fn put(actor: &Actor, picture: &[u8]) -> Answer {
    actor.put("logo", json!({ "picture": STANDARD.encode(picture) })).await
}

/// The picture behind an answer, as everybody gets it.
async fn seen(anybody: &Actor, answer: &Answer) -> RgbaImage {
    let file = anybody.call(Method::GET, &path_of(answer, "url")).await.expect(200);
    assert_eq!(file.header("content-type"), "image/png");
    assert_eq!(chunks(&file.body), ["IHDR", "IDAT", "IEND"], "nothing but the picture");
    let picture = image::load_from_memory_with_format(&file.body, ImageFormat::Png).expect("a PNG").into_rgba8();
    let size = (answer.value::<u32>("width"), answer.value::<u32>("height"));
    assert_eq!(picture.dimensions(), size);
    picture
}

/// The kinds of a PNG's chunks, each once.
fn chunks(png: &[u8]) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), &png[8..]);
    while let Some((head, after)) = rest.split_at_checked(8) {
        found.push(String::from_utf8_lossy(&head[4..]).into_owned());
        let length = u32::from_be_bytes(head[..4].try_into().expect("four bytes")) as usize;
        rest = after.get(length + 4..).unwrap_or_default();
    }
    found.dedup();
    found
}

/// A small PNG whose header, valid in itself, declares so many pixels a side.
fn bomb(side: u32) -> Vec<u8> {
    let mut bytes = png(8, 8);
    bytes[16..20].copy_from_slice(&side.to_be_bytes());
    bytes[20..24].copy_from_slice(&side.to_be_bytes());
    let crc = bytes[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[test]
fn everybody_sees_the_logo_with_what_is_transparent_and_no_larger_than_needed() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        assert_eq!(guest.get("").await.expect(200).json["logo"], Value::Null);
        let kept = put(&nadia, &png(1024, 512)).await.expect(200);
        assert_eq!(guest.get("").await.expect(200).json["logo"], kept.json);
        let picture = seen(&guest, &kept).await;
        assert_eq!(picture.dimensions(), (512, 256));
        let alpha = |x: u32| picture.get_pixel(x, 128).0[3];
        assert_eq!((alpha(20), alpha(500)), (0, 255));
        assert!((126..=130).contains(&alpha(320)), "{}", alpha(320));
        // The green that nobody sees does not shine through at the edge.
        let worst = picture.pixels().filter(|pixel| pixel.0[3] > 8).map(|pixel| pixel.0[1]).max();
        assert!(worst.is_some_and(|green| green < 24), "{worst:?}");
    });
}

#[test]
fn png_jpeg_and_webp_are_taken_and_nothing_that_they_say_of_themselves_is_left() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let exif = sample::SampleExif { orientation: 6, ..sample::SampleExif::at(6.0, 44.0) };
        let mut with_exif = Vec::new();
        let mut encoder = PngEncoder::new(&mut with_exif);
        encoder.set_exif_metadata(exif.to_bytes()).expect("PNG holds EXIF");
        let stored = crest(60, 40);
        encoder.write_image(&stored, 60, 40, ExtendedColorType::Rgba8).expect("it is encoded");
        assert!(chunks(&with_exif).contains(&"eXIf".to_owned()), "{:?}", chunks(&with_exif));
        for (file, size) in [
            (png(200, 100), (200, 100)),
            (with_exif, (40, 60)),
            (sample::jpeg_with_gps(640, 480, 6.0, 44.0, 6), (512, 384)),
            (encoded(&crest(200, 100), ImageFormat::WebP), (200, 100)),
        ] {
            let kept = put(&nadia, &file).await.expect(200);
            assert_eq!(seen(&guest, &kept).await.dimensions(), size);
        }
    });
}

#[test]
fn what_is_no_logo_is_refused_with_limit_and_value_and_the_one_before_stays() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let mut full = png(100, 50);
        full.resize(200_000, 0);
        let kept = put(&nadia, &full).await.expect(200);
        let mut longer = full.clone();
        longer.push(0);
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
        let whole = png(400, 300);
        for (file, rule, says) in [
            (longer, "too_large", ["200001", "200000"]),
            (png(2_001, 8), "too_wide", ["2001", "2000"]),
            (bomb(20_000), "too_wide", ["20000 × 20000", "2000 au plus par côté"]),
            (sample::bomb(), "too_wide", ["20000 × 20000", "2000 au plus par côté"]),
            (svg.to_vec(), "type_not_supported", ["SVG", "PNG"]),
            (b"GIF89a".to_vec(), "type_not_supported", ["GIF", "PNG"]),
            (Vec::new(), "type_not_supported", ["JPEG", "PNG"]),
            (whole[..whole.len() / 2].to_vec(), "truncated", ["incomplète", "s’arrête"]),
        ] {
            let refused = put(&nadia, &file).await.refused_field("picture");
            assert_eq!(refused.rule("picture"), rule, "{refused}");
            assert!(says.iter().all(|word| refused.text("detail").contains(word)), "{refused}");
        }
        nadia.put("logo", json!({ "picture": "not base64!" })).await.refused_field("picture");
        nadia.put("logo", json!({})).await.refused_field("picture");
        assert_eq!(guest.get("").await.expect(200).json["logo"], kept.json);
        assert_eq!(put(&nadia, &png(2_000, 8)).await.expect(200).json["width"], 512);
    });
}

#[test]
fn another_logo_has_another_address_and_the_one_before_is_gone() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let first = put(&nadia, &png(100, 50)).await.expect(200);
        let second = put(&nadia, &png(100, 50)).await.expect(200);
        assert_ne!(first.text("url"), second.text("url"));
        seen(&guest, &second).await;
        assert!(guest.call(Method::GET, &path_of(&first, "url")).await.status >= 400);
        let acts = town.acts().await;
        let told: Vec<_> = acts.iter().map(|act| (act.what.as_str(), act.before == "null")).collect();
        assert_eq!(told, [("put_logo", false), ("put_logo", true)]);
        assert_eq!(acts[0].before, acts[1].after);
    });
}

#[test]
fn nobody_but_the_communes_own_administrators_sets_it() {
    run(async {
        let (town, other) = (Town::new().await, Town::new().await);
        let (nadia, stranger) = (town.administrator().await, other.administrator().await);
        put(&town.agent().await, &png(10, 10)).await.problem("forbidden");
        put(&town.resident().await, &png(10, 10)).await.problem("forbidden");
        put(&town.guest().await, &png(10, 10)).await.problem("unauthenticated");
        put(&stranger.in_commune(&town.id), &png(10, 10)).await.problem("forbidden");
        put(&nadia, &png(10, 10)).await.expect(200);
        assert_eq!(other.guest().await.get("").await.expect(200).json["logo"], Value::Null);
    });
}

#[test]
fn a_file_that_stayed_when_s3_was_out_goes_with_the_next_change() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let first = put(&nadia, &png(100, 50)).await.expect(200);
        let deleting = NewFault {
            operation: Some("DeleteObject".to_owned()),
            contains: Some(format!("{}/logo-", town.id)),
            ..NewFault::new(Service::S3, FaultAction::Fail)
        };
        let failing = fault(deleting).await;
        let second = put(&nadia, &png(100, 50)).await.expect(200);
        assert!(failing.hits() > 0);
        drop(failing);
        seen(&guest, &first).await;
        let third = put(&nadia, &png(100, 50)).await.expect(200);
        for gone in [&first, &second] {
            assert!(guest.call(Method::GET, &path_of(gone, "url")).await.status >= 400);
        }
        seen(&guest, &third).await;
    });
}

#[test]
fn a_logo_whose_file_was_not_written_is_not_shown() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let first = put(&nadia, &png(100, 50)).await.expect(200);
        let writing = NewFault {
            operation: Some("PutObject".to_owned()),
            contains: Some(format!("{}/logo-", town.id)),
            ..NewFault::new(Service::S3, FaultAction::Fail)
        };
        let failing = fault(writing).await;
        assert!(put(&nadia, &png(100, 50)).await.status >= 500);
        drop(failing);
        assert_eq!(guest.get("").await.expect(200).json["logo"], first.json);
        seen(&guest, &first).await;
        assert_eq!(town.acts().await.len(), 1);
        put(&nadia, &png(100, 50)).await.expect(200);
    });
}

#[test]
fn of_those_who_set_it_at_the_same_moment_the_one_that_is_shown_has_its_file() {
    run(async {
        let town = Town::new().await;
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let file = png(100, 50);
        let answers = futures::future::join_all((0..6).map(|_| put(&nadia, &file))).await;
        let taken: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert!(!taken.is_empty());
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409)), "{answers:?}");
        let shown = guest.get("").await.expect(200);
        for answer in taken {
            if answer.json == shown.json["logo"] {
                seen(&guest, answer).await;
            } else {
                assert!(guest.call(Method::GET, &path_of(answer, "url")).await.status >= 400);
            }
        }
        assert!(answers.iter().any(|answer| answer.json == shown.json["logo"]));
    });
}

#[test]
fn its_files_go_with_the_commune() {
    run_alone(async {
        let (operator, town) = (Actor::operator().await, Town::new().await);
        let (nadia, guest) = (town.administrator().await, town.guest().await);
        let first = put(&nadia, &png(100, 50)).await.expect(200);
        let deleting = NewFault {
            operation: Some("DeleteObject".to_owned()),
            contains: Some(format!("{}/logo-", town.id)),
            ..NewFault::new(Service::S3, FaultAction::Fail)
        };
        let failing = fault(deleting).await;
        let second = put(&nadia, &png(100, 50)).await.expect(200);
        drop(failing);
        for there in [&first, &second] {
            seen(&guest, there).await;
        }
        town.settled().await;
        let leave = operator.delete(&format!("communes/{}", town.id)).json(&json!({ "reason": "fin du contrat" }));
        leave.await.expect(202);
        let day = at(SignedDuration::from_hours(30 * 24 + 1)).await;
        let mut runs = 0;
        while day.run_schedule("purge_communes").await.expect("a run") == json!({ "done": 0 }) {
            runs += 1;
            assert!(runs < 6, "it does not end");
        }
        for gone in [&first, &second] {
            assert!(operator.call(Method::GET, &path_of(gone, "url")).await.status >= 400);
        }
    });
}
