//! What a file really is, by its first bytes; names and declared types are claims.

use super::{MediaType, Refusal};

const JPEG: &[u8] = b"\xFF\xD8\xFF";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Refuses every file whose first bytes are not those of the declared type, and says what it is instead.
pub(super) fn check(bytes: &[u8], declared: MediaType) -> Result<(), Refusal> {
    match accepted(bytes) {
        Some(found) if found == declared => Ok(()),
        Some(found) => Err(Refusal::TypeMismatch { declared, found }),
        None if is_cut_off(bytes, declared) => Err(Refusal::Truncated),
        None => Err(Refusal::TypeNotSupported { found: other(bytes) }),
    }
}

/// What it is of what is accepted.
pub(super) fn recognise(bytes: &[u8]) -> Result<MediaType, Refusal> {
    accepted(bytes).ok_or_else(|| Refusal::TypeNotSupported { found: other(bytes) })
}

fn accepted(bytes: &[u8]) -> Option<MediaType> {
    if bytes.starts_with(JPEG) {
        Some(MediaType::Jpeg)
    } else if bytes.starts_with(PNG) {
        Some(MediaType::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(MediaType::Webp)
    } else {
        None
    }
}

/// An upload that broke within its first bytes, or an empty one.
fn is_cut_off(bytes: &[u8], declared: MediaType) -> bool {
    match declared {
        MediaType::Jpeg => JPEG.starts_with(bytes),
        MediaType::Png => PNG.starts_with(bytes),
        MediaType::Webp => bytes.len() < 12 && b"RIFF".starts_with(&bytes[..bytes.len().min(4)]),
    }
}

/// The name of a format that is not accepted: what residents and their computers are known to send instead of a photo.
fn other(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(iso_media(bytes));
    }
    const MAGIC: &[(&[u8], &str)] = &[
        (b"GIF8", "GIF"),
        (b"%PDF", "PDF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"\xFF\x0A", "JPEG XL"),
        (b"\0\0\0\x0CJXL ", "JPEG XL"),
        (b"\0\0\0\x0CjP  ", "JPEG 2000"),
        (b"8BPS", "Photoshop"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x1A\x45\xDF\xA3", "WebM"),
        (b"<svg", "SVG"),
        (b"<?xml", "XML"),
        (b"<!DOCTYPE html", "HTML"),
        (b"<!doctype html", "HTML"),
        (b"<html", "HTML"),
        (b"BM", "BMP"),
    ];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

/// HEIC, AVIF and MP4 are one container (ISO/IEC 14496-12): its first box lists the brands the file can be read as.
fn iso_media(bytes: &[u8]) -> &'static str {
    let is = |names: &[&[u8; 4]]| {
        bytes[8..bytes.len().min(64)].chunks_exact(4).any(|brand| names.iter().any(|name| brand == *name))
    };
    if is(&[b"avif", b"avis"]) {
        "AVIF"
    } else if is(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        "HEIC"
    } else {
        "MP4"
    }
}
