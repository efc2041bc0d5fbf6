//! The segments before the scan (ITU-T T.81, B.2), of the kind of file that cameras write; none of any other.

use super::block::ORDER;
use super::huffman::Huffman;

/// What the scan cannot be read without.
pub(super) struct Header<'a> {
    /// In pixels.
    pub(super) width: usize,
    /// In pixels.
    pub(super) height: usize,
    /// Luma; blue difference; red difference.
    pub(super) components: [Component; 3],
    /// MCUs between two restart markers; 0 where there are none.
    pub(super) restart_interval: usize,
    /// The file from the scan's data on.
    pub(super) scan: &'a [u8],
}

/// One of the three colours.
pub(super) struct Component {
    /// Blocks side by side in an MCU: 1 or 2 of luma, 1 of the others.
    pub(super) horizontal: usize,
    /// Blocks one below the other in an MCU, likewise.
    pub(super) vertical: usize,
    /// Row by row.
    pub(super) quantisation: [u16; 64],
    /// For the first coefficient of a block.
    pub(super) dc: Huffman,
    /// For the others.
    pub(super) ac: Huffman,
}

/// What the segments say, as it is collected; tables are only made when they are used.
#[derive(Default)]
struct Segments<'a> {
    frame: Option<&'a [u8; 15]>,
    is_jfif: bool,
    quantisation: [Option<&'a [u8; 64]>; 4],
    dc: [Option<Codes<'a>>; 2],
    ac: [Option<Codes<'a>>; 2],
    restart_interval: usize,
}

/// How many codes of each length, and their symbols.
type Codes<'a> = (&'a [u8; 16], &'a [u8]);

impl<'a> Header<'a> {
    /// Reads the header of a JPEG; none unless it is one that this module decodes.
    pub(super) fn read(file: &'a [u8]) -> Option<Self> {
        let mut segments = Segments::default();
        let mut rest = file.strip_prefix(&[0xFF, 0xD8])?;
        loop {
            let [0xFF, marker, high, low, ..] = *rest else { return None };
            let (segment, after) = rest.get(2..)?.split_at_checked(usize::from(u16::from_be_bytes([high, low])))?;
            let content = segment.get(2..)?;
            match marker {
                0xDA => return segments.header(content.try_into().ok()?, after),
                _ => segments.take(marker, content)?,
            }
            rest = after;
        }
    }
}

impl<'a> Segments<'a> {
    /// Takes what one segment says.
    fn take(&mut self, marker: u8, mut content: &'a [u8]) -> Option<()> {
        match marker {
            // The frame, sequential; with three components it has this length.
            0xC0 | 0xC1 if self.frame.is_none() => self.frame = Some(content.try_into().ok()?),
            // Huffman tables, two of each class.
            0xC4 => {
                while let Some((kind, rest)) = content.split_first() {
                    let (counts, rest) = rest.split_first_chunk()?;
                    let (symbols, rest) =
                        rest.split_at_checked(counts.iter().map(|count| usize::from(*count)).sum())?;
                    let class = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
                    if kind >> 4 > 1 || !(1..=256).contains(&symbols.len()) {
                        return None;
                    }
                    *class.get_mut(usize::from(kind & 0x0F))? = Some((counts, symbols));
                    content = rest;
                }
            }
            // Quantisation tables, in bytes: those of two bytes have another kind, and so no place.
            0xDB => {
                while let Some((kind, rest)) = content.split_first() {
                    let (table, rest) = rest.split_first_chunk()?;
                    if table.contains(&0) {
                        return None;
                    }
                    *self.quantisation.get_mut(usize::from(*kind))? = Some(table);
                    content = rest;
                }
            }
            0xDD => self.restart_interval = usize::from(u16::from_be_bytes(content.try_into().ok()?)),
            // EXIF has been read by who calls this, but only up to the frame.
            0xE0..=0xEF if self.frame.is_none() => self.is_jfif |= marker == 0xE0 && content.starts_with(b"JFIF\0"),
            0xFE => {}
            _ => return None,
        }
        Some(())
    }

    /// What a scan of all three components needs.
    fn header(&self, scan: &[u8; 10], data: &'a [u8]) -> Option<Header<'a>> {
        let [8, height_high, height_low, width_high, width_low, 3, frame @ ..] = self.frame? else { return None };
        let [3, first, first_tables, second, second_tables, third, third_tables, 0, 63, 0] = *scan else { return None };
        // JFIF numbers YCbCr from 1. Other numbers may mean other colours, unless a JFIF segment says that they do not.
        let numbers = [first, second, third];
        if numbers != [1, 2, 3] && !(self.is_jfif && numbers == [0, 1, 2]) {
            return None;
        }
        let component = |i: usize, tables: u8| {
            let &[number, sampling, quantisation] = frame.get(3 * i..3 * i + 3)?.first_chunk()?;
            let finest = if i == 0 { 2 } else { 1 };
            let (horizontal, vertical) = (usize::from(sampling >> 4), usize::from(sampling & 0x0F));
            if number != numbers[i] || !(1..=finest).contains(&horizontal) || !(1..=finest).contains(&vertical) {
                return None;
            }
            let mut unordered = [0; 64];
            for (place, factor) in ORDER.iter().zip((*self.quantisation.get(usize::from(quantisation))?)?) {
                unordered[usize::from(*place)] = u16::from(*factor);
            }
            let [dc, ac] = [(&self.dc, tables >> 4), (&self.ac, tables & 0x0F)].map(|(class, slot)| {
                let (counts, symbols) = (*class.get(usize::from(slot))?)?;
                Huffman::new(counts, symbols)
            });
            Some(Component { horizontal, vertical, quantisation: unordered, dc: dc?, ac: ac? })
        };
        Some(Header {
            width: usize::from(u16::from_be_bytes([*width_high, *width_low])),
            height: usize::from(u16::from_be_bytes([*height_high, *height_low])),
            components: [component(0, first_tables)?, component(1, second_tables)?, component(2, third_tables)?],
            restart_interval: self.restart_interval,
            scan: data,
        })
    }
}
