//! One zip file, made in memory.

use std::io::{Cursor, Write as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::StoreError;

/// A zip file in the making.
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    made: DateTime,
    bytes: usize,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Archive({} bytes)", self.bytes)
    }
}

impl Archive {
    /// An empty one, of this moment.
    pub fn new(now: Timestamp) -> Archive {
        let at = now.to_zoned(TimeZone::UTC).datetime();
        let part = |n: i8| u8::try_from(n).unwrap_or_default();
        let year = u16::try_from(at.year()).unwrap_or_default();
        let (month, day) = (part(at.month()), part(at.day()));
        let (hour, minute, second) = (part(at.hour()), part(at.minute()), part(at.second()));
        // What a zip cannot say, it does not say.
        let made = DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default();
        Archive { zip: ZipWriter::new(Cursor::new(Vec::new())), made, bytes: 0 }
    }

    /// How much went in: no less than the file will have, but for the list of its contents.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds text, which is compressed.
    pub fn add_text(&mut self, path: &str, content: &[u8]) -> Result<(), StoreError> {
        self.add(path, content, CompressionMethod::Deflated)
    }

    /// Adds a JPEG, which is compressed already.
    pub fn add_picture(&mut self, path: &str, content: &[u8]) -> Result<(), StoreError> {
        self.add(path, content, CompressionMethod::Stored)
    }

    fn add(&mut self, path: &str, content: &[u8], method: CompressionMethod) -> Result<(), StoreError> {
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(self.made);
        self.zip.start_file(path, options).map_err(|e| StoreError::Defect(format!("the zip file: {e}")))?;
        self.zip.write_all(content).map_err(|e| StoreError::Defect(format!("the zip file: {e}")))?;
        self.bytes += content.len();
        Ok(())
    }

    /// The file.
    pub fn finish(self) -> Result<Vec<u8>, StoreError> {
        let zip = self.zip.finish().map_err(|e| StoreError::Defect(format!("the zip file: {e}")))?;
        Ok(zip.into_inner())
    }
}
