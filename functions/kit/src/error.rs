//! Why a piece could not be drawn. All of it is a defect of ours: any name, colour and address has to fit.

use parvis_edge::{Code, Problem};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Undrawn {
    /// The typeface that is built in cannot be read.
    #[error("the typeface cannot be read")]
    Typeface,
    /// The address is no QR code.
    #[error("the address cannot be a QR code: {0}")]
    Qr(#[from] qrcode::types::QrError),
    /// The measures of a page or picture make none.
    #[error("{0} has no size")]
    Size(&'static str),
    /// The PDF is not what PDF/UA-1 wants.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
    /// The picture cannot be encoded.
    #[error("the PNG cannot be written: {0}")]
    Png(String),
}

impl From<Undrawn> for Problem {
    fn from(error: Undrawn) -> Problem {
        tracing::error!(%error, "a piece of the launch kit cannot be drawn");
        Problem::new(Code::Internal, "something broke on our side; it has been noted")
    }
}
