//! The bits of a scan, without the zero bytes that are stuffed into them, up to the next marker.

/// Reads from the most significant bit on. After [`Bits::fill`] at least 32 bits can be looked at; those behind the end of
/// the data are zeros, and whoever has used one of them gets no more.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// The next bits, from the top.
    next: u64,
    /// How many of `next` count.
    count: u32,
    /// How many of these are behind the end.
    padding: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, next: 0, count: 0, padding: 0 }
    }

    /// The next bits, the first one on top; at least 32 of them count after a `fill`.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.next
    }

    /// Makes sure of 32 bits: the longest code has 16, what follows it at most 15.
    #[inline(always)]
    pub(super) fn fill(&mut self) -> Option<()> {
        if self.count >= 32 {
            return Some(());
        }
        if let Some(bytes) = self.data.get(self.at..).and_then(|rest| rest.first_chunk()) {
            let bytes = u64::from_be_bytes(*bytes);
            // No byte of them is FF: none of the inverted is 0, so that subtracting 1 from each borrows nowhere.
            if (!bytes).wrapping_sub(0x0101_0101_0101_0101) & bytes & 0x8080_8080_8080_8080 == 0 {
                self.next |= bytes >> self.count;
                let taken = (64 - self.count) / 8;
                self.at += taken as usize;
                self.count += taken * 8;
                return Some(());
            }
        }
        self.fill_bytewise()
    }

    #[cold]
    fn fill_bytewise(&mut self) -> Option<()> {
        if self.padding > self.count {
            return None;
        }
        while self.count <= 56 {
            let byte = match self.data.get(self.at..).unwrap_or_default() {
                [0xFF, 0, ..] => {
                    self.at += 2;
                    0xFF
                }
                [0xFF, ..] | [] => {
                    self.padding += 8;
                    0
                }
                [byte, ..] => {
                    self.at += 1;
                    *byte
                }
            };
            self.next |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        Some(())
    }

    /// Uses bits up that were looked at, at most 31.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) {
        self.next <<= count;
        self.count -= count;
    }

    /// Passes the marker RST `number`, which has to come next.
    pub(super) fn restart(&mut self, number: u8) -> Option<()> {
        let at = self.marker(0xD0 + number)?;
        *self = Self { at, ..Self::new(self.data) };
        Some(())
    }

    /// Makes sure that the end of the image comes next.
    pub(super) fn end(&mut self) -> Option<()> {
        self.marker(0xD9).map(drop)
    }

    /// The place behind a marker, if all that is left before it fills up a byte.
    fn marker(&mut self, marker: u8) -> Option<usize> {
        self.fill_bytewise()?;
        let left = self.count.checked_sub(self.padding)?;
        let here = self.data.get(self.at..self.at + 2)?;
        (left < 8 && here == [0xFF, marker]).then_some(self.at + 2)
    }
}
