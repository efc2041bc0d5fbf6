//! Why a photo is not taken: a stable code for programs, a sentence with limit and value for the resident.

use std::fmt;

use super::MediaType;
use super::limits::{MAX_BYTES, MAX_PROGRESSIVE_PIXELS, MAX_SIDE};

/// A photo that is not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The file is larger than [`MAX_BYTES`](super::MAX_BYTES).
    TooLarge {
        /// Size of the file.
        bytes: usize,
    },
    /// The file is of a type, or a variant of a type, that is not accepted.
    TypeNotSupported {
        /// The name of the format its first bytes show ("HEIC"); none where they are unknown.
        found: Option<&'static str>,
    },
    /// The file is of an accepted type, but not of the one it was declared as.
    TypeMismatch {
        /// What the client said.
        declared: MediaType,
        /// What the first bytes show.
        found: MediaType,
    },
    /// More pixels than can be decoded.
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit for this kind of picture.
        max_pixels: u64,
    },
    /// A side is longer than [`MAX_SIDE`](super::MAX_SIDE).
    TooWide {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A progressive JPEG of more than [`MAX_PROGRESSIVE_PIXELS`](super::MAX_PROGRESSIVE_PIXELS).
    ProgressiveTooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The file ends before its picture does.
    Truncated,
    /// The file cannot be decoded.
    Corrupt {
        /// What the decoder said; for logs, not for residents.
        reason: String,
    },
}

impl Refusal {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TypeNotSupported { .. } => "type_not_supported",
            Self::TypeMismatch { .. } => "type_mismatch",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::TooWide { .. } => "too_wide",
            Self::ProgressiveTooLarge { .. } => "progressive_too_large",
            Self::Truncated => "truncated",
            Self::Corrupt { .. } => "corrupt",
        }
    }

    /// What a resident reads, in French.
    pub fn detail(&self) -> String {
        match self {
            Self::TooLarge { bytes } => format!(
                "La photo pèse {} Mo ; la limite est de {} Mo.",
                tenths(*bytes as u64, ','),
                MAX_BYTES / 1_000_000
            ),
            Self::TypeNotSupported { found: Some(found) } => {
                format!("Ce fichier est au format {found} ; seules les photos JPEG, PNG et WebP sont acceptées.")
            }
            Self::TypeNotSupported { found: None } => {
                "Ce fichier n'est pas une photo reconnue ; seules les photos JPEG, PNG et WebP sont acceptées.".into()
            }
            Self::TypeMismatch { declared, found } => {
                format!(
                    "Ce fichier a été annoncé comme {}, mais son contenu est au format {}.",
                    declared.name(),
                    found.name()
                )
            }
            Self::TooManyPixels { width, height, max_pixels } => format!(
                "La photo compte {} millions de pixels ({width} × {height}) ; la limite est de {} millions.",
                megapixels(*width, *height, ','),
                tenths(*max_pixels, ',')
            ),
            Self::TooWide { width, height } => {
                format!(
                    "La photo mesure {} × {} pixels ; la limite est de {} pixels par côté.",
                    grouped(*width, ' '),
                    grouped(*height, ' '),
                    grouped(MAX_SIDE, ' ')
                )
            }
            Self::ProgressiveTooLarge { width, height } => format!(
                "Cette photo JPEG progressive compte {} millions de pixels ({width} × {height}) ; \
                 la limite est de {} millions pour ce format.",
                megapixels(*width, *height, ','),
                MAX_PROGRESSIVE_PIXELS / 1_000_000
            ),
            Self::Truncated => {
                "La photo est incomplète : le fichier s'arrête avant la fin de l'image. Envoyez-la de nouveau.".into()
            }
            Self::Corrupt { .. } => "La photo est endommagée et ne peut pas être lue. Envoyez-en une autre.".into(),
        }
    }

    /// The same in English.
    pub fn detail_en(&self) -> String {
        match self {
            Self::TooLarge { bytes } => {
                format!("The photo is {} MB; at most {} MB.", tenths(*bytes as u64, '.'), MAX_BYTES / 1_000_000)
            }
            Self::TypeNotSupported { found: Some(found) } => {
                format!("The file is {found}; only JPEG, PNG and WebP photos are accepted.")
            }
            Self::TypeNotSupported { found: None } => {
                "The file is no photo we know; only JPEG, PNG and WebP photos are accepted.".into()
            }
            Self::TypeMismatch { declared, found } => {
                format!("The file was declared as {}, but its content is {}.", declared.name(), found.name())
            }
            Self::TooManyPixels { width, height, max_pixels } => format!(
                "The photo has {} million pixels ({width} × {height}); at most {} million.",
                megapixels(*width, *height, '.'),
                tenths(*max_pixels, '.')
            ),
            Self::TooWide { width, height } => {
                format!(
                    "The photo is {} × {} pixels; at most {} pixels a side.",
                    grouped(*width, ','),
                    grouped(*height, ','),
                    grouped(MAX_SIDE, ',')
                )
            }
            Self::ProgressiveTooLarge { width, height } => format!(
                "The progressive JPEG has {} million pixels ({width} × {height}); at most {} million for this format.",
                megapixels(*width, *height, '.'),
                MAX_PROGRESSIVE_PIXELS / 1_000_000
            ),
            Self::Truncated => "The photo is incomplete: the file ends before its picture does. Send it again.".into(),
            Self::Corrupt { .. } => "The photo is damaged and cannot be read. Send another one.".into(),
        }
    }

    pub(super) fn corrupt(reason: impl fmt::Display) -> Self {
        Self::Corrupt { reason: reason.to_string() }
    }
}

/// For logs: English, with the decoder's words.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.detail_en())?;
        match self {
            Self::Corrupt { reason } => write!(f, " ({reason})"),
            _ => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

fn megapixels(width: u32, height: u32, decimal: char) -> String {
    tenths(u64::from(width) * u64::from(height), decimal)
}

/// In millions with at most one decimal, rounded up: a value just over its limit must not read as the limit.
fn tenths(value: u64, decimal: char) -> String {
    let tenths = value.div_ceil(100_000);
    match tenths % 10 {
        0 => format!("{}", tenths / 10),
        rest => format!("{}{decimal}{rest}", tenths / 10),
    }
}

/// 12 000 or 12,000.
fn grouped(value: u32, separator: char) -> String {
    match value {
        0..=999 => value.to_string(),
        _ => format!("{}{separator}{:03}", grouped(value / 1000, separator), value % 1000),
    }
}
